"""Downloads of more objects than one page lists."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections import namedtuple
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from pathlib import Path

import pytest

from tests.builders import an_invocation
from tests.engine.stored import Stored, files_in, problem
from tui.engine import downloading
from tui.engine.downloading import Progress, Wanted, download_pages
from tui.engine.part_file import PartFile
from tui.engine.saved_files import SavedFiles
from tui.engine.source import pages
from tui.model.outputs import OutputObject
from tui.model.problem import ProblemError

Usage = namedtuple("Usage", "total used free")
PAGE = 100
COUNT = 250


@pytest.fixture
def source() -> Stored:
    stored = Stored({f"job/{number:04}": b"%d" % number for number in range(COUNT)})
    stored.page = PAGE
    return stored


async def listed(source: Stored, folder: Path) -> AsyncGenerator[Sequence[Wanted], None]:
    async for outputs in pages(source, an_invocation()):
        yield [Wanted(source, thing, folder) for thing in outputs.objects]


async def test_all_pages_are_saved_each_object_once(source: Stored, tmp_path: Path) -> None:
    progress = Progress()

    outcome = await download_pages(listed(source, tmp_path), progress)

    assert source.lists == 3
    assert [saved.thing.key for saved in outcome.saved] == sorted(source.contents)
    assert len(files_in(tmp_path)) == COUNT
    assert (progress.objects, progress.settled, progress.is_whole) == (COUNT, COUNT, True)


async def test_the_next_page_is_listed_when_the_one_before_is_begun(
    source: Stored, tmp_path: Path
) -> None:
    source.page = 10
    progress, ahead = Progress(), list[int]()
    source.on_piece = lambda: ahead.append(progress.objects - progress.settled)

    await download_pages(listed(source, tmp_path), progress)

    assert max(ahead) <= source.page + downloading.OBJECTS_AT_ONCE
    assert source.lists == COUNT / source.page


async def test_until_the_last_page_it_is_not_said_to_be_whole(
    source: Stored, tmp_path: Path
) -> None:
    progress, said = Progress(), set[tuple[bool, bool]]()
    source.on_piece = lambda: said.add((progress.objects == COUNT, progress.is_whole))

    await download_pages(listed(source, tmp_path), progress)

    assert (False, False) in said
    assert (False, True) not in said


async def test_what_a_listing_raises_ends_it_and_what_was_listed_before_is_saved(
    source: Stored, tmp_path: Path
) -> None:
    async def broken() -> AsyncGenerator[Sequence[Wanted], None]:
        async for page in listed(source, tmp_path):
            yield page
            raise problem("SlowDown")

    outcome = await download_pages(broken())

    assert len(outcome.saved) == len(files_in(tmp_path)) == PAGE
    assert outcome.lack is not None
    assert outcome.lack.kind == "SlowDown"


async def test_what_a_listing_raises_at_once_is_raised() -> None:
    async def broken() -> AsyncGenerator[Sequence[Wanted], None]:
        raise problem("SlowDown")
        yield []

    with pytest.raises(ProblemError, match="SlowDown"):
        await download_pages(broken())


async def test_a_later_page_that_does_not_fit_ends_it_and_says_so(
    source: Stored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sum(len(source.contents[f"job/{number:04}"]) for number in range(PAGE))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(9999, 0, first))

    outcome = await download_pages(listed(source, tmp_path))

    assert len(outcome.saved) == len(files_in(tmp_path)) == PAGE
    assert outcome.lack is not None
    assert outcome.lack.kind == "NotEnoughRoom"


async def test_what_is_on_its_way_already_takes_its_room_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, looks, is_judged = asyncio.get_running_loop(), list[object](), asyncio.Event()

    class Waiting(Stored):
        async def read_range(
            self, thing: OutputObject, start: int, end: int
        ) -> AsyncIterator[bytes]:
            await is_judged.wait()
            async for piece in super().read_range(thing, start, end):
                yield piece

    def look(folder: object) -> Usage:
        looks.append(folder)
        if len(looks) == 2:
            loop.call_soon_threadsafe(is_judged.set)
        return Usage(200_000, 50_000, 150_000)

    monkeypatch.setattr(shutil, "disk_usage", look)
    source = Waiting({"job/a": b"a" * 100_000, "job/b": b"b" * 100_000})
    source.page = 1

    outcome = await download_pages(listed(source, tmp_path))

    assert [saved.thing.name for saved in outcome.saved] == ["a"]
    assert outcome.lack is not None


async def test_a_download_that_is_stopped_lists_no_more(source: Stored, tmp_path: Path) -> None:
    is_closed = False

    async def watched() -> AsyncGenerator[Sequence[Wanted], None]:
        nonlocal is_closed
        try:
            async for page in listed(source, tmp_path):
                yield page
        finally:
            is_closed = True

    task = asyncio.create_task(download_pages(watched()))
    source.on_piece = task.cancel  # type: ignore[assignment]
    with pytest.raises(asyncio.CancelledError):
        await task

    assert is_closed
    assert source.lists == 1


async def test_a_source_that_has_nothing_is_asked_once() -> None:
    empty = Stored({})

    assert [outputs.objects async for outputs in pages(empty, an_invocation())] == [()]
    assert empty.lists == 1


@pytest.mark.parametrize("moment", ["note", "leave"])
async def test_what_comes_while_a_page_is_looked_at_takes_no_room_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    is_looked_at, has_come = threading.Event(), threading.Event()
    find, owner = SavedFiles.find, {"note": SavedFiles, "leave": PartFile}[moment]
    last = getattr(owner, moment)

    def look(self: SavedFiles, thing: OutputObject, target: Path) -> Path | None:
        if thing.name == "b":
            is_looked_at.set()
            assert has_come.wait(10)
        return find(self, thing, target)

    def coming(*arguments: object) -> object:
        assert is_looked_at.wait(10)
        has_come.set()
        return last(*arguments)

    monkeypatch.setattr(SavedFiles, "find", look)
    monkeypatch.setattr(owner, moment, coming)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(300_000, 150_000, 150_000))
    source = Stored({"job/a": b"a" * 100_000, "job/b": b"b" * 100_000})
    source.page = 1

    outcome = await download_pages(listed(source, tmp_path))

    assert outcome.lack is None
    assert [saved.thing.name for saved in outcome.saved] == ["a", "b"]
