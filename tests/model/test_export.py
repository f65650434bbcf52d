from __future__ import annotations

import csv
import io
import json

import pytest

from tests.builders import a_note, an_invocation
from tui.model import export
from tui.model.invocation import Status
from tui.model.request import Tag

ROWS = [
    an_invocation("one", tags=(Tag("team", "media"), Tag("run", "42")), prompt="a tide pool"),
    an_invocation("two", status=Status.FAILED, failure_message='said "no",\nthen left \x1b[31m'),
    a_note(),
]


def test_csv_has_a_line_for_each_and_reads_back() -> None:
    read = list(csv.DictReader(io.StringIO(export.as_csv(ROWS))))

    assert [line["status"] for line in read] == ["InProgress", "Failed", "Unknown"]
    assert read[0]["invocationArn"] == ROWS[0].invocation_arn
    assert read[0]["tags"] == "team=media;run=42"
    assert read[1]["failureMessage"] == 'said "no",\nthen left �[31m'
    assert read[2]["invocationArn"] == ""


def test_json_reads_back_and_holds_nothing_that_moves_a_cursor() -> None:
    text = export.as_json([export.members(row) for row in ROWS])

    assert "\x1b" not in text
    read = json.loads(text)
    assert read[0]["tags"] == [{"key": "team", "value": "media"}, {"key": "run", "value": "42"}]
    assert read[0]["prompt"] == "a tide pool"
    assert read[1]["failureMessage"] == ROWS[1].failure_message


def test_an_expression_is_applied_to_the_list() -> None:
    found = export.search("[?status=='Failed'].invocationArn", ROWS)

    assert found == [ROWS[1].invocation_arn]


@pytest.mark.parametrize(
    "expression", ["[?status==", "nonsense(", "length(`1`)", "&status", "ceil(to_number('inf'))"]
)
def test_a_bad_expression_says_what_is_wrong(expression: str) -> None:
    with pytest.raises(export.ExpressionFault) as fault:
        export.search(expression, ROWS)

    assert str(fault.value)
    assert "\n" not in str(fault.value)


def test_csv_leaves_out_only_what_no_column_of_the_table_says() -> None:
    said = {name for row in ROWS for name in export.members(row)}

    lines = list(csv.DictReader(io.StringIO(export.as_csv(ROWS))))

    assert said - lines[0].keys() == {"modelArn", "outputDataConfig"}
    assert lines[0]["prompt"] == "a tide pool"
