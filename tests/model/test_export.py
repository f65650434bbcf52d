from __future__ import annotations

import csv
import io
import json

import pytest
from msgspec.structs import replace

from tests.builders import a_note, a_watched, an_invocation
from tui.model import export
from tui.model.invocation import Status
from tui.model.parts import Parts
from tui.model.tag import Tag

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


def test_an_inference_has_the_names_of_its_own_operation() -> None:
    row = a_watched("id-1")
    assert row.witness
    row = replace(row, witness=replace(row.witness, note="missing or forbidden"))

    assert export.members(row) == {
        "endpointName": "sharpen",
        "inferenceId": "id-1",
        "outputLocation": "s3://media/out/id-1.out",
        "failureLocation": "s3://media/failed/id-1-error.out",
        "deadline": "2026-03-14T15:26:53.000Z",
        "note": "missing or forbidden",
        "status": "Pending",
        "submitTime": "2026-03-14T09:24:53.000Z",
        "operation": "InvokeEndpointAsync",
        "region": "us-west-2",
        "submittedHere": True,
        "heardTime": "2026-03-14T09:26:53.000Z",
    }
    (line,) = csv.DictReader(io.StringIO(export.as_csv([row])))
    assert (line["endpointName"], line["inferenceId"]) == ("sharpen", "id-1")
    assert (line["s3Uri"], line["modelId"]) == ("s3://media/out/id-1.out", "")


def test_an_unanswered_inference_has_no_place() -> None:
    row = a_note(operation="InvokeEndpointAsync", model_id="sharpen", s3_uri="")

    assert {"endpointName", "inferenceId"} <= export.members(row).keys()
    assert "outputLocation" not in export.members(row)


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


def test_failed_parts_are_told_as_numbers_in_json_and_in_words_in_csv() -> None:
    lost = Parts(noun="shot", failed=2, total=5, why="DEFLECTED: blocked")
    some = Parts(noun="segment", failed=1)
    rows = [an_invocation("one", parts=lost), an_invocation("two", parts=some), an_invocation()]

    named = [export.members(row).get("failedParts") for row in rows]
    read = csv.DictReader(io.StringIO(export.as_csv(rows)))

    reason = {"reason": "DEFLECTED: blocked"}
    assert named == [
        {"kind": "shot", "failed": 2, "total": 5, **reason},
        {"kind": "segment"},
        None,
    ]
    assert [line["failedParts"] for line in read] == [
        "2 of 5 shots failed: DEFLECTED: blocked",
        "some segments failed",
        "",
    ]
