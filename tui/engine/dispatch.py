"""Sends what waits in the ledger: written down at once, claimed and sent when the queue says so.

The queue knows the order and the pauses; what is sent, and by whom, is decided here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from msgspec.structs import replace

from tui.aws.session import Session
from tui.engine import submission
from tui.engine.loop import PATIENCE, seen
from tui.engine.news import News
from tui.engine.queue import Queue, Turn
from tui.engine.ticking import Heard, Missed
from tui.ledger.journal import State, Submission
from tui.ledger.ledger import Ledger
from tui.ledger.queued import ANOTHER_ACCOUNT
from tui.model.board import Board, Changes
from tui.model.clock import Clock
from tui.model.invocation import Invocation, Key, Status, key_of_token
from tui.model.problem import Problem, problem_of
from tui.model.request import Request

QUEUE_PAUSED = "queue-paused"
"""The name that a context's paused queue is remembered under, before the context's key."""


class Dispatch:
    """What waits to be sent, of one context.

    Attributes:
        queue: Whose turn it is.
        trouble: Why the queue does not go on; None when it does, or waits for room.
    """

    def __init__(
        self,
        aws: Session,
        board: Board,
        ledger: Ledger,
        news: News,
        on_sent: Callable[[], None],
        clock: Clock,
        rest: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Put what waits in the ledger onto the board. Waits for the disk, and sends nothing yet.

        Args:
            aws: Where to send.
            board: What is known.
            ledger: What waits, and that the queue is paused.
            news: Whom to tell.
            on_sent: Called after each that was sent.
            clock: The time.
            rest: Waits for so many seconds before a full model is asked again.
        """
        self._aws = aws
        self._board = board
        self._journal = ledger.journal
        self._queued = ledger.queued
        self._choices = ledger.choices
        self._news = news
        self._on_sent = on_sent
        self._clock = clock
        self._region = aws.context.region or ""
        self._paused = f"{QUEUE_PAUSED} {aws.context.key}"
        self._account = ""  # until AWS has said whose credentials send
        self._unowned: set[str] = set()  # queued before it said so
        self._renewals = 0
        self.trouble: Problem | None = None
        self.queue = Queue(
            self.send, is_paused=self._choices.load(self._paused, default=False), rest=rest
        )
        board.apply(self._row(each) for each in self._queued.load(aws.context.key))
        self._queue_up()
        news.subscribe(self._make_room)

    async def enqueue(self, requests: Sequence[Request]) -> None:
        """Write many requests down at once, and have each sent in its turn.

        Cancelling the caller does not stop it: what the ledger takes must stand on the board.

        Raises:
            ProblemError: They could not be written down; none is sent.
        """
        writing = asyncio.create_task(self._write_down(requests))
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            await asyncio.wait([writing], timeout=PATIENCE)
            writing.add_done_callback(seen)
            raise

    async def _write_down(self, requests: Sequence[Request]) -> None:
        key, now = self._aws.context.key, self._clock()
        account = self._account  # it may get known meanwhile
        waiting = await self._queued.enqueue(requests, key, now, account)
        tokens = [each.token for each in waiting]
        if not account:
            self._unowned |= set(tokens)
            await self._news.attempt(self._own())
        self.renew(tokens)
        await self._news.learn(self._board.apply(map(self._row, waiting)))
        self._queue_up()

    async def go_on(self, account: str) -> None:
        """Send what is an account's: AWS has said now that it is ours."""
        self._account = account
        await self._news.attempt(self._own())
        self._queue_up()

    def begin_anew(self) -> None:
        """Know nothing of whose credentials send, until ``go_on``, nor of what kept the former."""
        self._account, self.trouble = "", None
        self._renewals += 1

    def renew(self, tokens: Sequence[str]) -> None:
        """Have what was refused before make way for what is submitted under its token now."""
        self.queue.renew(tokens)
        if gone := self._board.renew(tokens):
            self._news.publish(Heard(gone, self._clock()))

    async def drop(self, tokens: Sequence[str]) -> set[str]:
        """Have what waits not be sent; returns what was not, so far.

        Raises:
            ProblemError: The ledger failed; the next start sends it.
        """
        self.queue.drop(tokens)
        return await self._queued.dequeue(tokens)

    async def pause(self, is_paused: bool) -> None:
        """Stop sending what waits, or go on; the next start does as well.

        Raises:
            ProblemError: The ledger failed; it holds for this session all the same.
        """
        if is_paused:
            self.queue.pause()
        else:
            self.queue.resume()
        await self._choices.save(self._paused, is_paused)

    async def send(self, token: str) -> Turn:
        """Send what waits under a token, unless another copy of the program has, or does."""
        key, now, renewals = key_of_token(token), self._clock(), self._renewals
        try:
            found = await self._queued.claim(token, now, self._account)
            if found is None or found.state is not State.QUEUED:
                return await self._see_taken(key, found)
            sent = await submission.send(found, self._aws, self._journal, self._queued, now)
        except Exception as error:
            problem = problem_of(error)
            is_former = problem.is_signed_out and renewals != self._renewals
            self._complain(None if problem.is_quota or is_former else problem)
            if problem.kind == ANOTHER_ACCOUNT:
                return Turn()
            if not self.queue.waits(token):  # it was dropped while it was asked for
                await self._news.attempt(self._queued.dequeue([token]))
                await self._news.learn(self._board.drop([key]))
            # Credentials say nothing of the model: it need not rest once there are others.
            pause = None if problem.is_signed_out else problem.retry_after
            return Turn(is_over=False, pause=pause)
        self._complain(None)
        await self._news.learn(self._board.apply([sent.row]))
        self._news.tell(sent.trouble)
        self._on_sent()
        return Turn(pause=0.0 if sent.row.status is Status.UNKNOWN else None)

    async def _see_taken(self, key: Key, found: Submission | None) -> Turn:
        """Learn what another copy of the program has made of a row that waited here."""
        if found and found.state is State.SENT and submission.is_settling(found, self._clock()):
            return Turn(is_over=False, pause=0.0)  # it is being asked for
        row = self._board.get(key)
        if found and found.state in (State.SENT, State.UNKNOWN, State.PREPARED):
            row = submission.unanswered(found, self._region)
            await self._news.learn(self._board.apply([row]))
        elif found and found.problem and row:
            row = submission.refused(row, found.problem, self._clock())
            await self._news.learn(self._board.apply([row]))
        else:
            await self._news.learn(self._board.drop([key]))
        return Turn()

    def _complain(self, trouble: Problem | None) -> None:
        """Have it known what keeps the queue, or that nothing does."""
        if trouble != self.trouble:
            self.trouble = trouble
            self._news.announce(Heard(Changes(), self._clock()))

    async def _own(self) -> None:
        """Note whose the queued submissions are that were written down before AWS had said so."""
        if self._account and (unowned := sorted(self._unowned)):  # it may grow meanwhile
            await self._queued.own(unowned, self._account)
            self._unowned.difference_update(unowned)

    def _queue_up(self) -> None:
        """Have the queue know of every row that waits; what it knows already keeps its place."""
        waiting = [row for row in self._board if row.status is Status.QUEUED]
        self.queue.add((row.client_request_token, row.model_id) for row in waiting)

    def _make_room(self, news: Heard | Missed) -> None:
        """Have the queue ask again for the models of what has ended."""
        if isinstance(news, Heard) and news.changes:
            self.queue.make_room(self._board[key].model_id for key in news.changes.ended)

    def _row(self, found: Submission) -> Invocation:
        """A submission that waits, as a row of the board."""
        row = submission.row_of(found.request, self._region, found.prepared)
        return replace(row, status=Status.QUEUED)
