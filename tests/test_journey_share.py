"""An output shared by the keyboard alone, in a real pseudo-terminal."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.fetched import fetch
from tests.terminal import Terminal, environment_at


def test_the_url_of_a_clip_is_copied_through_the_terminal_and_given_to_a_browser(
    tmp_path: Path,
) -> None:
    surf = tmp_path / "surf"
    surf.write_text('#!/bin/sh\nprintf %s "$1" > "$0.got"\necho NOISE\n')
    surf.chmod(0o755)
    environment = {
        **environment_at(tmp_path),
        "ASYNCINVOKE_CONFIG": str(tmp_path / "config.toml"),
        "BROWSER": str(surf),
    }
    (tmp_path / "config.toml").touch()
    command = [sys.executable, "-m", "tui", "--sandbox"]
    with Terminal(command, environment, (80, 24)) as terminal:
        terminal.wait_for("Completed", "q quit")
        terminal.press("/", "status:completed model:luma", "enter")
        terminal.wait_for("▸✓ Completed   luma.ray-v2:0")
        terminal.press("enter", "3")
        terminal.wait_for("output.mp4 · MP4")
        terminal.press("u")
        terminal.wait_for("Share output.mp4", "local, ", "esc close")
        terminal.press("j", "enter")
        terminal.wait_for("presigned URL of output.mp4")
        fetched = fetch(*terminal.copied)
        terminal.press("u")
        terminal.wait_for("esc close")
        terminal.press("j", "j", "j", "enter")
        terminal.wait_for("its presigned URL was")
        given = fetch((tmp_path / "surf.got").read_text())
        terminal.press("q")
        terminal.wait()

    for answer in (fetched, given):
        assert answer.content[4:8] == b"ftyp"
        assert answer.headers["Content-Type"] == "video/mp4"
    assert b"NOISE" not in terminal.sent
    assert b"X-Amz-Signature" not in terminal.sent
