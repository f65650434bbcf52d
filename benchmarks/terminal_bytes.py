"""What reaches the terminal, and what idling costs, beside ``watch -n2`` of the AWS CLI and top.

``python benchmarks/terminal_bytes.py [SECONDS]`` counts the bytes of the first frame, of a stretch
in which nothing happens (60 seconds), of one change of a status, and of a table scrolled by a row;
with the driver that writes only the cells that differ, and without it (``few-bytes = false``).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import (
    AWS_CLI,
    NO_CLI,
    compare,
    heading,
    memory,
    percent,
    processor_seconds,
    resident,
    show,
    size,
)
from benchmarks.rows import fill_ledger, id_of
from benchmarks.service import ENVIRONMENT, end, serving
from tests.terminal import Terminal
from tui.model.context import Context

RUNS = 3
ROWS = 200
NARROW, WIDE = (80, 24), (100, 36)
BUDGET_FRAME, BUDGET_IDLE, BUDGET_CHANGE, BUDGET_ROW = 8000, 0, 512, 3000
BUDGET_PROCESSOR = 0.005
SETTLE_SECONDS = 2.0
"""How long to look on until what a step causes has been written."""


@dataclass(frozen=True, slots=True)
class Idle:
    """Bytes, share of a core and resident bytes of a program that nothing happens to."""

    sent: float
    processor: float
    resident: float


def main() -> None:
    """Print all figures beside their peers'."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    for title, step, limit in (
        ("the first frame, 80×24", first_frame, BUDGET_FRAME),
        ("the whole start, 80×24, with fresh data", whole_start, None),
        ("one status changes, 80×24", status_change, BUDGET_CHANGE),
        ("one row scrolled, 100×36", scrolled_row, BUDGET_ROW),
    ):
        heading(title)
        few = show("asyncinvoke", [step("true") for _ in range(RUNS)], size, limit)
        plain = show("few-bytes = false", [step("false") for _ in range(RUNS)], size)
        compare("few-bytes = false", few, plain)
    heading(f"{seconds:g} idle seconds, 80×24, {ROWS} rows")
    with serving(1, ROWS) as url:
        ours = _show_idle("asyncinvoke", _idle_ours(url, "true", seconds), is_judged=True)
        _show_idle("few-bytes = false", _idle_ours(url, "false", seconds))
        for name, command, words in _peers(url):
            with Terminal(command, {**os.environ, **ENVIRONMENT}, NARROW) as terminal:
                terminal.wait_for(words)
                theirs = _show_idle(name, _idle(terminal, seconds))
            compare(f"{name}: bytes", ours.sent, theirs.sent)
            compare(f"{name}: processor", ours.processor, theirs.processor)


def first_frame(few_bytes: str) -> float:
    """Bytes until the newest invocation that the ledger knows stands on the screen."""
    with _program("http://127.0.0.1:9", few_bytes, NARROW, is_known=True) as terminal:
        return len(terminal.sent)


def whole_start(few_bytes: str) -> float:
    """Bytes until fresh data is on the screen and all is quiet: several frames."""
    with serving(1, ROWS) as url, _program(url, few_bytes, NARROW) as terminal:
        terminal.rest(SETTLE_SECONDS)
        return len(terminal.sent)


def status_change(few_bytes: str) -> float:
    """Bytes from an invocation's end until all is quiet; the program is made to look at once."""
    with (
        serving(1, ROWS, running=3) as url,
        _program(url, few_bytes, NARROW) as terminal,
    ):
        terminal.rest(SETTLE_SECONDS)
        before = len(terminal.sent)
        end(url, 1)
        terminal.press("r")
        terminal.wait_until(lambda text: text.count("InProgress") == 2, "two that run")
        terminal.rest(SETTLE_SECONDS)
        return len(terminal.sent) - before


def scrolled_row(few_bytes: str) -> float:
    """Bytes of a key that moves the cursor below the last row on the screen."""
    with serving(1, ROWS) as url, _program(url, few_bytes, WIDE) as terminal:
        terminal.rest(SETTLE_SECONDS)
        number = 0
        while id_of(0) in terminal.text:
            number += 1
            terminal.press("j")
            terminal.wait_for(id_of(number))
            terminal.rest(0.1)
        terminal.rest(SETTLE_SECONDS)
        before = len(terminal.sent)
        terminal.press("j")
        terminal.wait_for(id_of(number + 1))
        terminal.rest(SETTLE_SECONDS)
        return len(terminal.sent) - before


@contextlib.contextmanager
def _program(
    url: str, few_bytes: str, size: tuple[int, int], *, is_known: bool = False
) -> Iterator[Terminal]:
    """The program with the newest invocation on its screen, which the ledger may know already."""
    with tempfile.TemporaryDirectory() as folder:
        ledger, config = Path(folder) / "ledger.sqlite3", Path(folder) / "config.toml"
        config.write_text(f"few-bytes = {few_bytes}\n")
        if is_known:
            fill_ledger(ledger, Context(region="us-west-2", endpoint_url=url))
        command = [sys.executable, "-m", "tui", "--endpoint-url", url, "--ledger", str(ledger)]
        command += ["--config", str(config)]
        with Terminal(command, {**os.environ, **ENVIRONMENT}, size) as terminal:
            terminal.wait_for(id_of(0))
            yield terminal


def _idle_ours(url: str, few_bytes: str, seconds: float) -> Idle:
    with _program(url, few_bytes, NARROW) as terminal:
        return _idle(terminal, seconds)


def _idle(terminal: Terminal, seconds: float) -> Idle:
    """What a program costs that nothing happens to, once its start is over."""
    terminal.rest(SETTLE_SECONDS)
    sent, taken = len(terminal.sent), processor_seconds(terminal.pid)
    terminal.rest(seconds)
    return Idle(
        sent=len(terminal.sent) - sent,
        processor=(processor_seconds(terminal.pid) - taken) / seconds,
        resident=resident(terminal.pid),
    )


def _show_idle(name: str, idle: Idle, *, is_judged: bool = False) -> Idle:
    show(f"{name}: bytes", [idle.sent], size, BUDGET_IDLE if is_judged else None)
    limit = BUDGET_PROCESSOR if is_judged else None
    show(f"{name}: of a core", [idle.processor], percent, limit)
    show(f"{name}: resident", [idle.resident], memory)
    return idle


def _peers(url: str) -> list[tuple[str, list[str], str]]:
    """The programs to compare an idle stretch with: name, command, and words of their screen."""
    peers = [("top", ["top"], "PID")] if shutil.which("top") else []
    if not shutil.which("watch"):
        print("  no watch: install procps")
    elif AWS_CLI:
        asked = f"{AWS_CLI} bedrock-runtime list-async-invokes --endpoint-url {url} --output text"
        peers.append(("watch -n2 aws …", ["watch", "-n2", asked], id_of(0)))
    else:
        print(f"  {NO_CLI}")
    return peers


if __name__ == "__main__":
    main()
