"""SageMaker's asynchronous inference: InvokeEndpointAsync, which is all that the service offers.

It has no list, no get and no cancel, and nothing keeps a request from running twice: what becomes
of it only S3 tells, at the two places that the answer names.
"""

from __future__ import annotations

from dataclasses import dataclass

from tui.aws.errors import problems, unreadable
from tui.aws.session import Session
from tui.model.problem import ProblemError
from tui.model.request import InvokeEndpointAsync

OPERATION = InvokeEndpointAsync.__name__


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the service answers: where its outputs will be.

    Attributes:
        output_location: URI of the object that a success writes.
        failure_location: URI of the one that a failure writes; empty where the endpoint has none.
    """

    output_location: str
    failure_location: str = ""


async def invoke_endpoint_async(session: Session, request: InvokeEndpointAsync) -> Accepted:
    """Submit a request, once.

    Raises:
        ProblemError: It was refused, or no answer came (then ``is_ambiguous``).
    """
    with problems(OPERATION, session.context, is_sent=False):
        client = await session.client("sagemaker-runtime", retries=False)
    with problems(OPERATION, session.context):
        answer = await client.invoke_endpoint_async(**request.wire())
    if not answer.get("OutputLocation"):
        raise ProblemError(unreadable(OPERATION))
    return Accepted(str(answer["OutputLocation"]), str(answer.get("FailureLocation") or ""))
