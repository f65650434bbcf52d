"""Several pieces of work at once, with their results in the order in which they were given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Coroutine, Iterable
from typing import TypeVar

from tui.engine.loop import seen

T = TypeVar("T")


async def all_of(works: Iterable[Coroutine[object, object, T]]) -> list[T]:
    """Do them all at once; the first failure ends the others.

    Returns:
        What each does, but for those that were cancelled by themselves.
    """
    doing = [asyncio.create_task(work) for work in works]
    try:
        if doing:
            await asyncio.wait(doing, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for each in doing:
            each.cancel()
        results = await asyncio.gather(*doing, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError):
            raise result
    return [result for result in results if not isinstance(result, BaseException)]


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
