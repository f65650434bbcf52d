from __future__ import annotations

import re
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Static

from tests.terminal import Terminal, environment_at
from tui.app import pictures
from tui.app.widgets.picture import Picture
from tui.config import Pictures
from tui.engine.drawing import NOT_INSTALLED
from tui.model.drawn import Drawn, Frame
from tui.model.problem import ProblemError

WIDE = Drawn((Frame(400, 200, b"\xff\0\0" * 80_000),))
SQUARE = Drawn((Frame(200, 200, b"\0\xff\0" * 40_000),))
STRIP = Drawn(tuple(Frame(160, 90, b"\0\0\xff" * 14_400, float(at)) for at in range(6)))


class Small(App[None]):
    CSS = "Picture { height: 1fr; } Static { height: 1; }"

    def __init__(self, wanted: Pictures = Pictures.AUTO) -> None:
        super().__init__()
        self.picture = Picture(wanted)

    def compose(self) -> ComposeResult:
        yield Static("above")
        yield self.picture
        yield Static("below")


@asynccontextmanager
async def running(app: Small, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[None]]:
    async with app.run_test(size=size, notifications=True) as pilot:
        yield pilot


async def rows(pilot: Pilot[None]) -> list[str]:
    """The rows of the screen, when all is painted."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    return [strip.text.rstrip() for strip in pilot.app.screen._compositor.render_strips()]


async def test_a_picture_fills_the_room_that_it_is_given() -> None:
    app = Small()
    async with running(app) as pilot:
        await app.picture.show(WIDE)

        shown = await rows(pilot)

    assert shown[0] == "above"
    assert shown[1:21] == ["▀" * 80] * 20
    assert shown[21:] == ["", "", "below"]


async def test_a_picture_is_fitted_anew_to_another_size() -> None:
    app = Small()
    async with running(app) as pilot:
        await app.picture.show(WIDE)
        assert "▀" * 80 in await rows(pilot)

        await pilot.resize_terminal(50, 12)

        shown = await rows(pilot)

    assert shown[1:11] == ["▀" * 40] * 10


async def test_another_picture_takes_its_place() -> None:
    app = Small()
    async with running(app) as pilot:
        await app.picture.show(WIDE)
        await rows(pilot)
        app.picture.clear()
        assert await rows(pilot) == ["above", "below", *[""] * 22]

        await app.picture.show(SQUARE)

        shown = await rows(pilot)

    assert shown[1:23] == ["▀" * 44] * 22


async def test_a_picture_that_is_cleared_while_it_is_painted_is_not_shown() -> None:
    app = Small()
    async with running(app) as pilot:
        await app.picture.show(SQUARE)
        await rows(pilot)
        late = app.run_worker(app.picture.show(WIDE))
        app.picture.clear()
        await late.wait()
        await app.picture.show(SQUARE)

        shown = await rows(pilot)

    assert "▀" * 44 in shown
    assert "▀" * 80 not in shown


async def test_frames_have_their_times_below() -> None:
    app = Small()
    async with running(app) as pilot:
        await app.picture.show(STRIP)

        shown = await rows(pilot)

    assert re.findall(r"\d\.\d s", shown[8]) == ["0.0 s", "1.0 s", "2.0 s"]
    assert re.findall(r"\d\.\d s", shown[16]) == ["3.0 s", "4.0 s", "5.0 s"]


async def test_where_nothing_can_be_drawn_it_says_why_and_takes_no_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Small()
    async with running(app) as pilot:
        assert app.picture.refusal == pictures.NO_COLOUR

        await app.picture.show(WIDE)

        assert (await rows(pilot))[:2] == ["above", "below"]


async def test_off_is_off() -> None:
    app = Small(Pictures.OFF)
    async with running(app):
        assert app.picture.refusal == pictures.OFF


async def test_without_textual_image_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = Small()
    async with running(app) as pilot:
        loaded = [name for name in sys.modules if name.startswith("textual_image")]
        for name in {"textual_image", *loaded}:
            monkeypatch.setitem(sys.modules, name, None)

        with pytest.raises(ProblemError) as caught:
            await app.picture.show(WIDE)

        assert (await rows(pilot))[:2] == ["above", "below"]
    assert caught.value.problem == NOT_INSTALLED


# On a terminal ------------------------------------------------------------------------------------

ON_A_TERMINAL = """
import fcntl, struct, termios
from textual.app import App
from textual.widgets import Static
from tui.app.driver import DiffingDriver
from tui.app.widgets.picture import Picture
from tui.model.drawn import Drawn, Frame

class Small(App):
    CSS = "Picture { height: 1fr; } Static { height: 1; }"
    count = 0
    def compose(self):
        yield Static("above")
        yield Picture()
        yield Static("below", id="below")
    async def key_p(self):
        # Not before: whoever opens the terminal tells its size, too, and without pixels.
        fcntl.ioctl(2, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 800, 480))
        await self.query_one(Picture).show(Drawn((Frame(60, 40, bytes([250, 0, 0] * 2400)),)))
    def key_c(self):
        self.query_one(Picture).clear()
        self.say("cleared")
    def key_t(self):
        self.notify("a message", timeout=3600)
    def key_g(self):
        self.clear_notifications()
    def key_s(self):
        with self.suspend():
            print("away", flush=True)
        self.bell()
    def key_k(self):
        self.count += 1
        self.say(f"count {self.count}")
    def say(self, text):
        self.query_one("#below").update(text)
        self.call_after_refresh(self.bell)
    def key_q(self):
        self.exit()

Small(driver_class=DiffingDriver).run()
"""


PLACEHOLDER = "\U0010eeee".encode()
SIXEL = b'q"1;1;600;20'


@pytest.fixture
def in_kitty(tmp_path: Path) -> Iterator[Terminal]:
    with on_a_terminal(tmp_path, "xterm-kitty") as terminal:
        yield terminal


@pytest.fixture
def in_foot(tmp_path: Path) -> Iterator[Terminal]:
    with on_a_terminal(tmp_path, "foot") as terminal:
        yield terminal


def on_a_terminal(home: Path, term: str) -> Terminal:
    environment = {**environment_at(home), "TERM": term, "COLORTERM": "truecolor"}
    return Terminal([sys.executable, "-c", ON_A_TERMINAL], environment)


def sent_by(terminal: Terminal, key: str) -> str:
    """What a key had sent, up to the bell behind it."""
    before = len(terminal.sent)
    terminal.press(key)
    terminal.wait_until(lambda _: b"\x07" in terminal.sent[before:], f"the bell after {key}")
    return terminal.sent[before:].decode("utf-8", "replace")  # a read may cut a character


def drawn_by(terminal: Terminal, mark: bytes, count: int) -> str:
    """What is sent until a picture is drawn that takes so many marks."""
    terminal.wait_for("above")
    before = len(terminal.sent)
    terminal.press("p")
    terminal.wait_until(lambda _: terminal.sent[before:].count(mark) >= count, "a picture")
    return terminal.sent[before:].decode("utf-8", "replace")  # a read may cut a character


def test_kitty_is_sent_a_picture_whole_and_takes_it_back(in_kitty: Terminal) -> None:
    sent = drawn_by(in_kitty, PLACEHOLDER, 60 * 20)

    (number,) = set(re.findall(r"\x1b_Ga=p,U=1,i=(\d+),c=60,r=20,q=2\x1b\\", sent))
    assert f"\x1b_Gi={number},f=100,q=2,m=0;" in sent
    assert sent.index("\x1b_G") < sent.index("\U0010eeee")
    assert sent.count("\U0010eeee") == 60 * 20
    assert "\U0010eeee" not in sent_by(in_kitty, "k")
    assert f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\" in sent_by(in_kitty, "c")


def test_kitty_keeps_no_picture_when_the_program_ends(in_kitty: Terminal) -> None:
    drawn_by(in_kitty, PLACEHOLDER, 60 * 20)
    before = len(in_kitty.sent)

    in_kitty.press("q")

    in_kitty.wait_until(lambda _: b"a=d,d=I" in in_kitty.sent[before:], "the picture's end")


def test_kitty_which_forgets_it_meanwhile_is_sent_the_picture_again(in_kitty: Terminal) -> None:
    drawn_by(in_kitty, PLACEHOLDER, 60 * 20)

    before = len(in_kitty.sent)

    in_kitty.press("s")

    in_kitty.wait_until(lambda _: b"a=p,U=1," in in_kitty.sent[before:], "the picture again")
    sent = in_kitty.sent[before:].decode("utf-8", "replace")
    taken, given = sent.index("\x1b[?1049h"), sent.index("a=p,U=1,")
    assert sent.index("away") < taken < given


def test_sixels_are_written_over_the_cells_of_the_picture_alone(in_foot: Terminal) -> None:
    sent = drawn_by(in_foot, SIXEL, 20)

    places = re.findall(r'\x1b\[(\d+)H\x1b\[m\x1bP[\d;]*q"1;1;600;20[^\x1b]*\x1b\\', sent)
    assert places == [str(row) for row in range(2, 22)]
    assert "\x1bP" not in sent_by(in_foot, "k")


def test_sixels_below_a_message_come_back_when_it_goes(in_foot: Terminal) -> None:
    drawn_by(in_foot, SIXEL, 20)
    in_foot.press("t")
    in_foot.wait_for("a message")
    before = len(in_foot.sent)

    in_foot.press("g")

    in_foot.wait_until(
        lambda _: in_foot.sent[before:].count(SIXEL) >= 20, "all of the picture again"
    )


def test_cells_of_a_picture_that_went_are_written_again(in_foot: Terminal) -> None:
    drawn_by(in_foot, SIXEL, 20)

    sent = sent_by(in_foot, "c")

    assert "\x1bP" not in sent
    assert "cleared" in sent
    assert all(f"\x1b[{row}H" in sent for row in range(3, 22))


def test_the_terminal_is_asked_nothing_and_every_key_arrives(in_foot: Terminal) -> None:
    in_foot.wait_for("above")

    in_foot.press("p", *"kkkkkkkkkk")

    in_foot.wait_for("count 10")
    for question in (b"\x1b[c", b"\x1b[16t", b"a=q"):
        assert question not in in_foot.sent
