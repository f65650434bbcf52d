"""Asking a person before something is sent once more, forgotten, or copied."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container, Sequence

from msgspec.structs import replace
from textual.app import App

from tui.app.bindings import keyed
from tui.app.screens.confirm import ConfirmScreen
from tui.app.screens.form import FormScreen
from tui.engine import submission
from tui.engine.contexts import Contexts
from tui.engine.session import Engine
from tui.ledger.journal import Submission
from tui.ledger.queued import ANOTHER_ACCOUNT
from tui.model.counting import so_many
from tui.model.invocation import Invocation, Key, Status, key_of_token
from tui.model.problem import Problem, ProblemError
from tui.model.request import InvokeEndpointAsync, Request, StartAsyncInvoke
from tui.model.view import unseen

Doing = Callable[[], Awaitable[Key | None]]
"""What a person has agreed to; it comes to the key of what was sent."""

_INPUT_NOT_KNOWN = Problem(
    kind="InputNotKnown",
    message="its input is not known: AWS does not return model inputs",
    remedy="only what was submitted from here, and whose input is kept, can be run again",
)
_NOT_OVER = Problem(
    kind="NotOver",
    message="what still runs, and what was never answered, is not forgotten",
    remedy="wait until it has ended, or its time is up",
)
_BEING_SENT = Problem(
    kind="BeingSent",
    message="what is just being sent stays, if AWS takes it",
    remedy="there is no cancel",
)
_ONE_BY_ONE = Problem(
    kind="OneByOne",
    message="what is waited for is retried one by one",
    remedy="mark only async invocations",
)


def _not_failed() -> Problem:
    """What is said where there is nothing to retry."""
    return Problem(
        kind="NotFailed",
        message="only what failed is retried",
        remedy=keyed("{table.again} opens the form on any that was submitted from here"),
    )


async def run_again(app: App[int], contexts: Contexts, row: Invocation) -> Doing | None:
    """Open the form on what an invocation was asked, in its own context.

    Raises:
        ProblemError: Its input is not known.
    """
    engine = contexts.of(row)
    form = FormScreen(engine, await _request_behind(engine, row))
    return _come_to(await app.push_screen_wait(form))


def _come_to(key: Key | None) -> Doing:
    async def nothing_more() -> Key | None:
        return key

    return nothing_more


async def copy_as(app: App[int], engine: Engine, row: Invocation) -> str | None:
    """Copy what an invocation was asked, without its token, in a syntax that is asked for.

    Returns:
        What was done.

    Raises:
        ProblemError: Its input is not known.
    """
    from tui.app.screens.copy_as import CopyScreen

    request = replace(await _request_behind(engine, row), client_request_token="")
    return await app.push_screen_wait(CopyScreen(request, engine.context))


async def retry(
    app: App[int], contexts: Contexts, rows: Sequence[Invocation], shown: Container[Key]
) -> Doing | None:
    """Ask whether to send the requests of failed invocations again, with new tokens.

    Args:
        app: Where to ask.
        contexts: What sends, each through its own.
        rows: The invocations; those that did not fail are left alone.
        shown: The keys of those that the person has before their eyes, and of others.

    Raises:
        ProblemError: None of them failed, or no input is known.
    """
    failed = [row for row in rows if row.status is Status.FAILED]
    if not failed:
        raise ProblemError(_not_failed())
    if len(failed) > 1 and any(row.is_waited_for for row in failed):
        raise ProblemError(_ONE_BY_ONE)
    found = [(row, await contexts.of(row).request_of(row)) for row in failed]
    known = [
        (row, replace(request, client_request_token=submission.new_token()))
        for row, request in found
        if request is not None
    ]
    if not known:
        of_many = f"the inputs of these {len(failed):,} are not known: AWS does not return them"
        message = of_many if len(failed) > 1 else _INPUT_NOT_KNOWN.message
        raise ProblemError(replace(_INPUT_NOT_KNOWN, message=message))
    out_of_sight = unseen([row for row, _ in known], shown)
    retries = contexts.ledger.retries
    retried = await retries.load(row.key for row, _ in known)
    asking = _asking_to_retry(contexts, known, len(failed), out_of_sight, list(retried.values()))
    if not await app.push_screen_wait(asking):
        return None
    request_of = {row.key: request for row, request in known}

    async def send() -> Key | None:
        tokens = {request.client_request_token: row.key for row, request in known}
        await retries.note(tokens, contexts.clock())
        try:
            if len(known) == 1:
                ((row, request),) = known
                return (await contexts.of(row).submit(request)).key
            for engine, group in contexts.grouped([row for row, _ in known]):
                await engine.enqueue([request_of[row.key] for row in group])
        except ProblemError:
            await retries.unclaim(tokens)
            raise
        return key_of_token(known[0][1].client_request_token)

    return send


def _asking_to_retry(
    contexts: Contexts,
    known: Sequence[tuple[Invocation, Request]],
    wanted: int,
    out_of_sight: str,
    retried: Sequence[str],
) -> ConfirmScreen:
    """The question.

    Args:
        contexts: Where they are sent.
        known: What is sent again, with its requests.
        wanted: How many failed, those included of which no input is known.
        out_of_sight: Which of them the person does not see, in words.
        retried: What some of them were retried as already.
    """
    row, request = known[0]
    groups = contexts.grouped([row for row, _ in known])
    models = row.model_id + " …" * any(other.model_id != row.model_id for other, _ in known)
    where = f"in {' and '.join(engine.context.title for engine, _ in groups)}"
    how = _how(request) + " …" * any(_how(other) != _how(request) for _, other in known)
    told = [f"{models} {where}{how}"]
    if unknown := wanted - len(known):
        which = so_many(unknown, "more was", "more were")
        told.append(f"{which} not submitted from here: AWS returns no inputs")
    if retried:
        which = so_many(len(retried), "of them was", "of them were")
        told.append(
            f"It was retried already, as {retried[0]}"
            if len(known) == 1
            else f"{which} retried already"
        )
    what = row.id if len(known) == 1 else f"{len(known):,} failed invocations"
    return ConfirmScreen(f"Retry {what}{out_of_sight}?", ". ".join(told) + "." * (len(told) > 1))


def _how(request: Request) -> str:
    """What a second try of a request comes to."""
    if isinstance(request, StartAsyncInvoke):
        return f", to {request.s3_uri}"
    if isinstance(request, InvokeEndpointAsync):
        return f", with {request.input_location or 'the same input'}"
    return ", asked anew and charged for"


async def forget(
    app: App[int], contexts: Contexts, rows: Sequence[Invocation], shown: Container[Key]
) -> Doing | None:
    """Ask whether to drop what is over, or waits to be sent, from the table and the ledger.

    Args:
        app: Where to ask.
        contexts: What forgets, each its own.
        rows: The invocations; those that run are left alone.
        shown: The keys of those that the person has before their eyes, and of others.

    Raises:
        ProblemError: None of them is over, or waits.
    """
    queued = [row for row in rows if row.status is Status.QUEUED]
    over = [row for row in rows if row.is_forgettable]
    asked = [row for row in rows if row.is_asked]
    if asked and not (queued or over):
        return await _cancel(app, contexts, asked, unseen(asked, shown))
    if not (queued or over):
        raise ProblemError(_NOT_OVER)
    told = _what_goes(over)
    if queued:
        told.append("What waits is not sent.")
    unwanted = [*over, *queued]
    one = f"{over[0].status.value.lower()} {over[0].id}" if over else f"waiting {queued[0].id}"
    what = one if len(unwanted) == 1 else f"{len(unwanted):,} invocations"
    what += unseen(unwanted, shown)
    if not await app.push_screen_wait(ConfirmScreen(f"Forget {what}?", " ".join(told))):
        return None

    async def drop() -> None:
        stay = len(unwanted)
        for engine, group in contexts.grouped(unwanted):
            stay -= await engine.forget([row.key for row in group])
        if stay:
            raise ProblemError(
                replace(_BEING_SENT, message=f"{stay} of them: {_BEING_SENT.message}")
            )

    return drop


def _what_goes(over: Sequence[Invocation]) -> list[str]:
    """What is lost with what has ended."""
    told = []
    if over:
        kept = "" if all(row.is_waited_for for row in over) else "; AWS and S3 keep what they have"
        what = "what has ended" if all(row.is_over for row in over) else "it, ended or not"
        told.append(f"The table and the ledger drop {what}, for good{kept}.")
    if any(row.is_waited_for for row in over):
        told.append("With it goes the answer, which nobody else has.")
    if any(row.witness for row in over):
        told.append("SageMaker has no list: where its output is, nobody knows then.")
    if any(row.status is Status.OVERDUE for row in over):
        told.append("What is overdue may end yet, unseen.")
    if any(row.is_at_endpoint and row.status is Status.UNKNOWN for row in over):
        told.append("What was never answered may run all the same.")
    return told


async def _cancel(
    app: App[int], contexts: Contexts, asked: Sequence[Invocation], out_of_sight: str
) -> Doing | None:
    """Ask whether to wait for some answers no more."""
    what = f"the answer to {asked[0].id}" if len(asked) == 1 else f"{len(asked):,} answers"
    told = "The model may run to its end all the same, and is charged for; the answer is lost."
    if not await app.push_screen_wait(
        ConfirmScreen(f"Wait no more for {what}{out_of_sight}?", told)
    ):
        return None

    async def cancel() -> None:
        for row in asked:
            contexts.of(row).calls.cancel(row.key)

    return cancel


async def send_unanswered(app: App[int], contexts: Contexts, row: Invocation) -> Doing | None:
    """Look an unanswered submission up; ask whether to send it again if AWS does not list it.

    Raises:
        ProblemError: AWS may still list it, or could not be reached.
    """
    engine = contexts.of(row)
    recovery = await engine.recover()
    for other in recovery.elsewhere:
        if other.token == row.client_request_token:
            raise ProblemError(_of_another_account(other.account))
    found = engine.unanswered.missing.get(row.key)
    if found is None:
        settled = engine.board.get(row.key)
        if settled and settled.invocation_arn:
            app.notify("AWS lists it: it had arrived", markup=False)
            return _come_to(settled.key)
        message = "AWS may still list it"
        raise ProblemError(Problem(kind="Wait", message=message, remedy="try again in two minutes"))
    account = engine.signing_in.account
    explanation = (
        f"AWS does not list {found.token} in {engine.context.title}, {_accounts(account, found)}. "
        "With the same token one account cannot start it twice."
    )
    question = ConfirmScreen("Send it again with the same token?", explanation)
    if not await app.push_screen_wait(question):
        return None
    unanswered = found

    async def resend() -> Key | None:
        return (await engine.resend(unanswered, confirmed=account)).key

    return resend


def _of_another_account(account: str) -> Problem:
    return Problem(
        kind=ANOTHER_ACCOUNT,
        message=f"it was submitted from account {account}, which alone can ask for it",
        remedy="take that account's credentials, and start again",
    )


def _accounts(now: str, found: Submission) -> str:
    """Which account it was submitted from, and which it would be sent from."""
    if now and now == found.account:
        return f"account {now}"
    then = found.account or "one that is not known"
    return f"account {now or 'not known'}; it was submitted from {then}"


async def _request_behind(engine: Engine, row: Invocation) -> Request:
    request = await engine.request_of(row)
    if request is None:
        raise ProblemError(_INPUT_NOT_KNOWN)
    return request
