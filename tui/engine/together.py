"""Several pieces of work at once, with their results in the order in which they were given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Iterable
from typing import TypeVar

from tui.engine.loop import seen

T = TypeVar("T")


async def in_order(works: Iterable[Awaitable[T]]) -> AsyncGenerator[T, None]:
    """Do them all at once; each result comes when it and those before it are there.

    What still goes on when nobody wants the rest is cancelled.
    """
    doing = [asyncio.ensure_future(work) for work in works]
    try:
        for each in doing:
            yield await each
    finally:
        for each in doing:
            each.cancel()
            each.add_done_callback(seen)
