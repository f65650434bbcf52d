"""From a row to what the model made, by the keyboard alone, in a real pseudo-terminal."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.fetched import fetch
from tests.terminal import Terminal, environment_at

PAGER = '#!/bin/sh\nstat -c "%a %n" "$1"\nhead -n 3 "$1"\nprintf "more> "\nread answer\n'


def test_open_fold_query_page_download_and_copy(tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text(PAGER)
    pager.chmod(0o700)
    environment = {**environment_at(tmp_path), "PAGER": str(pager)}
    command = [sys.executable, "-m", "tui", "--sandbox"]

    with Terminal(command, environment, (80, 24)) as terminal:
        terminal.wait_for("2 pending", "q quit")
        terminal.press("/", "model:marengo status:completed", "enter")
        terminal.wait_for("2 of 12", "twelvelabs.marengo")
        terminal.press("enter")
        terminal.wait_for("1 Overview", "3 Output")
        terminal.press("3")
        terminal.wait_for("output.json · JSON", "embeddings", "v view")

        terminal.press("enter")
        terminal.wait_for("One object", '"data": [', "/ find", ". query", "Y path")
        terminal.press("-")
        terminal.wait_until(re.compile(r'▸ +"data": \[ … \d').search, "a fold")

        terminal.press(".", "data[0].keys(@)")
        terminal.wait_for('"embedding"', '"startSec"')
        terminal.press("enter", "q")
        terminal.wait_for('▾   "data": [')

        terminal.press("/", "startSec", "enter")
        terminal.wait_for("1 of ")
        terminal.press("Y")
        terminal.wait_for("path sent to the terminal's")
        assert terminal.copied == ["data[0].startSec"]

        terminal.press("P")
        terminal.wait_until(lambda _: b"more> " in terminal.sent, "the pager")
        assert b"400 " in terminal.sent
        terminal.press("enter")
        terminal.wait_for("One object", '"startSec"')

        terminal.press("d")
        terminal.wait_for("Save output.json below")
        terminal.press("ctrl+u", f"{tmp_path}/saved", "enter")
        terminal.wait_until(re.compile(r"saved \d").search, "what was saved")
        (saved,) = (tmp_path / "saved").glob("*/output.json")

        terminal.press("u")
        terminal.wait_for("Share output.json", "Lifetime", "esc close")
        terminal.press("j", "enter")
        terminal.wait_for("presigned URL of output.json")
        assert fetch(terminal.copied[-1]).content == saved.read_bytes()

        terminal.press("q", "q")
        terminal.wait_for("3 Output", "esc back")
        terminal.press("q")
        assert terminal.wait() == 0
        assert terminal.is_restored
        assert b"Traceback" not in terminal.sent
