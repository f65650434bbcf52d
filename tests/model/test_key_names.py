from __future__ import annotations

import string

import pytest
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.keys import _character_to_key
from textual.widget import Widget
from textual.widgets import Input, OptionList, TextArea

from tui.model.key_names import NAMED, is_typed, key_fault, name_of, prose
from tui.model.keymap import AREA_KEYS, FIELD_KEYS, LIST_KEYS, REACHES, SCROLL_KEYS

SENT = {
    str(getattr(key, "value", key))
    for keys in ANSI_SEQUENCES_KEYS.values()
    if isinstance(keys, tuple)
    for key in keys
}

OURS = {key for reach in REACHES for action in reach.actions for key in action.key_list}


@pytest.mark.parametrize("sign", string.punctuation + "aZ7ü")
def test_a_character_s_key_is_called_as_textual_calls_it(sign: str) -> None:
    assert name_of(sign) == _character_to_key(sign)
    assert prose(name_of(sign)) == sign
    assert is_typed(name_of(sign))


def test_every_key_with_a_name_is_one_that_a_terminal_sends() -> None:
    assert {key for key in NAMED if not key_fault(key)} <= SENT | {"backspace"}


def test_every_key_of_the_program_could_be_bound_again() -> None:
    assert [key for key in OURS if key_fault(key, frozenset({"ctrl+q", "tab"}))] == []


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("ctrl+i", "ctrl+i cannot be told from tab: terminals send the same for both"),
        ("ctrl+m", "ctrl+m cannot be told from enter: terminals send the same for both"),
        ("ctrl+[", "ctrl+[ cannot be told from escape: terminals send the same for both"),
        ("ctrl+c", "ctrl+c copies what is selected"),
        ("ctrl+q", "ctrl+q always leaves the program"),
        ("tab", "tab goes from field to field"),
        (
            "ctrl+shift+s",
            "ctrl+shift+s cannot be told from ctrl+s: most terminals send the same for both",
        ),
        ("shift+a", "shift+a is no key; did you mean A?"),
        ("F2", "'F2' is no key; did you mean f2?"),
        ("esc", "'esc' is no key; did you mean escape?"),
        ("pgup", "'pgup' is no key; did you mean pageup?"),
        ("^s", "'^s' is no key; did you mean ctrl+s?"),
        ("questionmark", "'questionmark' is no key; did you mean question_mark?"),
        ("xyzzyx", "'xyzzyx' is no key, such as n, N, f2, ctrl+s or question_mark"),
    ],
)
def test_a_key_that_cannot_be_bound_says_why(key: str, told: str) -> None:
    assert key_fault(key) == told


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("n", "n"),
        ("ctrl+s", "^s"),
        ("f3", "F3"),
        ("ctrl+f3", "^F3"),
        ("escape", "esc"),
        ("enter", "⏎"),
        ("question_mark", "?"),
        ("shift+up", "shift+↑"),
        ("delete", "del"),
        ("plus", "+"),
    ],
)
def test_a_key_is_written_as_it_stands_on_the_keyboard(key: str, written: str) -> None:
    assert prose(key) == written


def test_in_words_every_key_is_ascii() -> None:
    keys = {*NAMED, *OURS}
    assert {key for key in keys if not prose(key, in_words=True).isascii()} == set()


def test_in_words_a_key_that_has_a_sign_is_told_by_its_name() -> None:
    drawn = ("enter", "up", "down", "left", "right", "shift+up", "ctrl+left")
    told = ["enter", "up", "down", "left", "right", "shift+up", "^left"]
    assert [prose(key, in_words=True) for key in drawn] == told


def bound(widget: type[Widget]) -> set[str]:
    bindings = [each for each in widget.BINDINGS if isinstance(each, Binding)]
    return {key for each in bindings for key in each.key.split(",")} & SENT


def test_the_keys_of_fields_and_lists_are_those_of_textual_s() -> None:
    elsewhere = {"ctrl+c", "ctrl+x"}
    assert bound(Input) - elsewhere - {"ctrl+pageup", "ctrl+pagedown"} <= FIELD_KEYS | {
        "up",
        "down",
    }
    in_form = elsewhere | {"ctrl+y", "ctrl+z"}
    assert bound(TextArea) - in_form <= AREA_KEYS
    assert bound(OptionList) <= LIST_KEYS
    assert bound(VerticalScroll) == SCROLL_KEYS
