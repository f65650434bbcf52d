from __future__ import annotations

from dataclasses import replace

import pytest

from tui.app import pictures
from tui.app.pictures import Protocol, Terminal, protocol_of
from tui.config import Pictures

CELL = (9, 18)
KITTY = {"TERM": "xterm-kitty"}


@pytest.mark.parametrize(
    ("environment", "protocol"),
    [
        ({"TERM": "xterm-kitty"}, Protocol.KITTY),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, Protocol.KITTY),
        ({"TERM": "foot"}, Protocol.SIXEL),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, Protocol.SIXEL),
        ({"TERM": "xterm-256color"}, Protocol.BLOCKS),
        ({}, Protocol.BLOCKS),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux-0/default,1,0"}, Protocol.BLOCKS),
        ({"TERM": "foot", "STY": "1.pts"}, Protocol.BLOCKS),
        ({"TERM": "tmux-256color", "TMUX": "x", "TERM_PROGRAM": "tmux"}, Protocol.BLOCKS),
    ],
)
def test_the_environment_tells_what_the_terminal_can_draw(
    environment: dict[str, str], protocol: Protocol
) -> None:
    assert protocol_of(Pictures.AUTO, Terminal(environment, cell=CELL)) is protocol


@pytest.mark.parametrize(
    ("wanted", "protocol"),
    [
        (Pictures.KITTY, Protocol.KITTY),
        (Pictures.SIXEL, Protocol.SIXEL),
        (Pictures.BLOCKS, Protocol.BLOCKS),
        (Pictures.OFF, pictures.OFF),
    ],
)
def test_the_configuration_goes_first(wanted: Pictures, protocol: Protocol | str) -> None:
    assert protocol_of(wanted, Terminal({"TERM": "other"}, cell=CELL)) == protocol


def test_kitty_s_protocol_needs_every_colour() -> None:
    few = Terminal(KITTY, colours="256", cell=CELL)

    assert protocol_of(Pictures.KITTY, few) is Protocol.BLOCKS


def test_sixel_needs_the_size_of_a_cell() -> None:
    assert protocol_of(Pictures.SIXEL, Terminal({"TERM": "foot"})) is Protocol.BLOCKS


@pytest.mark.parametrize("wanted", [Pictures.AUTO, Pictures.KITTY, Pictures.SIXEL])
def test_without_colours_nothing_is_drawn(wanted: Pictures) -> None:
    terminal = Terminal(KITTY, cell=CELL)

    few = (replace(terminal, colours=colours) for colours in ("standard", "windows", None))
    assert {protocol_of(wanted, each) for each in few} == {pictures.FEW_COLOURS}
    assert protocol_of(wanted, replace(terminal, is_colourless=True)) == pictures.NO_COLOUR


def test_half_blocks_are_not_in_ascii() -> None:
    assert protocol_of(Pictures.AUTO, Terminal({}, is_unicode=False)) == pictures.NO_BLOCKS
