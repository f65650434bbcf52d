"""What becomes known: from the board into the ledger, and to whoever listens. Asks AWS nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime

from msgspec.structs import replace

from tui import log
from tui.engine import submission
from tui.engine.ticking import Heard, Listener, Missed, Service
from tui.ledger.journal import Journal, State
from tui.ledger.known import Known
from tui.model.board import Board, Changes
from tui.model.clock import Clock
from tui.model.invocation import Invocation
from tui.model.problem import Problem, ProblemError, problem_of


class News:
    """The news of one context; the board has each piece before it is told.

    Attributes:
        heard: When AWS last answered; None before.
        saving: What is being written into the ledger.
    """

    def __init__(
        self, board: Board, journal: Journal, known: Known, context: str, clock: Clock
    ) -> None:
        """Tell nobody anything before ``subscribe``.

        Args:
            board: What is known.
            journal: The submissions, which say what is ours.
            known: Where the changes of the board are kept.
            context: The key of the context.
            clock: The time.
        """
        self._board = board
        self._journal = journal
        self._known = known
        self._context = context
        self._clock = clock
        self._listeners: list[Listener] = []
        self.heard: datetime | None = None
        self._problems: dict[Service, Problem] = {}
        self.saving: set[asyncio.Task[None]] = set()

    @property
    def problem(self) -> Problem | None:
        """Why the last question to one of those that are asked failed; None when none did."""
        return next(iter(self._problems.values()), None)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have every piece of news told, on the event loop.

        Returns:
            What ends the subscription.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def receive(self, news: Heard | Missed) -> None:
        """Take in what became of a question; ``heard`` and ``problem`` say so."""
        if isinstance(news, Heard):
            self.heard = news.at
            if news.source:
                self._problems.pop(news.source, None)
        else:
            self._problems[news.source] = news.problem
        self.publish(news)

    def publish(self, news: Heard | Missed) -> None:
        """Tell of changes, and begin to write them into the ledger."""
        if isinstance(news, Heard) and news.changes:
            self.write(self._save(news.changes))
        self.announce(news)

    def write(self, work: Coroutine[object, object, None]) -> None:
        """Begin to write into the ledger; ``settle`` waits for it. Its trouble is told already."""
        task = asyncio.get_running_loop().create_task(work)
        self.saving.add(task)
        task.add_done_callback(self.saving.discard)
        task.add_done_callback(self.tell_failure)

    def announce(self, news: Heard | Missed) -> None:
        """Tell of what the ledger has already, or does not keep."""
        if isinstance(news, Missed):
            _note_missed(news, self._context)
        else:
            _note_heard(news, self._context)
        for listener in list(self._listeners):
            listener(news)

    async def learn(self, changes: Changes) -> None:
        """Tell of changes that did not come from a poll, and see them into the ledger."""
        self.publish(Heard(changes, self._clock()))
        await self.settle()

    def tell(self, trouble: Problem | None) -> None:
        """Tell of what went wrong, if anything did."""
        if trouble is not None:
            self.receive(Missed(trouble, self._clock()))

    def tell_failure(self, task: asyncio.Task[None]) -> None:
        """Let no fault that ended a task go unseen; a ``ProblemError`` is its caller's."""
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, ProblemError):
            log.fault(error)
            self.tell(problem_of(error))

    async def attempt(self, work: Coroutine[object, object, object]) -> None:
        """Do what must not keep anything else from being done; tell of its failure."""
        try:
            await work
        except ProblemError as error:
            self.tell(error.problem)

    async def settle(self) -> None:
        """Wait until everything that was learnt is in the ledger."""
        while unsaved := [task for task in self.saving if not task.done()]:
            await asyncio.wait(unsaved)

    async def _save(self, changes: Changes) -> None:
        keys = changes.added | changes.updated | frozenset(changes.renamed.values())
        known = (self._board.get(key) for key in keys)
        rows = [row for row in known if row and row.is_for_history]
        gone = [*changes.renamed, *changes.removed]
        adopted = [self._board[key] for key in changes.renamed.values() if key in self._board]
        try:
            tokens = [row.client_request_token for row in rows if not row.is_ours]
            if ours := await self._journal.ours([token for token in tokens if token]):
                # Another copy of the program, on the same ledger, submitted them.
                rows = [
                    await self._with_words(row) if row.client_request_token in ours else row
                    for row in rows
                ]
                self.announce(Heard(self._board.apply(rows), self._clock()))
            await self._known.save(self._context, rows, gone)
            for row in adopted:
                token, arn = row.client_request_token, row.invocation_arn
                await self._journal.record(token, State.ACCEPTED, arn=arn)
        except ProblemError as error:
            self.tell(error.problem)

    async def _with_words(self, row: Invocation) -> Invocation:
        """A row of ours with what only we know of it: AWS returns neither input nor tags."""
        found = await self._journal.find(token=row.client_request_token)
        if found is None:
            return replace(row, is_ours=True)
        known = submission.row_of(found.request, row.region, row.submit_time)
        return replace(row, is_ours=True, prompt=known.prompt, tags=known.tags or row.tags)


def _note_heard(news: Heard, context: str) -> None:
    changes = news.changes
    log.note(
        "heard",
        context=context,
        source=news.source,
        added=len(changes.added),
        updated=len(changes.updated),
        renamed=len(changes.renamed),
        removed=len(changes.removed),
        ended=len(changes.ended),
    )


def _note_missed(news: Missed, context: str) -> None:
    problem = news.problem
    log.note(
        "missed",
        context=context,
        source=news.source,
        kind=problem.kind,
        operation=problem.operation,
        request_id=problem.request_id,
        is_retryable=problem.is_retryable,
    )
