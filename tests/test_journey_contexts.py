"""Two contexts by the keyboard alone, in a real pseudo-terminal: open one beside, submit there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal import Terminal, environment_at
from tests.two_contexts import EAST, EAST_KEY, WEST, WEST_KEY, two_sandboxes, write_files
from tui.sandbox.server import Sandbox


@pytest.fixture
def sandboxes() -> Iterator[tuple[Sandbox, Sandbox]]:
    with two_sandboxes(is_stepped=False) as both:
        yield both


def test_open_a_second_context_see_both_and_submit_in_it(
    sandboxes: tuple[Sandbox, Sandbox], tmp_path: Path
) -> None:
    west, east = sandboxes
    west.seed(3)
    east.seed(2)
    aws, config = write_files(tmp_path, west, east)
    environment = {
        **environment_at(tmp_path),
        "AWS_CONFIG_FILE": str(aws),
        "AWS_EC2_METADATA_DISABLED": "true",
        "ASYNCINVOKE_CONFIG": str(config),
    }
    command = [sys.executable, "-m", "tui", "--context", "west"]
    with Terminal(command, environment, (80, 24)) as terminal:
        terminal.wait_for("west · us-west-2 · 123456789012", "All 3", "q quit")

        terminal.press("c")
        terminal.wait_for("Contexts", "east", "eu-west-1", "active")
        terminal.press("ea")
        terminal.wait_for("⏎ opens it beside the others")
        terminal.press("enter")
        terminal.wait_for("east · eu-west-1 +1 · 123456789012", "All 5", "CONTEXT")

        terminal.press("n")
        terminal.wait_for("New invocation", "east · eu-west-1", "^s submit")
        terminal.press("ctrl+s")
        terminal.wait_for("Submit this to luma.ray-v2:0?", "where    east · eu-west-1")
        terminal.press("y")
        terminal.wait_for("All 6", "▸✓ Completed   east")

        terminal.press("q")
        assert terminal.wait() == 0

    assert east.calls["StartAsyncInvoke"] == 1
    assert west.calls["StartAsyncInvoke"] == 0
    assert set(west.signers) == {(WEST_KEY, WEST)}
    assert set(east.signers) == {(EAST_KEY, EAST)}
