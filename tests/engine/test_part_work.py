"""Part files that are opened for somebody who has stopped waiting."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from tests.builders import NOW
from tui.engine import loop, part_work
from tui.engine.part_file import PartFile
from tui.model.outputs import OutputObject, Place

THING = OutputObject(Place("bucket", "job/"), "job/a.bin", 10, NOW, '"one"')


def test_one_that_is_opened_when_the_loop_has_ended_is_left_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.bin"
    is_begun, may_open, is_left = threading.Event(), threading.Event(), threading.Event()
    leave = PartFile.leave

    def slow(thing: OutputObject, target: Path) -> PartFile:
        is_begun.set()
        assert may_open.wait(10)
        return PartFile(thing, target)

    def leaving(part: PartFile) -> None:
        leave(part)
        is_left.set()

    async def work() -> None:
        async with part_work.part_of(THING, target):
            raise AssertionError

    async def main() -> None:
        task = asyncio.create_task(work())
        assert await asyncio.to_thread(is_begun.wait, 10)
        task.cancel()
        await asyncio.wait([task])

    monkeypatch.setattr(part_work, "PartFile", slow)
    monkeypatch.setattr(PartFile, "leave", leaving)

    loop.run(main())
    may_open.set()

    assert is_left.wait(10)
    PartFile(THING, target).leave()
