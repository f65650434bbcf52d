"""A part file worked on in threads: what is begun goes on to its end, whoever stops waiting."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from tui.engine.loop import seen
from tui.engine.part_file import PartFile
from tui.model.outputs import OutputObject

PATIENCE = 0.25
"""Seconds that a cancellation waits for the disk."""

T = TypeVar("T")


@contextlib.asynccontextmanager
async def part_of(thing: OutputObject, target: Path) -> AsyncIterator[PartFile]:
    """The object's part file, left as it is at the end."""
    opened, is_seen_to = list[PartFile](), threading.Lock()

    def open_() -> PartFile:
        opened.append(PartFile(thing, target))
        if not is_seen_to.acquire(blocking=False):  # nobody waits for it any more
            opened[0].leave()
        return opened[0]

    opening = asyncio.get_running_loop().run_in_executor(None, open_)
    try:
        part = await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(seen)
        if not is_seen_to.acquire(blocking=False):  # it was opened just now
            await _undisturbed(opened[0].leave)
        raise
    try:
        yield part
    finally:
        await _undisturbed(part.leave)


async def on(part: PartFile, work: Callable[..., T], *arguments: object) -> T:
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
        doing.add_done_callback(seen)
        raise
