from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.app.plain import plain

SOURCES = Path(__file__).parents[2] / "tui"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("┌── prod · us-west-2 ──┐", "+-- prod . us-west-2 --+"),
        ("▸◐ InProgress  amazon.nova…", ">. InProgress  amazon.nova."),
        ("⏎ open  ↑ ↓ move  ← →", "< open  ^ v move  < >"),
        ("1280×720, don’t", "1280x720, don't"),
        ("Käse, façade, œuvre", "Kase, facade, ?uvre"),
        ("日本語", "??????"),
        ("\x1b[1;38;5;12m✓\x1b[0m", "\x1b[1;38;5;12m+\x1b[0m"),
    ],
)
def test_signs_become_their_like_and_the_rest_questions(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_nothing_moves_and_all_of_it_is_ascii(text: str) -> None:
    shown = plain(text)
    assert shown.isascii()
    assert len(shown) == sum(map(cell_len, text))


def test_no_sign_of_our_own_becomes_a_question() -> None:
    """Whoever brings a new sign says what it is where there is ASCII alone."""
    told = "".join(path.read_text() for path in SOURCES.rglob("*.py"))
    signs = set(re.findall(r"[^\x00-\x7f]", told)) - {"\ufffd"}
    assert {sign for sign in signs if "?" in plain(sign)} == set()
