"""Ties the ledger, the clients and the poller of the open context together. Decides nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace as replace_data
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.aws import bedrock
from tui.aws.errors import problems
from tui.aws.session import Session
from tui.config import Settings
from tui.engine import submission
from tui.engine.calls import Calls
from tui.engine.polling import Heard, Listener, Missed, Older, Poller
from tui.engine.queue import Queue, Turn
from tui.engine.source import Bucket, Kept, Source
from tui.engine.submission import SETTLE, Recovery
from tui.ledger.answers import Answers
from tui.ledger.choices import Choices
from tui.ledger.database import Database
from tui.ledger.drafts import Drafts
from tui.ledger.journal import ANOTHER_ACCOUNT, Journal, State, Submission
from tui.ledger.known import Known
from tui.model.board import Board, Changes
from tui.model.clock import Clock, utc_now
from tui.model.context import Context, Identity
from tui.model.invocation import Invocation, Key, Status, key_of_token
from tui.model.problem import Problem, ProblemError, problem_of
from tui.model.request import InvokeModel, Request

if TYPE_CHECKING:
    from tui.engine.offering import Offers

IDENTITY_SECONDS = 2.0
"""How long a submission waits to know whose it is; without the answer it goes all the same."""

QUEUE_PAUSED = "queue-paused"
"""The name that a context's paused queue is remembered under, before the context's key."""

CLOSE_SECONDS = 0.2
"""How long the end waits for what is being saved and for the connections."""


class Engine:
    """One open context: what we know (``board``), and the doors to the ledger and to AWS.

    Attributes:
        board: The only state about invocations.
        aws: The context's clients.
        ledger: The ledger file.
        journal: The submissions.
        drafts: What stands in the forms.
        choices: What was chosen on the screen.
        calls: The InvokeModel calls that wait for their answers.
        identity: Who we are; None until AWS has said so.
        heard: When AWS last answered; None before.
        problem: Why the last question failed; None when it did not.
        trouble: Why the queue does not go on; None when it does, or waits for room.
        queue: What waits here to be sent.
        missing: The submissions that AWS does not list although it had time to, by their keys on
            the board: they may be sent again.
        set_aside: Where a damaged ledger went; None when there was none.
    """

    def __init__(
        self,
        settings: Settings,
        context: Context,
        ledger: Path,
        clock: Clock = utc_now,
        rest: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Open the ledger and load what is known. Waits for the disk, not for AWS.

        Args:
            settings: What config.toml says.
            context: Where calls go.
            ledger: The ledger file.
            clock: The time.
            rest: Waits for so many seconds before a full model is asked again.

        Raises:
            LedgerError: The ledger cannot be used.
        """
        self.settings = settings
        self.context = context
        self.clock = clock
        self.ledger = ledger
        self._database = Database(ledger)
        self.journal = Journal(self._database, keep_inputs=settings.history.keep_inputs)
        self._known = Known(self._database)
        self._answers = Answers(self._database, keep=settings.history.keep_inputs)
        self.drafts = Drafts(self._database)
        self.choices = Choices(self._database)
        known, forgotten = self._known.load(context.key), self._known.load_forgotten(context.key)
        self.board = Board(known, forgotten)
        unsettled = self.journal.load_unsettled(context.key)
        self.board.apply(submission.unanswered(found, context.region or "") for found in unsettled)
        queued = self.journal.load_queued(context.key)
        self.board.apply(submission.queued(found, context.region or "") for found in queued)
        is_paused = self.choices.load(f"{QUEUE_PAUSED} {context.key}", default=False)
        self.queue = Queue(self._send_queued, is_paused=is_paused, rest=rest)
        self._queue_up()
        self.set_aside = self._database.set_aside
        self.aws = Session(context)
        self.calls = Calls(self.aws, self.journal, self._answers, clock)
        self.identity: Identity | None = None
        self.heard: datetime | None = None
        self.problem: Problem | None = None
        self.trouble: Problem | None = None
        self.missing: dict[Key, Submission] = {}
        self._unowned: list[str] = []  # queued before AWS said whose they are
        self._listeners: list[Listener] = []
        self._tasks: set[asyncio.Task[None]] = set()
        stretch = timedelta(days=settings.history.horizon)
        self.poller = Poller(self.aws, self.board, settings.polling, stretch, clock, self._on_news)

    @cached_property
    def offers(self) -> Offers:
        """What the account offers to a form; most starts open none."""
        from tui.engine.offering import Offers

        return Offers(self.aws, self.clock)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have every piece of news told, on the event loop, after the board has it.

        Returns:
            What ends the subscription.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def start(self, *, sends_queued: bool = False) -> None:
        """Begin to poll, ask who we are, and look for what was never answered.

        Args:
            sends_queued: Whether what waits in the ledger goes on, too.
        """
        self._spawn(self.poller.run())
        self._spawn(self._look_after(sends_queued=sends_queued))

    async def poll(self) -> None:
        """Ask AWS once, now, and keep what it says; ``problem`` tells whether it did."""
        await self.poller.tick()
        await self.settle()

    async def load_older(self) -> Older:
        """List the invocations before the horizon, one stretch more; see ``Poller.look_back``.

        Raises:
            ProblemError: AWS refused or could not be reached.
        """
        older = await self.poller.look_back()
        await self.settle()
        return older

    async def submit(self, request: Request, draft_id: str = "") -> Invocation:
        """Submit a request and put its invocation on the board; see ``submission.submit``.

        An InvokeModel is there at once, and comes back when its answer has; see ``Calls``.

        Cancelling the caller does not stop it: what has been sent must be recorded. A refusal is
        then told to the listeners.

        Args:
            request: What to submit.
            draft_id: The draft that it comes from; dropped once the request is not refused.
        """
        sending = self._spawn(self._submit(request, draft_id))
        try:
            await asyncio.shield(sending)
        except asyncio.CancelledError:
            sending.add_done_callback(self._tell_refusal)
            raise
        return self.board[key_of_token(request.client_request_token)]

    async def _submit(self, request: Request, draft_id: str) -> None:
        await self._know_account()
        try:
            sent = await self._send(request)
        except ProblemError as error:
            token = request.client_request_token
            await self._attempt(self._show_refused(token, error.problem))
            raise
        self._renew([request.client_request_token])
        await self._learn(self.board.apply([sent.row]))
        self._tell(sent.trouble)
        self.poller.wake()
        if draft_id and not (sent.row.is_waited_for and sent.row.status is Status.UNKNOWN):
            await self._attempt(self.drafts.delete(draft_id))

    async def _send(self, request: Request) -> submission.Submitted:
        if isinstance(request, InvokeModel):
            row = await self.calls.begin(request, self._account)
            self._renew([request.client_request_token])
            self._publish(Heard(self.board.apply([row]), self.clock()))
            return await self.calls.wait(request, row)
        aws, journal = self.aws, self.journal
        return await submission.submit(request, aws, journal, self.clock, self._account)

    async def enqueue(self, requests: Sequence[Request]) -> None:
        """Write many requests down at once, and send them one by one as AWS has room.

        They wait on the board; those that the program does not come to go on at its next start.

        Raises:
            ProblemError: They could not be written down; none is sent.
        """
        await self._know_account()
        key, now, region = self.context.key, self.clock(), self.context.region or ""
        account = self._account  # it may get known meanwhile
        waiting = await self.journal.enqueue(requests, key, now, account)
        tokens = [each.token for each in waiting]
        if not account:
            self._unowned += tokens
            await self._attempt(self._own())
        self._renew(tokens)
        await self._learn(self.board.apply(submission.queued(each, region) for each in waiting))
        self._queue_up()

    async def _own(self) -> None:
        """Note whose the queued submissions are that were written down before AWS had said so."""
        if self._account and (unowned := self._unowned):
            await self.journal.own(unowned, self._account)
            self._unowned = [token for token in self._unowned if token not in set(unowned)]

    def _renew(self, tokens: Sequence[str]) -> None:
        """Have what was refused before make way for what is submitted under its token now."""
        self.queue.renew(tokens)
        if gone := self.board.renew(tokens):
            self._publish(Heard(gone, self.clock()))

    async def pause_queue(self, is_paused: bool) -> None:
        """Stop sending what waits, or go on; the next start does as well.

        Raises:
            ProblemError: The ledger failed; it holds for this session all the same.
        """
        if is_paused:
            self.queue.pause()
        else:
            self.queue.resume()
            if self.identity is None:
                self._spawn(self._identify())
        await self.choices.save(f"{QUEUE_PAUSED} {self.context.key}", is_paused)

    def _queue_up(self) -> None:
        """Have the queue know of every row that waits; what it knows already keeps its place."""
        waiting = [row for row in self.board if row.status is Status.QUEUED]
        self.queue.add((row.client_request_token, row.model_id) for row in waiting)

    async def _send_queued(self, token: str) -> Turn:
        """Send what waits under a token, unless another copy of the program has, or does."""
        key, now = key_of_token(token), self.clock()
        try:
            found = await self.journal.claim(token, now, self._account)
            if found is None or found.state is not State.QUEUED:
                return await self._see_taken(key, found)
            sent = await submission.send(found, self.aws, self.journal, now)
        except Exception as error:
            problem = problem_of(error)
            self._complain(None if problem.is_quota else problem)
            if problem.kind == ANOTHER_ACCOUNT:
                return Turn()
            if not self.queue.waits(token):  # it was dropped while it was asked for
                await self._attempt(self.journal.dequeue([token]))
                await self._learn(self.board.drop([key]))
            return Turn(is_over=False, pause=problem.retry_after)
        self._complain(None)
        await self._learn(self.board.apply([sent.row]))
        self._tell(sent.trouble)
        self.poller.wake()
        return Turn(pause=0.0 if sent.row.status is Status.UNKNOWN else None)

    async def _see_taken(self, key: Key, found: Submission | None) -> Turn:
        """Learn what another copy of the program has made of a row that waited here."""
        if found and found.state is State.SENT and self.clock() - found.prepared < SETTLE:
            return Turn(is_over=False, pause=0.0)  # it is being asked for
        row = self.board.get(key)
        if found and found.state in (State.SENT, State.UNKNOWN, State.PREPARED):
            row = submission.unanswered(found, self.context.region or "")
            await self._learn(self.board.apply([row]))
        elif found and found.problem and row:
            row = submission.refused(row, found.problem, self.clock())
            await self._learn(self.board.apply([row]))
        else:
            await self._learn(self.board.drop([key]))
        return Turn()

    def _complain(self, trouble: Problem | None) -> None:
        """Have it known what keeps the queue, or that nothing does."""
        if trouble != self.trouble:
            self.trouble = trouble
            self._announce(Heard(Changes(), self.clock()))

    async def recover(self) -> Recovery:
        """Look up every submission without an answer, adopt what AWS lists, note what it does not.

        Raises:
            ProblemError: AWS or the ledger failed.
        """
        await self._know_account()
        recovery = await submission.recover(self.aws, self.journal, self.clock, self._account)
        ours = [found for found in recovery.missing if self.queue.is_sending(found.token)]
        missing = [found for found in recovery.missing if found not in ours]
        recovery = replace_data(
            recovery, missing=tuple(missing), waiting=(*recovery.waiting, *ours)
        )
        self.missing = {key_of_token(found.token): found for found in missing}
        self.queue.drop(found.token for found in missing)  # another copy had claimed it
        region = self.context.region or ""
        rows = [submission.unanswered(found, region) for found in missing]
        await self._learn(self.board.apply([*recovery.adopted, *rows]))
        return recovery

    async def resend(self, found: Submission, *, is_confirmed: bool = False) -> Invocation:
        """Send a missing submission again, with the same token; see ``submission.resend``.

        Args:
            found: What to send.
            is_confirmed: Whether a person has seen from which account it would go. Otherwise it
                goes only from the one that it is known to have been submitted from: in another,
                its token would not keep it from running twice.
        """
        if not (is_confirmed or (found.account and found.account == self._account)):
            raise ProblemError(_account_not_known(found.token))
        try:
            sent = await submission.resend(found, self.aws, self.journal, self.clock, self._account)
        except ProblemError as error:
            await self._attempt(self._show_refused(found.token, error.problem))
            raise
        self.missing.pop(key_of_token(found.token), None)
        await self._learn(self.board.apply([sent.row]))
        self._tell(sent.trouble)
        return self.board[sent.row.key]

    async def _show_refused(self, token: str, problem: Problem) -> None:
        """Show a row as Failed whose submission turned out to be refused; most have no row."""
        row = self.board.get(key_of_token(token))
        if row is None:
            return
        found = None if row.is_waited_for else await self.journal.find(token=token)
        if row.is_waited_for or (found is not None and found.state is State.REFUSED):
            self.missing.pop(key_of_token(token), None)
            row = submission.refused(row, problem, self.clock())
            await self._learn(self.board.apply([row]))

    async def forget(self, keys: Sequence[Key]) -> int:
        """Drop what is over, or was never sent, from the board and the ledger; returns how many.

        What still runs, and what was never answered, stays: it would be lost. What is just being
        sent stays as well, if AWS takes it.

        Raises:
            ProblemError: The ledger failed; what it did not drop comes back at the next start.
        """
        rows = [row for key in keys if (row := self.board.get(key))]
        over = [row.key for row in rows if row.is_over]
        waited_for = [row.client_request_token for row in rows if row.is_waited_for and row.is_over]
        await self._answers.forget(waited_for, self.clock() - timedelta(seconds=bedrock.PATIENCE))
        await self._known.forget(self.context.key, over, self.clock())
        queued = [row.client_request_token for row in rows if row.status is Status.QUEUED]
        self.queue.drop(queued)
        dropped = await self.journal.dequeue(queued)
        await self._learn(self.board.forget(over))
        await self._learn(self.board.drop(map(key_of_token, dropped)))
        return len(over) + len(dropped)

    async def purge_inputs(self) -> int:
        """Erase drafts, answers, and the inputs of what is settled; returns how many inputs."""
        await self.drafts.clear()
        await self._answers.clear()
        count = await self.journal.purge_inputs()
        await self._known.purge_inputs()  # after the inputs: with them, others write words back
        return count

    @property
    def unkept_answers(self) -> int:
        """How many answers are waited for, or are not in the ledger although they should be."""
        return len(self.calls) + self._answers.unwritten

    def source_of(self, invocation: Invocation) -> Source:
        """Where the outputs of an invocation are read."""
        return Kept(self._answers) if invocation.is_waited_for else Bucket(self.aws)

    async def request_of(self, invocation: Invocation) -> Request | None:
        """The request behind an invocation; None where we do not have its input."""
        found = await self.journal.find(
            token=invocation.client_request_token, arn=invocation.invocation_arn
        )
        return found.request if found and found.has_input else None

    async def was_sent(self, token: str) -> bool:
        """Whether a submission under a token may have arrived, or waits to be sent."""
        found = await self.journal.find(token=token)
        return found is not None and found.state is not State.REFUSED

    async def load_tags(self, invocation: Invocation) -> Invocation:
        """Learn the tags of an invocation that has an ARN; returns it with them.

        Raises:
            ProblemError: AWS refused or could not be reached.
        """
        tags = await bedrock.list_tags(self.aws, invocation.invocation_arn)
        await self._learn(self.board.apply([replace(invocation, tags=tags)]))
        return self.board.get(invocation.key) or replace(invocation, tags=tags)

    async def settle(self) -> None:
        """Wait until everything that was learnt is in the ledger."""

        def saving() -> list[asyncio.Task[None]]:
            return [task for task in self._tasks if task.get_name() == "save" and not task.done()]

        while unsaved := saving():
            await asyncio.wait(unsaved)

    async def close(self) -> None:
        """Stop polling, hang up, and close the ledger once it has everything, or does not take it.

        What a locked ledger does not take was not promised; the next start finds it out.
        """
        await self.queue.finish(CLOSE_SECONDS)
        with contextlib.suppress(ProblemError, asyncio.TimeoutError):
            await asyncio.wait_for(self._answers.flush(), CLOSE_SECONDS)
        for task in self._tasks:
            if task.get_name() != "save":
                task.cancel()
        self._spawn(self.aws.close())
        _, hanging = await asyncio.wait(self._tasks, timeout=CLOSE_SECONDS)
        for task in hanging:
            task.cancel()
        self._database.close()

    def _on_news(self, news: Heard | Missed) -> None:
        if isinstance(news, Heard):
            if (self.problem or self.trouble) and self.identity is None:
                self._spawn(self._identify())  # the line is back: it may say who we are, too
            self.heard, self.problem = news.at, None
        else:
            self.problem = news.problem
        self._publish(news)

    def _publish(self, news: Heard | Missed) -> None:
        if isinstance(news, Heard) and news.changes:
            self._spawn(self._save(news.changes), name="save")
            self.queue.make_room(self.board[key].model_id for key in news.changes.ended)
        self._announce(news)

    def _announce(self, news: Heard | Missed) -> None:
        for listener in list(self._listeners):
            listener(news)

    async def _save(self, changes: Changes) -> None:
        keys = changes.added | changes.updated | frozenset(changes.renamed.values())
        known = (self.board.get(key) for key in keys)
        rows = [row for row in known if row and row.is_for_history]
        gone = [*changes.renamed, *changes.removed]
        adopted = [self.board[key] for key in changes.renamed.values() if key in self.board]
        try:
            tokens = [row.client_request_token for row in rows if not row.is_ours]
            if ours := await self.journal.ours([token for token in tokens if token]):
                # Another copy of the program, on the same ledger, submitted them.
                rows = [
                    await self._with_words(row) if row.client_request_token in ours else row
                    for row in rows
                ]
                self._announce(Heard(self.board.apply(rows), self.clock()))
            await self._known.save(self.context.key, rows, gone)
            for row in adopted:
                token, arn = row.client_request_token, row.invocation_arn
                await self.journal.record(token, State.ACCEPTED, arn=arn)
        except ProblemError as error:
            self._on_news(Missed(error.problem, self.clock()))

    async def _with_words(self, row: Invocation) -> Invocation:
        """A row of ours with what only we know of it: AWS returns neither input nor tags."""
        found = await self.journal.find(token=row.client_request_token)
        if found is None:
            return replace(row, is_ours=True)
        known = submission.row_of(found.request, row.region, row.submit_time)
        return replace(row, is_ours=True, prompt=known.prompt, tags=known.tags or row.tags)

    @property
    def _account(self) -> str:
        return self.identity.account if self.identity else ""

    async def _learn(self, changes: Changes) -> None:
        """Tell of changes that did not come from a poll, and see them into the ledger."""
        self._publish(Heard(changes, self.clock()))
        await self.settle()

    def _tell(self, trouble: Problem | None) -> None:
        if trouble is not None:
            self._on_news(Missed(trouble, self.clock()))

    async def _look_after(self, *, sends_queued: bool) -> None:
        """What every start owes the ledger: recovery and, after it, pruning."""
        history = self.settings.history
        await self._identify()
        await self._attempt(self.recover())
        if history.resend:
            for found in list(self.missing.values()):
                await self._attempt(self.resend(found))
        before = self.clock() - timedelta(days=history.keep_days)
        await self._attempt(self._known.prune(before))
        await self._attempt(self.journal.prune(before))
        await self._attempt(self._answers.prune(before))
        if sends_queued:
            self._spawn(self.queue.run())

    async def _attempt(self, work: Coroutine[object, object, object]) -> None:
        """Do what must not keep anything else from being done; tell of its failure."""
        try:
            await work
        except ProblemError as error:
            self._tell(error.problem)

    def _tell_refusal(self, sending: asyncio.Task[None]) -> None:
        """Tell of a refusal that nobody waits for any more."""
        error = None if sending.cancelled() else sending.exception()
        if isinstance(error, ProblemError):
            self._tell(error.problem)

    async def _know_account(self) -> None:
        """Have ``identity``, if AWS says it soon."""
        if self.identity is None:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._identify(), IDENTITY_SECONDS)

    async def _identify(self) -> None:
        try:
            with problems("GetCallerIdentity"):
                self.identity = await self.aws.identity()
        except ProblemError:
            return  # a courtesy: without the right, or the endpoint, the account stays unnamed
        await self._attempt(self._own())
        self._queue_up()  # what is this account's may go now
        self._publish(Heard(Changes(), self.heard or self.clock()))

    def _spawn(self, work: Coroutine[object, object, None], name: str = "") -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work, name=name or None)
        self._tasks.add(task)
        task.add_done_callback(self._on_done)
        return task

    def _on_done(self, task: asyncio.Task[None]) -> None:
        """Let no failure of a task go unseen."""
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, ProblemError):
            self._on_news(Missed(problem_of(error), self.clock()))


def _account_not_known(token: str) -> Problem:
    return Problem(
        kind="AccountNotKnown",
        message=f"{token} was not sent again: nobody knows that it belongs to this account",
        cause="sts:GetCallerIdentity did not say who we are, now or when it was submitted",
        remedy="grant sts:GetCallerIdentity, or press R on its row in the screen, which asks",
    )
