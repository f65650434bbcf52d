"""What the Overview says of an invocation, as names and values. Pure; it paints nothing."""

from __future__ import annotations

from datetime import datetime

from tui.app.bindings import keyed
from tui.app.text import glyph, status_style
from tui.model.explanation import explain_failure
from tui.model.facts import ERROR, STRONG, WARNING, Asked, Fact, explained_failure, known
from tui.model.invocation import Invocation, Status
from tui.model.parts import Parts
from tui.model.problem import Problem

IN_ITS_TURN = (
    "it goes in its turn; {table.queue} stops the queue or lets it go on, {table.forget} drops it"
)
NOT_REMEMBERED = "AWS remembers no answer; {table.again} types it again, {table.forget} forgets it"
ANOTHER_ID = (
    "{table.again} opens the form on it, for another inference id; {table.forget} forgets it"
)


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
    return [status, *_verdict(row), *known(row, asked, now)]


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
    noted = [Fact("note", note, WARNING)] if note else []
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
    problem = explained_failure(row)
    told = [Fact("failure", row.failure_message or "AWS gave no message", ERROR)]
    if problem.cause:
        told.append(Fact("cause", problem.cause))
    if problem.remedy:
        told.append(Fact("remedy", problem.remedy, STRONG))
    if problem.policy:
        told.append(
            Fact("policy", keyed("{error.in-full} here, or {app.error}, shows what to grant"))
        )
    return told


def _partly_failed(parts: Parts) -> list[Fact]:
    problem = explain_failure(parts.why) if parts.why else Problem(kind="Failed", message="")
    told = [Fact("parts", str(parts), WARNING), Fact("failure", parts.why, ERROR)]
    told += [Fact("cause", problem.cause), Fact("remedy", problem.remedy, STRONG)]
    return [
        *(fact for fact in told if fact.value),
        Fact("next", keyed("{detail.output} tells which of them; {table.again} types it again")),
    ]
