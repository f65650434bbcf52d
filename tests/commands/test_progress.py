from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import add_pending
from tests.terminal import Terminal, environment_at
from tui import log
from tui.commands import progress
from tui.commands.output import narrate
from tui.sandbox.server import Sandbox


class Screen(io.StringIO):
    """A terminal's stderr, as wide as 20 columns."""

    def isatty(self) -> bool:
        return True


Open = Callable[[], Screen]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens one; before the test runs, pytest would take its place again."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "columns", lambda: 20)

    def open_one() -> Screen:
        monkeypatch.setattr("sys.stderr", screen := Screen())
        return screen

    return open_one


async def shown(stream: Screen, text: str) -> None:
    while text not in stream.getvalue():
        await asyncio.sleep(0)


async def test_a_line_is_rewritten_while_work_lasts_and_cleared_at_the_end(
    terminal: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = terminal()
    monkeypatch.setattr(progress, "SECONDS", 0)
    steps = ["1 of 2", "1 of 2", "2 of 2"]

    async with progress.following(lambda: steps.pop(0) if len(steps) > 1 else steps[0]):
        await shown(screen, "2 of 2")

    assert screen.getvalue() == "\r1 of 2\x1b[K\r2 of 2\x1b[K\r\x1b[K"


async def test_a_line_is_cut_to_the_terminal_and_harms_it_with_nothing(terminal: Open) -> None:
    screen = terminal()
    async with progress.following(lambda: "saving: \x1b[2J of 12 MB · 3 MB/s"):
        await shown(screen, "saving")

    line = screen.getvalue().split("\r")[1].removesuffix("\x1b[K")
    assert line == "saving: �[2J of 12…"


async def test_what_is_narrated_meanwhile_has_a_line_of_its_own(terminal: Open) -> None:
    screen = terminal()
    async with progress.following(lambda: "waiting"):
        await shown(screen, "waiting")
        narrate("no news")

    assert screen.getvalue() == "\rwaiting\x1b[K\r\x1b[Kno news\n"


@pytest.mark.parametrize("term", ["dumb", ""])
async def test_a_dumb_terminal_gets_none(
    terminal: Open, monkeypatch: pytest.MonkeyPatch, term: str
) -> None:
    screen = terminal()
    monkeypatch.setenv("TERM", term)
    async with progress.following(lambda: "waiting"):
        await asyncio.sleep(0)

    assert screen.getvalue() == ""


async def test_what_is_no_terminal_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", stream := io.StringIO())
    async with progress.following(lambda: "waiting"):
        await asyncio.sleep(0)

    assert stream.getvalue() == ""


async def test_the_line_goes_also_when_the_work_fails(terminal: Open) -> None:
    screen = terminal()

    async def work() -> None:
        async with progress.following(lambda: "waiting"):
            await shown(screen, "waiting")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await work()

    assert screen.getvalue().endswith("\r\x1b[K")


async def test_a_terminal_that_is_gone_ends_no_work(
    terminal: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = terminal()
    written = []

    def refuse(text: str) -> int:
        written.append(text)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(screen, "write", refuse)
    async with progress.following(lambda: "waiting"):
        while not written:
            await asyncio.sleep(0)


async def test_a_line_changes_four_times_a_second_at_most(
    terminal: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen, slept, sleep = terminal(), list[float](), asyncio.sleep

    async def note(seconds: float) -> None:
        slept.append(seconds)
        await sleep(0)

    steps = iter(range(99))
    with monkeypatch.context() as patch:
        patch.setattr("tui.commands.progress.asyncio.sleep", note)
        async with progress.following(lambda: f"{next(steps)} of 99"):
            while "2 of 99" not in screen.getvalue():
                await sleep(0)

    assert {*slept} == {0.25}


def test_on_a_real_terminal_the_line_stands_while_it_waits_and_is_gone_after(
    machine: Path, sandbox: Sandbox
) -> None:
    add_pending(sandbox, "westjob00001")
    environment = {
        **environment_at(machine),
        **sandbox.environment(),
        "ASYNCINVOKE_CONFIG": str(machine / "settings.toml"),
    }
    command = [sys.executable, "-m", "tui", "wait", "westjob00001", "--query", "[].status"]
    with Terminal(command, environment, (60, 10)) as terminal:
        terminal.wait_for("waiting: 0 of 1 ended")
        sandbox.clock.advance(3600)
        assert terminal.wait() == 0

        assert "waiting" not in terminal.text
        assert "westjob00001 Completed" in terminal.text
        assert '"Completed"' in terminal.text


async def test_a_fault_in_what_is_shown_is_in_the_log_and_ends_no_work(
    terminal: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal()
    faults: list[BaseException] = []
    monkeypatch.setattr(log, "fault", faults.append)

    def text() -> str:
        raise ZeroDivisionError

    async with progress.following(text):
        while not faults:
            await asyncio.sleep(0)

    assert isinstance(faults[0], ZeroDivisionError)
