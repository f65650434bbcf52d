"""Ties the ledger, the clients and the poller of one open context together. Decides nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.aws import bedrock
from tui.aws.session import Session
from tui.config import Settings
from tui.engine import submission
from tui.engine.calls import Calls
from tui.engine.dispatch import Dispatch
from tui.engine.inspecting import Inspector
from tui.engine.news import News
from tui.engine.polling import Older, Poller
from tui.engine.recovery import Recovery, Unanswered
from tui.engine.retention import Retention
from tui.engine.signing_in import SigningIn
from tui.engine.source import Bucket, Kept, Store
from tui.engine.tasks import Tasks
from tui.engine.ticking import Heard, Listener, Missed
from tui.engine.watching import Watcher
from tui.ledger.drafts import Draft
from tui.ledger.journal import Submission
from tui.ledger.ledger import Ledger
from tui.model.board import Board
from tui.model.clock import Clock, utc_now
from tui.model.context import Context, Identity
from tui.model.invocation import Invocation, Key, Status, key_of_token
from tui.model.problem import Problem, ProblemError
from tui.model.request import InvokeEndpointAsync, InvokeModel, Request

if TYPE_CHECKING:
    from tui.engine.offering import Offers
    from tui.engine.staging import Local

CLOSE_SECONDS = 0.2
"""How long the end waits for what is being saved and for the connections."""


class Engine:
    """One open context: what we know (``board``), and the doors to the ledger and to AWS.

    Attributes:
        board: The only state about invocations.
        aws: The context's clients.
        ledger: What is kept on the disk.
        journal: The submissions.
        queued: Those of them that wait to be sent.
        drafts: What stands in the forms.
        choices: What was chosen on the screen.
        calls: The InvokeModel calls that wait for their answers.
        signing_in: Whether we are signed in, and as whom.
        news: What has become known.
        poller: Asks Bedrock.
        watcher: Asks S3 for what SageMaker's inferences wrote.
        inspector: Asks S3 which parts failed of what completed.
        dispatch: What sends the queued submissions.
        queue: What waits here to be sent.
        unanswered: What becomes of the submissions without an answer.
    """

    def __init__(
        self,
        settings: Settings,
        context: Context,
        ledger: Ledger,
        clock: Clock = utc_now,
        rest: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Load what is known. Waits for the disk, not for AWS.

        Args:
            settings: What config.toml says; the context's own defaults go before the general ones.
            context: Where calls go.
            ledger: What is kept on the disk; whoever opened it closes it.
            clock: The time.
            rest: Waits for so many seconds before a full model is asked again.

        Raises:
            ProblemError: The ledger cannot be read.
        """
        self.settings = replace(settings, defaults=settings.defaults_of(context))
        self.context = context
        self.clock = clock
        self.ledger = ledger
        self.journal, self.queued = self.ledger.journal, self.ledger.queued
        self.drafts, self.choices = self.ledger.drafts, self.ledger.choices
        known = self.ledger.known
        rows, forgotten = known.load(context.key), known.load_forgotten(context.key)
        self.board = Board(rows, forgotten, context.label)
        unsettled = self.journal.load_unsettled(context.key)
        self.board.apply(submission.unanswered(found, context.region or "") for found in unsettled)
        self.news = News(self.board, self.journal, known, context.key, clock)
        self.aws = Session(context)
        aws, board, news = self.aws, self.board, self.news
        self.calls = Calls(aws, self.journal, self.ledger.answers, clock)
        self._tasks = Tasks(news.tell_failure)
        self._is_recovered = asyncio.Event()
        self._inferring: set[asyncio.Task[None]] = set()
        polling, stretch = settings.polling, timedelta(days=settings.history.horizon)
        self.poller = Poller(aws, board, polling, stretch, clock, self._on_news)
        self.watcher = Watcher(aws, board, known, polling, clock, self._on_news, news.announce)
        self.inspector = Inspector(board, news, self.source_of, clock)
        self.dispatch = Dispatch(aws, board, self.ledger, news, self.wake, clock, rest)
        self.queue = self.dispatch.queue
        self.signing_in = SigningIn(aws, news, self.dispatch, polling, clock, self._come_back)
        self.poller.signed_in = self.watcher.signed_in = self.signing_in.gate
        self.unanswered = Unanswered(aws, board, self.journal, self.queue, news, clock)
        self._retention = Retention(context.key, board, self.ledger, self.dispatch, news, clock)

    @property
    def identity(self) -> Identity | None:
        """Who we are; None until AWS has said so."""
        return self.signing_in.identity

    @property
    def heard(self) -> datetime | None:
        """When AWS last answered; None before."""
        return self.news.heard

    @property
    def problem(self) -> Problem | None:
        """Why the last question failed; None when it did not."""
        return self.news.problem

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
        return self.news.subscribe(listener)

    def start(self, *, sends_queued: bool = False) -> None:
        """Begin to poll, ask who we are, and look for what was never answered; once for all.

        Args:
            sends_queued: Whether what waits in the ledger goes on, too; also if that is said later.
        """
        for run in (self.inspector.run, self.poller.run, self._look_after):
            self._tasks.begin_once(run)
        self.watch()
        if sends_queued:
            self._tasks.begin_once(self._send_queued)

    def watch(self) -> None:
        """Begin to look in S3 for what becomes of SageMaker's inferences; once for all."""
        self._tasks.begin_once(self.watcher.run)
        self._tasks.begin_once(self.signing_in.run)

    async def poll(self) -> None:
        """Ask AWS once, now, and keep what it says; ``problem`` tells whether it did."""
        await self.poller.tick()
        await self.watcher.tick()
        await self.settle()

    def wake(self) -> None:
        """Have AWS asked at once."""
        for ticker in (self.poller, self.watcher):
            ticker.wake()

    @property
    def is_paused(self) -> bool:
        """Whether AWS is not asked by itself."""
        return self.poller.is_paused

    def pause(self, is_paused: bool) -> None:
        """Ask AWS no more by itself, or go on."""
        for asking in (self.poller, self.watcher, self.inspector):
            (asking.pause if is_paused else asking.resume)()

    async def load_older(self) -> Older:
        """List the invocations before the horizon, one stretch more; see ``Poller.look_back``.

        Raises:
            ProblemError: AWS refused or could not be reached.
        """
        older = await self.poller.look_back()
        await self.settle()
        return older

    async def submit(self, request: Request, draft: Draft | None = None) -> Invocation:
        """Submit a request and put its invocation on the board; see ``submission.submit``.

        An InvokeModel is there at once, and comes back when its answer has; see ``Calls``.

        Cancelling the caller does not stop it: what has been sent must be recorded. A refusal is
        then told to the listeners.

        Args:
            request: What to submit.
            draft: What it comes from; dropped once the request is not refused, unless something
                else stands in it by then.

        Raises:
            ProblemError: AWS or the ledger refused; or nobody is signed in: it is not journaled.
        """
        self.signing_in.gate.require()
        sending = self._tasks.begin(self._submit(request, draft))
        if isinstance(request, InvokeEndpointAsync):
            self._inferring.add(sending)
            sending.add_done_callback(self._inferring.discard)
        try:
            await asyncio.shield(sending)
        except asyncio.CancelledError:
            sending.add_done_callback(self._tell_refusal)
            raise
        return self.board[key_of_token(request.client_request_token)]

    async def _submit(self, request: Request, draft: Draft | None) -> None:
        await self.signing_in.know()
        openings = self.signing_in.gate.openings
        try:
            sent = await self._send(request)
        except ProblemError as error:
            if openings == self.signing_in.gate.openings:  # or it failed with the former ones
                self.signing_in.hear(error.problem)
            await self.news.attempt(self.unanswered.show_refused(request.client_request_token))
            raise
        self.dispatch.renew([request.client_request_token])
        await self.news.learn(self.board.apply([sent.row]))
        self.news.tell(sent.trouble)
        (self.watcher if sent.row.witness else self.poller).wake()
        if draft and not (sent.row.is_waited_for and sent.row.status is Status.UNKNOWN):
            await self.news.attempt(self.drafts.delete(draft.id, draft.fields))

    async def _send(self, request: Request) -> submission.Submitted:
        if isinstance(request, InvokeModel):
            row = await self.calls.begin(request, self.signing_in.account)
            self.dispatch.renew([request.client_request_token])
            self.news.publish(Heard(self.board.apply([row]), self.clock()))
            try:
                return await self.calls.wait(request, row)
            except ProblemError as error:
                row = submission.refused(row, error.problem, self.clock())
                await self.news.learn(self.board.apply([row]))
                raise
        account = self.signing_in.account
        return await submission.submit(request, self.aws, self.journal, self.clock, account)

    async def stage(
        self,
        request: InvokeEndpointAsync,
        local: Local | None,
        folder: str,
        progress: Callable[[int], None] | None = None,
    ) -> InvokeEndpointAsync:
        """Bring the input of a request where the endpoint reads it; see ``staging.stage``.

        Raises:
            ProblemError: It cannot be; or what was sent under the inference id may still need its
                own input there.
        """
        from tui.engine import staging

        if await self.journal.was_sent(request.client_request_token):
            raise ProblemError(submission.sent_already(request))
        return await staging.stage(self.aws, request, local, folder, progress)

    async def enqueue(self, requests: Sequence[Request]) -> None:
        """Write many requests down at once, and send them one by one as AWS has room.

        They wait on the board; those that the program does not come to go on at its next start.

        Raises:
            ProblemError: They could not be written down; none is sent.
        """
        await self.signing_in.know()
        await self.dispatch.enqueue(requests)

    async def pause_queue(self, is_paused: bool) -> None:
        """Stop sending what waits, or go on; the next start does as well.

        Raises:
            ProblemError: The ledger failed; it holds for this session all the same.
        """
        if not is_paused and self.identity is None:
            self._tasks.begin(self.signing_in.identify())
        await self.dispatch.pause(is_paused)

    async def recover(self) -> Recovery:
        """Look up every submission without an answer, adopt what AWS lists, note what it does not.

        Raises:
            ProblemError: AWS or the ledger failed.
        """
        self.signing_in.gate.require()
        await self.signing_in.know()
        return await self.unanswered.recover(self.signing_in.account)

    async def resend(self, found: Submission, *, confirmed: str | None = None) -> Invocation:
        """Send a missing submission again, with the same token; see ``Unanswered.resend``."""
        self.signing_in.gate.require()
        account = self.signing_in.account
        return await self.unanswered.resend(found, account, confirmed=confirmed)

    async def forget(self, keys: Sequence[Key]) -> int:
        """Drop what is over, or was never sent; returns how many. See ``Retention.forget``."""
        return await self._retention.forget(keys)

    async def purge_inputs(self) -> int:
        """Erase what was typed and answered; returns how many inputs. See ``Retention``."""
        return await self._retention.purge_inputs()

    @property
    def unkept_answers(self) -> int:
        """How many answers are waited for, or are not in the ledger although they should be."""
        return len(self.calls) + len(self._inferring) + self.ledger.unwritten

    def source_of(self, invocation: Invocation) -> Store:
        """Where the outputs of an invocation are read."""
        return Kept(self.ledger.answers) if invocation.is_waited_for else Bucket(self.aws)

    async def request_of(self, invocation: Invocation) -> Request | None:
        """The request behind an invocation; None where we do not have its input."""
        found = await self.journal.find(
            token=invocation.client_request_token, arn=invocation.invocation_arn
        )
        return found.request if found and found.has_input else None

    async def load_tags(self, invocation: Invocation) -> Invocation:
        """Learn the tags of an invocation that has an ARN; returns it with them.

        Raises:
            ProblemError: AWS refused or could not be reached.
        """
        tags = await bedrock.list_tags(self.aws, invocation.invocation_arn)
        await self.news.learn(self.board.apply([replace(invocation, tags=tags)]))
        return self.board.get(invocation.key) or replace(invocation, tags=tags)

    async def settle(self) -> None:
        """Wait until everything that was learnt is in the ledger."""
        await self.news.settle()

    async def close(self) -> None:
        """Stop polling, and hang up once the ledger has everything, or does not take it.

        What a locked ledger does not take was not promised; the next start finds it out.
        """
        if self._inferring:  # their answers come once
            await asyncio.wait(self._inferring, timeout=CLOSE_SECONDS)
        await self.queue.finish(CLOSE_SECONDS)
        with contextlib.suppress(ProblemError, asyncio.TimeoutError):
            await asyncio.wait_for(self.ledger.flush(), CLOSE_SECONDS)
        for task in self._tasks.under_way:
            task.cancel()
        self._tasks.begin(self.aws.close())
        left = self._tasks.under_way | self.news.saving
        _, hanging = await asyncio.wait(left, timeout=CLOSE_SECONDS)
        for task in hanging:
            task.cancel()

    def _on_news(self, news: Heard | Missed) -> None:
        was_lost = self.problem or self.dispatch.trouble
        if was_lost and isinstance(news, Heard) and self.identity is None:
            self._tasks.begin(self.signing_in.identify())  # the line is back: it may say who, too
        self.news.receive(news)
        self.news.write(self.ledger.flush())

    def _come_back(self) -> None:
        """Go on where being signed out had stopped it."""
        self.wake()
        self._tasks.begin(self._look_after())

    async def _look_after(self) -> None:
        """What every start owes the ledger: recovery and, after it, pruning."""
        history = self.settings.history
        await self.signing_in.come_back()
        await self.news.attempt(self.recover())
        if history.resend:
            for found in list(self.unanswered.missing.values()):
                await self.news.attempt(self.resend(found))
        await self._retention.prune(history.keep_days)
        self._is_recovered.set()

    async def _send_queued(self) -> None:
        """Send what waits, once recovery has told what needs no sending."""
        await self._is_recovered.wait()
        await self.queue.run()

    def _tell_refusal(self, sending: asyncio.Task[None]) -> None:
        """Tell of a refusal that nobody waits for any more."""
        error = None if sending.cancelled() else sending.exception()
        if isinstance(error, ProblemError):
            self.news.tell(error.problem)
