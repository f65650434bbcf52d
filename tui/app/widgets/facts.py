"""What the Overview says of an invocation, as names and values. Pure; it paints nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from tui.app.bindings import keyed
from tui.app.text import glyph, status_style
from tui.app.widgets.context_bar import FRESH_SECONDS
from tui.model.document import size_text
from tui.model.endpoint import Endpoint
from tui.model.explanation import Circumstances, explain_failure, explained
from tui.model.invocation import Invocation, Status, Witness, ago, coarse, duration
from tui.model.parts import Parts
from tui.model.problem import Problem
from tui.model.request import InvokeEndpointAsync, Request
from tui.model.tag import Tag

_MUTED = "$foreground-muted"
_WARNING = "$text-warning"

IN_ITS_TURN = (
    "it goes in its turn; {table.queue} stops the queue or lets it go on, {table.forget} drops it"
)
NOT_REMEMBERED = "AWS remembers no answer; {table.again} types it again, {table.forget} forgets it"
ANOTHER_ID = (
    "{table.again} opens the form on it, for another inference id; {table.forget} forgets it"
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the Overview; the value is foreign text, the style a theme's."""

    name: str
    value: str
    style: str = ""


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


def facts(row: Invocation, asked: Asked, now: datetime) -> list[Fact]:
    """Everything that is known of an invocation, and for a failure also its cause and remedy.

    Args:
        row: The invocation.
        asked: What was asked for besides.
        now: The moment that ages are counted from.
    """
    is_partial = row.parts is not None
    sign = glyph(row.status, is_partial=is_partial)
    style = status_style(row.status, is_partial=is_partial)
    status = Fact("status", f"{sign} {row.status.value}", style)
    told = _at_endpoint(row, asked, now) if row.is_at_endpoint else _of_bedrock(row, asked, now)
    told = [*told, Fact("context", row.context)]
    return [status, *_verdict(row), *(fact for fact in told if fact.value)]


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
            Fact("hint", endpoint.hint, _WARNING),
            Fact("writes to", endpoint.output_path),
        ]
    is_denied = endpoint.kind == "AccessDeniedException"
    why = "no sagemaker:DescribeEndpoint" if is_denied else endpoint.one_line
    return [Fact("state", f"not shown: {why}", _MUTED)]


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


def _verdict(row: Invocation) -> list[Fact]:
    """What its status asks for."""
    note = row.witness.note if row.witness and row.is_watched else ""
    if row.status is Status.FAILED:
        return _failed(row)
    if row.parts:
        return _partly_failed(row.parts)
    if row.is_asked:
        return [Fact("next", keyed("the answer is waited for: {table.forget} cancels"))]
    if row.status is Status.UNKNOWN:
        return [Fact("answer", row.failure_message or _no_answer(row)), *_unanswered(row)]
    if row.status is Status.QUEUED:
        return [Fact("next", keyed(IN_ITS_TURN))]
    noted = [Fact("note", note, _WARNING)] if note else []
    if row.status is not Status.OVERDUE:
        return noted
    shown = "does not tell" if note else "shows no output and no failure"
    is_up = f"its time is up, and S3 {shown}: it is watched on"
    forgets = keyed("{table.forget} forgets it")
    check = f"the endpoint's logs in CloudWatch, {_logs(row)}; {forgets}"
    return [*noted, Fact("next", is_up), Fact("check", check)]


def _no_answer(row: Invocation) -> str:
    return "none: the program that asked ended, or still waits" if row.is_waited_for else "none"


def _unanswered(row: Invocation) -> list[Fact]:
    if row.is_waited_for:
        return [Fact("next", keyed(NOT_REMEMBERED))]
    if row.is_listed:
        advice = keyed(
            "it may have started: {table.again} looks its token up, and offers to send it again"
        )
        return [Fact("next", advice)]
    check = f"{_logs(row)} in CloudWatch for the inference id; the endpoint's output path"
    return [
        Fact("next", "it may run, and nobody lists it: look before it is sent again"),
        Fact("check", check),
        Fact("then", keyed(ANOTHER_ID)),
    ]


def _logs(row: Invocation) -> str:
    return f"/aws/sagemaker/Endpoints/{row.model_id}"


def _failed(row: Invocation) -> list[Fact]:
    problem = _problem(row)
    told = [Fact("failure", row.failure_message or "AWS gave no message", "$text-error")]
    if problem.cause:
        told.append(Fact("cause", problem.cause))
    if problem.remedy:
        told.append(Fact("remedy", problem.remedy, "bold"))
    if problem.policy:
        told.append(
            Fact("policy", keyed("{error.in-full} here, or {app.error}, shows what to grant"))
        )
    return told


def _partly_failed(parts: Parts) -> list[Fact]:
    problem = explain_failure(parts.why) if parts.why else Problem(kind="Failed", message="")
    told = [Fact("parts", str(parts), _WARNING), Fact("failure", parts.why, "$text-error")]
    told += [Fact("cause", problem.cause), Fact("remedy", problem.remedy, "bold")]
    return [
        *(fact for fact in told if fact.value),
        Fact("next", keyed("{detail.output} tells which of them; {table.again} types it again")),
    ]


def failure_of(row: Invocation) -> Problem | None:
    """Why an invocation failed, as a whole or in part, or has no answer; None where it did not."""
    if row.parts and row.status is not Status.FAILED:
        return explain_failure(row.parts.why) if row.parts.why else None
    is_told = row.status is Status.UNKNOWN and bool(row.failure_message)
    return _problem(row) if is_told or row.status is Status.FAILED else None


def _problem(row: Invocation) -> Problem:
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
