"""Learns which parts of an invocation failed although it completed, from the report of its model.

It reads by itself only of what ends while the program runs. Of the rest, and of what cannot be
read now, the Output tab tells once it is opened.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from msgspec.structs import replace

from tui.engine.news import News
from tui.engine.source import Source
from tui.engine.ticking import Heard, Missed
from tui.model.board import Board
from tui.model.clock import Clock
from tui.model.invocation import Invocation, Key, Status
from tui.model.parts import is_reporting, worst
from tui.model.problem import ProblemError, problem_of
from tui.model.remark import Remark

AT_ONCE = 2
"""Invocations that are read of at one time: nobody waits for it."""

MOST_WAITING = 100
"""Invocations that wait to be read of; when more end at once, the others are left out."""

LARGEST = 1_000_000
"""Bytes of an object that is read unasked."""


class Inspector:
    """Reads of each invocation once, soon after it has ended."""

    def __init__(
        self, board: Board, news: News, source_of: Callable[[Invocation], Source], clock: Clock
    ) -> None:
        """Read nothing before ``run``.

        Args:
            board: What is known.
            news: Tells what has ended, and is told which parts failed.
            source_of: Where the outputs of an invocation are read.
            clock: The time.
        """
        self._board = board
        self._news = news
        self._source_of = source_of
        self._clock = clock
        self._waiting: asyncio.Queue[Key] = asyncio.Queue(MOST_WAITING)
        self._resumed = asyncio.Event()
        self._resumed.set()

    def pause(self) -> None:
        """Begin no more reading; what ends waits."""
        self._resumed.clear()

    def resume(self) -> None:
        """Read on."""
        self._resumed.set()

    async def run(self) -> None:
        """Read of what ends, for ever."""
        unsubscribe = self._news.subscribe(self._on_news)
        try:
            await asyncio.gather(*(self._read_on() for _ in range(AT_ONCE)))
        finally:
            unsubscribe()

    async def settle(self) -> None:
        """Wait until everything that has ended is read of."""
        await self._waiting.join()

    def note(self, key: Key, remarks: tuple[Remark, ...]) -> None:
        """Keep on the board which parts of an invocation failed, if the remarks tell of any."""
        row = self._board.get(key)
        parts = worst(parts for remark in remarks for parts in remark.parts)
        if row is None or parts is None or not _can_have_failed_parts(row):
            return
        if row.parts and not parts.total:  # it was counted before
            return
        changes = self._board.apply([replace(row, parts=parts)])
        if changes:
            self._news.publish(Heard(changes, self._clock()))

    def _on_news(self, news: Heard | Missed) -> None:
        for key in news.changes.ended if isinstance(news, Heard) else ():
            row = self._board.get(key)
            if row and _can_have_failed_parts(row) and is_reporting(row.model_id):
                with contextlib.suppress(asyncio.QueueFull):
                    self._waiting.put_nowait(key)

    async def _read_on(self) -> None:
        while True:
            key = await self._waiting.get()
            try:
                await self._resumed.wait()
                await self._read(key)
            except Exception as error:  # a fault of our own must not end the reading either
                self._news.tell(problem_of(error))
            finally:
                self._waiting.task_done()

    async def _read(self, key: Key) -> None:
        """Read the report and, where that does not count what failed, what it tells of."""
        from tui.engine.summarising import summarise
        from tui.model.meaning import is_report

        row = self._board.get(key)
        if row is None or row.parts:
            return
        source = self._source_of(row)
        with contextlib.suppress(ProblemError):  # the Output tab tells of it
            objects = (await source.list_outputs(row)).objects
            small = [thing for thing in objects if thing.size <= LARGEST]
            reports = [thing for thing in small if is_report(row, thing)]
            remarks = await summarise(source, row, reports)
            told = worst(parts for remark in remarks for parts in remark.parts)
            if told and not told.total:
                others = [thing for thing in small if thing not in reports]
                remarks += await summarise(source, row, others)
            self.note(key, remarks)


def _can_have_failed_parts(row: Invocation) -> bool:
    """Whether it is a job that completed: what an endpoint's container writes may mean anything."""
    return row.is_listed and row.status is Status.COMPLETED
