from __future__ import annotations

import errno
import io
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import IO, cast

import pytest
from textual.drivers._writer_thread import MAX_QUEUED_WRITES, WriterThread

from tests.terminal import PATIENCE, Terminal, environment_at
from tui.app.driver import DiffingDriver, Outlet, TolerantDriver, fitting_driver

SEEDED = 12
"""The rows of a sandbox."""

SMALL_APP = """
from textual.app import App
from textual.widgets import Static
from tui.app.driver import DiffingDriver

class Small(App):
    count = 0
    def compose(self):
        yield Static("constant text", id="constant")
        yield Static("count 0", id="count")
        yield Static("", id="pasted", markup=False)
    def on_paste(self, event):
        self.query_one("#pasted").update(f"{self.query_one('#pasted').content}{event.text!r}")
    def key_escape(self):
        self.query_one("#pasted").update("escape")
    def key_c(self):
        self.count += 1
        self.query_one("#count").update(f"count {self.count}")
    def key_r(self):
        self.screen.refresh()
        self.call_after_refresh(self.bell)
    def key_s(self):
        with self.suspend():
            print("away", flush=True)
    def key_w(self):
        with self.suspend():
            for _ in range(100):
                self._driver.write("nobody reads this")
            print("written", flush=True)
    def key_q(self):
        self.exit()

Small(driver_class=DiffingDriver).run()
"""

COLOURED = b"\x1b[31mred\x1b[0m"

Open = Callable[..., Terminal]


@pytest.fixture
def open_(tmp_path: Path) -> Iterator[Open]:
    opened: list[Terminal] = []

    def run(*command: str, size: tuple[int, int] = (80, 24), **environment: str) -> Terminal:
        environment = {
            **environment_at(tmp_path),
            "TMPDIR": str(tmp_path),
            **environment,
        }
        opened.append(Terminal([sys.executable, *command], environment, size))
        return opened[-1]

    yield run
    for terminal in opened:
        terminal.close()


@pytest.fixture
def small(open_: Open) -> Terminal:
    terminal = open_("-c", SMALL_APP)
    terminal.wait_for("constant text", "count 0")
    refreshed(terminal)
    return terminal


def refreshed(terminal: Terminal) -> bytes:
    """Have the whole screen painted again; returns what that sent, up to the bell behind it."""
    before = len(terminal.sent)
    terminal.press("r")
    terminal.wait_until(lambda _: b"\x07" in terminal.sent[before:], "the bell")
    return terminal.sent[before:]


def test_a_screen_painted_again_sends_nothing(small: Terminal) -> None:
    assert refreshed(small) == b"\x07"


def test_one_changed_cell_sends_at_most_forty_bytes(small: Terminal) -> None:
    before = len(small.sent)
    small.press("c")
    small.wait_for("count 1")
    assert len(small.sent + refreshed(small)[:-1]) - before <= 40 + 1
    assert b"constant" not in small.sent[before:]


def test_a_resized_screen_is_painted_whole(small: Terminal) -> None:
    before = len(small.sent)
    small.resize(60, 20)
    small.wait_until(lambda _: small.sent[before:].count(b"constant text"), "the text again")
    small.wait_for("constant text", "count 0")


def test_what_is_written_during_a_suspension_is_dropped_and_holds_up_nothing(
    small: Terminal,
) -> None:
    before = len(small.sent)

    small.press("w")
    small.wait_until(lambda _: b"written" in small.sent[before:], "what is printed meanwhile")
    small.press("c")
    small.wait_for("count 1")

    assert b"nobody" not in small.sent
    small.press("q")
    assert small.wait() == 0


def test_after_a_suspension_the_screen_is_painted_whole(small: Terminal) -> None:
    before = len(small.sent)
    small.press("s")
    small.wait_until(lambda _: b"away" in small.sent[before:], "what is printed meanwhile")
    small.wait_until(lambda _: b"constant text" in small.sent[before:], "the text again")
    small.wait_for("constant text", "count 0")


def test_the_terminal_is_given_back_as_it_was(small: Terminal) -> None:
    small.press("q")
    assert small.wait() == 0
    assert small.is_restored
    assert small.sent.rfind(b"\x1b[m") > small.sent.rfind(b"constant")


@pytest.mark.parametrize("size", [(80, 24), (100, 36)], ids=str)
def test_the_program_looks_the_same_in_fewer_bytes(open_: Open, size: tuple[int, int]) -> None:
    screens, sent = [], []
    for driver in ("tui.app.driver:DiffingDriver", "textual.drivers.linux_driver:LinuxDriver"):
        command = ("-m", "tui", "--sandbox", "--job-seconds", "9999")
        terminal = open_(*command, size=size, TEXTUAL_DRIVER=driver)
        terminal.wait_for("2 pending", "amazon.nova-reel-v1", "Failed", "q quit")
        terminal.press("?")
        terminal.wait_for("esc back", "┘")
        terminal.press("escape")
        terminal.wait_until(
            lambda text: not set("│┘") & set(text) and text.count(" ago") == SEEDED,
            "what lay under the help",
        )
        terminal.wait_for("123456789012", "2 pending", "? help", "q quit")
        screens.append(re.sub(r"(127.0.0.1:)\d+ *|updated .*", r"\1", terminal.text))
        sent.append(len(terminal.sent))
    assert screens[0] == screens[1]
    assert sent[0] < sent[1] / 2


@pytest.mark.parametrize(
    ("wanted", "environment", "driver"),
    [
        (True, {"TERM": "xterm-256color"}, DiffingDriver),
        (True, {"TERM": "linux"}, DiffingDriver),
        (False, {"TERM": "xterm-256color"}, TolerantDriver),
        (True, {"TERM": "dumb"}, TolerantDriver),
        (True, {}, TolerantDriver),
        (True, {"TERM": "xterm", "TEXTUAL_DRIVER": "a:B"}, None),
    ],
)
def test_it_is_used_where_it_fits(
    wanted: bool, environment: dict[str, str], driver: type[TolerantDriver] | None
) -> None:
    assert fitting_driver(wanted, environment) is driver


def test_bytes_that_are_no_text_are_left_out_and_typing_goes_on(small: Terminal) -> None:
    small.press_bytes(b"caf\xe9 noir")
    small.wait_for("UTF-8: it is left out")

    before = small.text
    small.press("c")
    small.wait_until(lambda text: text != before and "count" in text, "the next count")


def test_a_paste_with_escape_sequences_comes_as_it_is_and_the_keys_behind_it_as_keys(
    small: Terminal,
) -> None:
    small.press_bytes(b"\x1b[200~" + COLOURED + b"\x1b[201~c\x1b[200~\x1b\x1b[201~c")
    small.wait_for(repr(COLOURED.decode()) + repr("\x1b"), "count 2")


def test_a_paste_that_is_no_text_is_left_out_and_types_nothing(small: Terminal) -> None:
    small.press_bytes(b"\x1b[200~caf\xe9 ccc\x1b[201~c")
    small.wait_for("UTF-8: it is left out", "count 1")


def test_the_escape_key_alone_is_seen(small: Terminal) -> None:
    small.press("escape")
    small.wait_for("escape")


class Gone(io.StringIO):
    """A stream to a terminal that was hung up."""

    def write(self, text: str) -> int:
        raise OSError(errno.EIO, "Input/output error")

    def flush(self) -> None:
        raise OSError(errno.EIO, "Input/output error")


def test_a_terminal_that_is_gone_holds_up_nobody_who_writes() -> None:
    writer = WriterThread(cast("IO[str]", Outlet(Gone())))
    writer.start()

    def write_and_leave() -> None:
        for _ in range(3 * MAX_QUEUED_WRITES):
            writer.write("x")
        writer.stop()

    leaving = Thread(target=write_and_leave, daemon=True)
    leaving.start()
    leaving.join(PATIENCE)
    assert not leaving.is_alive()
