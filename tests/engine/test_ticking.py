from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import an_invocation
from tests.conftest import START
from tests.scripted import SELDOM, turns
from tui.config import Polling
from tui.engine.ticking import (
    LONGEST_RUN,
    Heard,
    Missed,
    Ticker,
    backoff,
    interval,
    is_brisk,
    jittered,
)
from tui.model.board import Changes
from tui.model.invocation import Invocation, Status
from tui.model.problem import Problem, ProblemError

POLLING = Polling()


def a_row(age: float, status: Status = Status.IN_PROGRESS) -> Invocation:
    return an_invocation(f"{age}", status, submit_time=START - timedelta(seconds=age))


class Counting(Ticker):
    """Asks nobody; tells how often it would have asked.

    Attributes:
        looks: How often so far.
        gate: No question ends while it is closed.
        error: What each question fails with.
    """

    source = "s3"

    def __init__(self) -> None:
        self.news: list[Heard | Missed] = []
        super().__init__(SELDOM, lambda: START, self.news.append)
        self.looks = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: Exception | None = None

    async def look(self) -> None:
        self.looks += 1
        await self.gate.wait()
        if self.error:
            raise self.error
        self.tell(Changes(), START)

    def pace(self) -> float:
        return SELDOM.slowest


@contextlib.asynccontextmanager
async def running(ticker: Ticker) -> AsyncIterator[None]:
    task = asyncio.create_task(ticker.run())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


# The rhythm ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ages", "seconds"),
    [
        ([], 60),
        ([1], 2),
        ([50], 5),
        ([50, 3000], 5),
        ([3000], 15),
        ([10**6], 60),
        ([-1], 15),
        ([-(10**9)], 15),
        ([-(10**9), 50], 5),
    ],
)
def test_the_interval_follows_the_youngest_running_one(ages: list[float], seconds: float) -> None:
    assert interval([a_row(age) for age in ages], POLLING, START) == seconds


def test_only_ended_ones_make_the_interval_idle() -> None:
    rows = [a_row(5, Status.COMPLETED), a_row(5, Status.FAILED)]

    assert interval(rows, POLLING, START) == POLLING.idle


@given(st.lists(st.floats(-(10**9), 10**9)))
def test_the_interval_keeps_to_its_bounds(ages: list[float]) -> None:
    seconds = interval([a_row(age) for age in ages], POLLING, START)

    assert POLLING.fastest <= seconds <= POLLING.slowest or seconds == POLLING.idle


def test_the_backoff_doubles_up_to_idle_and_honours_retry_after() -> None:
    assert [backoff(n, POLLING, 0) for n in (1, 2, 3, 9)] == [4, 8, 16, 60]
    assert backoff(1, POLLING, 90) == 90


def test_the_backoff_of_a_week_without_a_network_is_still_a_number() -> None:
    assert backoff(10**6, POLLING, 0) == POLLING.idle


@given(st.floats(0, 10**6), st.floats(0, 1))
def test_jitter_makes_a_pause_longer_never_shorter(seconds: float, chance: float) -> None:
    assert seconds <= jittered(seconds, chance) <= seconds * 1.1 + 1e-6


@pytest.mark.parametrize("status", [Status.OVERDUE, Status.QUEUED, Status.COMPLETED])
def test_what_waits_or_is_late_or_over_sets_no_rhythm(status: Status) -> None:
    assert interval([a_row(5, status)], POLLING, START) == POLLING.idle
    assert interval([a_row(5, status), a_row(50)], POLLING, START) == 5


def test_a_row_is_brisk_until_it_has_run_for_the_longest_time() -> None:
    longest = LONGEST_RUN.total_seconds()

    assert is_brisk(a_row(longest - 1), START)
    assert not is_brisk(a_row(longest), START)


# What is told --------------------------------------------------------------------------------


async def test_news_say_who_was_asked() -> None:
    ticker = Counting()

    assert await ticker.tick() == SELDOM.slowest
    ticker.error = RuntimeError("a fault of our own")
    await ticker.tick()

    assert [(type(news), news.source) for news in ticker.news] == [(Heard, "s3"), (Missed, "s3")]


async def test_ticks_that_fail_in_a_row_come_ever_later_and_one_good_one_ends_that() -> None:
    ticker = Counting()
    ticker.error = ProblemError(Problem(kind="SlowDown", message="too fast"))

    assert [await ticker.tick() for _ in range(2)] == [2000, SELDOM.idle]
    ticker.error = None
    assert await ticker.tick() == SELDOM.slowest
    ticker.error = ProblemError(Problem(kind="SlowDown", message="too fast", retry_after=2400))
    assert await ticker.tick() == 2400


# The run of ticks ----------------------------------------------------------------------------


async def test_a_wake_during_a_tick_brings_one_more_after_it_and_not_two_at_once() -> None:
    ticker = Counting()
    ticker.gate.clear()

    async with running(ticker):
        await turns()
        for _ in range(3):
            ticker.wake()
        await turns()
        assert ticker.looks == 1

        ticker.gate.set()
        await turns()
        assert ticker.looks == 2


async def test_a_tick_that_is_asked_for_waits_for_the_one_under_way() -> None:
    ticker = Counting()
    ticker.gate.clear()

    async with running(ticker):
        await turns()
        asked = asyncio.create_task(ticker.tick())
        await turns()
        assert ticker.looks == 1

        ticker.gate.set()
        await asked
        assert ticker.looks == 2


async def test_a_paused_ticker_asks_nothing_until_it_is_resumed() -> None:
    ticker = Counting()
    ticker.pause()
    ticker.pause()

    async with running(ticker):
        ticker.wake()
        await turns()
        assert ticker.is_paused
        assert not ticker.looks

        ticker.resume()
        ticker.resume()
        await turns()
        assert not ticker.is_paused
        assert ticker.looks == 1


async def test_a_pause_that_ends_before_the_next_tick_is_due_brings_none_forward() -> None:
    ticker = Counting()

    async with running(ticker):
        await turns()
        ticker.pause()
        await turns()
        ticker.resume()
        await turns()

        assert ticker.looks == 1


async def test_a_fault_of_our_own_does_not_end_the_asking() -> None:
    ticker = Counting()
    ticker.error = RuntimeError("a fault of our own")

    async with running(ticker):
        await turns()
        ticker.wake()
        await turns()

    assert ticker.looks == len(ticker.news) == 2
