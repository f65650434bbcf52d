"""Outputs to the disk: many ranged GETs at once, over all the objects together.

What is not fetched in full stays in a part file, and the next download goes on there. A failed
object stops no other.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import msgspec

from tui import log
from tui.engine.checking import check
from tui.engine.destination import user_name
from tui.engine.intake import Intake, Taken
from tui.engine.part_file import BEING_SAVED, PartFile, target_of
from tui.engine.part_work import on, part_of
from tui.engine.room import disk_problem
from tui.engine.source import Store
from tui.engine.together import all_of
from tui.model.invocation import Invocation
from tui.model.layout import BY_ID, folders
from tui.model.outputs import OutputObject
from tui.model.problem import Problem, ProblemError

RANGE = 8 * 1024 * 1024
"""Bytes of one ranged GET; more of a large object, for each costs botocore milliseconds."""

RANGES, LONGEST_RANGE = 32, 32 * 1024 * 1024
"""How many make a large object, as long as none has more bytes than that."""

RANGES_AT_ONCE = 8

OBJECTS_AT_ONCE = 8

PIECE, PIECES = 1024 * 1024, 8
"""Bytes that are written at once, at least, and how many times a range is written at most.

Each time, two threads wait for Python's lock: with 4 MiB of 32, a third of the processor time less.
"""

BEGINNINGS = 3
"""How often an object is begun that changes meanwhile."""

_CHANGED = frozenset({"PreconditionFailed", "412", "InvalidRange", "416"})


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
        was_there: Whether an earlier download had saved it; nothing was fetched then.
    """

    thing: OutputObject
    path: Path
    checked: str = ""
    is_begun_anew: bool = False
    was_there: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """An object that is not.

    Attributes:
        thing: Which one.
        problem: Why; its message names the object.
        source: Where it was read.
    """

    thing: OutputObject
    problem: Problem
    source: Store

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is only left out, for another download is saving it."""
        return self.problem.kind == BEING_SAVED


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of all that was wanted, in its order.

    Attributes:
        saved: What is on the disk.
        failed: What is not.
        lack: Why the rest was not even begun, or listed; None where there is no rest.
    """

    saved: tuple[Saved, ...] = ()
    failed: tuple[Failed, ...] = ()
    lack: Problem | None = None


@dataclass(slots=True)
class Progress:
    """How far a download has come. The download writes it, whoever shows it reads.

    Attributes:
        size: Bytes of all objects.
        there: Those on the disk, an earlier download's included.
        fetched: Those that have come in this one.
        objects: How many objects.
        settled: How many of them are saved, by this download or by another one.
        failed: How many are not.
        checking: How many of them have come and are being checked.
        is_whole: Whether all objects are known; otherwise more are being listed.
    """

    size: int = 0
    there: int = 0
    fetched: int = 0
    objects: int = 0
    settled: int = 0
    checking: int = 0
    is_whole: bool = True
    failed: int = 0


def folder_of(invocation: Invocation, chosen: Path, layout: str = BY_ID) -> Path:
    """The folder of an invocation's downloads, below the one that was chosen.

    An inference id may be any text, also ``..``; it leads nowhere else.

    Raises:
        ProblemError: There is no such folder to be had: ``~nobody``.
    """
    try:
        return chosen.expanduser().joinpath(*folders(layout, invocation, user_name()))
    except RuntimeError as error:
        raise ProblemError(disk_problem(error)) from error


async def download(wanted: Sequence[Wanted], progress: Progress | None = None) -> Outcome:
    """Bring objects to the disk. See ``download_pages``."""

    async def page() -> AsyncGenerator[Sequence[Wanted], None]:
        yield wanted

    return await download_pages(page(), progress)


async def download_pages(
    pages: AsyncGenerator[Sequence[Wanted], None], progress: Progress | None = None
) -> Outcome:
    """Bring objects to the disk; the next page of them is listed when the one before is begun.

    Each is written into a part file and gets its name when it is whole and checked. A file that is
    there is never overwritten: the new one gets a number. Nothing is written outside a folder that
    is given. What an interrupted download left of the same object is not fetched again, nor is what
    an earlier one saved in the same folder, as long as nobody touched it.

    Args:
        pages: What, and where to.
        progress: Where to tell how far it is.

    Raises:
        ProblemError: The disk has not enough room, or what the listing raised, and nothing was
            there or fetched.
    """
    async with contextlib.aclosing(pages):
        return await _Download(pages, progress or Progress()).run()


class _Download:
    """One run over several objects, which share the ranged GETs."""

    def __init__(self, pages: AsyncIterator[Sequence[Wanted]], progress: Progress) -> None:
        self._progress = progress
        self._intake = Intake(pages, progress, self._under_way)
        self._sizes = dict[int, int]()  # of the objects under way
        self._gets = asyncio.Semaphore(RANGES_AT_ONCE)
        self._counted: dict[PartFile, int] = {}  # bytes of each that ``there`` holds

    async def run(self) -> Outcome:
        done: dict[int, Saved | Failed] = {}

        async def lane() -> None:
            while taken := await self._intake.take():
                self._sizes[taken.number] = 0 if taken.path else taken.wanted.thing.size
                done[taken.number] = result = await self._outcome(taken)
                del self._sizes[taken.number]
                if isinstance(result, Failed) and not result.is_elsewhere:
                    self._progress.failed += 1
                else:
                    self._progress.settled += 1

        await all_of([lane() for _ in range(OBJECTS_AT_ONCE)])
        lack = self._intake.lack
        if lack and not done:
            raise ProblemError(lack)
        results = [done[number] for number in sorted(done)]
        return Outcome(
            tuple(result for result in results if isinstance(result, Saved)),
            tuple(result for result in results if isinstance(result, Failed)),
            lack,
        )

    def _under_way(self) -> int:
        return max(0, sum(self._sizes.values()) - sum(self._counted.values()))

    async def _outcome(self, taken: Taken) -> Saved | Failed:
        one = taken.wanted
        if taken.path:
            self._progress.there += one.thing.size
            return Saved(one.thing, taken.path, was_there=True)
        try:
            saved = await self._bring(one)
        except ProblemError as error:
            problem = error.problem
        except (OSError, ValueError) as error:
            problem = disk_problem(error)
        else:
            place, size = one.thing.place, saved.thing.size
            log.note("downloaded", bucket=place.bucket, key=one.thing.key, bytes=size)
            return saved
        kind, place = problem.kind, one.thing.place
        log.note("not downloaded", bucket=place.bucket, key=one.thing.key, kind=kind)
        message = f"{one.thing.name}: {problem.message}"
        return Failed(one.thing, msgspec.structs.replace(problem, message=message), one.source)

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
        saved_files = self._intake.saved_in(one.folder)

        def saved_meanwhile() -> Path | None:
            saved_files.renew()
            return saved_files.find(one.thing, target)

        with self._counting() as counted:
            async with part_of(one.thing, target) as part:
                counted.append(part)
                self._count(part)
                # Whoever saves it holds the part file until it is noted, so this is the last word.
                if path := await on(part, saved_meanwhile):
                    await on(part, part.discard)
                    self._progress.there += one.thing.size - part.coverage.size
                    return Saved(one.thing, path, was_there=True)
                await self._fill(one, part)
                checked = await self._checked(one, part)
                path = await on(part, part.settle, partial(saved_files.note, one.thing))
        return Saved(one.thing, path, checked, part.is_begun_anew)

    @contextlib.contextmanager
    def _counting(self) -> Iterator[list[PartFile]]:
        """Count what is there of the part files put in, until they are left; then of none."""
        counted = list[PartFile]()
        try:
            yield counted
        except BaseException:
            self._progress.there -= sum(self._counted[part] for part in counted)
            raise
        finally:
            for part in counted:
                del self._counted[part]

    async def _checked(self, one: Wanted, part: PartFile) -> str:
        self._progress.checking += 1
        try:
            return await check(one.source, one.thing, part)
        finally:
            self._progress.checking -= 1

    async def _fill(self, one: Wanted, part: PartFile) -> None:
        longest = max(RANGE, min(one.thing.size // RANGES, LONGEST_RANGE))
        spans = part.coverage.missing(one.thing.size, longest)
        left = iter(spans)

        async def lane() -> None:
            for span in left:
                async with self._gets:
                    await self._copy(one, part, *span)

        await all_of([lane() for _ in spans[:RANGES_AT_ONCE]])
        if not part.is_whole:  # a range was cancelled that nobody here has cancelled
            raise ProblemError(_incomplete(part.coverage.size, one.thing.size))

    def _count(self, part: PartFile) -> None:
        there = part.coverage.size
        self._progress.there += there - self._counted.get(part, 0)
        self._counted[part] = there

    async def _copy(self, one: Wanted, part: PartFile, start: int, end: int) -> None:
        """Fetch a range; what has come is written, also when the rest does not come."""
        came = begun = start  # begun: to be written up to there
        pieces, at_once = list[bytes](), max(PIECE, (end - start) // PIECES)

        async def write() -> None:
            nonlocal begun
            whole, offset = pieces.copy(), begun
            pieces.clear()
            begun = came
            await on(part, part.write, whole, offset)
            self._count(part)

        reading = one.source.read_range(one.thing, start, end)
        try:
            async for piece in reading:
                pieces.append(piece)
                came += len(piece)
                self._progress.fetched += len(piece)
                if came - begun >= at_once:
                    await write()
        finally:
            if isinstance(reading, AsyncGenerator):
                await reading.aclose()  # a write that failed leaves it, and its connection, open
            if pieces:
                await write()
        if came != end:
            raise ProblemError(_incomplete(came - start, end - start))


def _incomplete(came: int, size: int) -> Problem:
    message = f"{came} of {size} bytes came"
    return Problem(kind="IncompleteRead", message=message, is_retryable=True)


_RESTLESS = Problem(
    kind="PreconditionFailed",
    message="it changes faster than it can be read",
    cause="something writes the object again and again",
    remedy="save it when its invocation has ended",
    is_retryable=True,
)
