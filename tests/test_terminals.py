"""The screen in one terminal after another: kinds, locales, colours, sizes."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.terminal import Terminal, environment_at

PLAIN = re.compile(rb"\x1b\[[0-9;]*m")
COLOURED = re.compile(
    rb"\x1b\[(?:[0-9;]*;)?(?:3[0-7]|38;[25]|9[0-7]|4[0-7]|48;[25]|10[0-7])[0-9;]*m"
)
TRUE = re.compile(rb"\x1b\[(?:[0-9;]*;)?[34]8;2;")
OF_256 = re.compile(rb"\x1b\[(?:[0-9;]*;)?[34]8;5;")

TERMINALS = [
    ({"TERM": "xterm"}, (80, 24)),
    ({"TERM": "screen"}, (80, 24)),
    ({"TERM": "linux", "LANG": "C"}, (80, 25)),
    ({"TERM": "screen-256color", "LANG": "en_US.ISO-8859-1"}, (120, 40)),
    ({"TERM": "tmux-256color", "COLORTERM": "truecolor"}, (40, 10)),
    ({"TERM": "xterm-256color", "LC_ALL": "C", "NO_COLOR": "1"}, (80, 24)),
    ({"TERM": "xterm-kitty", "COLORTERM": "truecolor", "NO_COLOR": "1"}, (400, 100)),
    ({"TERM": "vt100", "LC_ALL": "POSIX"}, (60, 15)),
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
        locale = settings.get("LC_ALL") or settings.get("LANG", "C.UTF-8")
        rows = [line for line in terminal.text.splitlines() if re.match(r"..? ?\w+ ", line)]
        assert all("\ufffd" not in line for line in rows)
        if "UTF-8" in locale:
            assert "◐ InProgress" in terminal.text
        else:
            assert terminal.sent.isascii()
            assert re.search(r">~ InProgress|>\+ Completed", terminal.text)
            assert "?????" not in terminal.text
        seen = bool(COLOURED.search(terminal.sent)), bool(TRUE.search(terminal.sent))
        is_true = "COLORTERM" in settings and "NO_COLOR" not in settings
        assert seen[0] is ("NO_COLOR" not in settings) or is_grey(terminal.sent)
        assert seen[1] is is_true or "NO_COLOR" in settings
        if settings["TERM"] in ("xterm", "linux", "vt100") and "NO_COLOR" not in settings:
            assert not OF_256.search(terminal.sent)

        terminal.press("q")
        assert terminal.wait() == 0
        assert terminal.is_restored
        assert b"Traceback" not in terminal.sent


def is_grey(sent: bytes) -> bool:
    """Whether every colour in what was sent is a grey: that is what NO_COLOR leaves."""
    found = re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)", sent)
    return all(len(set(each)) == 1 for each in found)


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
        terminal.wait_for("Submit this to luma.ray-v2:0?", "+----", "< y yes")
        terminal.press("escape")
        terminal.wait_until(lambda text: "y yes" not in text, "the form again")
        terminal.press("escape")
        terminal.wait_for("q quit")
        terminal.press("q")
        assert terminal.wait() == 0
        assert terminal.sent.isascii()


@pytest.mark.parametrize("name", ["", "dumb", "unknown", None], ids=str)
def test_a_terminal_that_cannot_show_it_is_told_what_can(name: str | None, tmp_path: Path) -> None:
    environment = environment_at(tmp_path)
    words = "TERM is not set: it cannot show the screen"
    command = [sys.executable, "-m", "tui", "--sandbox"]
    if name is None:
        command = ["env", "-u", "TERM", *command]
    else:
        environment["TERM"] = name
        words = f"TERM={name} cannot show the screen" if name else words
    with Terminal(command, environment, (120, 24)) as terminal:
        assert terminal.wait() == 2
        assert f"asyncinvoke: {words}; try `asyncinvoke list`" in terminal.text
        assert b"\x1b" not in terminal.sent
