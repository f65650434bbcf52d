"""How this terminal is shown a picture: told by its environment, for nothing is asked of it."""

from __future__ import annotations

import fcntl
import os
import struct
import termios
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from textual.app import App

from tui.config import Pictures
from tui.config.charset import is_unicode

OFF = 'not drawn: pictures = "off" in config.toml'
FEW_COLOURS = "not drawn: the terminal shows but sixteen colours"
NO_COLOUR = "not drawn: NO_COLOR is set"
NO_BLOCKS = "not drawn: the locale has ASCII alone"

_KITTY_TERMS = ("xterm-kitty", "xterm-ghostty")
"""They know where a picture stands by characters, which move and go like any other."""

_SIXEL_TERMS = ("foot", "mlterm")
_SIXEL_PROGRAMS = ("WezTerm", "iTerm.app")
_MULTIPLEXERS = ("TMUX", "STY", "ZELLIJ")


class Protocol(Enum):
    """What a picture is drawn with."""

    KITTY = auto()
    SIXEL = auto()
    BLOCKS = auto()


@dataclass(frozen=True, slots=True)
class Terminal:
    """What matters of a terminal.

    Attributes:
        environment: The process's.
        colours: Rich's name of how many it shows; None for none at all.
        is_colourless: Whether none are wanted.
        is_unicode: Whether the locale has more than ASCII.
        cell: Pixels across and down of one cell; None where they are not told.
    """

    environment: Mapping[str, str]
    colours: str | None = "truecolor"
    is_colourless: bool = False
    is_unicode: bool = True
    cell: tuple[int, int] | None = None


def terminal_of(app: App[object]) -> Terminal:
    """The terminal that an app is on; without one, such as anything can be drawn on."""
    if app.is_headless:
        return Terminal({}, is_colourless=app.no_color, is_unicode=is_unicode())
    return Terminal(
        os.environ, app.console.color_system, app.no_color, is_unicode(), _cell_pixels()
    )


def protocol_of(wanted: Pictures, terminal: Terminal) -> Protocol | str:
    """What pictures are drawn with; a text says why they are not.

    Half blocks do everywhere else, and in tmux, which redraws what it does not know of.
    """
    if wanted is Pictures.OFF:
        return OFF
    if terminal.is_colourless:
        return NO_COLOUR
    if terminal.colours not in ("256", "truecolor"):
        return FEW_COLOURS
    if wanted is Pictures.AUTO:
        wanted = _known(terminal.environment)
    is_in_between = any(map(terminal.environment.get, _MULTIPLEXERS))
    # The colour of its characters, to the last bit, is the picture's number.
    if wanted is Pictures.KITTY and terminal.is_unicode and terminal.colours == "truecolor":
        if not is_in_between:
            return Protocol.KITTY
    elif wanted is Pictures.SIXEL and terminal.cell and not is_in_between:
        return Protocol.SIXEL
    return Protocol.BLOCKS if terminal.is_unicode else NO_BLOCKS


def _known(environment: Mapping[str, str]) -> Pictures:
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "")
    if term in _KITTY_TERMS or program == "ghostty":
        return Pictures.KITTY
    is_sixel = term.startswith(_SIXEL_TERMS) or program in _SIXEL_PROGRAMS
    return Pictures.SIXEL if is_sixel else Pictures.BLOCKS


def _cell_pixels() -> tuple[int, int] | None:
    """The size of a cell, as the terminal's driver in the kernel has it."""
    try:
        answer = fcntl.ioctl(2, termios.TIOCGWINSZ, bytes(8))  # Textual writes to stderr
    except OSError:
        return None
    rows, columns, across, down = struct.unpack("HHHH", answer)
    if not (rows and columns and across >= columns and down >= rows):
        return None
    return across // columns, down // rows
