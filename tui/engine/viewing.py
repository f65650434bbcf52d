"""An object looked at: its first bytes, more of them on demand, or its last ones, laid out.

Nothing here holds up the event loop, and nothing depends on how large the object is.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from tui.engine import fetching
from tui.engine.source import Source
from tui.model.outputs import OutputObject
from tui.model.preview import Preview, preview_of, preview_of_end
from tui.model.window import Asking

MOST = 8 * 1024 * 1024
"""Bytes of an object that are read to be looked at."""

_TELLING = 64 * 1024
"""Bytes of the beginning that tell what the end is."""


@dataclass(frozen=True, slots=True)
class View:
    """What is shown of an object.

    Attributes:
        thing: The object.
        head: Its first bytes, as many as have been read.
        preview: How they are shown.
        is_end: Whether its end is shown instead, of which ``preview`` is then.
    """

    thing: OutputObject
    head: bytes
    preview: Preview
    is_end: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether all of the object has been read."""
        return len(self.head) == self.thing.size

    @property
    def has_more(self) -> bool:
        """Whether more of it can be read, and would be seen."""
        return (
            not self.is_end and self.preview.grows and len(self.head) < min(MOST, self.thing.size)
        )


async def look(
    source: Source,
    thing: OutputObject,
    before: View | None = None,
    most: int = fetching.PREVIEW,
) -> View:
    """Look at an object, or at more of it.

    Args:
        source: Where to read.
        thing: What to look at.
        before: What is to go on.
        most: Bytes that are read now, at most.

    Raises:
        ProblemError: It cannot be read, or changed.
    """
    head = before.head if before else b""
    head += await fetching.preview(source, thing, len(head), most)
    asking = preview_of(thing.name, thing.size, head)
    step = await asyncio.to_thread(_step, asking, None)
    while not isinstance(step, Preview):
        piece = b"".join([part async for part in source.read_range(thing, *step)])
        step = await asyncio.to_thread(_step, asking, piece)
    return View(thing, head, step)


async def look_at_end(source: Source, before: View) -> View:
    """Look at the last bytes of an object that has not been read in whole.

    Raises:
        ProblemError: They cannot be read, or the object changed.
    """
    thing, head = before.thing, before.head
    start = max(0, thing.size - fetching.PREVIEW + 1) & ~1  # of UTF-16, whole units
    end = await fetching.preview(source, thing, start)
    preview = await asyncio.to_thread(preview_of_end, thing.name, thing.size, head[:_TELLING], end)
    return View(thing, head, preview, is_end=True)


async def content(source: Source, view: View) -> bytes:
    """All of an object or, of a large one, its first ``MOST`` bytes; none is read twice.

    Raises:
        ProblemError: It cannot be read, or changed.
    """
    return view.head + await fetching.preview(
        source, view.thing, len(view.head), max(0, MOST - len(view.head))
    )


def _step(asking: Asking[Preview], piece: bytes | None) -> tuple[int, int] | Preview:
    """What is wanted next or, at the end, what was made."""
    try:
        return next(asking) if piece is None else asking.send(piece)
    except StopIteration as end:
        preview: Preview = end.value
        return preview
