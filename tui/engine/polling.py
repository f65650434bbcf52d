"""The poller of one context: asks AWS what became of its invocations. Changes no status itself.

One tick is one ListAsyncInvokes a page of 1,000, over a window that reaches back to the oldest
invocation that still runs, and one GetAsyncInvoke for each that the list did not return. What
others submit, and what starts and ends between two ticks, is in that window too.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tui.aws import bedrock
from tui.aws.session import Session
from tui.config import Polling
from tui.engine.submission import SKEW
from tui.model.board import Board, Changes
from tui.model.clock import Clock
from tui.model.invocation import Invocation, Key
from tui.model.problem import Problem, ProblemError, problem_of

LONGEST_WINDOW = timedelta(hours=6)
"""Beyond this age, a running invocation is asked for by itself instead of widening the list."""

GETS_AT_ONCE = 8

_HOPELESS = ("ValidationException", "AccessDeniedException", "ResourceNotFoundException")
"""The service has forgotten the invocation, or will not tell us: asking on is no use."""


@dataclass(frozen=True, slots=True)
class Heard:
    """AWS answered.

    Attributes:
        changes: What is different now; empty when nothing is.
        at: When the answer came.
    """

    changes: Changes
    at: datetime


@dataclass(frozen=True, slots=True)
class Missed:
    """AWS did not answer, or refused; every row keeps what it said last.

    Attributes:
        problem: Why.
        at: When.
    """

    problem: Problem
    at: datetime


Listener = Callable[["Heard | Missed"], None]


def pause(rows: Sequence[Invocation], polling: Polling, now: datetime) -> float:
    """Seconds until the next tick: a tenth of the youngest unsettled one's age, within bounds.

    What has been unsettled for longer than ``LONGEST_WINDOW`` is looked at in the idle rhythm.
    """
    ages = [(now - row.submit_time).total_seconds() for row in rows if not row.status.is_terminal]
    ages = [age for age in ages if age < LONGEST_WINDOW.total_seconds()]
    if not ages:
        return polling.idle
    return max(polling.fastest, min(polling.slowest, min(ages) / 10))


def backoff(failures: int, polling: Polling, retry_after: float) -> float:
    """Seconds until the next tick after ``failures`` ticks in a row went wrong."""
    return max(retry_after, min(polling.idle, polling.fastest * 2.0**failures))


def window(rows: Sequence[Invocation], complete: datetime, now: datetime) -> datetime:
    """From when on to list, so that nothing unsettled and nothing new is missed.

    Args:
        rows: What is known.
        complete: Up to when everything has been seen.
        now: The time.
    """
    unsettled = (row.submit_time for row in rows if not row.status.is_terminal)
    oldest = min((time for time in unsettled if time > now - LONGEST_WINDOW), default=complete)
    return min(oldest, complete) - SKEW


class Poller:
    """Polls one context until it is cancelled. Never two ticks at once."""

    def __init__(
        self, session: Session, board: Board, polling: Polling, clock: Clock, listener: Listener
    ) -> None:
        self._session = session
        self._board = board
        self._polling = polling
        self._clock = clock
        self._listener = listener
        self._wake = asyncio.Event()
        self._ticking = asyncio.Lock()
        self._complete: datetime | None = None
        self._refused: set[Key] = set()
        self._failures = 0

    def wake(self) -> None:
        """Make the next tick come at once."""
        self._wake.set()

    async def run(self) -> None:
        """Tick for ever."""
        while True:
            wait = await self.tick()
            jittered = wait * random.uniform(0.9, 1.1)  # noqa: S311
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._wake.wait(), jittered)
            self._wake.clear()

    async def tick(self) -> float:
        """Ask once, tell the listener, and say how many seconds to wait for the next time."""
        async with self._ticking:
            try:
                await self._look()
            except Exception as error:  # a fault of our own must not end the polling either
                problem = problem_of(error)
                self._failures += 1
                self._listener(Missed(problem, self._clock()))
                return backoff(self._failures, self._polling, problem.retry_after)
            self._failures = 0
            return pause(list(self._board), self._polling, self._clock())

    async def _look(self) -> None:
        started = self._clock()
        horizon = started - timedelta(days=self._polling.horizon_days)
        start = window(list(self._board), self._complete, started) if self._complete else horizon
        pending = {row.key for row in self._board.pending()}
        try:
            async for rows in bedrock.list_all(self._session, start):
                pending.difference_update(row.key for row in rows)
                self._learn(rows)
        except ProblemError as error:
            if error.problem.kind == "AccessDeniedException":
                await self._ask_for(sorted(pending - self._refused))  # Get may be allowed
            raise
        self._complete = started
        await self._ask_for(sorted(pending - self._refused))

    async def _ask_for(self, keys: Sequence[Key]) -> None:
        """Get the pending invocations that the list did not return."""
        limit = asyncio.Semaphore(GETS_AT_ONCE)

        async def ask(key: Key) -> Invocation:
            async with limit:
                return await bedrock.get_async_invoke(self._session, key)

        found = await asyncio.gather(*map(ask, keys), return_exceptions=True)
        if rows := [row for row in found if isinstance(row, Invocation)]:
            self._learn(rows)
        for key, error in zip(keys, found, strict=True):
            if isinstance(error, ProblemError) and error.problem.kind in _HOPELESS:
                self._refused.add(key)
            elif isinstance(error, BaseException):
                raise error

    def _learn(self, rows: Sequence[Invocation]) -> None:
        self._listener(Heard(self._board.apply(rows), self._clock()))
