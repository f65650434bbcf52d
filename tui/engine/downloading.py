"""Outputs to the disk: many ranged GETs at once, over all the objects together.

What is not fetched in full stays in a part file, and the next download goes on there. A failed
object stops no other.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from tui.engine.part_file import PartFile, target_of
from tui.engine.room import disk_problem, lack_of_room
from tui.engine.source import Store
from tui.model.checksum import Checksum, md5_of
from tui.model.invocation import Invocation
from tui.model.outputs import OutputObject
from tui.model.part import part_of
from tui.model.problem import Problem, ProblemError

RANGE = 8 * 1024 * 1024
"""Bytes of one ranged GET; more of a large object, for each costs botocore milliseconds."""

RANGES, LONGEST_RANGE = 32, 64 * 1024 * 1024
"""How many make a large object, as long as none has more bytes than that."""

RANGES_AT_ONCE = 8

OBJECTS_AT_ONCE = 8

PIECE = 1024 * 1024
"""Bytes that are written at once."""

PATIENCE = 0.25
"""Seconds that a cancellation waits for the disk."""

BEGINNINGS = 3
"""How often an object is begun that changes meanwhile."""

_CHANGED = frozenset({"PreconditionFailed", "412", "InvalidRange", "416"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An object that shall be on the disk.

    Attributes:
        source: Where it is read.
        thing: Which one.
        folder: Where its name, slashes included, starts.
    """

    source: Store
    thing: OutputObject
    folder: Path


@dataclass(frozen=True, slots=True)
class Saved:
    """An object that is on the disk now.

    Attributes:
        thing: As it was when it was read.
        path: Its file.
        checked: The checksum that was found right; empty where S3 tells none of use.
        is_begun_anew: Whether it changed meanwhile, or since a download that was interrupted.
    """

    thing: OutputObject
    path: Path
    checked: str = ""
    is_begun_anew: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """An object that is not, and why; the problem's message names it."""

    thing: OutputObject
    problem: Problem


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of all that was wanted, in its order."""

    saved: tuple[Saved, ...] = ()
    failed: tuple[Failed, ...] = ()


@dataclass(slots=True)
class Progress:
    """How far a download has come. The download writes it, whoever shows it reads.

    Attributes:
        size: Bytes of all objects.
        there: Those on the disk, an earlier download's included.
        fetched: Those that have come in this one.
        objects: How many objects.
        settled: How many of them are saved, or failed.
    """

    size: int = 0
    there: int = 0
    fetched: int = 0
    objects: int = 0
    settled: int = 0


def folder_of(invocation: Invocation, chosen: Path) -> Path:
    """The folder of an invocation's downloads: its id as one part, below the one that was chosen.

    An inference id may be any text, also ``..``.

    Raises:
        ProblemError: There is no such folder to be had: ``~nobody``.
    """
    try:
        return chosen.expanduser() / part_of(invocation.id)
    except RuntimeError as error:
        raise ProblemError(disk_problem(error)) from error


async def download(wanted: Sequence[Wanted], progress: Progress | None = None) -> Outcome:
    """Bring objects to the disk.

    Each is written into a part file and gets its name when it is whole and checked. A file that is
    there is never overwritten: the new one gets a number. Nothing is written outside a folder that
    is given. What an interrupted download left of the same object is not fetched again.

    Args:
        wanted: What, and where to.
        progress: Where to tell how far it is.

    Raises:
        ProblemError: The disk has not enough room; nothing was fetched.
    """
    progress = progress or Progress()
    progress.size = sum(one.thing.size for one in wanted)
    progress.objects = len(wanted)
    places = [(one.thing, one.folder) for one in wanted]
    if problem := await asyncio.to_thread(lack_of_room, places):
        raise ProblemError(problem)
    return await _Download(progress).run(wanted)


class _Download:
    """One run over several objects, which share the ranged GETs."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._gets = asyncio.Semaphore(RANGES_AT_ONCE)
        self._counted: dict[PartFile, int] = {}  # bytes of each that ``there`` holds

    async def run(self, wanted: Sequence[Wanted]) -> Outcome:
        done: dict[int, Saved | Failed] = {}

        async def bring(number: int) -> None:
            done[number] = await self._outcome(wanted[number])
            self._progress.settled += 1

        await _each(range(len(wanted)), bring, OBJECTS_AT_ONCE)
        results = [done[number] for number in range(len(wanted))]
        return Outcome(
            tuple(result for result in results if isinstance(result, Saved)),
            tuple(result for result in results if isinstance(result, Failed)),
        )

    async def _outcome(self, one: Wanted) -> Saved | Failed:
        try:
            return await self._bring(one)
        except ProblemError as error:
            problem = error.problem
        except (OSError, ValueError) as error:
            problem = disk_problem(error)
        message = f"{one.thing.name}: {problem.message}"
        return Failed(one.thing, msgspec.structs.replace(problem, message=message))

    async def _bring(self, one: Wanted) -> Saved:
        """Save an object; one that has changed is begun anew, as it is now."""
        is_changed = False
        for _ in range(BEGINNINGS):
            try:
                saved = await self._attempt(one)
            except ProblemError as error:
                if error.problem.kind not in _CHANGED:
                    raise
                head = await one.source.head(one.thing)
                if head is None or head.thing.etag == one.thing.etag:
                    raise
                self._progress.size += head.thing.size - one.thing.size
                one, is_changed = replace(one, thing=head.thing), True
            else:
                return replace(saved, is_begun_anew=is_changed or saved.is_begun_anew)
        raise ProblemError(_RESTLESS)

    async def _attempt(self, one: Wanted) -> Saved:
        target = await asyncio.to_thread(target_of, one.thing, one.folder)
        async with _part_of(one.thing, target) as part:
            self._count(part)
            try:
                await self._fill(one, part)
                checked = await _check(one, part)
                path = await _on(part, part.settle)
            except BaseException:
                self._progress.there -= self._counted[part]
                raise
            finally:
                del self._counted[part]
        return Saved(one.thing, path, checked, part.is_begun_anew)

    async def _fill(self, one: Wanted, part: PartFile) -> None:
        async def copy(span: tuple[int, int]) -> None:
            async with self._gets:
                await self._copy(one, part, *span)

        longest = max(RANGE, min(one.thing.size // RANGES, LONGEST_RANGE))
        spans = part.coverage.missing(one.thing.size, longest)
        await _each(spans, copy, RANGES_AT_ONCE)

    def _count(self, part: PartFile) -> None:
        there = part.coverage.size
        self._progress.there += there - self._counted.get(part, 0)
        self._counted[part] = there

    async def _copy(self, one: Wanted, part: PartFile, start: int, end: int) -> None:
        """Fetch a range; what has come is written, also when the rest does not come."""
        came, pieces = start, list[bytes]()

        async def write() -> None:
            size = sum(map(len, pieces))
            whole = pieces.copy()
            pieces.clear()
            await _on(part, part.write, whole, came - size)
            self._count(part)

        try:
            async for piece in one.source.read_range(one.thing, start, end):
                pieces.append(piece)
                came += len(piece)
                self._progress.fetched += len(piece)
                if sum(map(len, pieces)) >= PIECE:
                    await write()
        finally:
            if pieces:
                await write()
        if came != end:
            message = f"{came - start} of {end - start} bytes came"
            raise ProblemError(Problem(kind="IncompleteRead", message=message, is_retryable=True))


async def _check(one: Wanted, part: PartFile) -> str:
    """The algorithm of the checksum that the bytes have as S3 tells it; empty where it tells none.

    Raises:
        ProblemError: They have another one, and are thrown away.
    """
    supposed = md5_of(one.thing.etag)
    if supposed:
        is_right = await asyncio.to_thread(_has, part.path, supposed)
        if is_right:
            return supposed.algorithm
    head = await one.source.head(one.thing)
    is_same = head is not None and head.thing.etag == one.thing.etag
    if supposed and not is_same:
        raise ProblemError(_CHANGED_MEANWHILE)
    if head is None or head.checksum is None or not is_same:
        return ""
    if await asyncio.to_thread(_has, part.path, head.checksum):
        return head.checksum.algorithm
    await _on(part, part.discard)
    cause = f"their {head.checksum.algorithm} is not the one that S3 tells"
    raise ProblemError(msgspec.structs.replace(_OTHER_BYTES, cause=cause))


def _has(path: Path, checksum: Checksum) -> bool:
    computed = checksum.begin()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            computed.update(piece)
    return computed.digest() == checksum.digest


@contextlib.asynccontextmanager
async def _part_of(thing: OutputObject, target: Path) -> AsyncIterator[PartFile]:
    """The object's part file, left as it is at the end."""
    opening = asyncio.get_running_loop().run_in_executor(None, PartFile, thing, target)
    try:
        part = await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_leave_unused)
        raise
    try:
        yield part
    finally:
        await _undisturbed(part.leave)


def _leave_unused(opening: asyncio.Future[PartFile]) -> None:
    if not opening.exception():
        opening.result().leave()


async def _each(items: Sequence[T], work: Callable[[T], Awaitable[None]], at_once: int) -> None:
    """Do the work for each item, some at a time; the first failure ends the others."""
    left = iter(items)

    async def lane() -> None:
        for item in left:
            await work(item)

    tasks = [asyncio.create_task(lane()) for _ in range(min(at_once, len(items)))]
    if not tasks:
        return
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError):
            raise result


async def _on(part: PartFile, work: Callable[..., T], *arguments: object) -> T:
    """Work on a part file in a thread, which keeps it open until then."""
    part.begin_use()
    return await _undisturbed(part.use, work, *arguments)


async def _undisturbed(work: Callable[..., T], *arguments: object) -> T:
    """Do it in a thread, to the end before a cancellation goes on: it works on an open file.

    A disk that hangs is not waited for: the file is left to the thread then.
    """
    doing = asyncio.get_running_loop().run_in_executor(None, partial(work, *arguments))
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait([doing], timeout=PATIENCE)
        raise


_OTHER_BYTES = Problem(
    kind="ChecksumMismatch",
    message="the bytes that came are not the object's; they were thrown away",
    remedy="save it again",
    is_retryable=True,
)

_CHANGED_MEANWHILE = Problem(
    kind="PreconditionFailed",
    message="it is another object now, or gone, and what came of it is not right",
    cause="something wrote to it, or deleted it, while it was read",
    remedy="look whether it is still there, then save it again",
    is_retryable=True,
)

_RESTLESS = Problem(
    kind="PreconditionFailed",
    message="it changes faster than it can be read",
    cause="something writes the object again and again",
    remedy="save it when its invocation has ended",
    is_retryable=True,
)
