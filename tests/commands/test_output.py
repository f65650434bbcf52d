from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import NOW, a_note, an_invocation
from tui.commands import exit_codes
from tui.commands.output import complain, narrate, put_json, put_table
from tui.model import export
from tui.model.invocation import Status
from tui.model.problem import Problem
from tui.model.text import cell_width

Capture = pytest.CaptureFixture[str]
HOSTILE = "\x1b[2Jone\r\ntwo\x07\u202ethree\x9b31m"


def test_narration_goes_to_stderr_and_data_to_stdout(capsys: Capture) -> None:
    narrate("said")
    put_json({"a": 1})
    captured = capsys.readouterr()
    assert captured.err == "said\n"
    assert json.loads(captured.out) == {"a": 1}


def test_a_problem_is_told_with_all_that_is_known(capsys: Capture) -> None:
    complain(Problem(kind="Kind", message="what", cause="why", remedy="do this", request_id="id-1"))
    assert capsys.readouterr().err == (
        "asyncinvoke: Kind: what\n  cause:  why\n  remedy: do this\n  request id: id-1\n"
    )


def test_what_is_not_known_of_a_problem_is_left_out(capsys: Capture) -> None:
    complain(Problem(kind="Kind", message="what"))
    assert capsys.readouterr().err == "asyncinvoke: Kind: what\n"


def test_hostile_text_in_a_problem_is_only_text(capsys: Capture) -> None:
    complain(Problem(kind="Kind", message=HOSTILE, cause=HOSTILE, remedy=HOSTILE))
    err = capsys.readouterr().err
    assert not set("\x1b\x07\r\x9b\u202e") & set(err)
    assert "two" in err


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text())
def test_json_stays_the_same_value_and_prints_no_control_characters(
    capsys: Capture, text: str
) -> None:
    capsys.readouterr()
    put_json({"text": text})
    out = capsys.readouterr().out
    assert json.loads(out) == {"text": text}
    assert all(char.isprintable() or char == "\n" for char in out if ord(char) < 0xA0)


def test_an_invocation_has_the_api_s_names_and_nothing_empty() -> None:
    moment = NOW - timedelta(minutes=2)
    row = an_invocation(status=Status.FAILED, failure_message="why", submit_time=moment)
    members = export.members(row)
    assert members == {
        "invocationArn": row.invocation_arn,
        "modelArn": row.model_arn,
        "status": "Failed",
        "failureMessage": "why",
        "submitTime": "2026-03-14T09:24:53.000Z",
        "endTime": "2026-03-14T09:26:53.000Z",
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": row.s3_uri}},
        "operation": "StartAsyncInvoke",
        "region": "us-west-2",
        "modelId": "luma.ray-v2:0",
        "submittedHere": False,
        "heardTime": "2026-03-14T09:26:53.000Z",
        "account": "123456789012",
    }


def test_an_unanswered_submission_is_printed_without_an_arn() -> None:
    members = export.members(a_note())
    assert members["status"] == "Unknown"
    assert members["submittedHere"] is True
    assert "invocationArn" not in members
    assert "heardTime" not in members


def test_wide_and_hostile_characters_keep_the_columns_aligned(capsys: Capture) -> None:
    rows = [
        an_invocation("mm0oexhd8y31", model_id="模型"),
        an_invocation("mm0oexhd8y32", model_id="x\x1b[31m", s3_uri="s3://media/last"),
        an_invocation("mm0oexhd8y33", status=Status.FAILED, failure_message=HOSTILE),
    ]
    put_table(rows, NOW)
    out = capsys.readouterr().out
    assert not set("\x1b\x07\r\x9b\u202e") & set(out)
    heading, *lines = out.splitlines()
    assert len(lines) == 3
    place = heading.index("ID")
    assert [cell_width(line[: line.index("mm0oexhd8y3")]) for line in lines] == [place] * 3
    assert "s3://media/last" in lines[1]


def test_a_table_without_rows_is_its_heading(capsys: Capture) -> None:
    put_table([], NOW)
    assert capsys.readouterr().out == "STATUS  TARGET  ID  SUBMITTED  TOOK  OUTPUT\n"


@pytest.mark.parametrize(
    ("is_retryable", "request_id", "code"), [(False, "", 2), (False, "r-1", 3), (True, "r-1", 4)]
)
def test_the_exit_code_says_who_must_do_something(
    is_retryable: bool, request_id: str, code: int
) -> None:
    problem = Problem(kind="Kind", message="what", is_retryable=is_retryable, request_id=request_id)
    assert exit_codes.of(problem) == code
