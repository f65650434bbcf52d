"""What there is to say of an invocation, as names and values. Pure; what to do next is not here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from tui.model.document import size_text
from tui.model.endpoint import Endpoint
from tui.model.explanation import Circumstances, explain_failure, explained
from tui.model.invocation import Invocation, Status, Witness, ago, coarse, duration
from tui.model.problem import Problem
from tui.model.request import InvokeEndpointAsync, Request
from tui.model.tag import Tag

FRESH_SECONDS = 90.0
"""Younger data reads as of now: in the idle rhythm what is shown of its age then never changes."""

MUTED, WARNING, ERROR, STRONG = "muted", "warning", "error", "strong"
"""How a value may be meant."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line; the value is foreign text, the tone is for whoever paints.

    Beside the tones here, it may be a theme's variable: ``$text-accent``.
    """

    name: str
    value: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for besides an invocation's row; None is what is not known.

    Attributes:
        tags: Its tags.
        request: What was submitted.
        endpoint: The state of its endpoint now, or why that is not told.
    """

    tags: Sequence[Tag] | None = None
    request: Request | None = None
    endpoint: Endpoint | Problem | None = None


def known(row: Invocation, asked: Asked, now: datetime) -> list[Fact]:
    """All that is known of an invocation besides its status, and what that asks for.

    Args:
        row: The invocation.
        asked: What was asked for besides.
        now: The moment that ages are counted from.
    """
    told = _at_endpoint(row, asked, now) if row.is_at_endpoint else _of_bedrock(row, asked, now)
    return [fact for fact in (*told, Fact("context", row.context)) if fact.value]


def _of_bedrock(row: Invocation, asked: Asked, now: datetime) -> list[Fact]:
    return [
        Fact("model", row.model_id),
        Fact("operation", row.operation if row.is_waited_for else ""),
        *_times(row, now),
        Fact("output", row.s3_uri),
        Fact("KMS key", row.kms_key_id),
        Fact("owner", row.bucket_owner),
        Fact("tags", "  ".join(f"{tag.key}={tag.value}" for tag in asked.tags or ())),
        Fact("ARN", row.invocation_arn),
        Fact("token", row.client_request_token),
        _origin(row),
        Fact("heard", _heard(row, now)),
    ]


def _at_endpoint(row: Invocation, asked: Asked, now: datetime) -> list[Fact]:
    return [
        Fact("endpoint", row.model_id),
        *([] if row.status.is_terminal else _state(asked.endpoint)),
        Fact("operation", row.operation),
        *_times(row, now),
        *(_places(row, row.witness, now) if row.witness else ()),
        *_input(asked.request),
        Fact("inference", row.client_request_token),
        _origin(row),
        Fact("heard", _heard(row, now) if row.is_watched else ""),
    ]


def _state(endpoint: Endpoint | Problem | None) -> list[Fact]:
    if endpoint is None:
        return []
    if isinstance(endpoint, Endpoint):
        return [
            Fact("state", endpoint.state),
            Fact("hint", endpoint.hint, WARNING),
            Fact("writes to", endpoint.output_path),
        ]
    is_denied = endpoint.kind == "AccessDeniedException"
    why = "no sagemaker:DescribeEndpoint" if is_denied else endpoint.one_line
    return [Fact("state", f"not shown: {why}", MUTED)]


def _places(row: Invocation, witness: Witness, now: datetime) -> list[Fact]:
    left = (witness.deadline - now).total_seconds()
    when = f"in {coarse(left)}" if left >= 10 else ago(witness.deadline, now)
    deadline = f"{_moment(witness.deadline)}  ({when})"
    nowhere = "the endpoint names no place: a failure leaves no trace in S3"
    return [
        Fact("gives up" if left > 0 else "gave up", "" if row.status.is_terminal else deadline),
        Fact("output", witness.output_location),
        Fact("on failure", witness.failure_location or nowhere),
    ]


def _input(request: Request | None) -> list[Fact]:
    if not isinstance(request, InvokeEndpointAsync):
        return []
    body = request.model_input
    inline = "" if body is None else f"{size_text(len(body))}, sent with the request"
    return [
        Fact("input", request.input_location or inline),
        Fact("content", request.content_type),
        Fact("accept", request.accept),
    ]


def failure_of(row: Invocation) -> Problem | None:
    """Why an invocation failed, as a whole or in part, or has no answer; None where it did not."""
    if row.parts and row.status is not Status.FAILED:
        return explain_failure(row.parts.why) if row.parts.why else None
    is_told = row.status is Status.UNKNOWN and bool(row.failure_message)
    return explained_failure(row) if is_told or row.status is Status.FAILED else None


def explained_failure(row: Invocation) -> Problem:
    """What its message means; what was refused has an error's name before the message."""
    if row.invocation_arn or row.witness:
        return explain_failure(row.failure_message, row.s3_uri, row.region)
    kind, _, message = row.failure_message.partition(": ")
    problem = Problem(kind=kind, message=message, operation=row.operation)
    return explained(problem, Circumstances(region=row.region))


def _times(row: Invocation, now: datetime) -> list[Fact]:
    submitted = f"{_moment(row.submit_time)}  ({ago(row.submit_time, now)})"
    return [Fact("submitted", submitted), Fact("ended", _ended(row))]


def _origin(row: Invocation) -> Fact:
    return Fact("origin", "submitted here" if row.is_ours else "started elsewhere")


def _heard(row: Invocation, now: datetime) -> str:
    """When AWS last spoke of it, unless that is just now or does not matter any more."""
    if row.is_waited_for:
        return ""
    if row.heard is None:
        return "AWS has not spoken of it yet"
    is_old = (now - row.heard).total_seconds() >= FRESH_SECONDS
    return ago(row.heard, now) if is_old and not row.status.is_terminal else ""


def _ended(row: Invocation) -> str:
    if not row.status.is_terminal or row.end_time is None:
        return ""
    return f"{_moment(row.end_time)}  (took {duration(row.took(row.end_time))})"


def _moment(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
