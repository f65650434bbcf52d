"""Invocations in other programs' formats: JSON, CSV, or what a JMESPath expression finds."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone

from tui.model.invocation import Invocation
from tui.model.parts import Parts
from tui.model.text import escaped_json, printable

_CSV_MEMBERS = (
    "status",
    "modelId",
    "invocationArn",
    "submitTime",
    "endTime",
    "s3Uri",
    "failureMessage",
    "region",
    "account",
    "clientRequestToken",
    "tags",
    "submittedHere",
    "prompt",
    "operation",
    "heardTime",
    "endpointName",
    "inferenceId",
    "failureLocation",
    "deadline",
    "note",
    "failedParts",
    "context",
)
"""The columns of every CSV, whichever the table shows: what reads it finds them by name."""


class ExpressionFault(ValueError):  # noqa: N818 - it is a fault of a value
    """A JMESPath expression cannot be understood or applied; the text says why and where."""


def members(row: Invocation) -> dict[str, object]:
    """An invocation under the API's own member names, and ours; what is empty is left out."""
    named: dict[str, object] = {
        **(_at_endpoint(row) if row.is_at_endpoint else _of_bedrock(row)),
        "status": row.status.value,
        "failureMessage": row.failure_message,
        "submitTime": _time(row.submit_time),
        "lastModifiedTime": _time(row.last_modified_time),
        "endTime": _time(row.end_time),
        "operation": row.operation,
        "region": row.region,
        "account": row.account,
        "tags": [{"key": tag.key, "value": tag.value} for tag in row.tags] or None,
        "prompt": row.prompt,
        "submittedHere": row.is_ours,
        "heardTime": _time(row.heard),
        "failedParts": _parts(row.parts) if row.parts else None,
        "context": row.context,
    }
    return _present(named.items())


def _of_bedrock(row: Invocation) -> dict[str, object]:
    s3 = {"s3Uri": row.s3_uri, "kmsKeyId": row.kms_key_id, "bucketOwner": row.bucket_owner}
    return {
        "invocationArn": row.invocation_arn,
        "modelArn": row.model_arn,
        "modelId": row.model_id,
        "clientRequestToken": row.client_request_token,
        "outputDataConfig": {"s3OutputDataConfig": _present(s3.items())} if row.s3_uri else None,
    }


def _at_endpoint(row: Invocation) -> dict[str, object]:
    named: dict[str, object] = {
        "endpointName": row.model_id,
        "inferenceId": row.client_request_token,
    }
    if row.witness:
        named["outputLocation"] = row.witness.output_location
        named["failureLocation"] = row.witness.failure_location
        named["deadline"] = _time(row.witness.deadline)
        named["note"] = row.witness.note
    return named


def _parts(parts: Parts) -> dict[str, object]:
    """The failed parts; what the service does not count is left out."""
    counts = {"failed": parts.failed, "total": parts.total} if parts.total else {}
    return _present({"kind": parts.noun, **counts, "reason": parts.why}.items())


def as_json(value: object) -> str:
    """A value as indented JSON in which nothing can harm a terminal."""
    return escaped_json(json.dumps(value, indent=4, ensure_ascii=False)) + "\n"


def as_csv(rows: Iterable[Invocation]) -> str:
    """The invocations as CSV with a heading: RFC 4180, but for plain line feeds.

    A control character becomes ``�``: a CSV file is looked at in terminals, too.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_CSV_MEMBERS)
    for row in rows:
        tags = ";".join(f"{tag.key}={tag.value}" for tag in row.tags)
        parts = row.parts.one_line if row.parts else ""
        named = {**members(row), "s3Uri": row.s3_uri, "tags": tags, "failedParts": parts}
        cells = (str(named.get(name, "")) for name in _CSV_MEMBERS)
        writer.writerow([printable(cell, keep_lines=True) for cell in cells])
    return text.getvalue()


def search(expression: str, rows: Sequence[Invocation]) -> object:
    """What a JMESPath expression makes of the list of invocations.

    Raises:
        ExpressionFault: It cannot be understood, or does not fit the list.
    """
    return ask(expression, [members(row) for row in rows])


def ask(expression: str, value: object) -> object:
    """What a JMESPath expression makes of a value.

    Raises:
        ExpressionFault: It cannot be understood, or does not fit the value.
    """
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        found: object = jmespath.search(expression, value)
        json.dumps(found, allow_nan=False)  # it may come to what no JSON says
    except (JMESPathError, RecursionError, TypeError, ValueError, ArithmeticError) as error:
        raise ExpressionFault(" ".join(str(error).split()) or "nested too deeply") from error
    return found


def _present(named: Iterable[tuple[str, object]]) -> dict[str, object]:
    return {name: value for name, value in named if value not in ("", None)}


def time_text(moment: datetime) -> str:
    """A moment as ISO 8601 in UTC, to the millisecond."""
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else time_text(moment)
