"""What an invocation wrote, looked at in place. Saves nothing: that is ``downloading``."""

from __future__ import annotations

from tui.engine.source import Source
from tui.model.outputs import OutputObject

PREVIEW = 256 * 1024
"""Bytes of a preview, and of each step by which it grows."""


async def preview(
    source: Source, thing: OutputObject, start: int = 0, most: int = PREVIEW
) -> bytes:
    """The first bytes of an object from a place on, at most so many.

    Raises:
        ProblemError: It cannot be read, or changed.
    """
    end = min(thing.size, start + most)
    return b"".join([piece async for piece in source.read_range(thing, start, end)])
