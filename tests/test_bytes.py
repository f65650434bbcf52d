"""What the program sends to its terminal while nothing, and while one thing, happens."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from tests.conftest import START
from tests.terminal import Terminal, environment_at
from tui.sandbox.jobs import Clock, Job
from tui.sandbox.server import Sandbox
from tui.sandbox.storage import Storage


def furnished(sandbox: Sandbox) -> None:
    """Thirty invocations, of which one runs for an hour more and has written an object."""
    for number in range(30):
        submitted = START - timedelta(hours=number + 1)
        ends = START + timedelta(hours=1) if number == 3 else submitted + timedelta(minutes=2)
        sandbox.jobs.add(
            Job(
                id=f"job{number:09}",
                region="us-west-2",
                model_id="luma.ray-v2:0",
                model_input={"prompt": "a tide pool"},
                bucket="media",
                prefix="ray",
                submitted=submitted,
                ends=ends,
            )
        )
    key = "ray/job000000003/output.mp4"
    storage = Storage()
    storage.create_bucket("media", "us-west-2")
    storage.put("media", key, b"a clip", "video/mp4", modified=START)


def program(folder: Path, url: str) -> Terminal:
    """The program on a ledger of its own, asking every two seconds."""
    environment = {
        **environment_at(folder),
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    config = folder / "config.toml"
    config.write_text(
        "[history]\nhorizon = 36500.0\n[polling]\nfastest = 2.0\nslowest = 2.0\nidle = 2.0\n"
    )
    where = ["--endpoint-url", url, "--region", "us-west-2", "--config", str(config)]
    ledger = ["--ledger", str(folder / "ledger.sqlite3")]
    return Terminal([sys.executable, "-m", "tui", *where, *ledger], environment)


def test_an_idle_screen_sends_nothing_and_one_ended_invocation_few_bytes(tmp_path: Path) -> None:
    with Sandbox(clock=Clock(START)) as sandbox:
        furnished(sandbox)
        with program(tmp_path, sandbox.url) as terminal:
            terminal.wait_for("1 pending", "InProgress", "123456789012", "q quit")
            terminal.rest(1)

            before, asked = len(terminal.sent), sandbox.calls["ListAsyncInvokes"]
            terminal.rest(12)
            assert terminal.sent[before:] == b""
            assert sandbox.calls["ListAsyncInvokes"] >= asked + 3

            terminal.press("jjj3")
            terminal.wait_for("1 object so far", "output.mp4")
            terminal.rest(1)
            before, asked = len(terminal.sent), sandbox.calls["ListObjectsV2"]
            terminal.rest(8)
            assert terminal.sent[before:] == b""
            assert sandbox.calls["ListObjectsV2"] >= asked + 2
            terminal.press("1")
            terminal.wait_for("submitted")
            terminal.press("escape")
            terminal.wait_for("STATUS")
            terminal.rest(1)

            before = len(terminal.sent)
            sandbox.clock.advance(7200)
            terminal.press("r")
            terminal.wait_for("0 pending", "✓ Completed 30", "Pending 0")
            terminal.rest(1)
            assert "InProgress" not in terminal.text
            assert 0 < len(terminal.sent) - before <= 512
