"""Asking again and again: when the next question comes, and what is told of each. Asks nothing."""

from __future__ import annotations

import asyncio
import contextlib
import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from tui import log
from tui.config import Polling
from tui.engine.gate import Gate
from tui.model.board import Changes
from tui.model.clock import Clock
from tui.model.invocation import Invocation, Status
from tui.model.problem import Problem, problem_of

LONGEST_RUN = timedelta(hours=6)
"""An invocation that has been unsettled for longer is looked at in the idle rhythm."""

JITTER = 0.1
"""How much of a pause is added to it at most, so that many copies do not ask at one instant."""

Service = Literal["bedrock", "s3"]
"""Who was asked: trouble with one says nothing of the other."""


@dataclass(frozen=True, slots=True)
class Heard:
    """AWS answered, or something became known without it.

    Attributes:
        changes: What is different now; empty when nothing is.
        at: When that became known.
        source: Who answered; None where nobody was asked.
    """

    changes: Changes
    at: datetime
    source: Service | None = None


@dataclass(frozen=True, slots=True)
class Missed:
    """AWS did not answer, or refused; every row keeps what it said last.

    Attributes:
        problem: Why.
        at: When.
        source: Who was asked.
    """

    problem: Problem
    at: datetime
    source: Service = "bedrock"


Listener = Callable[["Heard | Missed"], None]


def is_brisk(row: Invocation, now: datetime) -> bool:
    """Whether something may become of a row soon; the others are looked at in the idle rhythm.

    What is over, or was not sent yet, or whose time is up, is none of these.
    """
    is_slow = row.status in (Status.QUEUED, Status.OVERDUE)
    return not (row.is_over or is_slow) and now - row.submit_time < LONGEST_RUN


def interval(rows: Iterable[Invocation], polling: Polling, now: datetime) -> float:
    """Seconds until the next tick: a tenth of the youngest brisk one's age, within bounds.

    What seems to be submitted in the future says nothing of its age, and gets the slowest.

    Args:
        rows: What is known; what is not brisk does not count.
        polling: The bounds.
        now: The time, by AWS's clock.
    """
    ages = [(now - row.submit_time).total_seconds() for row in rows if is_brisk(row, now)]
    waits = [age / 10 if age >= 0 else polling.slowest for age in ages]
    if not waits:
        return polling.idle
    return max(polling.fastest, min(polling.slowest, *waits))


def backoff(failures: int, polling: Polling, retry_after: float) -> float:
    """Seconds until the next tick after ``failures`` ticks in a row went wrong."""
    doubled = polling.fastest * 2.0 ** min(failures, 30)
    return max(retry_after, min(polling.idle, doubled))


def jittered(seconds: float, chance: float) -> float:
    """A pause made longer by chance (0 to 1), never shorter: it may be one that AWS asked for."""
    return seconds * (1 + JITTER * chance)


class Ticker(ABC):
    """Asks until it is cancelled. Never two ticks at once.

    Attributes:
        signed_in: No tick begins by itself while it is shut.
    """

    source: ClassVar[Service]

    def __init__(self, polling: Polling, clock: Clock, listener: Listener) -> None:
        """Prepare to ask; nothing is asked before ``run`` or ``tick``.

        Args:
            polling: The rhythm.
            clock: The time.
            listener: Is told all news, once the board has it.
        """
        self._polling = polling
        self._clock = clock
        self._listener = listener
        self.signed_in = Gate()
        self._wake = asyncio.Event()
        self._resumed = asyncio.Event()
        self._resumed.set()
        self._ticking = asyncio.Lock()
        self._failures = 0
        self._wishes = self._granted = 0

    @abstractmethod
    async def look(self) -> None:
        """Ask once, and tell what is learnt. Whatever it raises is told as ``Missed``."""

    @abstractmethod
    def pace(self) -> float:
        """Seconds until the next tick, when this one went well."""

    @property
    def is_paused(self) -> bool:
        """Whether no tick begins by itself."""
        return not self._resumed.is_set()

    def pause(self) -> None:
        """Begin no more ticks; one that is under way ends first. ``tick`` itself still asks."""
        self._resumed.clear()

    def resume(self) -> None:
        """Tick on: at once when a tick came due, or was asked for, during the pause."""
        self._resumed.set()

    def wake(self) -> None:
        """Make the next tick come at once or, if one is under way, right after it."""
        self._wake.set()

    def want_all(self) -> None:
        """Have the next tick that goes well leave out nothing that was asked lately."""
        self._wishes += 1

    @property
    def is_all_wanted(self) -> bool:
        """Whether to ask now what is otherwise asked in the idle rhythm."""
        return self._wishes > self._granted

    async def run(self) -> None:
        """Tick for ever."""
        while True:
            await self._resumed.wait()
            await self.signed_in.passes()
            if self.is_paused:
                continue
            self._wake.clear()
            seconds = jittered(await self.tick(), random.random())  # noqa: S311
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._wake.wait(), seconds)

    async def tick(self) -> float:
        """Ask once, tell the listener, and say how many seconds to wait for the next time."""
        async with self._ticking:
            openings, wishes = self.signed_in.openings, self._wishes
            try:
                await self.look()
            except Exception as error:  # a fault of our own must not end the asking either
                log.fault(error)
                problem = problem_of(error)
                if problem.is_signed_out and openings != self.signed_in.openings:
                    return 0.0  # it was asked with credentials that are renewed by now
                self._failures += 1
                self._listener(Missed(problem, self._clock(), self.source))
                return backoff(self._failures, self._polling, problem.retry_after)
            self._failures, self._granted = 0, wishes
            return self.pace()

    def tell(self, changes: Changes, at: datetime) -> None:
        """Tell what an answer changed."""
        self._listener(Heard(changes, at, self.source))
