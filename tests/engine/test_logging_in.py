"""A log-in command on the terminal: its end, and what it complained about last."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tui.engine.logging_in import log_in
from tui.model.problem import ProblemError


async def test_a_browser_that_the_command_leaves_behind_does_not_hold_up_its_end(
    tmp_path: Path,
) -> None:
    browser = f"sleep 20 >/dev/null & echo $! > '{tmp_path}/browser'"
    try:
        await asyncio.wait_for(log_in(["sh", "-c", browser]), 10)
    finally:
        await log_in(["kill", (tmp_path / "browser").read_text().strip()])


async def test_the_last_line_is_told_although_the_browser_holds_the_pipe(tmp_path: Path) -> None:
    script = f"sleep 20 & echo $! > '{tmp_path}/browser'; printf 'one\\ntwo\\n\\n' >&2; exit 3"
    with pytest.raises(ProblemError) as caught:
        await asyncio.wait_for(log_in(["sh", "-c", script]), 10)
    await log_in(["kill", (tmp_path / "browser").read_text().strip()])

    assert caught.value.problem.message.endswith("exit code 3: two")


async def test_a_command_that_is_not_there_is_told() -> None:
    with pytest.raises(ProblemError) as caught:
        await log_in(["asyncinvoke-no-such-command", "login"])

    assert caught.value.problem.kind == "ProgramNotStarted"
