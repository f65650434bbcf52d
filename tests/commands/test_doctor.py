"""The doctor against machines that are broken in one way: it finds that, and nothing else."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import ROOT, Invoke, Spawn, finish
from tests.commands.doctored import MOST_CALLS, findings, output_to, the_fault, unasked
from tests.commands.doctored import well as well
from tests.terminal import Terminal
from tui.aws import probes
from tui.aws.probes import Door
from tui.engine import doctor_aws
from tui.sandbox.server import Sandbox

pytestmark = pytest.mark.usefixtures("well")


# All is well -------------------------------------------------------------------------------------


def test_where_all_is_well_the_exit_code_is_0_and_few_calls_are_made(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    done = invoke("doctor")

    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-1] == "Nothing to mend"
    assert "✗" not in done.out
    assert "account 123456789012" in done.out
    assert sum(sandbox.calls.values()) <= MOST_CALLS
    assert max(sandbox.calls.values()) == 1


def test_nothing_is_started_and_nothing_is_written(
    invoke: Invoke, sandbox: Sandbox, machine: Path
) -> None:
    before = sorted(machine.rglob("*"))

    invoke("doctor")

    assert sandbox.calls["StartAsyncInvoke"] == 1
    assert sandbox.jobs.count("us-west-2") == 0
    assert sorted(machine.rglob("*")) == before


def test_the_json_is_all_of_the_findings(invoke: Invoke) -> None:
    done = invoke("doctor", "--output=json")

    told = json.loads(done.out)
    assert done.code == 0
    assert {each["verdict"] for each in told} == {"ok", "not known"}
    assert {"versions", "config", "ledger", "credentials", "clock", "network", "output"} <= {
        each["topic"] for each in told
    }


# Who one is --------------------------------------------------------------------------------------


def test_no_credentials(invoke: Invoke, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    done = invoke("doctor", "--output=json")

    fault = the_fault(done)
    assert fault["topic"] == "credentials"
    assert "NoCredentialsError" in fault["text"]
    assert fault["details"] == []
    assert unasked(done)
    assert sum(sandbox.calls.values()) == 0


def test_a_profile_that_does_not_exist(invoke: Invoke) -> None:
    done = invoke("doctor", "--output=json", "--profile=nobody")

    fault = the_fault(done)
    assert (fault["topic"], "nobody" in fault["text"]) == ("credentials", True)
    assert "--profile" in fault["remedy"]
    assert unasked(done)


def test_a_session_that_ended(invoke: Invoke, sandbox: Sandbox) -> None:
    sandbox.faults.add("*", "expired", times=None)

    done = invoke("doctor", "--output=json")

    fault = the_fault(done)
    assert fault["topic"] == "credentials"
    assert "ExpiredToken" in fault["text"]
    assert "log in" in fault["remedy"]
    assert unasked(done)
    assert sandbox.calls["StartAsyncInvoke"] == 0


def with_profile(machine: Path, monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """A profile ``odd`` of the AWS files, and no keys beside it."""
    config = machine / "aws-config"
    config.write_text("\n".join(["[profile odd]", *lines, ""]))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")


def test_a_credential_process_that_prints_rubbish(
    invoke: Invoke, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_profile(machine, monkeypatch, "credential_process = echo rubbish")

    done = invoke("doctor", "--output=json", "--profile=odd")

    assert the_fault(done)["topic"] == "credentials"
    assert unasked(done)


def test_credentials_that_never_come_are_waited_for_no_longer_than_some_seconds(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*_: object) -> Door:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(probes, "door", hang)
    monkeypatch.setattr(doctor_aws, "LOOK_SECONDS", 0.1)

    done = invoke("doctor", "--output=json")

    fault = the_fault(done)
    assert (fault["topic"], "credential_process" in fault["cause"]) == ("credentials", True)
    assert unasked(done)


def test_keys_of_which_one_is_missing(
    invoke: Invoke, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_profile(machine, monkeypatch, "aws_access_key_id = a")

    done = invoke("doctor", "--output=json", "--profile=odd")

    assert the_fault(done)["topic"] == "credentials"


def test_no_region(here: Invoke, sandbox: Sandbox) -> None:
    done = here("doctor", "--output=json", "--endpoint-url", sandbox.url)

    fault = the_fault(done)
    assert fault["topic"] == "context"
    assert "--region" in fault["remedy"]
    assert unasked(done)


# What one may ------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", ["ListAsyncInvokes", "GetAsyncInvoke"])
def test_an_action_that_is_denied(invoke: Invoke, sandbox: Sandbox, operation: str) -> None:
    sandbox.faults.add(operation, "denied", times=None)

    fault = the_fault(invoke("doctor", "--output=json"))

    assert fault["topic"] in ("list", "get")
    assert fault["text"].startswith(f"{operation}: denied: AccessDeniedException: ")
    assert f"bedrock:{operation}" in fault["text"]
    assert fault["requestId"]


def test_a_start_that_is_denied_starts_nothing(invoke: Invoke, sandbox: Sandbox) -> None:
    sandbox.faults.add("StartAsyncInvoke", "denied", times=None)

    fault = the_fault(invoke("doctor", "--output=json"))

    assert fault["text"].startswith("StartAsyncInvoke: denied: ")
    assert "luma.ray-v2:0-asyncinvoke-doctor, which does not exist" in fault["details"][0]
    assert sandbox.calls["StartAsyncInvoke"] == 1
    assert sandbox.jobs.count("us-west-2") == 0


@pytest.mark.parametrize("operation", ["ListFoundationModels", "InvokeModel"])
def test_a_right_that_one_can_do_without_is_a_warning(
    invoke: Invoke, sandbox: Sandbox, operation: str
) -> None:
    sandbox.faults.add(operation, "denied", times=None)

    done = invoke("doctor", "--output=json")

    assert (done.code, findings(done, "fault")) == (0, [])
    (warning,) = findings(done, "warning")
    assert warning["text"].startswith(f"{operation}: denied")
    assert warning["remedy"]


def test_who_one_is_may_stay_unknown(invoke: Invoke, sandbox: Sandbox) -> None:
    sandbox.faults.add("GetCallerIdentity", "denied", times=None)

    done = invoke("doctor", "--output=json")

    assert (done.code, findings(done, "fault")) == (0, [])
    unknown = " ".join(each["text"] for each in findings(done, "not known"))
    assert "whose account it is, is not known" in unknown
    assert "GetAsyncInvoke: not tried" in unknown
    assert sandbox.calls["GetAsyncInvoke"] == 0


@pytest.mark.parametrize("kind", ["throttle", "unavailable"])
def test_what_aws_has_no_time_for_is_not_known(invoke: Invoke, sandbox: Sandbox, kind: str) -> None:
    sandbox.faults.add("StartAsyncInvoke", kind, times=None)

    done = invoke("doctor", "--output=json")

    assert (done.code, findings(done, "fault")) == (0, [])
    texts = [each["text"] for each in findings(done, "not known")]
    assert any(text.startswith("StartAsyncInvoke: not known whether") for text in texts)


# How it is told ----------------------------------------------------------------------------------


def test_it_ends_with_what_to_mend(invoke: Invoke) -> None:
    output_to("sandbox-forbidden")

    done = invoke("doctor")

    assert done.code == 1
    assert "✗ fault     output         sandbox-forbidden: HeadBucket" in done.out
    *_, heading, last = done.out.splitlines()
    assert heading == "What to mend:"
    assert last == "  output: grant s3:GetObject and s3:ListBucket on the bucket"


def test_in_a_small_terminal_without_utf_8_it_says_so_in_ascii(
    machine: Path, sandbox: Sandbox
) -> None:
    command = ["doctor", "--endpoint-url", sandbox.url, "--region", "us-west-2"]
    environment = {**os.environ, "LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with Terminal([sys.executable, "-m", "tui", *command], environment, (70, 60)) as terminal:
        assert terminal.wait() == 0
        sent = terminal.sent.decode("ascii")
    assert "70x60: the screens are made for 80 columns and 24 rows" in sent
    assert "signs are ASCII" in sent
    assert "\x1b[33m! warning\x1b[0m" in sent


def test_no_color_has_no_colour(machine: Path, sandbox: Sandbox) -> None:
    command = ["doctor", "--endpoint-url", sandbox.url, "--region", "us-west-2"]
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}
    with Terminal([sys.executable, "-m", "tui", *command], environment) as terminal:
        assert terminal.wait() == 0
        assert b"\x1b" not in terminal.sent


def test_ctrl_c_ends_it(spawn: Spawn, sandbox: Sandbox) -> None:
    sandbox.faults.add("*", "latency", times=None, seconds=30)
    process = spawn("doctor", "--endpoint-url", sandbox.url, "--region", "us-west-2")
    assert process.stdout
    for line in process.stdout:
        if "network" in line:
            break
    process.send_signal(signal.SIGINT)

    done = finish(process)

    assert done.code == 130
    assert "interrupted" in done.err


# Which context -----------------------------------------------------------------------------------


def in_contexts(machine: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Two contexts over profiles with keys of their own, at one endpoint."""
    keys = "aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = secret\n"
    (machine / "aws-config").write_text(f"[profile live]\n{keys}[profile spare]\n{keys}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(machine / "aws-config"))
    named = "".join(
        f'[contexts.{name}]\nprofile = "{profile}"\nregion = "us-west-2"\nendpoint-url = "{url}"\n'
        for name, profile in (("prod", "live"), ("other", "spare"))
    )
    output_to("sandbox-output", named)


def test_it_looks_at_the_context_that_is_asked_for_and_says_who_chose_it(
    here: Invoke, sandbox: Sandbox, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_contexts(machine, monkeypatch, sandbox.url)

    done = here("doctor", "--output=json", "--context", "prod", "--context", "other")

    assert done.code == 0
    told = {each["topic"]: each for each in json.loads(done.out)}
    assert told["context"]["text"].startswith("context prod: profile live, us-west-2")
    assert 'profile = "live"  (contexts.prod in settings.toml line 5)' in told["config"]["details"]
    assert "other is not looked at here: asyncinvoke doctor --context other" in done.err


def test_an_aws_file_that_is_none_is_named_with_its_line(
    here: Invoke, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (machine / "aws-config").write_text("[profile broken\nregion = us-west-2\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(machine / "aws-config"))

    fault = the_fault(here("doctor", "--output=json"))

    assert "ConfigParseError" in fault["text"]
    assert str(machine / "aws-config") in fault["text"]
    assert "line 1" in fault["text"]


def test_a_profile_that_does_not_exist_is_named_before_the_region_that_it_has_not(
    here: Invoke,
) -> None:
    fault = the_fault(here("doctor", "--output=json", "--profile=nobody"))

    assert fault["text"].startswith("profile nobody: ProfileNotFound")
