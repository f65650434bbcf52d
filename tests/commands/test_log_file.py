from __future__ import annotations

import json
from pathlib import Path

from tests.commands.conftest import Invoke, a_start
from tests.confidential import Secrets


def test_debug_without_a_file_says_it_on_stderr(invoke: Invoke) -> None:
    done = invoke("list", "--debug")

    assert done.code == 0
    assert done.data == []
    events = [json.loads(line)["event"] for line in done.err.splitlines()]
    assert events[:2] == ["started", "context opened"]
    assert {"call", "heard"} <= {*events}


def test_a_log_file_tells_a_submission_by_its_request_id_but_not_its_input(
    invoke: Invoke, machine: Path
) -> None:
    secrets = Secrets(b"of this test")
    done = invoke(*a_start(prompt=secrets.prompt), "--log-file=a.log")

    assert done.code == 0
    text = (machine / "a.log").read_text()
    assert secrets.seen_in(text) == []
    found = [json.loads(line) for line in text.splitlines()]
    (call,) = [
        line for line in found if line.get("operation") == "StartAsyncInvoke" and "ms" in line
    ]
    assert (call["status"], call["attempt"], call["method"]) == (200, 1, "POST")
    assert len(call["request_id"]) == 36
    assert "accepted" in [line.get("state") for line in found]
    assert "a.log" not in done.err


def test_a_log_that_cannot_be_written_is_usage_before_anything_else(
    invoke: Invoke, machine: Path
) -> None:
    done = invoke("list", "--log-file=no/a.log", "--ledger=l.sqlite3")

    assert (done.code, done.out) == (2, "")
    assert "no/a.log: the log cannot be written: there is no such folder; make the" in done.err
    assert not (machine / "l.sqlite3").exists()
