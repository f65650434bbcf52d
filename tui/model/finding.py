"""What the doctor finds: one line each, its cause and remedy, and what to mend in the end. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.model.counting import so_many
from tui.model.text import cell_width

if TYPE_CHECKING:
    from tui.model.problem import Problem

TOPIC_WIDTH = 14
"""Cells that a topic takes in a report, the longest one included."""

_CAUSE = "not one of the known ones"
_REMEDY = "read the message; try again, and then ask who runs the network or the account"


class Verdict(str, Enum):
    """How well it is; the value is the word that a person reads."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"
    NOT_KNOWN = "not known"


_SIGNS = {
    Verdict.OK: ("✓", "+"),
    Verdict.WARNING: ("!", "!"),
    Verdict.FAULT: ("✗", "x"),
    Verdict.NOT_KNOWN: ("?", "?"),
}


class Finding(Struct, frozen=True, rename="camel"):
    """One thing that was looked at.

    Attributes:
        topic: What was looked at, in one or two words: ``clock``.
        verdict: How well it is.
        text: What was found, in one line.
        details: More lines about it.
        cause: Why it is so; every fault has one.
        remedy: What to do; every fault has one.
        policy: A statement to grant, as JSON; empty where none would help.
        request_id: AWS's request id, for support; empty where AWS did not refuse.
    """

    topic: str
    verdict: Verdict
    text: str
    details: tuple[str, ...] = ()
    cause: str = ""
    remedy: str = ""
    policy: str = ""
    request_id: str = ""


def finding_of(
    topic: str,
    verdict: Verdict,
    problem: Problem,
    *,
    about: str = "",
    details: tuple[str, ...] = (),
) -> Finding:
    """What a problem means for a topic.

    Args:
        topic: What was looked at.
        verdict: How bad it is.
        problem: What went wrong there.
        about: What it went wrong with, before the problem's own words.
        details: More lines.
    """
    message = " ".join(problem.message.split())
    return Finding(
        topic,
        verdict,
        f"{about}: {problem.kind}: {message}" if about else f"{problem.kind}: {message}",
        details,
        problem.cause or _CAUSE,
        problem.remedy or _REMEDY,
        policy=problem.policy,
        request_id=problem.request_id,
    )


def sign(verdict: Verdict, *, is_unicode: bool) -> str:
    """A verdict's sign: a glyph, or one ASCII character where the locale has no more."""
    return _SIGNS[verdict][0 if is_unicode else 1]


def is_faulty(findings: Iterable[Finding]) -> bool:
    """Whether there is a fault among them."""
    return any(each.verdict is Verdict.FAULT for each in findings)


def first_line(finding: Finding, *, is_unicode: bool) -> str:
    """Sign, word, topic and text."""
    word = finding.verdict.value
    topic = finding.topic + " " * (TOPIC_WIDTH - cell_width(finding.topic))
    return f"{sign(finding.verdict, is_unicode=is_unicode)} {word:<9} {topic} {finding.text}"


def more_lines(finding: Finding) -> list[str]:
    """What stands below the first line: details, cause, remedy, what to grant; indented."""
    lines = list(finding.details)
    lines += [f"cause:  {finding.cause}"] if finding.cause else []
    lines += [f"remedy: {finding.remedy}"] if finding.remedy else []
    lines += [f"grant:  {line}" for line in finding.policy.splitlines()]
    lines += [f"request id: {finding.request_id}"] if finding.request_id else []
    return [f"    {line}" for line in lines]


def closing_lines(findings: Iterable[Finding]) -> list[str]:
    """What to mend, each remedy once; and how many warnings there are."""
    known = list(findings)
    faults = [each for each in known if each.verdict is Verdict.FAULT]
    warnings = sum(each.verdict is Verdict.WARNING for each in known)
    count = f"{so_many(warnings, 'warning')} above" if warnings else ""
    if not faults:
        return [f"Nothing to mend; {count}" if count else "Nothing to mend"]
    mends = dict.fromkeys(f"  {each.topic}: {each.remedy}" for each in faults)
    lines = ["What to mend:", *mends]
    return [*lines, f"and {count}"] if count else lines


def report(findings: Iterable[Finding], *, is_unicode: bool = True) -> list[str]:
    """All of it as lines of text, with what to mend at the end."""
    known = list(findings)
    lines = []
    for each in known:
        lines += [first_line(each, is_unicode=is_unicode), *more_lines(each)]
    return [*lines, "", *closing_lines(known)]
