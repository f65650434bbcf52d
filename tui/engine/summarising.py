"""Reads what a summary of an invocation's outputs needs. What it says is the model's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tui.engine.source import Source
from tui.model import meaning
from tui.model.invocation import Invocation
from tui.model.outputs import OutputObject
from tui.model.problem import ProblemError


async def summarise(
    source: Source, row: Invocation, objects: Sequence[OutputObject]
) -> meaning.Remarks:
    """What the model made, in a few lines; what cannot be read is said to be so.

    One object after the other is read and parsed in a thread, and only what it says is kept.
    """
    digests: list[meaning.Remarks] = []
    for thing in meaning.needed(row, objects):
        try:
            content = await _read(source, thing)
        except ProblemError as error:
            digests.append(meaning.unread(thing, error.problem))
        else:
            digests.append(await asyncio.to_thread(meaning.digest, row, objects, thing, content))
    return meaning.meaning(row, objects, digests)


async def _read(source: Source, thing: OutputObject) -> bytes:
    """The whole object, or only its beginning where that is nothing to be summarised."""
    content = await _range(source, thing, 0, min(meaning.HEAD, thing.size))
    if len(content) < thing.size and meaning.is_promising(content):
        content += await _range(source, thing, len(content), thing.size)
    return content


async def _range(source: Source, thing: OutputObject, start: int, end: int) -> bytes:
    return b"".join([piece async for piece in source.read_range(thing, start, end)])
