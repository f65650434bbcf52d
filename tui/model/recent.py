"""What was used last, out of the known invocations: models, places, tags. The latest first."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from datetime import datetime

from tui.model.invocation import Invocation, Status
from tui.model.request import StartAsyncInvoke
from tui.model.tag import Tag

LOOKED_AT = 1000
"""How many of the latest invocations are looked at."""


def recent_models(
    rows: Iterable[Invocation], *, operation: str = StartAsyncInvoke.__name__
) -> list[str]:
    """The models, or endpoints, that AWS took a request for: 18 ms, where there are 100,000 rows.

    Args:
        rows: The invocations.
        operation: The one that began them.
    """
    latest: dict[str, datetime] = {}
    for row in rows:
        held = latest.get(row.model_id)
        is_accepted = row.invocation_arn or row.witness or row.status is Status.COMPLETED
        is_meant = is_accepted and row.operation == operation
        if is_meant and (held is None or held < row.submit_time):
            latest[row.model_id] = row.submit_time
    return sorted(latest, key=lambda model_id: latest[model_id], reverse=True)


def recent_places(rows: Iterable[Invocation]) -> list[str]:
    """The s3:// URIs that were asked for: 50 ms, where there are 100,000 rows.

    Where an endpoint writes to, nobody is asked.
    """
    latest = (row for row in _latest(rows) if row.s3_uri and not row.is_at_endpoint)
    return list(dict.fromkeys(map(_asked_for, latest)))


def recent_tags(rows: Iterable[Invocation]) -> list[Tag]:
    """The tags, as far as they are known."""
    latest = _latest(row for row in rows if row.tags)
    return list(dict.fromkeys(tag for row in latest for tag in row.tags))


def _latest(rows: Iterable[Invocation]) -> list[Invocation]:
    return heapq.nlargest(LOOKED_AT, rows, key=lambda row: row.submit_time)


def _asked_for(row: Invocation) -> str:
    """The URI of the request: List and Get return it with the invocation's id behind it."""
    head, slash, last = row.s3_uri.rstrip("/").rpartition("/")
    return head + slash if last and last == row.id else row.s3_uri
