from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from tui.engine.together import all_of, in_order


async def test_results_come_in_the_order_given_although_all_goes_on_at_once() -> None:
    is_second_done = asyncio.Event()

    async def first() -> int:
        await is_second_done.wait()
        return 1

    async def second() -> int:
        is_second_done.set()
        return 2

    assert [each async for each in in_order([first(), second()])] == [1, 2]


async def test_what_nobody_wants_any_more_is_cancelled() -> None:
    ended = asyncio.Event()

    async def quick() -> int:
        return 1

    async def endless() -> int:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return 2

    async with aclosing(in_order([quick(), endless()])) as results:
        assert await results.__anext__() == 1
        await asyncio.sleep(0)

    await asyncio.wait_for(ended.wait(), 10)


async def test_a_failure_is_raised_in_its_turn() -> None:
    async def well() -> int:
        return 1

    async def badly() -> int:
        raise ValueError("no")

    results = in_order([well(), badly()])

    assert await results.__anext__() == 1
    with pytest.raises(ValueError, match="no"):
        await results.__anext__()


async def test_all_of_them_return_in_the_order_given() -> None:
    async def number(value: int) -> int:
        await asyncio.sleep(0)
        return value

    assert await all_of(map(number, (3, 1, 2))) == [3, 1, 2]
    assert await all_of([]) == []


async def test_the_first_failure_ends_the_others() -> None:
    ended = asyncio.Event()

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def badly() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await all_of([endless(), badly()])
    assert ended.is_set()
