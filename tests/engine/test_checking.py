"""The check of what came: told, and stopped like all else."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.engine.stored import Stored, downloaded, files_in
from tui.engine import checking
from tui.engine.downloading import Progress, Wanted, download
from tui.engine.part_file import PartFile
from tui.model.outputs import OutputObject

SIZE = 100_000


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "STEP", 2_000)
    monkeypatch.setattr(checking, "PIECE", 1_000)


@pytest.fixture
def source() -> Stored:
    return Stored({"job/a.bin": os.urandom(SIZE)})


async def test_a_check_is_stopped_and_the_next_download_fetches_nothing(
    source: Stored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress, reads, said = Progress(), list[int](), set[int]()
    read, loop = PartFile.read, asyncio.get_running_loop()

    def watched(part: PartFile, offset: int, size: int) -> bytes:
        reads.append(offset)
        said.add(progress.checking)
        if len(reads) == 5:
            loop.call_soon_threadsafe(task.cancel)
        return read(part, offset, size)

    monkeypatch.setattr(PartFile, "read", watched)
    wanted = [Wanted(source, source.thing("job/a.bin"), tmp_path)]
    task = asyncio.create_task(download(wanted, progress))
    with pytest.raises(asyncio.CancelledError):
        await task
    came = len(source.came)

    assert said == {1}
    assert progress.checking == 0
    assert len(reads) < SIZE / checking.PIECE
    assert not (tmp_path / "a.bin").exists()

    path = await downloaded(source, source.thing("job/a.bin"), tmp_path)

    assert len(source.came) == came
    assert path.read_bytes() == source.contents["job/a.bin"]


async def test_the_reading_ends_with_the_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[bool] = []

    class Watched(Stored):
        async def read_range(
            self, thing: OutputObject, start: int, end: int
        ) -> AsyncIterator[bytes]:
            began = asyncio.current_task()
            try:
                async for piece in super().read_range(thing, start, end):
                    yield piece
            finally:
                ended.append(asyncio.current_task() is began)

    def fail(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwritev", fail)
    monkeypatch.setattr("tui.engine.downloading.PIECE", 1_000)
    source = Watched({"job/a.bin": os.urandom(SIZE)})

    outcome = await download([Wanted(source, source.thing("job/a.bin"), tmp_path)])

    assert outcome.failed
    assert ended == [True]
    assert files_in(tmp_path) == []
