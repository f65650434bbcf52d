from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import HOSTILE
from tests.commands.conftest import Invoke, a_start, add_job
from tests.two_contexts import AWS_CONFIG
from tui.sandbox.server import Sandbox


def test_no_invocations_are_an_empty_array(invoke: Invoke) -> None:
    done = invoke("list")
    assert (done.code, done.out, done.err) == (0, "[]\n", "")


@pytest.mark.parametrize("output", ["table", "text"])
@pytest.mark.parametrize(
    ("words", "told"),
    [((), "there is no invocation yet\n"), (("--filter", "x"), "no invocation matches\n")],
)
def test_where_nothing_looks_like_a_fault_it_is_said(
    invoke: Invoke, output: str, words: tuple[str, ...], told: str
) -> None:
    done = invoke("list", "--output", output, *words)
    assert (done.code, done.err) == (0, told)


def test_the_objects_have_the_api_s_own_names_and_ours_newest_first(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    sandbox.seed(12)
    rows = invoke("list").data
    assert len(rows) == 12
    assert rows == sorted(rows, key=lambda row: row["submitTime"], reverse=True)
    assert {"InProgress", "Completed", "Failed"} == {row["status"] for row in rows}
    for row in rows:
        assert row["invocationArn"].startswith("arn:aws:bedrock:us-west-2:123456789012:")
        assert row["modelArn"].endswith(row["modelId"])
        assert row["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"].startswith("s3://")
        assert ("failureMessage" in row) == (row["status"] == "Failed")
        assert ("endTime" in row) == (row["status"] != "InProgress")
        assert row["submittedHere"] is False
        assert row["submitTime"].endswith("Z")


def test_what_was_submitted_here_is_known_as_ours(invoke: Invoke) -> None:
    arn = invoke(*a_start()).data["invocationArn"]
    (row,) = invoke("list").data
    assert (row["invocationArn"], row["submittedHere"]) == (arn, True)


@pytest.mark.parametrize(
    ("words", "count"),
    [("status:failed", 2), ("model:luma", 2), ("!status:completed !status:failed", 2), ("x?", 0)],
)
def test_a_filter_is_the_table_s(invoke: Invoke, sandbox: Sandbox, words: str, count: int) -> None:
    sandbox.seed(12)
    done = invoke("list", "--filter", words)
    assert done.code == 0
    assert len(done.data) == count


def test_a_table_is_aligned_and_the_last_column_uncut(invoke: Invoke, sandbox: Sandbox) -> None:
    sandbox.seed(12)
    done = invoke("list", "--output", "table")
    assert done.code == 0
    heading, *lines = done.out.splitlines()
    assert heading.split() == ["STATUS", "TARGET", "ID", "SUBMITTED", "TOOK", "OUTPUT"]
    assert len(lines) == 12
    for title in heading.split()[1:]:
        place = heading.index(title)
        assert all(line[place - 1] == " " and line[place] != " " for line in lines)
    rows = {row["modelId"]: row for row in invoke("list").data}
    longest = max(rows, key=len)
    assert any(longest in line for line in lines)


def test_without_aws_the_known_invocations_are_printed_all_the_same(
    invoke: Invoke, here: Invoke, sandbox: Sandbox
) -> None:
    sandbox.seed(3)
    known = invoke("list").data
    sandbox.faults.add("ListAsyncInvokes", "denied", times=None)
    done = invoke("list")
    assert done.code == 3
    arns = [row["invocationArn"] for row in known]
    assert [row["invocationArn"] for row in done.data] == arns
    assert "AccessDeniedException" in done.err
    assert "these are the known invocations, last heard of now" in done.err


def test_throttling_and_no_network_may_be_tried_again(
    invoke: Invoke, here: Invoke, sandbox: Sandbox
) -> None:
    sandbox.faults.add("ListAsyncInvokes", "throttle", times=None)
    throttled = invoke("list")
    assert (throttled.code, throttled.out) == (4, "")
    assert "ThrottlingException" in throttled.err
    unreachable = here("list", "--endpoint-url=http://127.0.0.1:9", "--region=us-west-2")
    assert (unreachable.code, unreachable.out) == (4, "")
    assert "EndpointConnectionError" in unreachable.err


@pytest.mark.parametrize("output", ["json", "table", "text", "yaml"])
def test_hostile_text_never_reaches_the_terminal_raw(
    invoke: Invoke, sandbox: Sandbox, output: str
) -> None:
    add_job(sandbox, "hostile00001", failure=HOSTILE, model_id="luma\x1b[31m.ray:0")
    done = invoke("list", "--output", output)
    assert done.code == 0
    assert not set("\x1b\x07\r\x9b\u202e") & set(done.out + done.err)
    assert "owned" in done.out
    if output == "json":
        assert done.data[0]["failureMessage"] == HOSTILE


def test_a_filter_that_says_nothing_is_a_usage_error(invoke: Invoke, sandbox: Sandbox) -> None:
    done = invoke("list", "--filter", "statu:x")

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("asyncinvoke: --filter: there is no field statu")
    assert sandbox.calls["ListAsyncInvokes"] == 0


def test_several_contexts_are_listed_together_each_row_with_its_own(
    here: Invoke, west_and_east: tuple[str, ...]
) -> None:
    both = ("list", *west_and_east)

    rows = here(*both).data

    found = {row["invocationArn"].rpartition("/")[2]: row["context"] for row in rows}
    assert found == {"westjob00001": "west us-west-2", "eastjob00001": "east eu-west-1"}
    heading = here(*both, "--output", "table").out.splitlines()[0]
    assert heading.split()[0] == "CONTEXT"
    only = here(*both, "--filter", "context:east").data
    assert [row["region"] for row in only] == ["eu-west-1"]


def test_the_profile_of_a_context_says_how_data_is_written(
    here: Invoke, sandbox: Sandbox, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_job(sandbox, "westjob00001", region="us-west-2")
    (machine / "aws-config").write_text(AWS_CONFIG.replace("region =", "output = text\nregion ="))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(machine / "aws-config"))

    done = here("list", "--context", "west", "--endpoint-url", sandbox.url)

    assert done.code == 0
    assert "westjob00001" in done.out
    assert not done.out.startswith("[")
