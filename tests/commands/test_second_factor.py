"""The code of an MFA device, asked for without a screen."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.commands.conftest import Invoke
from tests.signed_in import ROLE, SERIAL
from tests.terminal import Terminal, environment_at
from tui.sandbox.server import Sandbox

CONFIG = f"""\
[default]
aws_access_key_id = source
aws_secret_access_key = secret
[profile team]
role_arn = {ROLE}
source_profile = default
mfa_serial = {SERIAL}
"""


def answered(folder: Path, sandbox: Sandbox, command: str, end: str) -> bytes:
    """What a command sent to a terminal at which the code was typed, until its end."""
    (folder / ".aws").mkdir()
    (folder / ".aws" / "config").write_text(CONFIG)
    (folder / "config.toml").touch()
    environment = {
        **environment_at(folder),
        "ASYNCINVOKE_CONFIG": str(folder / "config.toml"),
        "AWS_ENDPOINT_URL": sandbox.url,
    }
    line = [sys.executable, "-m", "tui", command, "--profile=team", "--region=us-west-2"]
    with Terminal(line, environment) as terminal:
        terminal.wait_for("Profile team: the six digits of")
        terminal.press("123 456", "enter")
        terminal.wait_for(end)
        assert terminal.wait() == 0
    assert sandbox.calls["AssumeRole"] == 1
    return terminal.sent


def test_on_a_terminal_it_is_asked_for_there_and_not_shown(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    sent = answered(tmp_path, sandbox, "list", "[]")

    assert b"456" not in sent.partition(b"mfa/ann")[2]


def test_the_doctor_asks_for_it_too(tmp_path: Path, sandbox: Sandbox) -> None:
    answered(tmp_path, sandbox, "doctor", "Nothing to mend")


def test_without_a_terminal_it_is_said_that_nobody_can_be_asked(
    invoke: Invoke, machine: Path
) -> None:
    (machine / "no-config").write_text(CONFIG)

    finished = invoke("list", "--profile=team")

    assert finished.code == 2
    assert f"profile team wants the code of {SERIAL}" in finished.err
    assert "remedy: run it in a terminal" in finished.err
