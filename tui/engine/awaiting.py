"""Waits for the ends of some invocations of one context. Submits nothing, and cancels nothing.

The pollers ask as they always do, for all that is pending at once; here is only listened.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from tui.engine.outage import Outage
from tui.engine.session import Engine
from tui.engine.submission import SETTLE
from tui.engine.ticking import Heard, Missed
from tui.model.invocation import Invocation, Key, Status

LAST_LOOK_SECONDS = 10.0
"""How long S3 may take to answer once the time is up."""

_AT_ONCE = timedelta()


def may_end(row: Invocation) -> bool:
    """Whether AWS, or S3, may yet tell how an invocation ends."""
    return not (row.is_over or row.status is Status.OVERDUE)


class Awaited:
    """Some invocations of one context, on the way to their ends.

    Attributes:
        engine: The context.
    """

    def __init__(
        self,
        engine: Engine,
        rows: Iterable[Invocation],
        tell: Callable[[str], None],
        on_end: Callable[[Invocation], None] = lambda _: None,
        *,
        is_one: bool = True,
    ) -> None:
        """Ask nothing before ``end``.

        Args:
            engine: The context.
            rows: What to wait for.
            tell: Is told what a person should know meanwhile: that there is no news, and why.
            on_end: Is given each as it is when it has ended, once; also what had ended before.
            is_one: Whether no other context is open.
        """
        self.engine = engine
        self._tell = tell
        self._on_end = on_end
        self._followed: dict[Key, Key] = {row.key: row.key for row in rows}
        self._left = set(self._followed)
        self._begun = engine.clock()
        self._notes: dict[Key, str] = {}
        self._changed = asyncio.Event()
        self._outage = Outage(engine, tell, self._changed.set, is_one=is_one)

    @property
    def rows(self) -> list[Invocation]:
        """All of them as they are now, in the order in which they were given."""
        board = self.engine.board
        return [row for key in self._followed.values() if (row := board.get(key))]

    @property
    def left(self) -> int:
        """How many have not ended, nor been given up."""
        return len(self._left)

    def take_stock(self) -> None:
        """Strike off what has ended, as far as that is known now."""
        for name in [name for name in self._followed if name in self._left]:
            row = self._row(name)
            if row is None or not may_end(row):
                self._left.discard(name)
                if row:
                    self._on_end(row)

    async def end(self) -> None:
        """Return once each has ended, or nobody can tell of it in time.

        One whose answer never came is given up, still Unknown, when AWS does not list it in time;
        one at an endpoint when its time is up, for S3 may never tell. One that is queued is waited
        for however long the screen leaves it so, and that is told.

        Raises:
            ProblemError: The credentials ended, and nobody can renew them from outside.
        """
        self.take_stock()
        if not self._left:
            return
        self._tell_of_queued()
        leave = self.engine.subscribe(self._listen)
        try:
            self._begin()
            self._outage.look()
            while self._left:
                await self._news()
                await self._outage.check()
                self.take_stock()
                await self._give_up()
            await self._hear_of_parts()
        finally:
            leave()

    def _begin(self) -> None:
        rows = map(self._row, self._left)
        if any(row and row.is_listed for row in rows):
            self.engine.start()
        else:
            self.engine.watch()

    def _tell_of_queued(self) -> None:
        rows = map(self._row, self._left)
        if count := sum(row is not None and row.status is Status.QUEUED for row in rows):
            which = "one is queued" if count == 1 else f"{count:,} are queued"
            self._tell(f"{which} here: the screen sends {'it' if count == 1 else 'them'}")

    async def _news(self) -> None:
        """Wait for the next news or, at most, until something is to be given up."""
        until = min(filter(None, map(self._patience, self._left)), default=None)
        seconds = None if until is None else max(0.0, (until - self._now()).total_seconds())
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._changed.wait(), seconds)
        self._changed.clear()

    async def _give_up(self) -> None:
        """Strike off what nobody has told of in time, after a last look at S3."""
        late = {name for name in self._left if self._is_late(name)}
        if any((row := self._row(name)) and row.witness for name in late):
            with contextlib.suppress(asyncio.TimeoutError):  # the last look may lie a minute back
                await asyncio.wait_for(self.engine.watcher.tick(), LAST_LOOK_SECONDS)
        self.take_stock()
        for name in [name for name in self._followed if name in late & self._left]:
            self._left.discard(name)
            if row := self._row(name):
                self._on_end(row)

    async def _hear_of_parts(self) -> None:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.engine.inspector.settle(), LAST_LOOK_SECONDS)

    def _is_late(self, name: Key) -> bool:
        until = self._patience(name)
        return until is not None and until - self._now() <= _AT_ONCE

    def _patience(self, name: Key) -> datetime | None:
        """When one is given up; None for never: AWS will tell, or the screen is yet to send it."""
        row = self._row(name)
        if row is None or row.invocation_arn or row.status is Status.QUEUED:
            return None
        return row.witness.deadline if row.witness else self._begun + SETTLE

    def _listen(self, news: Heard | Missed) -> None:
        self._outage.listen(news)
        if isinstance(news, Missed):
            return
        for name, key in self._followed.items():
            self._followed[name] = news.changes.renamed.get(key, key)
        for name in self._left:
            self._note(name)
        if news.changes:
            self._changed.set()

    def _note(self, name: Key) -> None:
        """Tell why S3 does not tell of one, and that it tells again."""
        row = self._row(name)
        if row is None or row.witness is None or row.witness.note == self._notes.get(name, ""):
            return
        self._notes[name] = row.witness.note
        whose = f"{row.id}: " if len(self._followed) > 1 else ""
        self._tell(whose + (row.witness.note or "S3 tells again"))

    def _row(self, name: Key) -> Invocation | None:
        return self.engine.board.get(self._followed[name])

    def _now(self) -> datetime:
        return self.engine.clock()
