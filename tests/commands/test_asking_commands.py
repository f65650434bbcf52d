"""``get-async-invoke`` and ``list-async-invokes``: what they print, and what the ledger learns."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec
import pytest
import yaml

from tests.commands.conftest import Invoke, a_start
from tui.ledger.known import Known
from tui.model.problem import Problem, ProblemError
from tui.sandbox.server import Sandbox

NOWHERE = ("--endpoint-url=http://127.0.0.1:9", "--region=us-west-2")
MEMBERS = [
    "invocationArn",
    "modelArn",
    "clientRequestToken",
    "status",
    "submitTime",
    "lastModifiedTime",
    "outputDataConfig",
]


@pytest.fixture
def seeded(sandbox: Sandbox) -> Sandbox:
    sandbox.seed(5)
    return sandbox


def arn_of_one(invoke: Invoke) -> str:
    return str(invoke(*a_start("--client-request-token=one")).data["invocationArn"])


def test_one_is_told_in_the_service_model_s_order(invoke: Invoke) -> None:
    arn = arn_of_one(invoke)

    done = invoke("get-async-invoke", "--invocation-arn", arn)

    assert (done.code, done.err) == (0, "")
    assert [name for name in done.data if name != "endTime"] == MEMBERS
    assert done.data["invocationArn"] == arn
    assert done.data["submitTime"].endswith("Z")


@pytest.mark.parametrize(
    ("line", "count"),
    [
        (("list-async-invokes",), 5),
        (("list-async-invokes", "--max-items", "2", "--page-size", "1"), 2),
        (("list-async-invokes", "--no-paginate", "--max-results", "1"), 1),
        (("list-async-invokes", "--max-items", "1", "--output", "text"), 1),
        (("get-async-invoke", "--invocation-arn"), 1),
    ],
)
def test_what_was_told_is_known_when_aws_is_gone(
    invoke: Invoke,
    seeded: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    line: tuple[str, ...],
    count: int,
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    elsewhere = ("--ledger", "other.sqlite3", "--query", "*[0].invocationArn")
    arn = invoke("list-async-invokes", *elsewhere).data
    done = invoke(*line, *(arn if line[-1] == "--invocation-arn" else ()))
    seeded.stop()

    known = invoke("list")

    assert known.code == 4
    assert len(known.data) == count
    assert all(row["invocationArn"] in done.out for row in known.data)


def test_a_ledger_that_takes_nothing_is_told_and_the_answer_is_printed(
    invoke: Invoke, seeded: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise ProblemError(Problem(kind="LedgerError", message="the disk is full"))

    monkeypatch.setattr(Known, "save", full)

    done = invoke("list-async-invokes")

    assert done.code == 0
    assert len(done.data["asyncInvokeSummaries"]) == 5
    assert "LedgerError: the disk is full" in done.err


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("get-async-invoke",), "--invocation-arn: required"),
        (("get-async-invoke", "--invocation-arn", "mm0"), "invocationArn: the ARN of an invoc"),
        (("list-async-invokes", "--status-equals", "Done"), "statusEquals: InProgress or"),
        (("list-async-invokes", "--sort-order", "up"), "sortOrder: Ascending or Descending"),
        (("list-async-invokes", "--max-results", "1001"), "maxResults: at most 1000"),
        (("list-async-invokes", "--max-results", "0"), "maxResults: at least 1"),
        (("list-async-invokes", "--status-equals", ""), "--status-equals: is empty"),
        (("list-async-invokes", "--submit-time-after", "yesterday"), "a time like 2026-01-31T"),
        (("list-async-invokes", "--submit-time-after", "1e400"), "submitTimeAfter: a time like"),
        (("list-async-invokes", "--max-items", "few"), "invalid int value: 'few'"),
        (
            ("list-async-invokes", "--no-paginate", "--max-items", "2", "--page-size=1"),
            "--max-items, --page-size: not with one page",
        ),
        (
            ("list-async-invokes", "--next-token", "abc", "--starting-token", "abc"),
            "--starting-token: not with one page",
        ),
        (("list-async-invokes", "--cli-input-json", '{"state": "x"}'), "state: ListAsyncInvokes"),
    ],
)
def test_what_cannot_be_asked_is_said_and_not_asked(
    invoke: Invoke, sandbox: Sandbox, line: tuple[str, ...], words: str
) -> None:
    done = invoke(*line)

    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert not sandbox.calls


def test_one_that_aws_does_not_know_is_refused(invoke: Invoke) -> None:
    arn = "arn:aws:bedrock:us-west-2:123456789012:async-invoke/mm0oexhd8y31"

    done = invoke("get-async-invoke", "--invocation-arn", arn)

    assert (done.code, done.out) == (3, "")
    assert "remedy:" in done.err


def test_a_service_that_is_gone_may_be_asked_again(
    here: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    done = here("list-async-invokes", *NOWHERE)

    assert (done.code, done.out) == (4, "")


def test_an_answer_that_is_none_of_the_service_s_is_told(
    here: Invoke, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    where = (f"--endpoint-url={sandbox.url}", "--region=us-west-2")
    monkeypatch.setattr("tui.aws.verbatim.json.loads", lambda _: [])

    done = here("list-async-invokes", *where)

    assert (done.code, done.out) == (4, "")
    assert "the answer to ListAsyncInvokes is not AWS's" in done.err


@pytest.mark.parametrize("said", ["", 'cli-timestamp-format = "wire"\n'])
def test_times_are_as_aws_wrote_them_or_with_an_offset(
    invoke: Invoke, machine: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    arn = arn_of_one(invoke)
    line = ("get-async-invoke", "--invocation-arn", arn, "--query", "submitTime")
    config = machine / "settings.toml"
    config.write_text(said + config.read_text())
    wire = invoke(*line).data

    profile = machine / "aws"
    profile.write_text("[default]\ncli_timestamp_format = iso8601\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(profile))
    monkeypatch.setenv("AWS_PROFILE", "default")

    found = invoke(*line).data
    assert wire.endswith("Z")
    assert found.endswith("+00:00")
    assert msgspec.convert(found, datetime) == msgspec.convert(wire, datetime)


def test_text_has_the_token_of_a_cut_list_in_its_last_line(invoke: Invoke, seeded: Sandbox) -> None:
    cut = ("list-async-invokes", "--max-items", "2")
    token = invoke(*cut).data["NextToken"]

    done = invoke(*cut, "--output", "text")

    assert done.out.splitlines()[-1] == f"NEXTTOKEN\t{token}"
    assert done.out.count("ASYNCINVOKESUMMARIES\t") == 2


def test_yaml_says_the_same(invoke: Invoke, seeded: Sandbox) -> None:
    done = invoke("list-async-invokes", "--output", "yaml")

    assert yaml.safe_load(done.out) == invoke("list-async-invokes").data


def test_a_table_has_a_row_for_each_and_the_token_below(invoke: Invoke, seeded: Sandbox) -> None:
    cut = ("list-async-invokes", "--max-items", "2")
    listed = invoke(*cut).data

    heading, *rows, token = invoke(*cut, "--output", "table").out.splitlines()

    assert heading.startswith("INVOCATIONARN ")
    for row, told in zip(rows, listed["asyncInvokeSummaries"], strict=True):
        assert row.startswith(f"{told['invocationArn']}  {told['modelArn']}")
    assert token.split() == ["NextToken", listed["NextToken"]]


def test_a_table_of_what_is_asked_for_is_of_that_alone(invoke: Invoke, seeded: Sandbox) -> None:
    done = invoke(
        "list-async-invokes", "--output", "table", "--query", "length(asyncInvokeSummaries)"
    )

    assert (done.code, done.out) == (0, "5\n")
