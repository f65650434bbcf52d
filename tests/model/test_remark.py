from __future__ import annotations

import pytest

from tui.model.remark import Outcome, Remark, ranges, remedies


@pytest.mark.parametrize(
    ("numbers", "text"),
    [([], ""), ([4], "4"), ([1, 2], "1–2"), ([1, 3, 4, 5, 9], "1, 3–5, 9")],
)
def test_neighbours_are_drawn_together(numbers: list[int], text: str) -> None:
    assert ranges(numbers) == text


def test_many_ranges_are_cut() -> None:
    assert ranges(range(0, 100, 2)) == "0, 2, 4, 6, 8, 10, 12, 14, …"


@pytest.mark.parametrize(
    ("outcome", "is_bad"),
    [
        (Outcome("SUCCESS"), False),
        (Outcome("Completed"), False),
        (Outcome(""), False),
        (Outcome("IN_PROGRESS"), False),
        (Outcome("FAILURE", "ABORTED"), True),
        (Outcome("Failed"), True),
        (Outcome("PARTIAL_SUCCESS"), True),
        (Outcome("", "INVALID_CONTENT"), True),
    ],
)
def test_an_outcome_tells_whether_something_failed(outcome: Outcome, is_bad: bool) -> None:
    assert outcome.is_bad is is_bad


def test_an_outcome_reads_as_status_reason_and_message() -> None:
    assert str(Outcome("FAILURE", "ABORTED", "It was aborted.")) == (
        "FAILURE · ABORTED: It was aborted."
    )
    assert str(Outcome("SUCCESS")) == "SUCCESS"


def test_the_first_failure_that_is_known_has_the_remedy() -> None:
    assert list(remedies("", "something new", "RATE_LIMIT_EXCEEDED")) == [
        Remark("remedy", "try again later with a new token")
    ]
    assert list(remedies("", "something new")) == []
