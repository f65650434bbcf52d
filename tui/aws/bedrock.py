"""Bedrock's invocations: one function for each thing we ask.

Follows the bedrock-runtime API reference: StartAsyncInvoke, GetAsyncInvoke, ListAsyncInvokes, and
InvokeModel, which answers at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, MutableMapping, Sequence
from datetime import datetime, timezone
from sys import intern

import msgspec
from msgspec import Struct

from tui.aws.errors import problems, unreadable
from tui.aws.session import Session
from tui.model.answer import Answer
from tui.model.invocation import Invocation, Status, model_id_of, utc
from tui.model.problem import ProblemError
from tui.model.request import InvokeModel, Request
from tui.model.tag import Tag

PATIENCE = 3600.0
"""Seconds that a model may be silent before it answers: an hour, as AWS advises for long ones."""

PAGE_SIZE = 1000
"""Rows of a list page: the service's maximum."""

SLICE_SIZE = 125
"""Rows read before the event loop has its turn: a quarter of a millisecond's work."""


_STATUSES = {
    status.value: status for status in (Status.IN_PROGRESS, Status.COMPLETED, Status.FAILED)
}  # a look-up takes a tenth of what Status(…) does


class _S3OutputDataConfig(Struct, rename="camel", gc=False):
    s3_uri: str = ""
    kms_key_id: str = ""
    bucket_owner: str = ""


class _OutputDataConfig(Struct, rename="camel", gc=False):
    s3_output_data_config: _S3OutputDataConfig = msgspec.field(default_factory=_S3OutputDataConfig)


class SummaryAnswer(Struct, rename="camel", gc=False):
    """What List and Get say of an invocation."""

    invocation_arn: str
    model_arn: str
    submit_time: datetime
    status: str = ""
    client_request_token: str = ""
    failure_message: str = ""
    last_modified_time: datetime | None = None
    end_time: datetime | None = None
    output_data_config: _OutputDataConfig = msgspec.field(default_factory=_OutputDataConfig)


class ListAnswer(Struct, rename="camel"):
    """A page of ListAsyncInvokes as it is on the wire."""

    async_invoke_summaries: list[SummaryAnswer] = []
    next_token: str | None = None


class Page(Struct, frozen=True):
    """One page of ListAsyncInvokes; an empty ``next_token`` ends the list."""

    invocations: list[Invocation]
    next_token: str = ""


async def start_async_invoke(session: Session, request: Request) -> str:
    """Submit a request, once, and return its invocation's ARN.

    Raises:
        ProblemError: It was refused, or no answer came (then ``is_ambiguous``).
    """
    with problems("StartAsyncInvoke", session.context, is_sent=False):
        client = await session.client("bedrock-runtime", retries=False)
    with problems("StartAsyncInvoke", session.context):
        answer = await client.start_async_invoke(**request.arguments())
    if not answer.get("invocationArn"):
        raise ProblemError(unreadable("StartAsyncInvoke"))
    return str(answer["invocationArn"])


async def invoke_model(session: Session, request: InvokeModel) -> Answer:
    """Have a model answer a request, once, and wait for all of the answer.

    Raises:
        ProblemError: It was refused, or no answer came (then ``is_ambiguous``).
    """
    with problems("InvokeModel", session.context, is_sent=False):
        client = await session.client("bedrock-runtime", retries=False, patience=PATIENCE)
    arguments = request.wire()
    with problems("InvokeModel", session.context):
        answer = await client.invoke_model(**arguments)
        content = await answer["body"].read()
    rest = ("contentType", "performanceConfigLatency", "serviceTier")
    content_type, latency, tier = (str(answer.get(name, "")) for name in rest)
    return Answer(content_type, content, latency, tier)


async def get_async_invoke(session: Session, arn: str) -> Invocation:
    """One invocation as it is now.

    Raises:
        ProblemError: AWS refused or could not be reached.
    """
    with problems("GetAsyncInvoke", session.context):
        client = await session.client("bedrock-runtime")
        answer = await client.get_async_invoke(invocationArn=arn)
        summary = msgspec.convert(_without_metadata(answer), SummaryAnswer)
    return invocation_of(summary, datetime.now(timezone.utc))


async def list_all(
    session: Session,
    submit_time_after: datetime | None = None,
    *,
    submit_time_before: datetime | None = None,
    status: Status | None = None,
    asks_ahead: bool = True,
) -> AsyncGenerator[Page, None]:
    """The region's invocations, newest first, page by page; the last page has no next token.

    An empty page does not end the list. A token that repeats itself does: it would never end.

    Args:
        session: Where to ask.
        submit_time_after: Leave out what was submitted before.
        submit_time_before: Leave out what was submitted after.
        status: Leave out what has another one.
        asks_ahead: Whether the next page is asked for while one is read: not for those who may
            not want it.

    Raises:
        ProblemError: AWS refused or could not be reached.
    """
    arguments: dict[str, object] = {
        "maxResults": PAGE_SIZE,
        "sortBy": "SubmissionTime",
        "sortOrder": "Descending",
    }
    if submit_time_after is not None:
        arguments["submitTimeAfter"] = submit_time_after
    if submit_time_before is not None:
        arguments["submitTimeBefore"] = submit_time_before
    if status is not None:
        arguments["statusEquals"] = status.value
    seen = {""}
    asking: asyncio.Future[ListAnswer] | None = None
    try:
        while True:
            answer = await (asking or _list_page(session, arguments))
            token = answer.next_token or ""
            is_last = token in seen
            seen.add(token)
            arguments["nextToken"] = token
            if asks_ahead and not is_last:
                asking = asyncio.ensure_future(_list_page(session, dict(arguments)))
            rows = await _invocations(answer.async_invoke_summaries)
            yield Page(rows, "" if is_last else token)
            if is_last:
                return
    finally:
        if asking is not None and not asking.cancel():
            asking.exception()  # it is told where it was awaited, or does not matter any more


async def _list_page(session: Session, arguments: Mapping[str, object]) -> ListAnswer:
    with problems("ListAsyncInvokes", session.context):
        client = await session.client("bedrock-runtime")
        answer = await client.list_async_invokes(**arguments)
        page: ListAnswer | None = answer.get("decoded")
        if page is None and "asyncInvokeSummaries" not in answer:
            raise ProblemError(unreadable("ListAsyncInvokes"))
        return page or msgspec.convert(_without_metadata(answer), ListAnswer)


async def _invocations(summaries: Sequence[SummaryAnswer]) -> list[Invocation]:
    """The rows of a page; the event loop has its turn between slices."""
    heard = datetime.now(timezone.utc)
    rows: list[Invocation] = []
    for start in range(0, len(summaries), SLICE_SIZE):
        await asyncio.sleep(0)
        rows += [invocation_of(summary, heard) for summary in summaries[start : start + SLICE_SIZE]]
    return rows


async def list_tags(session: Session, arn: str) -> tuple[Tag, ...]:
    """The tags of an invocation, which Get and List do not return.

    Raises:
        ProblemError: AWS refused (``bedrock:ListTagsForResource``) or could not be reached.
    """
    with problems("ListTagsForResource", session.context):
        client = await session.client("bedrock")
        answer = await client.list_tags_for_resource(resourceARN=arn)
    return tuple(Tag(tag["key"], tag["value"]) for tag in answer.get("tags", []))


def decode_list_pages(
    response_dict: MutableMapping[str, object],
    customized_response_dict: MutableMapping[str, object],
    **_: object,
) -> None:
    """Decode a page of ListAsyncInvokes in botocore's place, in a fiftieth of its time.

    A handler of botocore's ``before-parse`` event. botocore parses each timestamp with dateutil,
    which holds the event loop for 224 ms a page of 1,000 rows; retries, signing and errors stay
    its own.
    """
    body = response_dict["body"]
    if customized_response_dict:
        return  # it was taken as it came
    if response_dict["status_code"] != 200 or not isinstance(body, bytes):
        return
    try:
        customized_response_dict["decoded"] = msgspec.json.decode(body, type=ListAnswer)
    except msgspec.DecodeError:
        return  # an answer of another shape: botocore's parser decides
    response_dict["body"] = b"{}"


def _without_metadata(answer: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def invocation_of(summary: SummaryAnswer, heard: datetime) -> Invocation:
    """What List or Get said of an invocation, heard at a moment.

    The names that many share are kept once, and so are equal times: 230 bytes less a row.
    """
    output = summary.output_data_config.s3_output_data_config
    modified = utc(summary.last_modified_time) if summary.last_modified_time else None
    ended = utc(summary.end_time) if summary.end_time else None
    return Invocation(
        key=summary.invocation_arn,
        # List may leave it out; a new one would be unknown to us too.
        status=_STATUSES.get(summary.status, Status.UNKNOWN),
        region=intern((summary.invocation_arn.split(":", 4) + [""] * 4)[3]),
        submit_time=utc(summary.submit_time),
        model_id=model_id_of(summary.model_arn),
        invocation_arn=summary.invocation_arn,
        model_arn=intern(summary.model_arn),
        client_request_token=summary.client_request_token,
        s3_uri=output.s3_uri,
        kms_key_id=output.kms_key_id,
        bucket_owner=output.bucket_owner,
        failure_message=summary.failure_message,
        last_modified_time=modified,
        end_time=modified if ended == modified else ended,
        heard=heard,
    )
