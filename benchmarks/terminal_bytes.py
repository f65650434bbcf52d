"""What reaches the terminal, and what idling costs, beside ``watch -n2`` of the AWS CLI and top.

``python benchmarks/terminal_bytes.py [SECONDS]`` counts the bytes of the first frame, of a stretch
in which nothing happens (60 seconds), of one change of a status, and of a table scrolled by a row;
with the driver that writes only the cells that differ, and without it (``few-bytes = false``). Each
peer stands where it can do the same: watch cannot scroll, and top has no invocations. Memory is
compared with a bare Textual app and with the AWS CLI, too.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import (
    AWS_CLI,
    BARE_TEXTUAL,
    NO_CLI,
    cli_version,
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
BARE, TOP, WATCH = "bare Textual", "top", "watch -n2 aws …"
SETTLE_SECONDS = 2.0
"""How long to look on until what a step causes has been written."""


@dataclass(frozen=True, slots=True)
class Idle:
    """Bytes, share of a core and resident bytes of a program that nothing happens to."""

    sent: float
    processor: float
    resident: float


Step = Callable[[str], float]
"""Counts the bytes of one thing; it is given the value of ``few-bytes``."""

PeerStep = Callable[[], float]
"""Counts the bytes of the same thing in another program."""


def main() -> None:
    """Print all figures beside their peers'."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    for missing in _missing():
        print(f"  NOT compared: {missing}")
    frame, change = {WATCH: watch_first_frame, TOP: top_first_frame}, {WATCH: watch_status_change}
    _show_bytes("the first frame, 80×24", first_frame, BUDGET_FRAME, frame)
    _show_bytes("the whole start, 80×24, with fresh data", whole_start, None, {})
    _show_bytes("one status changes, 80×24", status_change, BUDGET_CHANGE, change)
    _show_bytes("one row scrolled, 100×36", scrolled_row, BUDGET_ROW, {TOP: top_scrolled_row})
    heading(f"{seconds:g} idle seconds, 80×24, {ROWS} rows")
    with serving(1, ROWS) as url:
        ours = _show_idle("asyncinvoke", _idle_ours(url, "true", seconds), is_judged=True)
        _show_idle("few-bytes = false", _idle_ours(url, "false", seconds))
        for name, command, words in _peers(url):
            with _peer(command, words) as terminal:
                theirs = _show_idle(name, _idle(terminal, seconds))
            compare(f"{name}: bytes", ours.sent, theirs.sent)
            compare(f"{name}: processor", ours.processor, theirs.processor)
            if name == BARE:
                compare(f"{name}: resident", ours.resident, theirs.resident)
        if AWS_CLI:
            cli = f"{cli_version(AWS_CLI)}: resident, at most"
            compare(cli, ours.resident, show(cli, [_cli_memory(url)], memory))


def _show_bytes(title: str, step: Step, limit: float | None, peers: Mapping[str, PeerStep]) -> None:
    """Print the bytes of a step, beside the same without the driver and those peers that exist."""
    heading(title)
    few = show("asyncinvoke", [step("true") for _ in range(RUNS)], size, limit)
    plain = show("few-bytes = false", [step("false") for _ in range(RUNS)], size)
    compare("few-bytes = false", few, plain)
    for name, peer_step in peers.items():
        if _is_there(name):
            compare(name, few, show(name, [peer_step() for _ in range(RUNS)], size))


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


def watch_first_frame() -> float:
    """Bytes until watch shows what the AWS CLI says of the newest invocation."""
    with serving(1, ROWS) as url, _peer(_watch(url), id_of(0)) as terminal:
        return len(terminal.sent)


def watch_status_change() -> float:
    """Bytes from an invocation's end until watch shows it, and for as long after it as for us."""
    with serving(1, ROWS, running=3) as url, _peer(_watch(url), id_of(0)) as terminal:
        terminal.rest(SETTLE_SECONDS)
        before, running = len(terminal.sent), terminal.text.count("InProgress")
        end(url, 0)
        terminal.wait_until(lambda text: text.count("InProgress") < running, "the end of one")
        terminal.rest(SETTLE_SECONDS)
        return len(terminal.sent) - before


def top_first_frame() -> float:
    """Bytes until top shows the heading of its table, and what follows at once."""
    with _peer(["top"], "PID") as terminal:
        terminal.rest(0.5)
        return len(terminal.sent)


def top_scrolled_row() -> float:
    """Bytes of a key that scrolls top's table by a row; top brings its figures up to date, too."""
    with _peer(["top", "-d", "600"], "PID", WIDE) as terminal:
        terminal.rest(SETTLE_SECONDS)
        before = len(terminal.sent)
        terminal.press("down")
        terminal.rest(SETTLE_SECONDS)
        return len(terminal.sent) - before


def _watch(url: str) -> list[str]:
    asked = f"{AWS_CLI} bedrock-runtime list-async-invokes --endpoint-url {url} --output text"
    return ["watch", "-n2", asked]


@contextlib.contextmanager
def _peer(command: list[str], words: str, size: tuple[int, int] = NARROW) -> Iterator[Terminal]:
    """Another program, whose screen shows the words."""
    with Terminal(command, {**os.environ, **ENVIRONMENT}, size) as terminal:
        terminal.wait_for(words)
        yield terminal


def _missing() -> Iterator[str]:
    """Which of the peers this machine does not have, and where they are to be had."""
    for name in ("top", "watch"):
        if not shutil.which(name):
            yield f"no {name}: install procps"
    if not AWS_CLI:
        yield NO_CLI


def _peers(url: str) -> list[tuple[str, list[str], str]]:
    """The programs to compare an idle stretch with: name, command, and words of their screen."""
    peers = [
        (BARE, [sys.executable, "-c", BARE_TEXTUAL], "painted"),
        (TOP, ["top"], "PID"),
        (WATCH, _watch(url), id_of(0)),
    ]
    return [peer for peer in peers if peer[0] == BARE or _is_there(peer[0])]


def _is_there(peer: str) -> bool:
    """Whether this machine has top, or what watch needs."""
    return bool(shutil.which(peer.split()[0]) and (peer != WATCH or AWS_CLI))


def _cli_memory(url: str) -> float:
    """The most memory that the AWS CLI holds while it lists the invocations once."""
    command = [str(AWS_CLI), "bedrock-runtime", "list-async-invokes", "--endpoint-url", url]
    environment = {**os.environ, **ENVIRONMENT}
    most = 0.0
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            with contextlib.suppress(StopIteration):  # it is ending, and holds nothing any more
                most = max(most, resident(process.pid))
            time.sleep(0.01)
    return most


if __name__ == "__main__":
    main()
