"""The main job, by the keyboard alone, in a real pseudo-terminal."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import pytest

from tests.terminal import Terminal, environment_at

SIZES = [(80, 24), (120, 40)]
UNDO, REDO, INTERRUPT, END_OF_FILE = "\x1a", "\x19", "\x03", "\x04"
INPUT = '{"prompt": "a lighthouse in the fog"}'

Open = Callable[..., Terminal]


@pytest.fixture
def open_program(tmp_path: Path) -> Iterator[Open]:
    """Opens the screen on the sandbox, for a person without files or settings of their own."""
    opened: list[Terminal] = []
    config = tmp_path / "config.toml"
    config.write_text("[polling]\nfastest = 0.2\n")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {
        **environment_at(tmp_path),
        "TMPDIR": str(temporary),
        "ASYNCINVOKE_CONFIG": str(config),
        "EDITOR": str(tmp_path / "editor"),
    }

    def open_(size: tuple[int, int], *options: str) -> Terminal:
        command = [sys.executable, "-m", "tui", "--sandbox", "--job-seconds", "1", *options]
        terminal = Terminal(command, environment, size)
        opened.append(terminal)
        terminal.wait_for("2 pending", "amazon.nova-reel-v1", "Failed", "q quit")
        return terminal

    yield open_
    for terminal in opened:
        terminal.close()


def assert_all_is_as_before(terminal: Terminal, folder: Path) -> None:
    assert terminal.is_restored
    assert list((folder / "temporary").iterdir()) == []
    assert b"Traceback" not in terminal.sent


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_type_submit_watch_open_save_and_quit(
    open_program: Open, size: tuple[int, int], tmp_path: Path
) -> None:
    terminal = open_program(size)

    terminal.press("n")
    terminal.wait_for("New invocation", "A tide pool", "^s submit")
    terminal.press("f7", "delete")
    terminal.wait_for("JSON · 0 B")
    terminal.press(INPUT)
    terminal.wait_for(INPUT, f"JSON · {len(INPUT)} B · valid")
    terminal.press("ctrl+s")
    terminal.wait_for("Submit this to luma.ray-v2:0?", "where    sandbox · us-west-2")
    terminal.press("y")
    terminal.wait_for("▸◐ InProgress  luma.ray-v2:0")
    terminal.wait_for("▸✓ Completed   luma.ray-v2:0")

    terminal.press("enter")
    terminal.wait_for("1 Overview", "3 Output", "esc back")
    terminal.press("3")
    terminal.wait_for("output.mp4 · MP4", "1280×720")
    terminal.press("d")
    terminal.wait_for("Save output.mp4 below")
    terminal.press("ctrl+u")
    terminal.wait_until(re.compile(r"below +│.*\n.*│ +│").search, "an empty answer")
    terminal.press(f"{tmp_path}/saved here")
    terminal.wait_for("saved here")
    terminal.press("enter")
    terminal.wait_for("saved 15")

    terminal.press("q")
    assert terminal.wait() == 0
    assert_all_is_as_before(terminal, tmp_path)
    (saved,) = (tmp_path / "saved here").glob("*/output.mp4")
    with av.open(saved) as clip:
        assert sum(1 for _ in clip.decode(video=0)) > 1


@pytest.fixture
def editor(tmp_path: Path) -> None:
    """An editor that has the terminal: it saves what is typed, until ctrl+d."""
    file = tmp_path / "editor"
    file.write_text('#!/bin/sh\nstat -c "%a %n" "$1"\nprintf "type> "\nexec cat > "$1"\n')
    file.chmod(0o700)


def wait_for_editor(terminal: Terminal, times: int) -> None:
    terminal.wait_until(lambda _: terminal.sent.count(b"type> ") == times, "the editor's question")


@pytest.mark.usefixtures("editor")
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_edit_in_the_own_editor_and_submit(
    open_program: Open, size: tuple[int, int], tmp_path: Path
) -> None:
    terminal = open_program(size)
    terminal.press("n")
    terminal.wait_for("New invocation", "A tide pool", "F5 edit")

    terminal.press("f5")
    wait_for_editor(terminal, 1)
    assert re.search(rb"600 /\S+\.json\r\n", terminal.sent)
    terminal.press(INTERRUPT)
    terminal.wait_for("EditorFailed", "SIGINT", "A tide pool")

    terminal.press("f5")
    wait_for_editor(terminal, 2)
    terminal.press(INPUT, "enter", END_OF_FILE)
    terminal.wait_for(f"1  {INPUT}", f"JSON · {len(INPUT)} B · valid", "F5 edit")
    terminal.press(UNDO)
    terminal.wait_for("A tide pool")
    terminal.press(REDO)
    terminal.wait_for(f"1  {INPUT}")
    terminal.press("ctrl+s")
    terminal.wait_for("Submit this to luma.ray-v2:0?")
    terminal.press("y")
    terminal.wait_for("▸✓ Completed   luma.ray-v2:0")

    terminal.press("enter")
    terminal.wait_for("1 Overview", "esc back")
    terminal.press("2")
    terminal.wait_for("a lighthouse in the fog")
    terminal.press("q")
    assert terminal.wait() == 0
    assert_all_is_as_before(terminal, tmp_path)


@pytest.mark.usefixtures("editor")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_end_removes_what_is_being_edited(
    open_program: Open, number: signal.Signals, tmp_path: Path
) -> None:
    terminal = open_program((80, 24))
    terminal.press("n")
    terminal.wait_for("New invocation", "F5 edit")
    terminal.press("f5")
    wait_for_editor(terminal, 1)
    assert list((tmp_path / "temporary").glob("*/input.json"))
    terminal.send(number)
    assert terminal.wait() == 128 + number
    assert_all_is_as_before(terminal, tmp_path)


def test_the_window_may_change_its_size_at_any_time(open_program: Open, tmp_path: Path) -> None:
    terminal = open_program((80, 24))
    assert "1 Overview" not in terminal.text
    terminal.resize(120, 40)
    terminal.wait_for("1 Overview", "q quit")
    terminal.press("n")
    terminal.wait_for("New invocation", "^s submit")
    terminal.resize(40, 10)
    terminal.wait_until(lambda screen: "^s submit" in screen.splitlines()[-1], "a small form")
    terminal.press("typed in a small window")
    terminal.resize(80, 24)
    terminal.wait_for("typed in a small window", "^s submit")
    terminal.press("escape")
    terminal.wait_for("2 pending", "q quit")
    terminal.press("q")
    assert terminal.wait() == 0
    assert_all_is_as_before(terminal, tmp_path)


def test_sigterm_leaves_the_terminal_as_it_was(open_program: Open, tmp_path: Path) -> None:
    terminal = open_program((80, 24))
    terminal.press("n")
    terminal.wait_for("New invocation", "^s submit")
    terminal.send(signal.SIGTERM)
    assert terminal.wait() == 128 + signal.SIGTERM
    assert_all_is_as_before(terminal, tmp_path)
