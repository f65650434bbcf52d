from __future__ import annotations

import asyncio
import math
from datetime import datetime, timezone

from tui.sandbox.jobs import Clock

START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


async def waiting(clock: Clock, seconds: float) -> asyncio.Task[None]:
    task = asyncio.create_task(clock.wait(seconds))
    await asyncio.sleep(0)
    return task


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_wait_ends_when_the_clock_is_moved_far_enough() -> None:
    clock = Clock(START)
    task = await waiting(clock, 30)
    clock.advance(29)
    await settled()
    assert not task.done()
    clock.advance(1)
    await asyncio.wait_for(task, 10)


async def test_the_real_clock_may_be_moved_ahead_too() -> None:
    clock = Clock()
    task = await waiting(clock, 3600)
    clock.advance(3600)
    await asyncio.wait_for(task, 10)


async def test_the_real_clock_moves_by_itself() -> None:
    await asyncio.wait_for(Clock().wait(0.001), 10)


async def test_another_thread_may_move_the_clock() -> None:
    asyncio.get_running_loop().set_debug(True)  # refuses what is not safe in threads
    clock = Clock(START)
    task = await waiting(clock, 30)
    await asyncio.to_thread(clock.advance, 30)
    await asyncio.wait_for(task, 10)


async def test_a_wait_for_ever_does_not_end() -> None:
    clock = Clock(START)
    task = await waiting(clock, math.inf)
    clock.advance(10**9)
    await settled()
    assert not task.done()
    task.cancel()
