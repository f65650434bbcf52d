"""Asking a person before something is sent once more, or forgotten."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace
from textual.app import App

from tui.app.screens.confirm import ConfirmScreen
from tui.app.screens.form import FormScreen
from tui.engine import submission
from tui.engine.session import Engine
from tui.ledger.journal import Submission
from tui.model.invocation import Invocation, Key
from tui.model.problem import Problem, ProblemError
from tui.model.request import StartAsyncInvoke

_INPUT_NOT_KNOWN = Problem(
    kind="InputNotKnown",
    message="its input is not known: AWS does not return model inputs",
    remedy="only what was submitted from here can be run again",
)
_NOT_OVER = Problem(
    kind="NotOver",
    message="what still runs, and what was never answered, is not forgotten",
    remedy="wait until it has ended",
)


async def run_again(app: App[int], engine: Engine, row: Invocation) -> Key | None:
    """Open the form on what an invocation was asked.

    Raises:
        ProblemError: Its input is not known.
    """
    return await app.push_screen_wait(FormScreen(engine, await _request_behind(engine, row)))


async def retry(app: App[int], engine: Engine, rows: Sequence[Invocation]) -> Key | None:
    """Send the requests of invocations again, with new tokens, once that is confirmed.

    Raises:
        ProblemError: No input is known, or AWS refused; those after a refusal are not sent.
    """
    found = [(row, await engine.request_of(row)) for row in rows]
    known = [
        (row, replace(request, client_request_token=submission.new_token()))
        for row, request in found
        if request is not None
    ]
    if not known:
        raise ProblemError(_INPUT_NOT_KNOWN)
    if not await app.push_screen_wait(_asking_to_retry(engine, known, len(rows))):
        return None
    return [(await engine.submit(request)).key for _, request in known][-1]


def _asking_to_retry(
    engine: Engine, known: Sequence[tuple[Invocation, StartAsyncInvoke]], wanted: int
) -> ConfirmScreen:
    row, request = known[0]
    where = f"in {engine.context.title}, to {request.s3_uri}"
    if wanted == 1:
        return ConfirmScreen(f"Retry {row.id}?", f"{row.model_id} {where}")
    unknown = wanted - len(known)
    rest = f" {unknown} more were not submitted from here: AWS returns no inputs." * bool(unknown)
    question = f"Retry {len(known)} failed invocations?"
    return ConfirmScreen(question, f"{row.model_id} … {where} ….{rest}")


async def forget(app: App[int], engine: Engine, rows: Sequence[Invocation]) -> str | None:
    """Drop invocations that are over from the table and the ledger, once that is confirmed.

    Returns:
        What was done, for a person; None when it was not wanted.

    Raises:
        ProblemError: None of them is over, or the ledger failed.
    """
    over = [row.key for row in rows if row.status.is_terminal]
    if not over:
        raise ProblemError(_NOT_OVER)
    what = "this invocation" if len(over) == 1 else f"{len(over):,} invocations"
    explanation = (
        "The table and the ledger drop what has ended, for good; AWS and S3 keep what they have."
    )
    if not await app.push_screen_wait(ConfirmScreen(f"Forget {what}?", explanation)):
        return None
    return f"forgot {await engine.forget(over):,}"


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
        f"AWS does not list {found.token} in {engine.context.title}, {_accounts(engine, found)}. "
        "With the same token one account cannot start it twice."
    )
    if await app.push_screen_wait(ConfirmScreen("Send it again with the same token?", explanation)):
        return (await engine.resend(found, is_confirmed=True)).key
    return None


def _accounts(engine: Engine, found: Submission) -> str:
    """Which account it was submitted from, and which it would be sent from."""
    now = engine.identity.account if engine.identity else ""
    if now and now == found.account:
        return f"account {now}"
    then = found.account or "one that is not known"
    return f"account {now or 'not known'}; it was submitted from {then}"


async def _request_behind(engine: Engine, row: Invocation) -> StartAsyncInvoke:
    request = await engine.request_of(row)
    if request is None:
        raise ProblemError(_INPUT_NOT_KNOWN)
    return request
