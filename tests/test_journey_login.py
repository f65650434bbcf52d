"""Credentials that end, and the log-in that mends them, in a real pseudo-terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.terminal import Terminal, environment_at
from tui.sandbox.jobs import Clock
from tui.sandbox.server import Sandbox

PROFILE = """\
[profile team]
region = us-west-2
aws_access_key_id = {key}
aws_secret_access_key = secret
"""
SIGNED_OUT = """\
[profile team]
region = us-west-2
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Tester
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.awsapps.com/start
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / ".aws").mkdir()
    (tmp_path / "config.toml").touch()
    (tmp_path / "bin").mkdir()
    return tmp_path


def write_aws(home: Path, program: str) -> None:
    """Put an ``aws`` on the PATH that does what a Python program says."""
    file = home / "bin" / "aws"
    file.write_text(f"#!{sys.executable} -I\nimport sys\n{program}")
    file.chmod(0o755)


def terminal_at(home: Path, sandbox: Sandbox) -> Terminal:
    base = environment_at(home)
    environment = {
        **base,
        "PATH": f"{home / 'bin'}:{base['PATH']}",
        "ASYNCINVOKE_CONFIG": str(home / "config.toml"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    where = ["--profile", "team", "--endpoint-url", sandbox.url]
    return Terminal([sys.executable, "-m", "tui", *where], environment, (80, 24))


def test_a_session_that_ends_is_renewed_with_one_key(home: Path) -> None:
    config = home / ".aws" / "config"
    config.write_text(PROFILE.format(key="first"))
    renewed = PROFILE.format(key="second")
    write_aws(
        home,
        "assert sys.argv[1:] == ['sso', 'login', '--profile', 'team'], sys.argv\n"
        "print('Go to the browser, then press enter:', flush=True)\ninput()\n"
        f"open({str(config)!r}, 'w').write({renewed!r})\n",
    )
    with Sandbox(clock=Clock(), job_seconds=600) as sandbox:
        sandbox.seed(12)
        with terminal_at(home, sandbox) as terminal:
            terminal.wait_for("Completed", "updated now", "123456789012")
            config.write_text(SIGNED_OUT)
            sandbox.expiry.set("first", 0)
            terminal.press("r")
            terminal.wait_for("signed out, heard", "SSOTokenLoadError", "L log in", "Completed")
            terminal.press("L")
            terminal.wait_for("Go to the browser, then press enter:")
            terminal.press("enter")
            terminal.wait_for("updated now", "Completed")
            terminal.wait_until(lambda text: "signed out" not in text, "signed in again")
            terminal.press("q")
            assert terminal.wait() == 0
            assert terminal.is_restored


def test_a_log_in_that_fails_leaves_the_table_as_it_was(home: Path) -> None:
    (home / ".aws" / "config").write_text(SIGNED_OUT)
    write_aws(home, "sys.exit('Opening…\\nThe code is wrong')\n")
    with Sandbox(clock=Clock()) as sandbox, terminal_at(home, sandbox) as terminal:
        terminal.wait_for("signed out", "L log in")
        terminal.press("L")
        terminal.wait_for("exit code 1", "The code is wrong", "signed out")
        terminal.press("q")
        assert terminal.wait() == 0
        assert terminal.is_restored
