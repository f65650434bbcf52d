from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from tui.engine.queue import AT_ONCE, LONGEST, SHORTEST, Queue, Turn

SENT, FULL = Turn(), Turn(is_over=False, pause=0)
Sent = dict[str, "asyncio.Future[Turn]"]


class Service:
    """Takes what is sent, and answers each when it is told to."""

    def __init__(self) -> None:
        self.open: Sent = {}
        self.calls: list[str] = []
        self.pauses: list[float] = []
        self.is_rested = asyncio.Event()

    async def send(self, token: str) -> Turn:
        self.calls.append(token)
        self.open[token] = asyncio.get_running_loop().create_future()
        return await self.open[token]

    async def answer(self, token: str, turn: Turn = SENT) -> None:
        self.open.pop(token).set_result(turn)
        await turns()

    async def rest(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.is_rested.clear()
        await self.is_rested.wait()

    async def time_passes(self) -> None:
        self.is_rested.set()
        await turns()


async def turns() -> None:
    """Let everything that can go on do so."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
def service() -> Service:
    return Service()


Start = Callable[..., Queue]


@pytest.fixture
async def start(service: Service) -> AsyncIterator[Start]:
    running = []

    def run(*tokens: str, model_id: str = "luma", is_paused: bool = False) -> Queue:
        queue = Queue(service.send, is_paused=is_paused, rest=service.rest)
        queue.add((token, model_id) for token in tokens)
        running.append(asyncio.create_task(queue.run()))
        return queue

    yield run
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def test_so_many_go_at_once_and_the_others_follow_in_their_order(
    service: Service, start: Start
) -> None:
    tokens = [f"t{number}" for number in range(AT_ONCE + 2)]
    start(*tokens)
    await turns()
    assert service.calls == tokens[:AT_ONCE]

    await service.answer("t1")

    assert service.calls == tokens[: AT_ONCE + 1]


async def test_a_full_model_waits_longer_each_time_and_the_others_go_on(
    service: Service, start: Start
) -> None:
    queue = start("a")
    await turns()
    await service.answer("a", FULL)
    queue.add([("b", "reel")])
    await turns()
    assert service.calls == ["a", "b"]

    for _ in range(5):
        await service.time_passes()
        await service.answer("a", FULL)

    assert service.pauses == [SHORTEST, 10, 20, 40, LONGEST, LONGEST]


async def test_once_full_a_model_is_asked_one_by_one(service: Service, start: Start) -> None:
    start("a", "b", "c")
    await turns()
    for token in "abc":
        await service.answer(token, FULL)
    del service.calls[:]

    await service.time_passes()
    assert service.calls == ["a"]

    await service.answer("a")
    assert service.calls == ["a", "b"]


async def test_an_end_makes_room_at_once(service: Service, start: Start) -> None:
    queue = start("a")
    await turns()
    await service.answer("a", FULL)

    queue.make_room(["reel"])
    await turns()
    assert service.calls == ["a"]

    queue.make_room(["luma"])
    await turns()
    assert service.calls == ["a", "a"]


async def test_the_service_s_own_pause_is_kept_where_it_is_longer(
    service: Service, start: Start
) -> None:
    start("a")
    await turns()

    await service.answer("a", Turn(is_over=False, pause=30))

    assert service.pauses == [30]


async def test_a_paused_queue_sends_nothing_until_it_goes_on(
    service: Service, start: Start
) -> None:
    queue = start("a", "b", is_paused=True)
    await turns()
    assert service.calls == []

    queue.resume()
    await turns()
    assert service.calls == ["a", "b"]

    queue.pause()
    queue.add([("c", "luma")])
    await service.answer("a")
    assert service.calls == ["a", "b"]


async def test_what_is_dropped_is_not_sent(service: Service, start: Start) -> None:
    queue = start("a", "b", is_paused=True)

    queue.drop(["a", "never there"])
    queue.resume()
    await turns()

    assert service.calls == ["b"]


async def test_what_waits_longest_goes_first_whatever_its_model(
    service: Service, start: Start
) -> None:
    queue = start("a", is_paused=True)
    queue.add([("b", "reel"), ("c", "luma"), ("d", "reel"), ("e", "other")])

    queue.resume()
    await turns()

    assert service.calls == ["a", "b", "c", "d"]


async def test_one_that_was_kept_waiting_stays_before_those_that_came_after_it(
    service: Service, start: Start
) -> None:
    queue = start("a")
    await turns()
    await service.answer("a", FULL)
    queue.add([("b", "luma"), ("c", "luma")])

    await service.time_passes()
    await service.answer("a")
    await service.answer("b")

    assert service.calls == ["a", "a", "b", "c"]


async def test_several_that_find_a_model_full_at_once_find_it_full_once(
    service: Service, start: Start
) -> None:
    start("a", "b", "c", "d")
    await turns()

    for token in "abcd":
        await service.answer(token, FULL)
    await service.time_passes()
    await service.answer("a", FULL)

    assert service.pauses == [SHORTEST, 2 * SHORTEST]


async def test_a_taken_one_makes_the_next_pause_short_again(service: Service, start: Start) -> None:
    start("a", "b")
    await turns()
    for token in "ab":
        await service.answer(token, FULL)
    await service.time_passes()
    await service.answer("a")

    await service.answer("b", FULL)

    assert service.pauses == [SHORTEST, SHORTEST]


async def test_one_that_is_over_may_still_let_its_model_rest(
    service: Service, start: Start
) -> None:
    queue = start("a")
    await turns()
    queue.add([("b", "luma")])
    await turns()
    del service.calls[:]

    await service.answer("a", Turn(pause=0))
    await service.answer("b", FULL)
    await service.time_passes()

    assert service.calls == ["b"]


async def test_one_that_was_dropped_while_it_was_sent_waits_no_more(
    service: Service, start: Start
) -> None:
    queue = start("a")
    await turns()
    assert queue.waits("a")

    queue.drop(["a"])
    await service.answer("a", FULL)
    await service.time_passes()

    assert not queue.waits("a")
    assert service.calls == ["a"]


async def test_the_end_waits_for_what_is_under_way_and_begins_nothing(
    service: Service, start: Start
) -> None:
    start_count = AT_ONCE + 1
    queue = start(*(f"t{number}" for number in range(start_count)))
    await turns()

    finishing = asyncio.create_task(queue.finish(10))
    await turns()
    assert not finishing.done()
    for number in range(AT_ONCE):
        await service.answer(f"t{number}")
    await finishing

    assert len(service.calls) == AT_ONCE


async def test_a_fault_gives_the_place_back(service: Service, start: Start) -> None:
    start(*(f"t{number}" for number in range(AT_ONCE + 1)))
    await turns()

    service.open.pop("t0").cancel()
    await turns()

    assert f"t{AT_ONCE}" in service.calls or service.calls.count("t0") == 2
