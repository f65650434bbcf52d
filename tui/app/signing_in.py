"""Signed out, as the screen tells it and mends it: the words, the log-in, the question for a code.

What is run is decided by the kind of the credentials; the terminal is lent to it as to an editor.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from textual.app import App

from tui.engine.session import Engine
from tui.model.credentials import CodeWanted, mends

SOON = timedelta(minutes=10)
"""From when on the end of credentials is told; what renews itself has done so by then."""


def ending(engine: Engine) -> str:
    """When the credentials end, if that is soon; empty otherwise."""
    expires = engine.aws.signing.expires
    left = expires - engine.clock() if expires else None
    if left is None or not timedelta() < left < SOON:
        return ""
    return f"credentials end in {max(1, left // timedelta(minutes=1))}m"


async def sign_in(app: App[object], engine: Engine) -> str:
    """Log in with the command for these credentials, and go on; returns what is to be said.

    Raises:
        ProblemError: The command is missing, or failed: we stay signed out.
    """
    from tui.engine.logging_in import log_in

    credentials = await engine.signing_in.how()
    if credentials is not None and credentials.renewal:
        with app.suspend():
            await log_in(credentials.renewal)
        engine.signing_in.try_again()
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
