from __future__ import annotations

from pathlib import Path

import pytest

from tui.app.attention import LINGER_SECONDS, Attention, is_detached


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_terminal_that_reports_focus_is_believed() -> None:
    clock = Clock()
    attention = Attention(clock)

    attention.focus(False)
    attention.key()
    assert not attention.is_there

    attention.focus(True)
    clock.now += 10 * LINGER_SECONDS
    assert attention.is_there


def test_without_reports_the_last_key_tells_for_a_while() -> None:
    clock = Clock()
    attention = Attention(clock)
    assert attention.is_there

    clock.now += LINGER_SECONDS
    assert not attention.is_there

    attention.key()
    assert attention.is_there


@pytest.fixture
def tmux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tmux that says what stands in the file ``answer``."""
    program = tmp_path / "tmux"
    program.write_text(f"#!/bin/sh\ncat {tmp_path}/answer\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")
    monkeypatch.setenv("TMUX_PANE", "%1")
    return tmp_path / "answer"


@pytest.mark.parametrize(("answer", "expected"), [("0\n", True), ("1\n", False), ("", False)])
def test_a_tmux_session_without_a_client_is_detached(
    tmux: Path, answer: str, expected: bool
) -> None:
    tmux.write_text(answer)

    assert is_detached() is expected


def test_outside_of_tmux_nothing_is_detached(tmux: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmux.write_text("0\n")
    monkeypatch.delenv("TMUX")

    assert not is_detached()
