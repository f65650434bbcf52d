"""Frames turned into what a terminal shows, with textual-image. Takes its time: it is for a thread.

Nothing here writes to the terminal.
"""

from __future__ import annotations

import base64
import io
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.segment import Segment
from textual.strip import Strip

from tui.app.pictures import Protocol
from tui.model import contact_strip
from tui.model.clip import length_text
from tui.model.drawn import Drawn, Frame
from tui.model.text import fit

if TYPE_CHECKING:
    from PIL.Image import Image

_SENT_PIXELS = 200_000
"""Pixels of all frames together that are sent to a terminal that scales them: 200 kB or so."""

_ENCODED_PIXELS = 400_000
"""Pixels that are made sixels of, which takes a second for half a million."""

_CHUNK = 4096
"""Characters of one command of kitty's protocol."""

_WIDEST = 250
"""Columns and rows that kitty's placeholders can count."""

USUAL_CELL = (10, 20)
"""Pixels across and down of a cell, where they are not told."""

_numbers = count(os.getpid() % 4096 * 4096 + 1)
"""Two programs on one terminal do not overwrite each other's pictures, as a rule."""

_importing = Lock()


@dataclass(frozen=True, slots=True)
class Painted:
    """What is shown of an object in a certain room.

    Attributes:
        rows: The rows of the screen.
        sent: What the terminal is sent before.
        taken_back: What the terminal is sent when it is shown no more.
        sixels: By row, what is written over its cells: from which column on, and what.
    """

    rows: tuple[Strip, ...] = ()
    sent: str = ""
    taken_back: str = ""
    sixels: Mapping[int, tuple[tuple[int, str], ...]] = field(default_factory=dict)


def paint(
    drawn: Drawn,
    columns: int,
    rows: int,
    protocol: Protocol,
    cell: tuple[int, int] = USUAL_CELL,
) -> Painted:
    """The frames, as many as fit and as large as they do, with their times below.

    Args:
        drawn: What to show.
        columns: The room across.
        rows: The room down.
        protocol: What to draw with.
        cell: Pixels across and down of a cell, which Sixel has to know.
    """
    if protocol is Protocol.SIXEL:
        scale = min(1.0, (_ENCODED_PIXELS / (columns * rows * cell[0] * cell[1])) ** 0.5)
        columns, rows = max(1, int(columns * scale)), max(1, int(rows * scale))
    first = drawn.frames[0]
    has_times = first.seconds is not None
    laid = contact_strip.layout(
        len(drawn.frames),
        first.width,
        first.height,
        min(columns, _WIDEST),
        min(rows, _WIDEST),
        has_times=has_times,
    )
    lines: dict[int, list[tuple[int, list[Segment]]]] = defaultdict(list)
    sixels: dict[int, tuple[tuple[int, str], ...]] = defaultdict(tuple)
    sent: list[str] = []
    taken_back: list[str] = []
    for spot in laid.spots:
        frame = drawn.frames[spot.frame]
        if protocol is Protocol.KITTY:
            number = next(_numbers) % 0xFFFFFF + 1
            pixels = _SENT_PIXELS // len(laid.spots)
            sent += _transmitted(number, _at_most(frame, pixels), laid.columns, laid.rows)
            taken_back.append(f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\")
            painted = _placeholders(number, laid.columns, laid.rows)
        elif protocol is Protocol.SIXEL:
            painted = [[Segment(" " * laid.columns)]] * laid.rows
            for row, sixel in enumerate(_sixels(frame, laid.columns, laid.rows, cell)):
                sixels[spot.row + row] += ((spot.column, sixel),)
        else:
            painted = _half_blocks(frame, laid.columns, laid.rows)
        for row, segments in enumerate(painted):
            lines[spot.row + row].append((spot.column, segments))
        if frame.seconds is not None:
            time = fit(length_text(frame.seconds), laid.columns)
            lines[spot.row + laid.rows].append((spot.column, [Segment(time)]))
    height = max(lines) + 1
    strips = tuple(_joined(lines[row], laid.columns) for row in range(height))
    return Painted(strips, "".join(sent), "".join(taken_back), dict(sixels))


def _joined(pieces: list[tuple[int, list[Segment]]], columns: int) -> Strip:
    """One row of the screen: what stands beside each other there."""
    line: list[Segment] = []
    end = 0
    for column, segments in pieces:
        if column > end:
            line.append(Segment(" " * (column - end)))
        line += segments
        end = column + columns
    return Strip(line, end)


# By protocol --------------------------------------------------------------------------------------


def _half_blocks(frame: Frame, columns: int, rows: int) -> list[list[Segment]]:
    made = load().HalfcellImage(_image(frame), width=columns, height=rows)
    return _rendered(made, columns, rows)


def _placeholders(number: int, columns: int, rows: int) -> list[list[Segment]]:
    """The characters that kitty puts its picture of a number in place of."""
    made = load().TGPImage(_blank(), width=columns, height=rows)
    made.terminal_image_id = number  # it would write the picture itself, past Textual's driver
    return _rendered(made, columns, rows)


def _transmitted(number: int, image: Image, columns: int, rows: int) -> Iterator[str]:
    """The commands that give kitty a picture, and the cells it fills when it is called for."""
    file = io.BytesIO()
    image.quantize(256).save(file, format="PNG")
    content = base64.b64encode(file.getvalue()).decode("ascii")
    chunks = [content[start : start + _CHUNK] for start in range(0, len(content), _CHUNK)]
    for index, chunk in enumerate(chunks):
        head = "" if index else f"i={number},f=100,"
        yield f"\x1b_G{head}q=2,m={int(index < len(chunks) - 1)};{chunk}\x1b\\"
    yield f"\x1b_Ga=p,U=1,i={number},c={columns},r={rows},q=2\x1b\\"


def _sixels(frame: Frame, columns: int, rows: int, cell: tuple[int, int]) -> Iterator[str]:
    """A frame row by row: each is sent again by itself."""
    # The encoder alone: its renderable goes by the cells that the terminal had at the import.
    from textual_image._sixel import image_to_sixels

    across, down = columns * cell[0], cell[1]
    image = _image(frame).resize((across, rows * down))
    for row in range(rows):
        yield image_to_sixels(image.crop((0, row * down, across, (row + 1) * down)))


def _rendered(made: RenderableType, columns: int, rows: int) -> list[list[Segment]]:
    console = Console(file=io.StringIO(), width=columns, height=rows, color_system="truecolor")
    return list(Segment.split_lines(console.render(made, console.options)))


# Pictures -----------------------------------------------------------------------------------------


def _image(frame: Frame) -> Image:
    from PIL import Image

    return Image.frombytes("RGB", (frame.width, frame.height), frame.rgb)


def _blank() -> Image:
    from PIL import Image

    return Image.new("RGB", (1, 1))


def _at_most(frame: Frame, pixels: int) -> Image:
    scale = min(1.0, (pixels / (frame.width * frame.height)) ** 0.5)
    size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    return _image(frame).resize(size)


def load() -> ModuleType:
    """textual-image's renderables.

    Its import asks the terminal what it can do, and reads the answer where Textual reads the keys;
    but only if stdout is a terminal.

    Raises:
        ImportError: It is not installed.
    """
    with _importing:
        if "textual_image.widget" not in sys.modules:
            stdout = sys.__stdout__
            sys.__stdout__ = io.StringIO()  # type: ignore[assignment,misc]
            try:
                import textual_image.widget  # noqa: F401 - it remembers the size of a cell
            finally:
                sys.__stdout__ = stdout  # type: ignore[misc]
        from textual_image import renderable
    return renderable
