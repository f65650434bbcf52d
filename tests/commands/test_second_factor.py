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


def test_on_a_terminal_it_is_asked_for_there_and_not_shown(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text(CONFIG)
    (tmp_path / "config.toml").touch()
    environment = {
        **environment_at(tmp_path),
        "ASYNCINVOKE_CONFIG": str(tmp_path / "config.toml"),
        "AWS_ENDPOINT_URL": sandbox.url,
    }
    command = [sys.executable, "-m", "tui", "list", "--profile=team", "--region=us-west-2"]
    with Terminal(command, environment) as terminal:
        terminal.wait_for("Profile team: the six digits of")
        terminal.press("123 456", "enter")
        terminal.wait_for("[]")
        assert terminal.wait() == 0

    assert b"456" not in terminal.sent.partition(b"mfa/ann")[2]
    assert sandbox.calls["AssumeRole"] == 1


def test_without_a_terminal_it_is_said_that_nobody_can_be_asked(
    invoke: Invoke, machine: Path
) -> None:
    (machine / "no-config").write_text(CONFIG)

    finished = invoke("list", "--profile=team")

    assert finished.code == 2
    assert f"profile team wants the code of {SERIAL}" in finished.err
    assert "remedy: run it in a terminal" in finished.err
