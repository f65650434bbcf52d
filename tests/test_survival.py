"""What is typed, and the machine, survive kills and a terminal that goes away."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import stat
import struct
import subprocess
import sys
import termios
from contextlib import closing
from pathlib import Path

import pytest

from tests.terminal import Terminal
from tui.ledger.database import Database
from tui.ledger.drafts import Drafts

ROOT = Path(__file__).parents[1]
LINES = "\n".join(f"line {number} of what was typed" for number in range(200))


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def command(ledger: Path) -> list[str]:
    """The screen, where no AWS answers."""
    where = ["--endpoint-url", "http://127.0.0.1:9", "--region", "us-west-2"]
    return [sys.executable, "-m", "tui", *where, "--ledger", str(ledger)]


async def test_a_kill_in_the_middle_of_typing_costs_half_a_second_at_the_most(
    environment: dict[str, str], tmp_path: Path
) -> None:
    ledger = tmp_path / "data" / "ledger.sqlite3"
    with Terminal(command(ledger), environment) as terminal:
        terminal.wait_for("OUTPUT", "q quit")
        terminal.press("n")
        terminal.wait_for("New invocation", "^s submit")
        terminal.press(LINES.replace("\n", "\r"))
        terminal.wait_for("line 199 of what was typed")
        text = await last_half_second(terminal, ledger)
        terminal.send(signal.SIGKILL)
        terminal.wait()

    with closing(Database(ledger)) as database:
        (draft,) = await Drafts(database).all()
        assert draft.fields["model_input"] == text
    assert stat.S_IMODE(ledger.stat().st_mode) == 0o600
    assert stat.S_IMODE(ledger.parent.stat().st_mode) == 0o700

    with Terminal(command(ledger), environment) as terminal:
        terminal.wait_for("OUTPUT", "q quit")
        terminal.press("n")
        terminal.wait_for("line 0 of what was typed", "your draft, as you left it")


async def last_half_second(terminal: Terminal, ledger: Path) -> str:
    """Type letters until eight in a row were on the disk half a second after they were seen.

    A rhythm slower than that misses one of eight; a busy machine may take a few more.
    """
    text, kept = LINES, 0
    with closing(Database(ledger)) as database:
        for letter in "abcdefghijklmnopqrstuvwxyz" * 2:
            text += letter
            terminal.press(letter)
            terminal.wait_for(text[-20:].splitlines()[-1])
            terminal.rest(0.5)
            (draft,) = await Drafts(database).all()
            kept = kept + 1 if draft.fields["model_input"] == text else 0
            if kept == 8:
                return text
    raise AssertionError("what is typed is on the disk later than half a second after it")


@pytest.mark.parametrize("is_hup_ignored", [False, True], ids=["SIGHUP", "SIGHUP ignored"])
def test_the_program_leaves_when_its_terminal_is_gone(
    environment: dict[str, str], tmp_path: Path, is_hup_ignored: bool
) -> None:
    """A Textual program whose terminal is gone would otherwise keep a whole core busy."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        command(tmp_path / "ledger.sqlite3"),
        env={"TERM": "xterm-256color", "LANG": "C.UTF-8", **environment},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        preexec_fn=_ignore_hup if is_hup_ignored else _take_terminal,
    )
    os.close(slave)
    seen = b""
    while b"quit" not in seen:
        seen += os.read(master, 65536)

    os.close(master)

    assert process.wait(10) == 128 + signal.SIGHUP


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _ignore_hup() -> None:
    _take_terminal()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
