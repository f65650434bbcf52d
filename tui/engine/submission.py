"""A request on its way to AWS: check, journal, call, record. Nothing is sent twice by itself."""

from __future__ import annotations

import asyncio
import importlib
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from tui import log
from tui.aws import bedrock, sagemaker
from tui.aws.sagemaker import Accepted
from tui.aws.session import Session
from tui.ledger.journal import Journal, State, Submission
from tui.ledger.queued import Queued
from tui.model import document
from tui.model.clock import Clock
from tui.model.document import DocumentFault
from tui.model.fault import Fault
from tui.model.invocation import Invocation, Status, Witness, key_of_token
from tui.model.problem import Problem, ProblemError, problem_of
from tui.model.request import InvokeEndpointAsync, Request, StartAsyncInvoke


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a request.

    Attributes:
        faults: Rules of the service: it would refuse the request, or the job would fail.
        warnings: Rules of the model as they are documented: models change, so these may be
            overridden.
    """

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


_ASYNC_ONLY = Fault(
    ("modelId",), "rule", "a model that answers at once: this one only takes StartAsyncInvoke"
)

SETTLE = timedelta(minutes=2)
"""How long after a submission AWS may still not list it."""

SKEW = timedelta(minutes=20)
"""How far this machine's clock and AWS's may lie apart: a signed request allows 15 minutes."""


def is_settling(found: Submission, now: datetime) -> bool:
    """Whether AWS may still not list a submission; with the clock set back it is not held long."""
    return -SKEW < now - found.prepared < SETTLE


@dataclass(frozen=True, slots=True)
class Submitted:
    """What came of a submission.

    Attributes:
        row: The invocation: InProgress or Pending, or Unknown when no answer came. An Unknown one
            that AWS lists is found again by its client token. Failed if AWS refused it.
        trouble: Why the ledger did not take it; the next start finds it like an unanswered one.
    """

    row: Invocation
    trouble: Problem | None = None


def new_token() -> str:
    """A client request token, or an inference id, nobody has used."""
    return str(uuid.uuid4())


async def choices(operation: str) -> dict[str, tuple[str, ...]]:
    """The members of an operation that only take some values, and these values."""
    shapes = await asyncio.to_thread(importlib.import_module, "tui.aws.shapes")
    members = shapes.members(operation)
    found = {name: shapes.constraint(operation, name).enum for name in members}
    return {name: values for name, values in found.items() if values}


async def check(request: Request) -> Verdict:
    """Hold a request against the SDK's service model, the service's own rules and the model's."""
    return await asyncio.to_thread(_verdict, request)  # ten megabytes take half a second


def _verdict(request: Request) -> Verdict:
    shapes = importlib.import_module("tui.aws.shapes")
    catalogue = importlib.import_module("tui.model.catalogue")
    published = shapes.check(type(request).__name__, request.wire())
    faults = {fault.path: fault for fault in (*request.faults(), *published)}
    if isinstance(request, InvokeEndpointAsync):
        return Verdict(tuple(faults.values()), ())
    if not isinstance(request, StartAsyncInvoke):  # the rules of an input are for async ones
        model = catalogue.model_named(request.model_id)
        doubts = (_ASYNC_ONLY,) if model and model.is_async_only else ()
        return Verdict(tuple(faults.values()), doubts)
    doomed = catalogue.doomed(request.model_id, request.model_input)
    warnings = catalogue.check_input(request.model_id, request.model_input)
    return Verdict((*faults.values(), *doomed), tuple(warnings))


async def submit(
    request: Request, session: Session, journal: Journal, clock: Clock, account: str = ""
) -> Submitted:
    """Write the request down, send it once, and record what became of it.

    Args:
        request: What to send.
        session: Where to send it.
        journal: Where to write it down.
        clock: The time.
        account: Whose credentials send it, where that is known.

    Raises:
        ProblemError: AWS refused it, or it could not be written down or sent: nothing was created.
    """
    token, now = request.client_request_token, clock()
    may_have_arrived = await journal.prepare(request, session.context.key, now, account)
    if may_have_arrived and not isinstance(request, StartAsyncInvoke):
        raise ProblemError(sent_already(request))
    answer = await _ask(session, request)
    if isinstance(answer, Problem) and not answer.is_ambiguous:
        # A conflict means that an earlier call with the token did arrive, and what is no verdict
        # on the request says nothing of the earlier one.
        is_verdict = answer.is_verdict and answer.kind != "ConflictException"
        state = State.UNKNOWN if may_have_arrived and not is_verdict else State.REFUSED
        if trouble := await _note(journal.record(token, state, problem=answer)):
            answer = replace(answer, remedy=f"{answer.remedy}; {_not_noted(trouble)}".lstrip("; "))
        raise ProblemError(answer)
    return await _sent(request, session, journal, now, answer)


async def send(
    found: Submission, session: Session, journal: Journal, queued: Queued, now: datetime
) -> Submitted:
    """Send a submission that was claimed from the queue, once, and record what became of it.

    Args:
        found: What was claimed.
        session: Where to send it.
        journal: Where to record it.
        queued: Where it was claimed, and may wait again.
        now: When it was claimed.

    Returns:
        As ``submit``; what AWS refused comes as Failed.

    Raises:
        ProblemError: AWS had no room for it, or did not know us: it waits again.
    """
    request, token = found.request, found.token
    answer = await _ask(session, request)
    if not isinstance(answer, Problem) or answer.is_ambiguous:
        return await _sent(request, session, journal, now, answer)
    row = row_of(request, session.context.region or "", now, problem=str(answer))
    if answer.is_verdict:
        row = refused(row, answer, now)
        return Submitted(row, await _note(queued.refuse(token, answer, row)))
    if trouble := await _note(queued.unclaim(token, now)):
        return Submitted(row, trouble)  # the ledger still says that it was sent
    raise ProblemError(answer)


def sent_already(request: Request) -> Problem:
    """Why a request is not sent once more: nothing but its token would tell the two apart."""
    operation = type(request).__name__
    message = f"{request.client_request_token} was sent already, and {operation} would run it twice"
    return Problem(kind="ConflictException", message=message, operation=operation)


async def _ask(session: Session, request: Request) -> str | Accepted | Problem:
    """Make the call; returns the ARN or, of an endpoint, where S3 will tell what became of it.

    Where there is none, it returns why: ambiguous if it may have started.
    """
    try:
        if isinstance(request, InvokeEndpointAsync):
            return await sagemaker.invoke_endpoint_async(session, request)
        return await bedrock.start_async_invoke(session, request)
    except ProblemError as error:
        return error.problem
    except Exception as error:  # a fault of our own says nothing of what AWS did
        log.fault(error)
        return replace(problem_of(error), is_ambiguous=True)


async def _sent(
    request: Request,
    session: Session,
    journal: Journal,
    now: datetime,
    answer: str | Accepted | Problem,
) -> Submitted:
    """Record a call that was not refused: what it answered, or the reason why nobody knows."""
    token, region = request.client_request_token, session.context.region or ""
    if isinstance(answer, Problem):
        row = row_of(request, region, now, problem=str(answer))
        return Submitted(row, await _note(journal.record(token, State.UNKNOWN, problem=answer)))
    if isinstance(answer, Accepted):
        row = _accepted(row_of(request, region, now), request, answer)
        return Submitted(row, await _note(journal.accept(row, session.context.key)))
    row = row_of(request, region, now, arn=answer)
    return Submitted(row, await _note(journal.record(token, State.ACCEPTED, arn=answer)))


def _accepted(row: Invocation, request: Request, answer: Accepted) -> Invocation:
    """The row of what an endpoint has taken; the service spoke of it for the last time."""
    seconds = request.deadline_seconds if isinstance(request, InvokeEndpointAsync) else 0
    witness = Witness(
        output_location=answer.output_location,
        failure_location=answer.failure_location,
        deadline=row.submit_time + timedelta(seconds=seconds),
    )
    return replace(
        row,
        status=Status.PENDING,
        s3_uri=answer.output_location,
        witness=witness,
        heard=row.submit_time,
    )


def _not_noted(trouble: Problem) -> str:
    return f"send it under another name: the ledger did not note the refusal ({trouble.message})"


async def _note(recording: Coroutine[object, object, None]) -> Problem | None:
    """Record what became of a call; the ledger's trouble must not hide it."""
    try:
        await recording
    except ProblemError as error:
        return error.problem
    return None


def unanswered(submission: Submission, region: str) -> Invocation:
    """A submission without an answer, as a row of the board."""
    problem = str(submission.problem) if submission.problem else ""
    return row_of(submission.request, region, submission.prepared, problem=problem)


def refused(row: Invocation, problem: Problem, now: datetime) -> Invocation:
    """The row of a submission that is on the board already, and that AWS refused."""
    return replace(row, status=Status.FAILED, failure_message=str(problem), end_time=now)


def row_of(
    request: Request, region: str, now: datetime, arn: str = "", problem: str = ""
) -> Invocation:
    """A request that was sent, as a row of the board: InProgress with an ARN, else Unknown."""
    row = Invocation(
        key=arn or key_of_token(request.client_request_token),
        status=Status.IN_PROGRESS if arn else Status.UNKNOWN,
        region=region,
        submit_time=now,
        model_id=request.model_id.rpartition("/")[2],
        operation=type(request).__name__,
        invocation_arn=arn,
        client_request_token=request.client_request_token,
        failure_message=problem,
        is_ours=True,
        prompt=_words(request),
    )
    if not isinstance(request, StartAsyncInvoke):
        return row
    return replace(
        row,
        s3_uri=request.s3_uri,
        kms_key_id=request.kms_key_id,
        bucket_owner=request.bucket_owner,
        tags=request.tags,
    )


def _words(request: Request) -> str:
    """What a person wrote; of an endpoint's input that is in S3, where it is."""
    if not isinstance(request, InvokeEndpointAsync):
        return document.words(request.model_input)
    if request.model_input is None:
        return request.input_location
    text = request.model_input[: 64 * 1024].decode(errors="replace")
    value = document.parse(text)
    return document.words({"text": text} if isinstance(value, DocumentFault) else value)
