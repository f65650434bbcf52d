"""Made-up invocations that look like real ones: as rows, as AWS's summaries, and in a ledger.

The newest is number 0. Their times lie so that no visible age changes its text within an hour.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec

from tui.aws import bedrock
from tui.ledger.database import Database
from tui.model.context import Context
from tui.model.invocation import Invocation, Status

MODELS = ("luma.ray-v2:0", "amazon.nova-reel-v1:1", "twelvelabs.marengo-embed-2-7-v1:0")
FAILURE = "This request has been blocked by our content filters. Change the prompt and try again."

_APART = timedelta(minutes=5)
_NEWEST = timedelta(days=1, hours=6)


def id_of(number: int) -> str:
    """The invocation id: twelve letters and digits."""
    return f"job{number:09}"


def arn_of(number: int) -> str:
    """The invocation's ARN."""
    return f"arn:aws:bedrock:us-west-2:123456789012:async-invoke/{id_of(number)}"


def a_summary(number: int, now: datetime, status: Status) -> dict[str, object]:
    """What ListAsyncInvokes says of an invocation."""
    submitted = now - _NEWEST - number * _APART
    model = MODELS[number % len(MODELS)]
    summary: dict[str, object] = {
        "clientRequestToken": str(uuid.UUID(int=number + (1 << 80))),
        "invocationArn": arn_of(number),
        "lastModifiedTime": f"{submitted + timedelta(minutes=3):%Y-%m-%dT%H:%M:%SZ}",
        "modelArn": f"arn:aws:bedrock:us-west-2::foundation-model/{model}",
        "outputDataConfig": {
            "s3OutputDataConfig": {"s3Uri": f"s3://media-outputs/batch/{id_of(number)}"}
        },
        "status": status.value,
        "submitTime": f"{submitted:%Y-%m-%dT%H:%M:%SZ}",
    }
    if status.is_terminal:
        summary["endTime"] = summary["lastModifiedTime"]
    if status is Status.FAILED:
        summary["failureMessage"] = FAILURE
    return summary


def status_of(number: int, running: int = 0) -> Status:
    """The status of an invocation while the ``running`` newest are under way."""
    if number < running:
        return Status.IN_PROGRESS
    return Status.FAILED if number % 20 == 19 else Status.COMPLETED


def rows(count: int, now: datetime, running: int = 0) -> list[Invocation]:
    """So many invocations, the newest first, read as pages of the service are."""
    found: list[Invocation] = []
    for start in range(0, count, bedrock.PAGE_SIZE):
        numbers = range(start, min(count, start + bedrock.PAGE_SIZE))
        summaries = [a_summary(number, now, status_of(number, running)) for number in numbers]
        body = msgspec.json.encode({"asyncInvokeSummaries": summaries})
        answer = msgspec.json.decode(body, type=bedrock.ListAnswer)
        found += [bedrock.invocation_of(each, now) for each in answer.async_invoke_summaries]
    return found


def fill_ledger(path: Path, context: Context, known: Sequence[Invocation] = ()) -> None:
    """Write a ledger that knows of the invocations; 200 unless told."""
    known = known or rows(200, datetime.now(timezone.utc))
    values = [
        (row.key, context.key, row.submit_time.timestamp(), msgspec.json.encode(row))
        for row in known
    ]
    database = Database(path)
    database.now(
        lambda db: db.executemany(
            "INSERT INTO invocation (key, context, submitted, content) VALUES (?, ?, ?, ?)", values
        )
    )
    database.close()
