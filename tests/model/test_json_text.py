from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model import json_text
from tui.model.document import with_flat_numbers
from tui.model.json_text import laid_out


def test_json_is_laid_out_with_its_numbers_as_they_were_written() -> None:
    text = '{"a":1.50,"b":1e400,"a":[0.1,-2],"s":"[\\u00e9,\\n 1]"}'

    assert laid_out(text) == (
        '{\n  "a": 1.50,\n  "b": 1e400,\n  "a": [ 0.1, -2 ],\n  "s": "[\\u00e9,\\n 1]"\n}'
    )


@given(st.recursive(st.none() | st.integers() | st.text(), lambda v: st.lists(v, max_size=5)))
def test_laid_out_json_says_the_same(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    pretty = laid_out(text)

    assert pretty is not None
    assert json.loads(pretty) == value


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"a": NaN}', "[" * 200_000, "[" + "[[]]," * 3_000_000 + "1]", '"\ud800"'],
    ids=["empty", "cut", "NaN", "deep", "long", "surrogate"],
)
def test_what_is_not_json_or_becomes_too_long_is_not_laid_out(text: str) -> None:
    assert laid_out(text) is None


def in_one_go(text: str) -> str | None:
    """The same as ``laid_out``, for short texts."""
    try:
        return with_flat_numbers(msgspec.json.format(text, indent=2))
    except msgspec.DecodeError:
        return None


FLOATS = st.floats(allow_nan=False, allow_infinity=False)
LEAVES = st.none() | st.integers() | FLOATS | st.text('a",[{]}\\:\n 1é')
VALUES = st.recursive(
    LEAVES | st.lists(st.integers(), max_size=12),
    lambda inner: st.lists(inner) | st.dictionaries(st.text('a"[,'), inner),
    max_leaves=20,
)
TEXTS = st.builds(json.dumps, VALUES, indent=st.sampled_from([None, 1]))


def laid_out_in_pieces(text: str, piece: int) -> str | None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_text, "_AT_ONCE", piece)
        return laid_out(text)


@given(TEXTS, st.integers(1, 40))
def test_pieces_come_to_the_same(text: str, piece: int) -> None:
    expected = in_one_go(text)

    assert expected is not None
    assert laid_out_in_pieces(text, piece) == expected


@given(TEXTS, st.integers(1, 40), st.data())
def test_damage_is_found_in_pieces_too(text: str, piece: int, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    put = data.draw(st.text('[]{},:"\\ 1e-', max_size=2))
    damaged = text[:at] + put + text[at + data.draw(st.integers(0, 2)) :]

    assert laid_out_in_pieces(damaged, piece) == in_one_go(damaged)


@pytest.mark.parametrize(
    "text",
    ["[1,]", "[,1]", "[1,,2]", '{"a":1,}', "[1,2", "1,2", "[1],[2]", "[[1,2],]", '["a,b'],
)
def test_a_comma_too_many_is_not_mended_by_a_cut(text: str) -> None:
    assert laid_out_in_pieces(text, 1) is None


def test_a_long_list_of_numbers_stays_on_one_line() -> None:
    text = json.dumps({"a": list(range(200)), "b": [1, "x"], "c": "[" * 50, "d": [2]})

    assert laid_out_in_pieces(text, 16) == in_one_go(text)


def test_a_long_text_of_few_levels_is_laid_out_as_far_as_it_has_room() -> None:
    records = [{"a": {"b": [None, True, {"c": "d"}]}}] * 60_000
    text = json.dumps(records, separators=(",", ":"))

    assert json_text.laid_out(text) == in_one_go(text)
