"""Values that many tests start from; what a test does not care about has a default."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from msgspec.structs import replace

from tui.model.invocation import Invocation, Status, Witness, key_of_token
from tui.model.request import InvokeEndpointAsync, InvokeModel, StartAsyncInvoke

NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=timezone.utc)
TOKEN = "0a1b2c3d-0000-4000-8000-000000000001"
HOSTILE = "\x1b]0;owned\x07\x1b[2Jfailed\r\n\u202eyltneg\x9b31m"
"""A failure message that would write where it has nothing to write."""


def arn_of(invocation_id: str) -> str:
    """The ARN of an invocation with this id."""
    return f"arn:aws:bedrock:us-west-2:123456789012:async-invoke/{invocation_id}"


def an_invocation(
    id: str = "mm0oexhd8y31",  # noqa: A002 - what people call it
    status: Status = Status.IN_PROGRESS,
    **changes: object,
) -> Invocation:
    """An invocation that AWS told us of two minutes after its submission."""
    arn = arn_of(id)
    row = Invocation(
        key=arn,
        status=status,
        region="us-west-2",
        submit_time=NOW - timedelta(minutes=2),
        model_id="luma.ray-v2:0",
        invocation_arn=arn,
        model_arn="arn:aws:bedrock:us-west-2::foundation-model/luma.ray-v2:0",
        s3_uri=f"s3://media/ray/{id}",
        end_time=NOW if status.is_terminal else None,
        heard=NOW,
    )
    return replace(row, **changes)


def a_note(token: str = TOKEN, **changes: object) -> Invocation:
    """A submission of ours that no answer came to: it has a client token, and no ARN."""
    row = Invocation(
        key=key_of_token(token),
        status=Status.UNKNOWN,
        region="us-west-2",
        submit_time=NOW - timedelta(minutes=2),
        model_id="luma.ray-v2:0",
        client_request_token=token,
        s3_uri="s3://media/ray/",
        failure_message="ReadTimeoutError: no answer",
        is_ours=True,
    )
    return replace(row, **changes)


def a_request(prompt: str = "a tide pool", **changes: object) -> StartAsyncInvoke:
    """A request that the service would take."""
    request = StartAsyncInvoke(
        model_id="luma.ray-v2:0",
        model_input={"prompt": prompt},
        s3_uri="s3://media/ray/",
        client_request_token=TOKEN,
    )
    return replace(request, **changes)


def a_question(text: str = "a tide pool", **changes: object) -> InvokeModel:
    """A request that a model of the sandbox answers at once."""
    request = InvokeModel(
        model_id="amazon.titan-embed-text-v2:0",
        model_input={"inputText": text},
        client_request_token=TOKEN,
    )
    return replace(request, **changes)


def an_inference(**changes: object) -> InvokeEndpointAsync:
    """A request that an endpoint would take."""
    request = InvokeEndpointAsync(
        model_id="sandbox-echo",
        input_location="s3://media/in/x.json",
        client_request_token=TOKEN,
    )
    return replace(request, **changes)


def a_watched(token: str = TOKEN, **changes: object) -> Invocation:
    """An inference that an endpoint has taken; S3 tells what becomes of it."""
    witness = Witness(
        output_location=f"s3://media/out/{token}.out",
        failure_location=f"s3://media/failed/{token}-error.out",
        deadline=NOW + timedelta(hours=6),
    )
    row = Invocation(
        key=key_of_token(token),
        status=Status.PENDING,
        region="us-west-2",
        submit_time=NOW - timedelta(minutes=2),
        model_id="sharpen",
        operation="InvokeEndpointAsync",
        client_request_token=token,
        s3_uri=witness.output_location,
        heard=NOW,
        is_ours=True,
        witness=witness,
    )
    return replace(row, **changes)
