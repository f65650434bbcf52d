"""An object looked at: its first bytes are read, more of them on demand, and laid out.

Nothing here holds up the event loop, and nothing depends on how large the object is.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from tui.engine import fetching
from tui.engine.source import Source
from tui.model.outputs import OutputObject
from tui.model.preview import Preview, preview_of
from tui.model.window import Asking

MOST = 8 * 1024 * 1024
"""Bytes of an object that are read to be looked at."""


@dataclass(frozen=True, slots=True)
class View:
    """What is shown of an object.

    Attributes:
        thing: The object.
        head: Its first bytes, as many as have been read.
        preview: How they are shown.
    """

    thing: OutputObject
    head: bytes
    preview: Preview

    @property
    def has_more(self) -> bool:
        """Whether more of it can be read, and would be seen."""
        return self.preview.grows and len(self.head) < min(MOST, self.thing.size)


async def look(source: Source, thing: OutputObject, before: View | None = None) -> View:
    """Look at an object, or at more of it.

    Args:
        source: Where to read.
        thing: What to look at.
        before: What is to go on.

    Raises:
        ProblemError: It cannot be read, or changed.
    """
    head = before.head if before else b""
    head += await fetching.preview(source, thing, len(head))
    asking = preview_of(thing.name, thing.size, head)
    step = await asyncio.to_thread(_step, asking, None)
    while not isinstance(step, Preview):
        piece = b"".join([part async for part in source.read_range(thing, *step)])
        step = await asyncio.to_thread(_step, asking, piece)
    return View(thing, head, step)


def _step(asking: Asking[Preview], piece: bytes | None) -> tuple[int, int] | Preview:
    """What is wanted next or, at the end, what was made."""
    try:
        return next(asking) if piece is None else asking.send(piece)
    except StopIteration as end:
        preview: Preview = end.value
        return preview
