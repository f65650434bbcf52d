"""A SageMaker inference from a local file to its saved output, in a real pseudo-terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.terminal import Terminal, environment_at

SIZES = [(80, 24), (120, 40)]
INPUT = {"inputs": "a lighthouse in the fog"}

Open = Callable[..., Terminal]


@pytest.fixture
def open_program(tmp_path: Path) -> Iterator[Open]:
    """Opens the form of an inference, in the sandbox."""
    opened: list[Terminal] = []
    config = tmp_path / "config.toml"
    config.write_text("[polling]\nfastest = 0.2\n")
    environment = {**environment_at(tmp_path), "ASYNCINVOKE_CONFIG": str(config)}

    def open_(size: tuple[int, int]) -> Terminal:
        command = [sys.executable, "-m", "tui", "--sandbox", "--job-seconds", "1"]
        terminal = Terminal(command, environment, size)
        opened.append(terminal)
        terminal.wait_for("2 pending", "amazon.nova-reel-v1", "Failed", "q quit")
        terminal.press("n")
        terminal.wait_for("New invocation", "A tide pool", "^s submit")
        terminal.press("ctrl+r")
        terminal.wait_for("[SageMaker async]", "Endpoint", "sandbox-echo", "Upload")
        return terminal

    yield open_
    for terminal in opened:
        terminal.close()


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_upload_submit_watch_open_save_and_quit(
    open_program: Open, size: tuple[int, int], tmp_path: Path
) -> None:
    payload = tmp_path / "payload.json"
    payload.write_text(json.dumps(INPUT))
    terminal = open_program(size)

    terminal.press("tab", str(payload))
    terminal.wait_for("payload.json", f"{payload.stat().st_size} B JSON")
    terminal.press("ctrl+s")
    terminal.wait_for("Submit this to sandbox-echo?", "upload   first", "s3://sandbox-uploads")
    terminal.press("y")
    terminal.wait_for("▸◐ Pending     sandbox-echo")
    terminal.wait_for("▸✓ Completed   sandbox-echo")

    terminal.press("enter")
    terminal.wait_for("1 Overview", "3 Output", "s3://sandbox-output/endpoints", "inference")
    terminal.press("3")
    terminal.wait_for(".out · JSON", INPUT["inputs"])
    terminal.press("d")
    terminal.wait_for(".out below")
    terminal.press("ctrl+u", f"{tmp_path}/saved")
    terminal.wait_for("/saved")
    terminal.press("enter")
    terminal.wait_for(f"saved {len(json.dumps(INPUT))} B")
    terminal.press("q")

    assert terminal.wait() == 0
    assert terminal.is_restored
    assert b"Traceback" not in terminal.sent
    (saved,) = (tmp_path / "saved").glob("*/*.out")
    assert json.loads(saved.read_bytes()) == INPUT


def test_what_fails_says_why_and_is_run_again(open_program: Open) -> None:
    terminal = open_program((80, 24))
    terminal.press('{"inputs": "[fail:model] a lighthouse"}')
    terminal.wait_for("JSON · ")
    terminal.press("ctrl+s")
    terminal.wait_for("Submit this to sandbox-echo?")
    terminal.press("y")
    terminal.wait_for("▸✗ Failed      sandbox-echo")

    terminal.press("enter")
    terminal.wait_for("server error (500) from model", "remedy")
    terminal.press("R")
    terminal.wait_for("[SageMaker async]", "Input    s3://sandbox-uploads/demo/", "sandbox-echo")
    terminal.press("escape")
    terminal.wait_for("1 Overview")
    terminal.press("q")
    assert terminal.wait() == 0
