"""What the requests of a context are signed with: found once, lent to every loop and thread.

botocore's own chain finds it, in a thread: a person who is asked for a code, a program that brings
credentials and a metadata service then hold up nothing. The clients of aiobotocore, those that
block, and those of a download in another loop borrow what was found, so nothing is asked twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import re
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import CancelledError
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from tui.aws import aws_files
from tui.aws.aws_files import Footprint
from tui.aws.credential_process import Running
from tui.aws.errors import CREDENTIALS, NO_ENDPOINT, problems
from tui.model import extra
from tui.model.context import Context
from tui.model.credentials import CodeWanted
from tui.model.problem import LEAVING, Problem, ProblemError
from tui.model.signed_out import EXPIRED, MFA_CANCELLED, MFA_NOT_ASKED, UNREADABLE

if TYPE_CHECKING:
    from botocore.credentials import Credentials, ReadOnlyCredentials
    from botocore.session import Session as BotocoreSession

T = TypeVar("T")

Ask = Callable[[CodeWanted], Awaitable["str | None"]]
"""Asks a person for the code of an MFA device; None when they do not give it."""

LOGIN_NEEDS = "credentials of `aws login` are signed in a way that needs one more library"
LOGIN_REMEDY = f"{extra.install('login')}; or choose another profile"

_SERIAL = re.compile(r"Enter MFA code for (.*?):? *")


class Signing:
    """The credentials of one context, kept fresh while they can be.

    Attributes:
        ask: Asks for the code of an MFA device; None where nobody can be asked.
        refusal: Why nothing is signed, until ``renew``; None while it is.
        seen: What the AWS files looked like before the credentials were found.
    """

    def __init__(self, context: Context, ask: Ask | None = None) -> None:
        self.ask = ask
        self.refusal: Problem | None = None
        self.seen: Footprint | None = None
        self._context = context
        self._home: asyncio.AbstractEventLoop | None = None
        self._finding: asyncio.Task[ReadOnlyCredentials] | None = None
        self._session: BotocoreSession | None = None
        self._found: Credentials | None = None
        self._last: ReadOnlyCredentials | None = None
        self._running = Running()
        self._has_asked = False

    @property
    def expires(self) -> datetime | None:
        """When what was found last ends; None for what does not end, or is not known yet."""
        # botocore keeps it to itself, and knows it of all credentials that it renews.
        return getattr(self._found, "_expiry_time", None)

    @property
    def method(self) -> str:
        """Botocore's name of where it was found; empty before."""
        return str(getattr(self._found, "method", None) or "")

    def bind(self) -> None:
        """Have everything found from this loop on; any other only borrows."""
        if self._home is None or self._home.is_closed():
            self._home, self._finding = asyncio.get_running_loop(), None

    def refuse(self, problem: Problem) -> None:
        """Sign nothing until ``renew``; what is under way is not stopped."""
        self.refusal = self.refusal or problem

    def renew(self) -> None:
        """Find everything anew when it is next needed; clients and connections stay."""
        if self.refusal is not LEAVING:
            self.refusal = None
        self._session = self._found = None
        self._finding = None  # what is still looked up is the former, for whoever waits for it

    def close(self) -> None:
        """Find nothing any more, and end what brings credentials."""
        self.refusal = LEAVING
        self._running.kill()
        if self._finding is not None and not self._finding.done():
            self._finding.cancel()

    async def frozen(self) -> ReadOnlyCredentials:
        """Access key, secret key and token, as they are now. In any loop.

        Raises:
            ProblemError: There are none, or they have ended.
        """
        if (ready := self._ready()) is not None:
            return ready
        self.bind()
        if asyncio.get_running_loop() is self._home:
            return await self._find()
        return await asyncio.wrap_future(self._at_home())

    def frozen_in_thread(self) -> ReadOnlyCredentials:
        """The same, for a thread without a loop; waits.

        Raises:
            ProblemError: There are none, or they have ended.
        """
        if (ready := self._ready()) is not None:
            return ready
        try:
            return self._at_home().result()
        except CancelledError as error:
            raise ProblemError(LEAVING) from error

    async def is_renewed(self) -> bool:
        """Whether the same chain brings other credentials now; what is in use stays as it is."""
        last = self._last
        try:
            found = await asyncio.to_thread(self._try_anew)
        except ProblemError:
            return False  # there is still nothing to sign in with
        return last is None or (found.access_key, found.token) != (last.access_key, last.token)

    async def profiles(self) -> tuple[str, dict[str, dict[str, object]]]:
        """The profile in use, and the settings of all.

        Raises:
            ProblemError: The AWS files cannot be read, or have no such profile.
        """

        def read() -> tuple[str, dict[str, dict[str, object]]]:
            with self._explaining():
                session = _session(self._context)
                name = session.get_config_variable("profile") or "default"
                return name, session.full_config["profiles"]

        return await asyncio.to_thread(read)

    def _ready(self) -> ReadOnlyCredentials | None:
        """What needs no look-up; a fresh key costs no change of threads.

        Raises:
            ProblemError: Nothing is signed now.
        """
        if self.refusal is not None:
            raise ProblemError(self.refusal)
        found = self._found
        if found is None:
            return None
        needs_refresh = getattr(found, "refresh_needed", None)
        return None if needs_refresh and needs_refresh() else found.get_frozen_credentials()

    async def _find(self) -> ReadOnlyCredentials:
        if self._finding is None or self._finding.done():
            self._finding = asyncio.get_running_loop().create_task(self._find_once())
            self._finding.add_done_callback(_seen)
        return await asyncio.shield(self._finding)

    async def _find_once(self) -> ReadOnlyCredentials:
        self._has_asked = False
        try:
            last = await asyncio.to_thread(self._find_here)
        except ProblemError as error:
            # Whoever waits to sign as well would ask for a code once more.
            if self._has_asked and error.problem.is_signed_out and self._is_latest:
                self.refuse(error.problem)
            raise
        if self._is_latest:
            self._last = last
        return last

    @property
    def _is_latest(self) -> bool:
        """Whether the look-up that asks this was begun after the last renewal."""
        return self._finding is asyncio.current_task()

    def _at_home(self) -> asyncio.Future[ReadOnlyCredentials]:
        assert self._home is not None, "bind comes before a thread borrows"
        return asyncio.run_coroutine_threadsafe(self.frozen(), self._home)  # type: ignore[return-value]

    # In a thread ---------------------------------------------------------------------------------

    def _find_here(self) -> ReadOnlyCredentials:
        from botocore.exceptions import NoCredentialsError, RefreshWithMFAUnsupportedError

        for _ in range(2):
            with self._explaining():
                # Renewed meanwhile, it is another one: what is found here then serves once.
                session = self._session
                if session is None:
                    self.seen = aws_files.footprint()
                    self._session = session = self._new_session()
                found = session.get_credentials()
                if found is None:
                    if which := aws_files.unreadable():
                        raise ProblemError(_unreadable(which))
                    raise NoCredentialsError
                try:
                    frozen: ReadOnlyCredentials = found.get_frozen_credentials()
                except RefreshWithMFAUnsupportedError:
                    self._session = None  # another chain asks for the code again
                    continue
                if session is self._session:
                    self._found = found
                return frozen
        raise ProblemError(_not_renewed(self._name))

    def _try_anew(self) -> ReadOnlyCredentials:
        """What a chain of its own brings, asking no person.

        Raises:
            ProblemError: Nothing.
        """
        with self._explaining():
            found = self._new_session(is_asking=False).get_credentials()
            if found is None:
                raise ProblemError(_not_renewed(self._name))
            return found.get_frozen_credentials()

    def _new_session(self, *, is_asking: bool = True) -> BotocoreSession:
        """A botocore session whose chain asks us for codes, and keeps programs within bounds."""
        credentials = importlib.import_module("botocore.credentials")
        session = _session(self._context)
        chain = session.get_component("credential_provider")
        role = chain.get_provider("assume-role")
        role._prompter = self._code if is_asking else _no_code

        def process(profile_name: str) -> object:
            return credentials.ProcessProvider(
                profile_name,
                lambda: session.full_config,
                popen=partial(self._running.popen, profile_name),
            )

        role._profile_provider_builder._create_process_provider = process
        own = next(each for each in chain.providers if each.METHOD == "custom-process")
        own._popen = partial(self._running.popen, self._name)
        return session

    def _code(self, prompt: str) -> str:
        """What a person answers to botocore's prompt.

        Raises:
            ProblemError: Nobody can be asked, or answers.
        """
        self._has_asked = True
        serial = _SERIAL.fullmatch(prompt)
        wanted = CodeWanted(serial=serial[1] if serial else prompt, profile=self._name)
        if self.ask is None or self._home is None:
            raise ProblemError(mfa_not_asked(wanted))
        asking = asyncio.run_coroutine_threadsafe(_asked(self.ask, wanted), self._home)
        try:
            code = asking.result()
        except CancelledError as error:
            raise ProblemError(LEAVING) from error
        if not code:
            raise ProblemError(_mfa_cancelled(wanted))
        return code

    @contextlib.contextmanager
    def _explaining(self) -> Iterator[None]:
        """Turn whatever goes wrong into a Problem: nothing was sent to whoever was to be asked."""
        try:
            with problems(CREDENTIALS, self._context, is_sent=False):
                try:
                    yield
                except RuntimeError as error:  # botocore has no other name for it
                    raise ProblemError(_expired(self._name)) from error
                except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
                    if str(error).startswith(NO_ENDPOINT):
                        raise
                    what = f"the settings or cached tokens of profile {self._name}"
                    raise ProblemError(_unreadable(f"{what}: {type(error).__name__}")) from error
        except ProblemError as error:
            problem = replace(error.problem, is_ambiguous=False)
            if problem.kind == "MissingDependencyException":
                problem = replace(problem, cause=LOGIN_NEEDS, remedy=LOGIN_REMEDY)
            raise ProblemError(problem) from error

    @property
    def _name(self) -> str:
        named = os.environ.get("AWS_DEFAULT_PROFILE") or os.environ.get("AWS_PROFILE")
        return self._context.profile or named or "default"


def _session(context: Context) -> BotocoreSession:
    """A botocore session that looks credentials up as the context goes to AWS."""
    from botocore.config import Config
    from botocore.session import Session as BotocoreSession

    session = BotocoreSession(profile=context.profile)
    if context.region:
        session.set_config_variable("region", context.region)
    if context.ca_bundle:
        session.set_config_variable("ca_bundle", context.ca_bundle)
    session.set_default_client_config(
        Config(
            connect_timeout=context.connect_timeout,
            read_timeout=context.read_timeout,
            retries={"mode": "standard", "total_max_attempts": 2},
        )
    )
    return session


async def _asked(ask: Ask, wanted: CodeWanted) -> str | None:
    return await ask(wanted)


def _no_code(_: str) -> str:
    raise ProblemError(LEAVING)


def _seen(done: asyncio.Future[T]) -> None:
    """Take note of how a look-up ended that nobody waits for any more."""
    if not done.cancelled():
        done.exception()


def mfa_not_asked(wanted: CodeWanted) -> Problem:
    """Why a role cannot be assumed where nobody can be asked for a code."""
    return Problem(
        kind=MFA_NOT_ASKED,
        message=f"profile {wanted.profile} wants the code of {wanted.serial}",
        cause="nobody can be asked for it here: there is no terminal",
        remedy="run it in a terminal, or take credentials that need no code",
    )


def _mfa_cancelled(wanted: CodeWanted) -> Problem:
    return Problem(
        kind=MFA_CANCELLED,
        message=f"no code of {wanted.serial} was given: profile {wanted.profile} needs one",
        cause="the role wants a second factor, and the question was cancelled",
        remedy="try again, and give the code",
    )


def _expired(profile: str) -> Problem:
    return Problem(
        kind=EXPIRED,
        message=f"the credentials of profile {profile} have ended",
        cause="what brings them brings the same again",
        remedy="renew them; what runs at AWS goes on",
    )


def _not_renewed(profile: str) -> Problem:
    return replace(_expired(profile), cause="nothing brought new ones")


def _unreadable(which: str) -> Problem:
    return Problem(
        kind=UNREADABLE,
        message=which,
        cause="credentials are looked for there, and it cannot be read",
        remedy="mend the file or its rights, or log in again",
    )
