"""Signed in or out: stops the asking when the credentials have ended, and goes on with new ones.

While signed out no request leaves: the tickers and the queue wait, and nothing is signed. What is
watched meanwhile costs no call: the dates of the AWS files, and for what needs no file, in the idle
rhythm, whether the chain brings other credentials (a program here, or the machine's own metadata).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from tui.aws import aws_files
from tui.aws.errors import problems
from tui.aws.session import Session
from tui.config import Polling
from tui.engine.dispatch import Dispatch
from tui.engine.gate import Gate
from tui.engine.news import News
from tui.engine.ticking import Heard, Missed
from tui.model.board import Changes
from tui.model.clock import Clock
from tui.model.context import Identity
from tui.model.credentials import SELF_RENEWING, Credentials, remedied
from tui.model.policy import is_of_bedrock
from tui.model.problem import Problem, ProblemError

WATCH_SECONDS = 3.0
"""How often the AWS files are looked at while signed out."""

KNOWING_SECONDS = 2.0
"""How long a submission waits to know whose it is; without the answer it goes all the same."""


class SigningIn:
    """Whether one context is signed in, and as whom.

    Attributes:
        gate: Shut while signed out.
        identity: Who we are; None until AWS has said so.
        ended: Which credentials there were; None while signed in, and where there were none.
    """

    def __init__(
        self,
        aws: Session,
        news: News,
        dispatch: Dispatch,
        polling: Polling,
        clock: Clock,
        on_back: Callable[[], None],
    ) -> None:
        """Be signed in, until a question fails for want of credentials.

        Args:
            aws: What signs.
            news: Tells what fails.
            dispatch: Sends nothing while signed out.
            polling: The rhythm.
            clock: The time.
            on_back: Called when there may be credentials again.
        """
        self.gate = Gate()
        self.identity: Identity | None = None
        self.ended: Credentials | None = None
        self._aws = aws
        self._news = news
        self._dispatch = dispatch
        self._polling = polling
        self._clock = clock
        self._on_back = on_back
        news.subscribe(self._on_news)

    @property
    def problem(self) -> Problem | None:
        """Why we are signed out; None while signed in."""
        return self.gate.problem

    @property
    def account(self) -> str:
        """Whose credentials they are: twelve digits, or empty where AWS has not said so."""
        return self.identity.account if self.identity else ""

    def is_final(self, problem: Problem) -> bool:
        """Whether nobody can renew from outside what has ended: our environment holds it."""
        is_of_key = self._is_bearer and is_of_bedrock(problem.operation)
        return is_of_key or self._aws.signing.method == "env"

    async def how(self, problem: Problem | None = None) -> Credentials | None:
        """Which credentials there are, or were, and how a person renews them.

        Args:
            problem: Why we are signed out: an API key opens Bedrock alone, and what the others are
                signed with is another matter.
        """
        from tui.aws.credentials import look

        is_for_bedrock = problem is None or is_of_bedrock(problem.operation)
        return await look(self._aws, is_for_bedrock=is_for_bedrock)

    async def told(self, problem: Problem) -> Problem:
        """A failure with the remedy for the credentials that we have; any other as it is.

        Nothing is signed after one that means that we are signed out: nobody is asked for a code.
        """
        if not problem.is_signed_out:
            return problem
        self._aws.signing.refuse(problem)
        return remedied(problem, await self.how(problem))

    async def raised(self, problem: Problem) -> ProblemError:
        """What to raise for a failure; see ``told``."""
        return ProblemError(await self.told(problem))

    async def lack(self) -> Problem | None:
        """Why nothing can be signed, looked up now; None where it can."""
        try:
            await self._aws.signing.frozen()
        except ProblemError as error:
            return error.problem
        return None

    def try_again(self) -> None:
        """Sign in with what the chain brings now; the next question shows whether it serves.

        The queue waits on until ``come_back``: it may be another account's.
        """
        self._aws.renew()
        self.identity = self.ended = None
        self._dispatch.begin_anew()
        self.gate.open()
        self._news.announce(Heard(Changes(), self._clock()))
        self._on_back()

    def hear(self, problem: Problem) -> None:
        """Be signed out if that is what a failure means; any other changes nothing."""
        if not problem.is_signed_out or self.gate.problem:
            return
        self.gate.shut(problem)
        self._aws.signing.refuse(problem)
        self._dispatch.queue.hold(True)
        self._news.announce(Heard(Changes(), self._clock()))

    async def run(self) -> None:
        """While signed out, look for other credentials; for ever."""
        while True:
            await self.gate.is_shut()
            await self._watch()

    async def come_back(self) -> None:
        """Know who we are, as far as AWS says so, and let the queue go on."""
        await self.identify()
        if self.gate.problem is None:
            self._dispatch.queue.hold(False)

    async def know(self) -> None:
        """Have ``identity``, if AWS says it soon."""
        if self.identity is None:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.identify(), KNOWING_SECONDS)

    async def identify(self) -> None:
        """Ask who we are, and tell.

        An API key of Bedrock is none of those that STS could tell of: its account stays unknown,
        so that nothing is taken for its account's that is another's.
        """
        openings = self.gate.openings
        if self.gate.problem or self._is_bearer:
            return
        try:
            with problems("GetCallerIdentity", self._aws.context):
                identity = await self._aws.identity()
        except ProblemError:
            return  # a courtesy: without the right, or the endpoint, the account stays unnamed
        if openings == self.gate.openings:  # otherwise it is whom the former credentials meant
            self.identity = identity
            await self._dispatch.go_on(identity.account)
            self._news.publish(Heard(Changes(), self._news.heard or self._clock()))

    async def _watch(self) -> None:
        """Return when we have tried to sign in again, or someone else has."""
        openings, waited = self.gate.openings, 0.0
        seen = self._aws.signing.seen
        if seen is None:
            seen = await asyncio.to_thread(aws_files.footprint)
        credentials = await self.how(self.gate.problem)
        if self.gate.openings == openings and self.gate.problem:
            self.ended = credentials
            self.gate.problem = remedied(self.gate.problem, credentials)
            self._news.announce(Heard(Changes(), self._clock()))
        while self.gate.openings == openings:
            if await asyncio.to_thread(aws_files.footprint) != seen:
                self.try_again()
                return
            if waited >= self._polling.idle:
                waited = 0.0
                method = credentials.method if credentials else ""
                if method in SELF_RENEWING and await self._aws.signing.is_renewed():
                    self.try_again()
                    return
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.gate.passes(), WATCH_SECONDS)
            waited += WATCH_SECONDS

    def _on_news(self, news: Heard | Missed) -> None:
        if isinstance(news, Missed) and news.source == "s3" and self._is_bearer:
            return  # an API key opens Bedrock alone; that goes on without S3
        problem = news.problem if isinstance(news, Missed) else self._dispatch.trouble
        if problem is not None:
            self.hear(problem)

    @property
    def _is_bearer(self) -> bool:
        from tui.aws.credentials import has_bearer

        return has_bearer()
