from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.model.pieces import PIECE
from tui.model.text import cell_width, escaped_json, fit, printable

hostile = st.sampled_from(
    "\x00\t\n\r\x1b\x7f\x9b\xad\u200b\u202e\u2028\u2066\ufeff\ud800\U000e0041"
)
sequencing = "\u200d\u20e3" + "".join(map(chr, [*range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400)]))
untouched = st.text(st.characters(exclude_characters=sequencing)).map(printable)
texts = st.text() | st.lists(hostile | st.characters()).map("".join)


@given(texts)
def test_printable_text_is_one_line_without_control_or_turned_direction(text: str) -> None:
    clean = printable(text)

    assert not [char for char in clean if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")]
    assert not [c for c in clean if unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO")]
    assert not [c for c in clean if unicodedata.bidirectional(c) in ("PDF", "LRI", "RLI", "PDI")]
    assert printable(clean) == clean
    clean.encode()


@given(texts)
def test_kept_lines_are_the_only_control_characters(text: str) -> None:
    clean = printable(text, keep_lines=True)

    assert {char for char in clean if unicodedata.category(char) == "Cc"} <= {"\n"}
    assert clean.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("plain [/x] $(text)", "plain [/x] $(text)"),
        ("\x1b[31mred\x1b[0m", "�[31mred�[0m"),
        ("\x9b2J", "�2J"),
        ("a\tb", "a   b"),
        ("a\r\nb\nc\rd", "a b c�d"),
        ("exe.\u202egpj", "exe.�gpj"),
        ("pay\u200bpal \ufeff\xad\u3164\u180e", "pay�pal ����"),
        ("hidden \U000e0041\U000e007f", "hidden ��"),
        ("مي\u200cخ 👩\u200d💻 ❤️ שלום", "مي\u200cخ 👩\u200d💻 ❤️ שלום"),
    ],
)
def test_only_what_is_hostile_is_replaced(text: str, clean: str) -> None:
    assert printable(text) == clean


@given(st.text(st.characters(exclude_categories=["Cs"]) | hostile.filter(lambda c: c < "\ud800")))
def test_escaped_json_says_the_same_and_holds_nothing_hostile(text: str) -> None:
    written = escaped_json(json.dumps({"text": text}, ensure_ascii=False, indent=2))

    assert json.loads(written) == {"text": text}
    assert printable(written, keep_lines=True) == written


def test_a_long_text_is_made_printable_as_a_short_one_is() -> None:
    part = "tide\tpool\r\n\x1b\u202eend"
    count = 2 * PIECE // len(part)

    assert printable(part * count, keep_lines=True) == "\n".join(
        ["tide    pool", *["��endtide   pool"] * (count - 1), "��end"]
    )


def test_an_escape_beyond_sixteen_bits_is_a_pair() -> None:
    assert escaped_json('"\U000e0041\x7f"') == '"\\udb40\\udc41\\u007f"'


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", 0),
        ("tide pool", 9),
        ("潮だまり", 8),
        ("é", 1),
        ("e\u0301", 1),
        ("🌊", 2),
        ("क्ष", 2),
        ("a\u200db", 2),
        ("1\ufe0f\u20e3", 1),
    ],
)
def test_wide_characters_take_two_cells_and_combining_ones_none(text: str, cells: int) -> None:
    assert cell_width(text) == cells


@given(st.text().map(printable), st.integers(0, 30))
def test_a_fitted_text_takes_exactly_its_width(text: str, width: int) -> None:
    assert cell_width(fit(text, width)) == width


@given(untouched, st.integers(-3, 30))
def test_a_fitted_text_is_the_text_padded_or_its_beginning_and_an_ellipsis(
    text: str, width: int
) -> None:
    fitted = fit(text, width)

    kept, cut, rest = fitted.rpartition("…")
    if cell_width(text) <= width:
        assert fitted.rstrip(" ") == text.rstrip(" ")
    elif width > 0:
        assert cut
        assert text.startswith(kept)
        assert not rest.strip(" ")
    else:
        assert fitted == ""


@pytest.mark.parametrize(
    ("text", "width", "fitted"),
    [
        ("tide", 6, "tide  "),
        ("tide pool", 5, "tide…"),
        ("潮だまり", 4, "潮… "),
        ("潮だまり", 2, "… "),
        ("潮だまり", 1, "…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
        ("x", 0, ""),
        ("", 0, ""),
    ],
)
def test_a_text_is_cut_between_characters(text: str, width: int, fitted: str) -> None:
    assert fit(text, width) == fitted


@pytest.mark.parametrize(
    "text",
    [
        "❤️❤️❤️ hearts",
        "👩‍👩‍👧‍👦 family",
        "👩‍🚀 an astronaut",
        "👍🏽 a hand",
        "1️⃣ a key",
        "🇩🇪🇫🇷 flags",
        "🏴\u200d☠️ a pirate",
        "한국어 텍스트",
        "e\u0301 combined",
        "日本語",
        "☺︎ text",
        "हिन्दी की पंक्ति",
        "தமிழ் மொழி",
        "\u1112\u1161\u11ab taken apart",
    ],
)
@pytest.mark.parametrize("width", [1, 2, 5, 12, 30])
def test_what_is_fitted_takes_the_same_room_for_textual(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co", "Zl", "Zp"])))
def test_any_fitted_text_has_its_width(text: str) -> None:
    assert cell_width(fit(printable(text), 20)) == 20


seen = st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co", "Zl", "Zp"])
joining = st.sampled_from(
    "\u093e\u093f\u0903\u302e\u1161\u11a8\u11ff\ud7b0\u0600\u06dd\u2630\U0001d360"
)


@given(st.lists(seen | joining).map("".join), st.integers(0, 30))
def test_any_fitted_text_takes_the_same_room_for_textual(text: str, width: int) -> None:
    fitted = fit(printable(text), width)

    assert cell_len(fitted) == cell_width(fitted) == width
