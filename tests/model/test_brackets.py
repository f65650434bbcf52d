from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.brackets import Pair, Place, pair_at

VALUES = st.recursive(
    st.none() | st.integers() | st.text('{}[]"\\,: ', max_size=8),
    lambda inner: st.lists(inner) | st.dictionaries(st.text('{}[]"'), inner),
    max_leaves=20,
)


def partner(text: str, column: int) -> Place | None:
    pair = pair_at(text.split("\n"), (0, column))
    assert pair
    return pair.partner


def test_a_bracket_under_the_cursor_has_its_partner() -> None:
    assert pair_at(['{"a": [1]}'], (0, 6)) == Pair((0, 6), (0, 8))
    assert pair_at(['{"a": [1]}'], (0, 8)) == Pair((0, 8), (0, 6))
    assert pair_at(['{"a": [1]}'], (0, 0)) == Pair((0, 0), (0, 9))


def test_a_bracket_right_before_the_cursor_counts_when_none_is_under_it() -> None:
    assert pair_at(["[1]"], (0, 3)) == Pair((0, 2), (0, 0))
    assert pair_at(["[1]"], (0, 1)) == Pair((0, 0), (0, 2))
    assert pair_at(["[]"], (0, 1)) == Pair((0, 1), (0, 0))


def test_elsewhere_there_is_no_bracket() -> None:
    assert pair_at(["[ 1 ]"], (0, 2)) is None
    assert pair_at([""], (0, 0)) is None


def test_brackets_in_strings_belong_to_nothing() -> None:
    line = r'{"a": "}", "]\"}": ["["]}'
    assert pair_at([line], (0, 0)) == Pair((0, 0), (0, len(line) - 1))
    assert pair_at([line], (0, len(line) - 1)) == Pair((0, len(line) - 1), (0, 0))
    assert pair_at([line], (0, line.index("}"))) is None
    assert pair_at([line], (0, line.rindex("["))) is None


def test_a_string_without_an_end_ends_with_its_line() -> None:
    assert partner('["}\n]', 0) == (1, 0)


@pytest.mark.parametrize(
    ("text", "column"), [("[1", 0), ("1]", 1), ("[}", 0), ("[}", 1), ('{"a": [1}', 0), ("[[]", 0)]
)
def test_a_bracket_without_a_partner(text: str, column: int) -> None:
    assert partner(text, column) is None


def test_a_partner_out_of_reach_is_not_known() -> None:
    lines = ["[", *["1," * 50] * 10, "]"]
    for cursor in ((0, 0), (11, 0)):
        assert pair_at(lines, cursor, 500) is None
        assert pair_at(lines, cursor, 1_100) is not None


def test_a_long_line_is_searched_no_farther_than_the_reach() -> None:
    line = '["' + "A" * 1_000 + '"]'
    assert pair_at([line], (0, 0), 500) is None
    assert pair_at([line], (0, len(line)), 500) is None
    assert pair_at(["[1]" + line], (0, 0), 500) == Pair((0, 0), (0, 2))


@given(VALUES, st.sampled_from([None, 0, 2]))
def test_every_bracket_of_a_document_finds_its_own(value: object, indent: int | None) -> None:
    lines = json.dumps(value, indent=indent).split("\n")
    opened: list[Place] = []
    for row, line in enumerate(lines):
        is_in_string = is_escaped = False
        for column, char in enumerate(line):
            if is_in_string:
                is_in_string = is_escaped or char != '"'
                is_escaped = char == "\\" and not is_escaped
            elif char == '"':
                is_in_string = True
            elif char in "[{":
                opened.append((row, column))
            elif char in "]}":
                first, last = opened.pop(), (row, column)
                assert pair_at(lines, first) == Pair(first, last)
                assert pair_at(lines, last) == Pair(last, first)


@given(st.text('[]{}",\\\n 1'), st.data())
def test_in_any_text_partners_know_each_other(text: str, data: st.DataObject) -> None:
    lines = text.split("\n")
    row = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.integers(0, len(lines[row])))
    pair = pair_at(lines, (row, column))
    if pair and pair.partner:
        assert pair_at(lines, pair.partner) == Pair(pair.partner, pair.bracket)
