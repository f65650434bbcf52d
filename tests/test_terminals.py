"""The screen in one terminal after another: kinds, locales, colours, sizes."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.terminal import Terminal, environment_at

TRUE = re.compile(rb"[34]8;2;(\d+;\d+;\d+)")
OF_256 = re.compile(rb"[34]8;5;(\d+)")
OF_16 = re.compile(rb"\x1b\[(?:\d+;)*(?:[349][0-7]|10[0-7])(?:;\d+)*m")
GREYS = {0, 7, 8, 15, 16, 59, 102, 145, 188, 231, *range(232, 256)}
"""Of the 256 colours."""

TERMINALS = [
    ({"TERM": "xterm"}, (80, 24)),
    ({"TERM": "linux", "LC_ALL": "POSIX"}, (60, 15)),
    ({"TERM": "screen-256color", "LANG": "en_US.ISO-8859-1"}, (120, 40)),
    ({"TERM": "tmux-256color", "COLORTERM": "truecolor"}, (40, 10)),
    ({"TERM": "xterm-256color", "LC_ALL": "C", "NO_COLOR": "1"}, (80, 24)),
    ({"TERM": "xterm-kitty", "COLORTERM": "truecolor", "NO_COLOR": "1"}, (400, 100)),
]


def opened(home: Path, settings: dict[str, str], size: tuple[int, int], *options: str) -> Terminal:
    """The screen on the sandbox, in a terminal that is said to be such a one."""
    config = home / "config.toml"
    if not config.exists():
        config.write_text("[polling]\nfastest = 0.2\n")
    environment = {**environment_at(home), "ASYNCINVOKE_CONFIG": str(config), **settings}
    command = [sys.executable, "-m", "tui", "--sandbox", *options]
    return Terminal(command, environment, size)


@pytest.mark.parametrize(("settings", "size"), TERMINALS, ids=str)
def test_the_table_can_be_read_and_left(
    settings: dict[str, str], size: tuple[int, int], tmp_path: Path
) -> None:
    with opened(tmp_path, settings, size) as terminal:
        terminal.wait_for("InProgress", "Completed", "q quit" if size[0] >= 80 else "? help")
        if "UTF-8" in (settings.get("LC_ALL") or settings.get("LANG", "C.UTF-8")):
            assert "◐ InProgress" in terminal.text
            assert "\ufffd" not in terminal.text
        else:
            assert re.search(r">~ InProgress|>\+ Completed", terminal.text)
            assert "???" not in terminal.text
            assert terminal.sent.isascii()
        assert colours_of(terminal.sent) == expected_colours(settings)

        terminal.press("q")
        assert terminal.wait() == 0
        assert terminal.is_restored
        assert b"Traceback" not in terminal.sent


def expected_colours(settings: dict[str, str]) -> str:
    if "NO_COLOR" in settings:
        return "greys"
    if "COLORTERM" in settings:
        return "16 million"
    return "256" if "256color" in settings["TERM"] else "16"


def colours_of(sent: bytes) -> str:
    """What the colours in it are out of."""
    if parts := TRUE.findall(sent):
        is_grey = all(len(set(part.split(b";"))) == 1 for part in parts)
        return "greys" if is_grey else "16 million"
    numbers = {int(number) for number in OF_256.findall(sent)}
    if numbers:
        return "greys" if all(number in GREYS for number in numbers) else "256"
    return "16" if OF_16.search(sent) else "none"


def test_without_the_mouse_the_terminal_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("mouse = false\n[polling]\nfastest = 0.2\n")
    with opened(tmp_path, {}, (80, 24)) as terminal:
        terminal.wait_for("InProgress", "q quit")
        terminal.press("q")
        assert terminal.wait() == 0
        assert b"\x1b[?1000h" not in terminal.sent
        assert b"\x1b[?1003h" not in terminal.sent


def test_a_form_in_ascii_is_ascii_throughout(tmp_path: Path) -> None:
    with opened(tmp_path, {"LC_ALL": "C"}, (80, 24)) as terminal:
        terminal.wait_for("InProgress", "q quit")
        terminal.press("n")
        terminal.wait_for("New invocation", "^s submit")
        terminal.press("ctrl+s")
        terminal.wait_for("Submit this to luma.ray-v2:0?", "+----", "y enter yes", "n esc no")
        terminal.press("escape")
        terminal.wait_until(lambda text: "y enter yes" not in text, "the form again")
        terminal.press("escape")
        terminal.wait_for("enter open", "? help")
        terminal.press("q")
        assert terminal.wait() == 0
        assert terminal.sent.isascii()


def test_a_terminal_that_cannot_show_it_is_told_what_can(tmp_path: Path) -> None:
    environment = {**environment_at(tmp_path), "TERM": "dumb"}
    with Terminal([sys.executable, "-m", "tui", "--sandbox"], environment, (120, 24)) as terminal:
        assert terminal.wait() == 2
        words = "TERM=dumb cannot show the screen"
        assert f"asyncinvoke: {words}; try `asyncinvoke list`" in terminal.text
        assert b"\x1b" not in terminal.sent
