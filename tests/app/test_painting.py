from __future__ import annotations

import base64
import io
import re
import subprocess
import sys

import pytest
from PIL import Image
from rich.segment import Segment

from tui.app.painting import Painted, paint
from tui.app.pictures import Protocol
from tui.app.shadow import Shadow
from tui.model.drawn import Drawn, Frame

RED, BLUE = b"\xff\0\0", b"\0\0\xff"
RED_AND_BLUE = Frame(64, 32, (RED * 32 + BLUE * 32) * 32)
TIMED = tuple(Frame(64, 36, RED * 64 * 36, float(second)) for second in range(6))


def cells(painted: Painted) -> list[list[Segment]]:
    return [list(strip) for strip in painted.rows]


def unpacked(sent: str) -> tuple[Image.Image, list[str]]:
    """The picture in kitty's commands, and the keys of these."""
    commands = re.findall(r"\x1b_G([^;\x1b]*)(?:;([^\x1b]*))?\x1b\\", sent)
    content = base64.b64decode("".join(payload for _, payload in commands))
    return Image.open(io.BytesIO(content)), [keys for keys, _ in commands]


def test_half_blocks_hold_two_pixels_each() -> None:
    painted = paint(Drawn((RED_AND_BLUE,)), 64, 40, Protocol.BLOCKS)

    assert len(painted.rows) == 16
    for row in cells(painted):
        assert [segment.text for segment in row] == ["▀"] * 64
        styles = [(str(each.style.color), str(each.style.bgcolor)) for each in row if each.style]
        assert "#ff0000" in styles[0][0]
        assert "#ff0000" in styles[0][1]
        assert "#0000ff" in styles[-1][0]
        assert "#0000ff" in styles[-1][1]
    assert (painted.sent, painted.taken_back, painted.sixels) == ("", "", {})


def test_a_picture_is_made_smaller_to_fit() -> None:
    painted = paint(Drawn((RED_AND_BLUE,)), 20, 40, Protocol.BLOCKS)

    assert [strip.cell_length for strip in painted.rows] == [20] * 5


def test_times_stand_below_their_frames() -> None:
    painted = paint(Drawn(TIMED), 70, 14, Protocol.BLOCKS)

    texts = [strip.text for strip in painted.rows]
    times = " ".join(text for text in texts if "▀" not in text)
    assert re.findall(r"\S+ s", times) == [f"{second}.0 s" for second in range(6)]
    assert texts[6].startswith("0.0 s")
    assert len({strip.cell_length for strip in painted.rows}) == 1


def test_kitty_is_sent_the_picture_and_where_it_stands() -> None:
    noise = Image.effect_noise((640, 320), 90).convert("RGB")
    drawn = Drawn((Frame(640, 320, noise.tobytes()),))

    painted = paint(drawn, 60, 40, Protocol.KITTY)

    picture, keys = unpacked(painted.sent)
    assert picture.width * picture.height <= 200_000
    assert picture.width / picture.height == pytest.approx(2, abs=0.02)
    number = re.fullmatch(r"i=(\d+),f=100,q=2,m=1", keys[0])
    assert number
    assert set(keys[1:-2]) == {"q=2,m=1"}
    assert keys[-2] == "q=2,m=0"
    assert keys[-1] == f"a=p,U=1,i={number[1]},c=60,r=15,q=2"
    assert painted.taken_back == f"\x1b_Ga=d,d=I,i={number[1]},q=2\x1b\\"
    assert all(len(command) < 4200 for command in painted.sent.split("\x1b\\"))


def test_the_colour_of_kitty_s_placeholders_is_the_number_of_the_picture() -> None:
    painted = paint(Drawn((RED_AND_BLUE,)), 10, 40, Protocol.KITTY)

    (number,) = set(re.findall(r"i=(\d+)", painted.sent))
    rows = cells(painted)
    assert len(rows) == 2
    for (segment,) in rows:
        assert segment.text.count("\U0010eeee") == 10
        assert segment.style is not None
        assert segment.style.color is not None
        red, green, blue = segment.style.color.get_truecolor()
        assert red << 16 | green << 8 | blue == int(number)


def test_every_picture_has_a_number_of_its_own() -> None:
    painted = paint(Drawn(TIMED), 70, 14, Protocol.KITTY)

    assert len(set(re.findall(r"a=p,U=1,i=(\d+)", painted.sent))) == 6
    assert painted.taken_back.count("a=d") == 6


def test_sixels_are_as_large_as_their_cells() -> None:
    painted = paint(Drawn((RED_AND_BLUE,)), 40, 40, Protocol.SIXEL, (7, 13))

    assert sorted(painted.sixels) == list(range(10))
    for row, ((column, sixel),) in painted.sixels.items():
        assert column == 0
        assert re.match(r"\x1bP[\d;]*q\"1;1;280;13", sixel)
        assert sixel.endswith("\x1b\\")
        assert painted.rows[row].text == " " * 40


def test_a_large_terminal_does_not_make_sixels_for_ever() -> None:
    large = Drawn((Frame(1200, 900, RED * 1200 * 900),))

    painted = paint(large, 300, 100, Protocol.SIXEL, (12, 24))

    assert len(painted.rows) * painted.rows[0].cell_length * 12 * 24 <= 400_000


@pytest.mark.parametrize("protocol", [Protocol.KITTY, Protocol.SIXEL])
def test_what_the_terminal_is_sent_passes_the_driver_s_shadow_unharmed(protocol: Protocol) -> None:
    painted = paint(Drawn((RED_AND_BLUE,)), 40, 20, protocol)
    sixels = "".join(sixel for row in painted.sixels.values() for _, sixel in row)

    for commands in filter(None, (painted.sent, painted.taken_back, sixels)):
        assert commands in Shadow(80, 24).feed(f"\x1b[H{commands}")


def test_the_shadow_goes_on_knowing_the_screen_when_kitty_is_sent_a_picture() -> None:
    painted = paint(Drawn((RED_AND_BLUE,)), 40, 20, Protocol.KITTY)
    shadow = Shadow(80, 24)
    shadow.feed("\x1b[Htext")

    assert shadow.feed(painted.sent + "\x1b[Htext") == painted.sent


def test_the_shadow_writes_placeholders_as_they_are_and_once() -> None:
    painted = paint(Drawn((RED_AND_BLUE,)), 40, 20, Protocol.KITTY)
    text = painted.rows[0].text
    shadow = Shadow(80, 24)

    assert text in shadow.feed(f"\x1b[H\x1b[38;2;1;2;3m{text}\x1b[0m")
    assert text[:4] not in shadow.feed(f"\x1b[H\x1b[38;2;1;2;3m{text}\x1b[0m")


def test_the_import_asks_the_terminal_nothing() -> None:
    program = (
        "import os, pty, sys\n"
        "keys, terminal = pty.openpty()\n"
        "os.dup2(terminal, 1)\n"
        "assert sys.__stdout__.isatty()\n"
        "from tui.app.painting import paint\n"
        "from tui.app.pictures import Protocol\n"
        "from tui.model.drawn import Drawn, Frame\n"
        "for protocol in Protocol:\n"
        "    assert paint(Drawn((Frame(8, 8, bytes(192)),)), 8, 4, protocol).rows\n"
        "os.write(1, b'end')\n"
        "sys.stderr.write(repr(os.read(keys, 1000)))\n"
        "assert sys.__stdout__.isatty()\n"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert finished.stderr == "b'end'"
