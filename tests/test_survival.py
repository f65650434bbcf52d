"""What is typed, and the machine, survive kills and a terminal that goes away."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import stat
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.terminal import PATIENCE, Terminal, environment_at
from tui.ledger.database import Database
from tui.ledger.drafts import Drafts

LINES = "\n".join(f"line {number}" for number in range(200))


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        **environment_at(tmp_path),
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def command(ledger: Path) -> list[str]:
    """The screen, where no AWS answers."""
    where = ["--endpoint-url", "http://127.0.0.1:9", "--region", "us-west-2"]
    return [sys.executable, "-m", "tui", *where, "--ledger", str(ledger)]


async def test_what_was_typed_before_a_kill_is_offered_by_the_next_start(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """How soon it is on the disk is tested where the clock is: tests/app/test_form_draft.py."""
    ledger = tmp_path / "data" / "ledger.sqlite3"
    with Terminal(command(ledger), environment) as terminal:
        terminal.wait_for("OUTPUT", "q quit")
        terminal.press("n")
        terminal.wait_for("New invocation", "^s submit")
        terminal.press("tab")  # without a default model it begins there
        terminal.press(LINES.replace("\n", "\r"))
        terminal.wait_for("line 199")
        await on_disk(terminal, ledger, LINES)
        terminal.send(signal.SIGKILL)
        terminal.wait()

    with closing(Database(ledger)) as database:
        (draft,) = await Drafts(database).all()
        assert draft.fields["model_input"] == LINES
    assert stat.S_IMODE(ledger.stat().st_mode) == 0o600
    assert stat.S_IMODE(ledger.parent.stat().st_mode) == 0o700

    with Terminal(command(ledger), environment) as terminal:
        terminal.wait_for("OUTPUT", "q quit")
        terminal.press("n")
        terminal.wait_for("line 0\n", "your draft, as you left it")


async def on_disk(terminal: Terminal, ledger: Path, text: str) -> None:
    """Look on until the draft on the disk is the text."""
    deadline = time.monotonic() + PATIENCE
    with closing(Database(ledger)) as database:
        while [draft.fields["model_input"] for draft in await Drafts(database).all()] != [text]:
            assert time.monotonic() < deadline, "what is typed does not come to the disk"
            terminal.rest(0.1)


@pytest.mark.parametrize("is_hup_ignored", [False, True], ids=["SIGHUP", "SIGHUP ignored"])
def test_the_program_leaves_when_its_terminal_is_gone(
    environment: dict[str, str], tmp_path: Path, is_hup_ignored: bool
) -> None:
    """A Textual program whose terminal is gone would otherwise keep a whole core busy."""
    preparing = _ignore_hup if is_hup_ignored else _take_terminal
    with started(command(tmp_path / "ledger.sqlite3"), environment, preparing) as (process, master):
        read_until(master, b"quit")

        os.close(master)

        assert process.wait(PATIENCE) == 128 + signal.SIGHUP


def test_the_program_leaves_when_its_terminal_goes_while_somebody_types(
    environment: dict[str, str], tmp_path: Path
) -> None:
    what = command(tmp_path / "ledger.sqlite3")
    with started(what, environment, _take_terminal) as (process, master):
        read_until(master, b"quit")
        os.write(master, b"n")
        read_until(master, b"Token")
        os.write(master, b"hello" * 20)

        os.close(master)

        assert process.wait(PATIENCE)


@contextmanager
def started(
    what: list[str], environment: dict[str, str], preparing: Callable[[], None]
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A program that has a terminal of its own, and the terminal's other end."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        what,
        env={"TERM": "xterm-256color", "LANG": "C.UTF-8", **environment},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        preexec_fn=preparing,
    )
    os.close(slave)
    try:
        yield process, master
    finally:
        process.kill()
        process.wait()


def read_until(terminal: int, words: bytes) -> None:
    """Read until the words were written, as long as patience lasts."""
    seen, deadline = b"", time.monotonic() + PATIENCE
    while words not in seen:
        left = max(0.0, deadline - time.monotonic())
        assert select.select([terminal], [], [], left)[0], seen[-2000:]
        seen += os.read(terminal, 65536)


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _ignore_hup() -> None:
    _take_terminal()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def test_the_whole_screen_is_back_after_the_shell_had_the_terminal(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with Terminal(command(tmp_path / "ledger.sqlite3"), environment) as terminal:
        terminal.wait_for("OUTPUT", "q quit", "EndpointConnectionError")
        terminal.press("ctrl+z")
        terminal.wait_until_stopped()
        assert "OUTPUT" not in terminal.text

        terminal.send(signal.SIGCONT)

        terminal.wait_for("us-west-2", "All 0", "OUTPUT", "EndpointConnectionError", "q quit")
