"""stdout is data, stderr is narration. Foreign text reaches a terminal only through here."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone

from tui.model.invocation import Invocation
from tui.model.problem import Problem
from tui.model.text import cell_width, escaped_json, fit, printable
from tui.model.view import COLUMNS


def narrate(text: str) -> None:
    """Say something to the person, on stderr."""
    sys.stderr.write(printable(text, keep_lines=True) + "\n")
    sys.stderr.flush()


def complain(problem: Problem) -> None:
    """Say what went wrong: type, message, cause, remedy."""
    narrate(f"asyncinvoke: {problem}")
    if problem.cause:
        narrate(f"  cause:  {problem.cause}")
    if problem.remedy:
        narrate(f"  remedy: {problem.remedy}")
    if problem.request_id:
        narrate(f"  request id: {problem.request_id}")


def put_json(value: object) -> None:
    """Write a value to stdout as JSON."""
    text = json.dumps(value, indent=4, ensure_ascii=False)
    sys.stdout.write(escaped_json(text) + "\n")
    sys.stdout.flush()


def put_table(rows: Sequence[Invocation], now: datetime) -> None:
    """Write invocations to stdout as aligned columns, the last one uncut."""
    lines = [[column.title for column in COLUMNS]]
    lines += [[printable(column.text(row, now)) for column in COLUMNS] for row in rows]
    widths = [max(cell_width(line[index]) for line in lines) for index in range(len(COLUMNS))]
    for line in lines:
        cells = [fit(text, width) for text, width in zip(line, widths, strict=True)]
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
    sys.stdout.flush()


def as_json(row: Invocation) -> dict[str, object]:
    """An invocation under the API's own member names, and ours; what is empty is left out."""
    s3 = {"s3Uri": row.s3_uri, "kmsKeyId": row.kms_key_id, "bucketOwner": row.bucket_owner}
    members: dict[str, object] = {
        "invocationArn": row.invocation_arn,
        "modelArn": row.model_arn,
        "clientRequestToken": row.client_request_token,
        "status": row.status.value,
        "failureMessage": row.failure_message,
        "submitTime": _time(row.submit_time),
        "lastModifiedTime": _time(row.last_modified_time),
        "endTime": _time(row.end_time),
        "outputDataConfig": {"s3OutputDataConfig": _present(s3.items())},
        "service": row.service.value,
        "region": row.region,
        "account": row.account,
        "modelId": row.model_id,
        "submittedHere": row.is_ours,
        "heardTime": _time(row.heard),
    }
    return _present(members.items())


def _present(members: Iterable[tuple[str, object]]) -> dict[str, object]:
    return {name: value for name, value in members if value not in ("", None)}


def _time(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
