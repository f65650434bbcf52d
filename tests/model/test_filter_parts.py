"""Finding what completed without some of its parts."""

from __future__ import annotations

import pytest

from tests.builders import NOW, an_invocation
from tui.model.filter import parse
from tui.model.filter_completion import complete
from tui.model.haystack import Haystack
from tui.model.invocation import Status
from tui.model.parts import Parts

LOST = Parts(noun="shot", failed=2, total=5, why="DEFLECTED: blocked by our content filters")
ROWS = [
    an_invocation("whole", status=Status.COMPLETED),
    an_invocation("partial", status=Status.COMPLETED, parts=LOST),
    an_invocation("failed", status=Status.FAILED, failure_message="out of capacity"),
]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("parts:failed", ["partial"]),
        ("parts:f", ["partial"]),
        ("!parts:failed", ["whole", "failed"]),
        ("status:completed", ["whole", "partial"]),
        ("status:failed", ["failed"]),
        ("failure:filters", ["partial"]),
        ("failure:capacity", ["failed"]),
        ("shots", ["partial"]),
        ('"content filters"', ["partial"]),
    ],
)
def test_they_are_found_by_their_field_and_their_words(text: str, names: list[str]) -> None:
    kept = parse(text, NOW).select(ROWS, Haystack())

    assert [row.id for row in kept] == names


def test_another_value_is_a_fault_that_names_the_right_one() -> None:
    fault = parse("parts:none ", NOW).fault

    assert fault
    assert "takes failed" in fault.message


def test_field_and_value_are_completed() -> None:
    assert complete("par", ROWS) == "parts:"
    assert complete("parts:", ROWS) == "parts:failed"
