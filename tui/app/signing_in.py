"""Signed out, as the screen tells it and mends it: the words, the log-in, the question for a code.

What is run is decided by the kind of the credentials; the terminal is lent to it as to an editor.
"""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Awaitable, Callable
from datetime import timedelta

from msgspec.structs import replace
from textual.app import App

from tui.app.bindings import key_of, keyed
from tui.engine.session import Engine
from tui.model.credentials import IN_FILES, CodeWanted, mends
from tui.model.problem import Problem, ProblemError

SOON = timedelta(minutes=10)
"""From when on the end of credentials is told; what renews itself has done so by then."""

UNPLACED = frozenset({"NoRegionError", "ProfileNotFound"})
"""The kinds of problems that asking again never ends: the context names no place."""


def ending(engine: Engine) -> str:
    """When the credentials end, if that is soon; empty otherwise."""
    expires = engine.aws.signing.expires
    left = expires - engine.clock() if expires else None
    if left is None or not timedelta() < left < SOON:
        return ""
    return f"credentials end in {max(1, left // timedelta(minutes=1))}m"


def has_way(engine: Engine) -> bool:
    """Whether the key does something for the credentials that have ended, rather than say what."""
    ended = engine.signing_in.ended
    return ended is not None and bool(ended.renewal or ended.method == "assume-role")


def way(engine: Engine, problem: Problem) -> str:
    """What the keys do about a problem of a context, in front of it; empty where they do nothing.

    Args:
        engine: The context's.
        problem: Its problem.
    """
    if problem.kind in UNPLACED:
        return keyed("{table.context} chooses a profile and a region. ")
    if not engine.signing_in.problem:
        return ""
    ended = engine.signing_in.ended
    if ended is None:
        return "signed out. "  # or it is not looked up yet which credentials there were
    if ended.renewal:
        return keyed("signed out: {table.log-in} logs in. ")
    if ended.method == "assume-role":
        is_of_code = problem.kind.startswith("Mfa") or "MultiFactor" in problem.message
        does = "asks for another code" if is_of_code else "tries the role"
        return f"signed out: {key_of('table.log-in')} {does}. "
    if ended.method in IN_FILES:
        return "signed out; new keys are noticed. "
    is_final = engine.signing_in.is_final(problem)
    return "signed out. " if is_final else keyed("signed out: {table.refresh} tries again. ")


async def sign_in(app: App[object], engine: Engine) -> str:
    """Log in with the command for these credentials, and go on; returns what is to be said.

    Raises:
        ProblemError: The command is missing, or failed: we stay signed out.
    """
    from tui.engine.logging_in import log_in

    credentials = await engine.signing_in.how(engine.signing_in.problem)
    if credentials is not None and credentials.renewal:
        with app.suspend():
            await log_in(credentials.renewal)
        engine.signing_in.try_again()
        if (lack := await engine.signing_in.lack()) is not None:
            if not lack.is_signed_out:
                raise ProblemError(lack)
            line = shlex.join(credentials.renewal)
            message = f"{line} ended, but left no credentials: {lack.message}"
            raise ProblemError(replace(lack, message=message))
        return "logged in: asking AWS again"
    if credentials is not None and credentials.method == "assume-role":
        engine.signing_in.try_again()
        return f"trying the role of profile {credentials.profile} again"
    return mends(credentials)


def asker(app: App[int]) -> Callable[[CodeWanted], Awaitable[str | None]]:
    """What asks the person at this app for the code of an MFA device."""

    async def ask(wanted: CodeWanted) -> str | None:
        from tui.app.screens.mfa import MfaScreen

        answered: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

        def answer(code: str | None) -> None:
            if not answered.done():
                answered.set_result(code)

        screen = MfaScreen(wanted)
        # In the app's own turn: whoever signs runs outside of any screen.
        app.call_later(app.push_screen, screen, answer)
        try:
            return await answered
        finally:
            if screen.is_current:
                screen.dismiss(None)

    return ask
