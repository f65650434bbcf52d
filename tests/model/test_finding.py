from __future__ import annotations

import pytest

from tui.model.finding import (
    Finding,
    Verdict,
    closing_lines,
    finding_of,
    first_line,
    is_faulty,
    more_lines,
    report,
)
from tui.model.problem import Problem

OK = Finding("clock", Verdict.OK, "as AWS's")
WARNING = Finding("terminal", Verdict.WARNING, "70×20", cause="a small window", remedy="enlarge it")
FAULT = Finding("list", Verdict.FAULT, "denied", ("tried once",), "a policy", "grant it")
UNKNOWN = Finding("clipboard", Verdict.NOT_KNOWN, "nobody answers")


@pytest.mark.parametrize(
    ("finding", "is_unicode", "line"),
    [
        (OK, True, "✓ ok        clock          as AWS's"),
        (OK, False, "+ ok        clock          as AWS's"),
        (WARNING, True, "! warning   terminal       70×20"),
        (FAULT, True, "✗ fault     list           denied"),
        (FAULT, False, "x fault     list           denied"),
        (UNKNOWN, True, "? not known clipboard      nobody answers"),
    ],
)
def test_a_line_has_sign_word_topic_and_text(finding: Finding, is_unicode: bool, line: str) -> None:
    assert first_line(finding, is_unicode=is_unicode) == line


def test_what_stands_below_is_indented_and_in_a_fixed_order() -> None:
    finding = Finding("list", Verdict.FAULT, "", ("detail",), "why", "what", "{\n}", "abc")
    assert more_lines(finding) == [
        "    detail",
        "    cause:  why",
        "    remedy: what",
        "    grant:  {",
        "    grant:  }",
        "    request id: abc",
    ]


@pytest.mark.parametrize(
    ("findings", "lines"),
    [
        ([], ["Nothing to mend"]),
        ([OK, UNKNOWN], ["Nothing to mend"]),
        ([OK, WARNING], ["Nothing to mend; 1 warning above"]),
        ([FAULT, OK], ["What to mend:", "  list: grant it"]),
        ([FAULT, FAULT], ["What to mend:", "  list: grant it"]),
        (
            [FAULT, WARNING, WARNING],
            ["What to mend:", "  list: grant it", "and 2 warnings above"],
        ),
    ],
)
def test_it_closes_with_each_remedy_once(findings: list[Finding], lines: list[str]) -> None:
    assert closing_lines(findings) == lines
    assert report(findings)[-len(lines) :] == lines


def test_only_a_fault_is_faulty() -> None:
    assert is_faulty([OK, FAULT])
    assert not is_faulty([OK, WARNING, UNKNOWN])


def test_a_problem_that_nobody_knows_has_a_cause_and_a_remedy_all_the_same() -> None:
    known = finding_of("x", Verdict.FAULT, Problem(kind="A", message="b\nc", cause="d", remedy="e"))
    unknown = finding_of("x", Verdict.FAULT, Problem(kind="A", message="b"), about="media")

    assert (known.text, known.cause, known.remedy) == ("A: b c", "d", "e")
    assert unknown.text == "media: A: b"
    assert unknown.cause
    assert unknown.remedy
