from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tui.app import clipboard


async def test_outside_of_tmux_the_terminal_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    written: list[str] = []

    await clipboard.send("a tide pool 🌊", written.append)

    (sequence,) = written
    assert sequence.startswith("\x1b]52;c;")
    assert sequence.endswith("\a")
    assert base64.b64decode(sequence[7:-1]).decode() == "a tide pool 🌊"


@pytest.mark.parametrize(("code", "sequences"), [(0, 0), (1, 1)])
async def test_in_tmux_its_own_buffer_is_loaded_and_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, sequences: int
) -> None:
    program = tmp_path / "tmux"
    program.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/asked\ncat > {tmp_path}/got\nexit {code}\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")
    written: list[str] = []

    await clipboard.send("arn:aws:…", written.append)

    assert (tmp_path / "asked").read_text() == "load-buffer -w -\n"
    assert (tmp_path / "got").read_text() == "arn:aws:…"
    assert len(written) == sequences
