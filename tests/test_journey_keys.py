"""Keys bound anew in config.toml, in a real pseudo-terminal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.terminal import Terminal, environment_at

KEYS = """
[polling]
fastest = 0.2
[keys]
table.new = "b,f2"
table.older = ""
app.help = "!,f10"
app.error = "?,f9"
"form.copy-as" = "f12"
dialog.close = "f5"
"""


def environment_with(folder: Path, content: str) -> dict[str, str]:
    config = folder / "config.toml"
    config.write_text(content)
    return {**environment_at(folder), "ASYNCINVOKE_CONFIG": str(config)}


def test_a_newcomer_finds_the_way_with_keys_of_their_own(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tui", "--sandbox"]
    with Terminal(command, environment_with(tmp_path, KEYS), (80, 24)) as terminal:
        terminal.wait_for("2 pending", "b new", "! help", "q quit")
        terminal.wait_for("⏎ opens one · b types a new one", "! lists all keys")

        terminal.press("!")
        terminal.wait_for("b F2", "type a new invocation", "/ find   F5 back")
        terminal.press("/")
        terminal.wait_for("/ words of what a key does")
        terminal.press("older")
        terminal.wait_until(lambda text: "type a new invocation" not in text, "what was found")
        terminal.wait_for("–", "list what is older than the horizon")
        terminal.press("f5")
        terminal.wait_for("/ find   F5 back", "type a new invocation")
        terminal.press("f5")
        terminal.wait_until(lambda text: "F5 back" not in text, "the table")
        terminal.press("n")
        terminal.press("b")
        terminal.wait_for("New invocation", "^s submit", "F10 help")
        terminal.press("escape")
        terminal.wait_for("2 pending", "b new")
        terminal.press("q")
        assert terminal.wait() == 0
        assert terminal.is_restored
        assert b"Traceback" not in terminal.sent


def test_keys_that_cannot_be_are_told_before_the_screen_is_opened(tmp_path: Path) -> None:
    environment = environment_with(
        tmp_path, '[keys]\ntable.new = "d"\ntable.filtr = "x"\nform.submit = "ctrl+m"\n'
    )
    for command in (["config", "check"], ["list"]):
        ended = subprocess.run(
            [sys.executable, "-m", "tui", *command],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        at = f"asyncinvoke: {tmp_path}/config.toml: line"
        assert ended.returncode == 2
        assert ended.stderr.splitlines() == [
            f"{at} 2: keys.table.new: d is the key of table.download, too, in the table",
            f"{at} 3: keys.table.filtr: is no action; did you mean table.filter?",
            f"{at} 4: keys.form.submit: ctrl+m cannot be told from enter: "
            "terminals send the same for both",
        ]
