from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import NOW, a_note, an_invocation
from tui.commands import exit_codes
from tui.commands.output import complain, narrate, put, put_invocations
from tui.config import Color, Output, Settings
from tui.model import export
from tui.model.invocation import Status
from tui.model.problem import Problem
from tui.model.text import cell_width

Capture = pytest.CaptureFixture[str]
TABLE = Settings(output=Output.TABLE)
HOSTILE = "\x1b[2Jone\r\ntwo\x07\u202ethree\x9b31m"


def test_narration_goes_to_stderr_and_data_to_stdout(capsys: Capture) -> None:
    narrate("said")
    put({"a": 1}, Settings())
    captured = capsys.readouterr()
    assert captured.err == "said\n"
    assert json.loads(captured.out) == {"a": 1}


@pytest.mark.parametrize("opened", [os.pipe, os.openpty], ids=["a pipe", "a terminal"])
def test_where_nobody_reads_the_narration_the_work_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, opened: Callable[[], tuple[int, int]]
) -> None:
    reader, writer = opened()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as gone:
        monkeypatch.setattr(sys, "stderr", gone)
        narrate("said")
        narrate("said again")
        put({"a": 1}, Settings())

    assert json.loads(capsys.readouterr().out) == {"a": 1}


def test_a_problem_is_told_with_all_that_is_known(capsys: Capture) -> None:
    complain(Problem(kind="Kind", message="what", cause="why", remedy="do this", request_id="id-1"))
    assert capsys.readouterr().err == (
        "asyncinvoke: Kind: what\n  cause:  why\n  remedy: do this\n  request id: id-1\n"
    )


def test_what_to_grant_and_whether_to_try_again_are_told(capsys: Capture) -> None:
    complain(Problem(kind="K", message="m", policy='{\n  "Effect": "Allow"\n}', is_retryable=True))
    assert capsys.readouterr().err == (
        'asyncinvoke: K: m\n  policy: {\n    "Effect": "Allow"\n  }\n  trying again may help\n'
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
    put({"text": text}, Settings())
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
    put_invocations(rows, TABLE, NOW)
    out = capsys.readouterr().out
    assert not set("\x1b\x07\r\x9b\u202e") & set(out)
    heading, *lines = out.splitlines()
    assert len(lines) == 3
    place = heading.index("ID")
    assert [cell_width(line[: line.index("mm0oexhd8y3")]) for line in lines] == [place] * 3
    assert "s3://media/last" in lines[1]


def test_a_table_without_rows_is_its_heading(capsys: Capture) -> None:
    put_invocations([], TABLE, NOW)
    assert capsys.readouterr().out == "STATUS  TARGET  ID  SUBMITTED  TOOK  OUTPUT\n"


@pytest.mark.parametrize(
    ("is_retryable", "request_id", "code"), [(False, "", 2), (False, "r-1", 3), (True, "r-1", 4)]
)
def test_the_exit_code_says_who_must_do_something(
    is_retryable: bool, request_id: str, code: int
) -> None:
    problem = Problem(kind="Kind", message="what", is_retryable=is_retryable, request_id=request_id)
    assert exit_codes.of(problem) == code


# Formats and questions ---------------------------------------------------------------------------

ROWS = [{"id": "a", "tags": [{"key": "team", "value": "media"}]}, {"id": "b", "took": 3}]


@pytest.mark.parametrize(
    ("output", "out"),
    [
        (Output.TEXT, "a\t\nTAGS\tteam\tmedia\nb\t3\n"),
        (
            Output.YAML,
            "- id: a\n  tags:\n  - key: team\n    value: media\n- id: b\n  took: 3\n",
        ),
        (
            Output.TABLE,
            "ID  TAGS                                 TOOK\n"
            'a   [{"key": "team", "value": "media"}]\n'
            "b                                        3\n",
        ),
        (Output.OFF, ""),
    ],
)
def test_the_output_is_written_as_asked(capsys: Capture, output: Output, out: str) -> None:
    put(ROWS, Settings(output=output))
    assert capsys.readouterr().out == out


def test_a_stream_of_yaml_is_a_list_of_answers(capsys: Capture) -> None:
    put({"a": 1}, Settings(output=Output.YAML_STREAM))
    assert capsys.readouterr().out == "- a: 1\n"


def test_a_command_has_its_usual_format_until_another_is_asked_for(capsys: Capture) -> None:
    put({"a": 1}, Settings(), Output.YAML)
    put({"a": 1}, Settings(output=Output.JSON), Output.YAML)
    assert capsys.readouterr().out == 'a: 1\n{\n    "a": 1\n}\n'


@pytest.mark.parametrize("output", [Output.TEXT, Output.JSON])
def test_a_query_chooses_what_is_written(capsys: Capture, output: Output) -> None:
    put(ROWS, Settings(query="[?took].id | [0]", output=output))
    assert capsys.readouterr().out.strip('"\n') == "b"


def test_a_query_makes_the_table_a_plain_one(capsys: Capture) -> None:
    rows = [an_invocation("mm0oexhd8y31")]
    put_invocations(rows, Settings(output=Output.TABLE, query="[].{status: status}"), NOW)
    assert capsys.readouterr().out == f"STATUS\n{rows[0].status.value}\n"


def test_where_a_query_does_not_fit_nothing_is_lost(capsys: Capture) -> None:
    put({"invocationArn": "arn"}, Settings(query="sort(invocationArn)"))
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {"invocationArn": "arn"}
    assert "--query: " in captured.err
    assert "this is all of it" in captured.err


@pytest.mark.parametrize("color", list(Color))
def test_headings_are_in_bold_only_where_that_is_asked_for(capsys: Capture, color: Color) -> None:
    put_invocations([], Settings(output=Output.TABLE, color=color), NOW)
    assert ("\x1b[1m" in capsys.readouterr().out) is (color is Color.ON)
