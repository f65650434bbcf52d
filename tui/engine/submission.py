"""A request on its way to AWS: check, journal, call, record. Never twice by itself."""

from __future__ import annotations

import asyncio
import importlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tui.aws import bedrock
from tui.aws.session import Session
from tui.ledger.journal import Journal, State
from tui.model.fault import Fault
from tui.model.invocation import Invocation, Status, key_of_token
from tui.model.problem import ProblemError
from tui.model.request import StartAsyncInvoke

Clock = Callable[[], datetime]
"""Says what time it is: aware, UTC."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a request.

    Attributes:
        faults: Rules of the service: it would refuse the request.
        warnings: Rules of the model as they are documented: models change, so these may be
            overridden.
    """

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def new_token() -> str:
    """A client request token nobody has used."""
    return str(uuid.uuid4())


async def check(request: StartAsyncInvoke) -> Verdict:
    """Hold a request against the SDK's service model, the service's own rules and the model's."""
    shapes = await asyncio.to_thread(importlib.import_module, "tui.aws.shapes")
    catalogue = await asyncio.to_thread(importlib.import_module, "tui.model.catalogue")
    published = shapes.check("StartAsyncInvoke", request.arguments())
    faults = {fault.path: fault for fault in (*request.faults(), *published)}
    warnings = catalogue.check_input(request.model_id, request.model_input)
    return Verdict(tuple(faults.values()), tuple(warnings))


async def submit(
    request: StartAsyncInvoke, session: Session, journal: Journal, clock: Clock
) -> Invocation:
    """Write the request down, send it once, and record what became of it.

    Returns:
        The invocation: InProgress, or Unknown when no answer came back. An Unknown one is found
        again by its client token as soon as AWS lists it.

    Raises:
        ProblemError: AWS refused it, or it could not be written down or sent: nothing was created.
    """
    token, now = request.client_request_token, clock()
    await journal.prepare(request, session.context.key, now)
    await journal.record(token, State.SENT)
    try:
        arn = await bedrock.start_async_invoke(session, request)
    except ProblemError as error:
        if not error.problem.is_ambiguous:
            await journal.record(token, State.REFUSED, problem=error.problem)
            raise
        await journal.record(token, State.UNKNOWN, problem=error.problem)
        return _invocation(request, session, now, problem=str(error.problem))
    await journal.record(token, State.ACCEPTED, arn=arn)
    return _invocation(request, session, now, arn=arn)


def _invocation(
    request: StartAsyncInvoke, session: Session, now: datetime, arn: str = "", problem: str = ""
) -> Invocation:
    return Invocation(
        key=arn or key_of_token(request.client_request_token),
        status=Status.IN_PROGRESS if arn else Status.UNKNOWN,
        region=session.context.region or "",
        submit_time=now,
        model_id=request.model_id.rpartition("/")[2],
        invocation_arn=arn,
        client_request_token=request.client_request_token,
        s3_uri=request.s3_uri,
        kms_key_id=request.kms_key_id,
        bucket_owner=request.bucket_owner,
        failure_message=problem,
        is_ours=True,
    )
