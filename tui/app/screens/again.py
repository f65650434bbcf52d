"""Asking a person before something is sent once more. Each returns its key, or None."""

from __future__ import annotations

from msgspec.structs import replace
from textual.app import App

from tui.app.screens.confirm import ConfirmScreen
from tui.app.screens.form import FormScreen
from tui.engine import submission
from tui.engine.session import Engine
from tui.model.invocation import Invocation, Key
from tui.model.problem import Problem, ProblemError
from tui.model.request import StartAsyncInvoke


async def run_again(app: App[int], engine: Engine, row: Invocation) -> Key | None:
    """Open the form on what an invocation was asked.

    Raises:
        ProblemError: Its input is not known.
    """
    return await app.push_screen_wait(FormScreen(engine, await _request_behind(engine, row)))


async def retry(app: App[int], engine: Engine, row: Invocation) -> Key | None:
    """Send an invocation's request again, with a new token, once that is confirmed.

    Raises:
        ProblemError: Its input is not known, or AWS refused.
    """
    request = await _request_behind(engine, row)
    where = f"{row.model_id} in {engine.context.title}, to {request.s3_uri}"
    if not await app.push_screen_wait(ConfirmScreen(f"Retry {row.id}?", where)):
        return None
    again = replace(request, client_request_token=submission.new_token())
    return (await engine.submit(again)).key


async def send_unanswered(app: App[int], engine: Engine, row: Invocation) -> Key | None:
    """Look an unanswered submission up; offer to send it again if AWS does not list it.

    Raises:
        ProblemError: AWS may still list it, refused, or could not be reached.
    """
    await engine.recover()
    found = engine.missing.get(row.key)
    if found is None:
        settled = engine.board.get(row.key)
        if settled and settled.invocation_arn:
            return settled.key
        message = "AWS may still list it"
        raise ProblemError(Problem(kind="Wait", message=message, remedy="try again in two minutes"))
    explanation = (
        f"AWS does not list {found.token} in {engine.context.title}. "
        "With the same token it cannot be started twice."
    )
    if await app.push_screen_wait(ConfirmScreen("Send it again with the same token?", explanation)):
        return (await engine.resend(found)).key
    return None


async def _request_behind(engine: Engine, row: Invocation) -> StartAsyncInvoke:
    request = await engine.request_of(row)
    if request is None:
        raise ProblemError(
            Problem(
                kind="InputNotKnown",
                message="its input is not known: AWS does not return model inputs",
                remedy="only what was submitted from here can be run again",
            )
        )
    return request
