"""The poller of one context: asks AWS what became of its invocations. Changes no status itself.

While something is pending, one tick is one ListAsyncInvokes of what is in progress (one a page of
1,000), and one GetAsyncInvoke for each pending one that this list leaves out: it has ended, or is
not listed yet. A sweep, a list of all that was submitted since the one before, finds what others
started and what ended between two ticks. It comes every ``idle`` seconds and when a person asks,
and is the only question while nothing is pending.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from tui.aws import bedrock
from tui.aws.session import Session
from tui.config import Polling
from tui.engine.submission import SKEW
from tui.engine.ticking import Listener, Ticker, interval
from tui.model.board import Board
from tui.model.clock import Clock
from tui.model.invocation import Invocation, Key, Status
from tui.model.problem import ProblemError

GETS_AT_ONCE = 8
"""Of more than so many, a list is asked before each is asked for by itself; and no more than so
many questions are under way at once."""

_HOPELESS = ("ValidationException", "AccessDeniedException", "ResourceNotFoundException")
"""The service has forgotten the invocation, or will not tell us: asking on is no use."""

_OVERLAP = timedelta(seconds=1)
"""How far one list reaches into the next older one: several may be submitted in one instant."""


@dataclass(frozen=True, slots=True)
class Older:
    """What a look further back brought.

    Attributes:
        added: How many invocations were not known before.
        horizon: From when on everything is known now.
        is_all: Whether AWS has nothing older.
    """

    added: int
    horizon: datetime
    is_all: bool


class Poller(Ticker):
    """Polls one context. What S3 alone can tell of is not its business."""

    source = "bedrock"

    def __init__(
        self,
        session: Session,
        board: Board,
        polling: Polling,
        stretch: timedelta,
        clock: Clock,
        listener: Listener,
    ) -> None:
        """Prepare to poll; nothing is asked before ``run`` or ``tick``.

        Args:
            session: Where to ask.
            board: What is known.
            polling: The rhythm.
            stretch: How far the first look goes back, and each ``look_back`` after it.
            clock: The time.
            listener: Is told all news, once the board has it.
        """
        super().__init__(polling, clock, listener)
        self._session = session
        self._board = board
        self._stretch = stretch
        self._looking_back = asyncio.Lock()
        self._horizon = clock() - stretch
        self._is_all = False
        self._swept: datetime | None = None
        self._newest: datetime | None = None
        self._ahead = timedelta()
        self._refused: set[Key] = set()

    @property
    def horizon(self) -> datetime:
        """From when on everything is looked at; ``look_back`` moves it."""
        return self._horizon

    @property
    def is_all(self) -> bool:
        """Whether AWS has nothing older than the horizon."""
        return self._is_all

    def pace(self) -> float:
        """See ``Ticker``; of what no list holds, no tick can bring news."""
        listed = (row for row in self._board.unsettled() if row.is_listed)
        return interval(listed, self._polling, self._clock() + self._ahead)

    async def look_back(self) -> Older:
        """List what is older than the horizon, for another stretch, and move the horizon back.

        The stretch begins at the newest one that AWS has, so that a gap costs no call.

        Raises:
            ProblemError: AWS refused or could not be reached; the horizon stays where it was.
        """
        async with self._looking_back:
            added, oldest, end, is_all = 0, self._horizon, None, False
            if self._is_all:
                return Older(0, self._horizon, is_all=True)
            before = self._horizon + _OVERLAP
            listed = bedrock.list_all(self._session, submit_time_before=before, asks_ahead=False)
            async with contextlib.aclosing(listed):
                async for page in listed:
                    added += await self._learn(page.invocations)
                    times = [row.submit_time for row in page.invocations]
                    if older := [time for time in times if time < self._horizon]:
                        oldest = min(oldest, *older)
                        end = end or max(older) - self._stretch
                    is_all = not page.next_token
                    if end and oldest <= end:
                        break
            self._horizon, self._is_all = oldest, is_all
            return Older(added, oldest, self._is_all)

    async def list_page(self) -> set[Key]:
        """List the newest invocations, one page of them, and nothing else; returns their keys.

        Raises:
            ProblemError: AWS refused or could not be reached.
        """
        listed = bedrock.list_all(self._session, self._horizon, asks_ahead=False)
        async with contextlib.aclosing(listed):
            async for page in listed:
                await self._learn(page.invocations)
                return {row.key for row in page.invocations}
        return set()

    async def look(self) -> None:
        """See ``Ticker``."""
        missing = {row.key for row in self._board.pending()} - self._refused
        try:
            await self._list(missing)
        except ProblemError as error:
            if error.problem.kind == "AccessDeniedException":  # Get may be allowed all the same
                self._refused |= await self._ask_for(missing)
            raise
        if hopeless := await self._ask_for(missing):
            await self._list_around(hopeless)  # without the right to Get, List may still tell
            self._refused |= hopeless

    async def _list(self, missing: set[Key]) -> None:
        """Learn lists, as few as may do, and strike what they return off the missing ones."""
        last = self._swept
        idle = timedelta(seconds=self._polling.idle)
        is_due = last is None or abs(self._clock() - last) >= idle
        if not missing or is_due or self.is_all_wanted:
            await self._sweep(missing)
            if len(missing) <= 1:
                return
        async for page in bedrock.list_all(self._session, status=Status.IN_PROGRESS):
            await self._strike(missing, page)
        if len(missing) > GETS_AT_ONCE:
            await self._list_around(missing, pages=len(missing) // GETS_AT_ONCE)

    async def _sweep(self, missing: set[Key]) -> None:
        """List all that was submitted since the last sweep or, the first time, the horizon.

        It reaches back to the newest submission that AWS has listed, by AWS's own clock: ours may
        be wrong.
        """
        started, newest = self._clock(), self._newest
        start = newest - SKEW if newest else self._horizon
        async for page in bedrock.list_all(self._session, start):
            await self._strike(missing, page)
            times = [row.submit_time for row in page.invocations]
            newest = max([*times, newest] if newest else times, default=None)
        self._newest = min(newest, started) if newest else None
        self._swept = started

    async def _list_around(self, missing: set[Key], pages: float = math.inf) -> None:
        """List what was submitted when the missing ones were, and strike what is returned."""
        times = [row.submit_time for key in missing if (row := self._board.get(key))]
        if not times:
            return
        after, before = min(times) - SKEW, max(times) + SKEW
        listed = bedrock.list_all(self._session, after, submit_time_before=before, asks_ahead=False)
        async with contextlib.aclosing(listed):
            async for page in listed:
                await self._strike(missing, page)
                pages -= 1
                if not missing or pages <= 0:
                    return

    async def _ask_for(self, missing: Set[Key]) -> set[Key]:
        """Get each of the missing ones; returns those that it is no use to ask for again."""
        limit = asyncio.Semaphore(GETS_AT_ONCE)

        async def ask(key: Key) -> Invocation:
            async with limit:
                return await bedrock.get_async_invoke(self._session, key)

        keys = sorted(missing)
        found = await asyncio.gather(*map(ask, keys), return_exceptions=True)
        if rows := [row for row in found if isinstance(row, Invocation)]:
            await self._learn(rows)
        hopeless = set()
        for key, error in zip(keys, found, strict=True):
            if isinstance(error, ProblemError) and error.problem.kind in _HOPELESS:
                hopeless.add(key)
            elif isinstance(error, BaseException):
                raise error
        return hopeless

    async def _strike(self, missing: set[Key], page: bedrock.Page) -> None:
        missing.difference_update(row.key for row in page.invocations)
        await self._learn(page.invocations)

    async def _learn(self, rows: Sequence[Invocation]) -> int:
        """Tell what rows bring, in slices that leave the screen its turns.

        Returns:
            How many are new.
        """
        now, added = self._clock(), 0
        for row in rows:
            if self._ahead < row.submit_time - now < SKEW:
                self._ahead = row.submit_time - now
        self._refused.difference_update(row.key for row in rows)
        for start in range(0, max(1, len(rows)), bedrock.SLICE_SIZE):
            changes = self._board.apply(rows[start : start + bedrock.SLICE_SIZE])
            added += len(changes.added)
            self.tell(changes, now)
            await asyncio.sleep(0)
        return added
