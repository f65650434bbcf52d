"""What an invocation wrote: look at it, bring it to the disk."""

from __future__ import annotations

import asyncio
import itertools
import os
import secrets
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path

from tui.engine.source import Source
from tui.model.invocation import Invocation
from tui.model.outputs import OutputObject, safe_parts
from tui.model.part import part_of
from tui.model.problem import Problem, ProblemError

PREVIEW = 256 * 1024
"""Bytes of a preview, and of each step by which it grows."""

RANGE = 8 * 1024 * 1024
"""Bytes of one ranged GET of a download."""

RANGES_AT_ONCE = 4

Progress = Callable[[int], None]
"""Told how many bytes have just arrived."""


async def preview(source: Source, thing: OutputObject, start: int = 0) -> bytes:
    """The first bytes of an object from a place on, at most ``PREVIEW``.

    Raises:
        ProblemError: It cannot be read, or changed.
    """
    end = min(thing.size, start + PREVIEW)
    return b"".join([piece async for piece in source.read_range(thing, start, end)])


async def download(
    source: Source, thing: OutputObject, folder: Path, progress: Progress | None = None
) -> Path:
    """Bring one object to the disk and return its path.

    It is written under a temporary name and renamed when it is whole. A file that is there is
    never overwritten: the new one gets a number. Nothing is written outside ``folder``.

    Args:
        source: Where to read.
        thing: What to read.
        folder: Where the object's name, slashes included, starts.
        progress: Told of the bytes as they arrive.

    Raises:
        ProblemError: It cannot be read, changed, or the disk did not take it.
    """
    try:
        target = folder.joinpath(*safe_parts(thing.name))
        temporary = await asyncio.to_thread(_reserve, folder, target)
    except (OSError, ValueError) as error:
        raise ProblemError(_disk_problem(error)) from error
    try:
        await _fill(source, thing, temporary, progress)
        return await asyncio.to_thread(_settle, temporary, target)
    except OSError as error:
        raise ProblemError(_disk_problem(error)) from error
    finally:
        temporary.unlink(missing_ok=True)


async def download_all(
    source: Source,
    objects: Sequence[OutputObject],
    folder: Path,
    progress: Progress | None = None,
) -> list[Path]:
    """Bring several objects to the disk, one after the other; see ``download``."""
    return [await download(source, thing, folder, progress) for thing in objects]


def folder_of(invocation: Invocation, chosen: Path) -> Path:
    """The folder of an invocation's downloads: its id as one part, below the one that was chosen.

    An inference id may be any text, also ``..``.

    Raises:
        ProblemError: There is no such folder to be had: ``~nobody``.
    """
    try:
        return chosen.expanduser() / part_of(invocation.id)
    except RuntimeError as error:
        raise ProblemError(_disk_problem(error)) from error


async def _fill(source: Source, thing: OutputObject, path: Path, progress: Progress | None) -> None:
    descriptor = await asyncio.to_thread(os.open, path, os.O_WRONLY)
    limit = asyncio.Semaphore(RANGES_AT_ONCE)

    async def copy(start: int) -> None:
        async with limit:
            end = min(start + RANGE, thing.size)
            offset = start
            async for piece in source.read_range(thing, start, end):
                await _undisturbed(asyncio.to_thread(_write, descriptor, piece, offset))
                offset += len(piece)
                if progress:
                    progress(len(piece))
            if offset != end:
                message = f"{thing.uri}: {offset - start} of {end - start} bytes came"
                raise ProblemError(Problem(kind="IncompleteRead", message=message))

    tasks = [asyncio.create_task(copy(start)) for start in range(0, thing.size, RANGE)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        os.close(descriptor)


async def _undisturbed(work: Coroutine[object, object, None]) -> None:
    """Let the work end before a cancellation goes on: it uses a descriptor that is closed then."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _write(descriptor: int, piece: bytes, offset: int) -> None:
    """Write all of the piece; one call may write only a part of it."""
    rest = memoryview(piece)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written


def _reserve(folder: Path, target: Path) -> Path:
    """An empty temporary file beside the target, which must really be inside the folder."""
    if not target.parent.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"{target} leads out of {folder}")
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".asyncinvoke-{secrets.token_hex(8)}")
    os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    return temporary


def _settle(temporary: Path, target: Path) -> Path:
    """Give the file its name, or the next free one; what is there is never replaced."""
    for number in itertools.count(1):
        free = target if number == 1 else target.with_stem(f"{target.stem}-{number}")
        try:
            os.close(os.open(free, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        except FileExistsError:
            continue
        return temporary.replace(free)
    raise AssertionError


def _disk_problem(error: Exception) -> Problem:
    text = getattr(error, "strerror", None) or str(error)
    name = getattr(error, "filename", None)
    kind = "NoSuchFolder" if isinstance(error, RuntimeError) else type(error).__name__
    return Problem(
        kind=kind,
        message=f"{name}: {text}" if name else text,
        cause="the file could not be written",
        remedy="choose another folder, or make room",
        is_retryable=True,
    )
