"""Why no objects of an invocation are shown, in words. Asks nobody."""

from __future__ import annotations

from tui.model.invocation import Invocation, Status
from tui.model.outputs import place_of
from tui.model.problem import Problem

_REFUSALS = ("403", "AccessDenied", "Forbidden")

_RIGHTS = {"ListObjectsV2": "s3:ListBucket", "HeadObject": "s3:GetObject and s3:ListBucket"}


def why_none(row: Invocation, place: str) -> str:
    """Why nothing is where the objects would be."""
    return _why_not_there(row) or f"nothing in {place} {_why_empty(row)}"


def why_unlisted(row: Invocation, problem: Problem) -> str:
    """Which call failed and, of a refused one, what right is missing.

    What AWS says of a refusal fills four lines, and names the right only now and then.
    """
    call = problem.operation or "the list of outputs"
    place = place_of(row.s3_uri)
    if problem.kind not in _REFUSALS or call not in _RIGHTS or place is None:
        again = "; 'refresh' asks again" * problem.is_retryable
        return f"{call}: {problem.one_line}{again}"
    said = "missing or forbidden" if call == "HeadObject" else "refused"
    return f"{problem.kind}: {call} is {said} → grant {_RIGHTS[call]} on the bucket {place.bucket}"


def _why_not_there(row: Invocation) -> str:
    """Why there is no object of an inference at an endpoint; empty for other invocations."""
    if not row.is_at_endpoint:
        return ""
    if row.witness is None:
        return "no answer came that names a place: where an output would be is not known"
    where = row.witness.output_location
    if row.status is Status.COMPLETED:
        when = f" at {row.end_time:%Y-%m-%d %H:%M:%S} UTC" if row.end_time else ""
        return f"deleted since: it was there{when}, {where}"
    if row.status is Status.FAILED:
        return f"deleted since: {row.witness.failure_location or where}"
    why = " although its time is up" * (row.status is Status.OVERDUE)
    return f"not there yet{why}: {where}"


def _why_empty(row: Invocation) -> str:
    status = row.status
    if row.is_asked:
        return "yet: the answer is waited for"
    if row.is_waited_for:
        return "– no answer came, or it was not kept"
    if status is Status.IN_PROGRESS:
        return "yet: most models write when they are done"
    if status is Status.FAILED:
        return "– failed ones often write nothing; or s3:PutObject is missing there"
    return "(any more)"
