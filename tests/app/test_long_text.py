from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.geometry import Offset
from textual.widgets.text_area import Document

from tui.app.widgets.long_text import LONG, PAINTED, LongDocument, LongWrapping

TEXTS = st.text('ab \t\n界é{"', max_size=40)


@st.composite
def edits(draw: st.DrawFn) -> list[tuple[float, float, str]]:
    places = st.floats(0, 1)
    return draw(st.lists(st.tuples(places, places, TEXTS), max_size=5))


def place(document: Document, where: float) -> tuple[int, int]:
    row = int(where * (document.line_count - 1))
    return row, int(where * 997) % (len(document[row]) + 1)


@given(TEXTS, edits())
@settings(deadline=None)
def test_an_edited_document_is_as_textuals_own(
    text: str, edits: list[tuple[float, float, str]]
) -> None:
    ours, theirs = LongDocument(text), Document(text)
    for start, end, insert in edits:
        first, last = place(theirs, start), place(theirs, end)
        assert ours.get_text_range(first, last) == theirs.get_text_range(first, last)
        assert ours.replace_range(first, last, insert) == theirs.replace_range(first, last, insert)
        assert ours.text == theirs.text
        assert ours.lines == theirs.lines
        assert ours.get_size(4) == theirs.get_size(4)
        assert ours.end == theirs.end


@given(TEXTS, edits(), st.sampled_from([0, 7]))
@settings(deadline=None)
def test_an_edited_text_is_wrapped_as_a_new_one(
    text: str, edits: list[tuple[float, float, str]], width: int
) -> None:
    document = LongDocument(text)
    edited = LongWrapping(document)
    edited.wrap(width)
    for start, end, insert in edits:
        first, last = sorted((place(document, start), place(document, end)))
        result = document.replace_range(first, last, insert)
        edited.wrap_range(first, last, result.end_location)
    new = LongWrapping(LongDocument(document.text))
    new.wrap(width)
    assert edited.height == new.height
    for row, line in enumerate(document.lines):
        assert edited.get_sections(row) == new.get_sections(row)
        for column in range(len(line) + 1):
            assert edited.location_to_offset((row, column)) == new.location_to_offset((row, column))


@pytest.mark.parametrize("char", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1e"])
def test_a_string_stays_on_its_line_whatever_it_holds(char: str) -> None:
    text = f'{{"a": "x{char}y"}}'
    document = LongDocument(text)
    assert document.text == text
    document.replace_range((0, 8), (0, 9), char)
    assert document.text == f'{{"a": "x{char}y"}}'
    assert document.line_count == 1


def test_lines_end_as_they_did() -> None:
    document = LongDocument('{\r\n"a": 1\r\n}')
    assert document.line_count == 3
    document.replace_range((1, 6), (1, 6), "\n")
    assert document.text == '{\r\n"a": 1\r\n\r\n}'
    assert LongDocument("[\r1]").lines == ["[", "1]"]


@pytest.mark.parametrize(("before", "after"), [("a\nb", "p\r\nq"), ("a\r\nb", "p\nq")])
def test_a_whole_text_comes_with_its_own_line_ends_and_so_does_the_one_that_is_brought_back(
    before: str, after: str
) -> None:
    document = LongDocument(before)

    edit = document.replace_range((0, 0), document.end, after)
    assert document.text == after

    document.replace_range((0, 0), document.end, edit.replaced_text)
    assert document.text == before


def test_a_part_of_a_text_takes_its_line_ends() -> None:
    document = LongDocument("a\r\nb")

    document.replace_range((0, 1), (0, 1), "x\ny")

    assert document.text == "ax\r\ny\r\nb"


def test_behind_the_last_line_there_is_nothing() -> None:
    document = LongDocument("a\nb")
    result = document.replace_range((1, 0), (2, 0), "")
    assert (document.text, result.replaced_text) == ("a\n", "b")


def test_a_line_is_measured_as_far_as_it_is_painted() -> None:
    document = LongDocument("A" * 2 * PAINTED)
    assert document.get_size(4).width == PAINTED + 1
    document.replace_range((0, 0), (0, PAINTED + 5), "")
    assert document.get_size(4).width == PAINTED - 5


@pytest.mark.parametrize("text", ["A" * (PAINTED + 1), "a\n" * LONG, "[1, 2, 3]\n" * (LONG // 10)])
def test_a_long_text_is_not_wrapped_until_it_is_short_again(text: str) -> None:
    document = LongDocument("short " * 10)
    wrapping = LongWrapping(document)
    wrapping.wrap(20)
    assert wrapping.height == 4

    end = document.replace_range((0, 0), document.end, text).end_location
    wrapping.wrap_range((0, 0), (0, 60), end)
    assert document.is_long
    assert wrapping.height == document.line_count
    assert wrapping.location_to_offset((0, 1)) == Offset(1, 0)

    document.replace_range((0, 0), end, "short " * 10)
    wrapping.wrap_range((0, 0), end, (0, 60))
    assert wrapping.height == 4


def test_what_is_not_painted_of_a_line_is_at_the_end_of_what_is() -> None:
    wrapping = LongWrapping(LongDocument("\n" + "A" * 3 * PAINTED))
    assert wrapping.location_to_offset((1, 5)) == Offset(5, 1)
    assert wrapping.location_to_offset((1, 2 * PAINTED)) == Offset(PAINTED, 1)
    assert wrapping.offset_to_location(Offset(5, 1)) == (1, 5)
    assert wrapping.offset_to_location(Offset(2 * PAINTED, 9)) == (1, PAINTED)
    assert wrapping.offset_to_location(Offset(-3, -1)) == (0, 0)


def test_wide_characters_and_tabs_take_their_cells() -> None:
    wrapping = LongWrapping(LongDocument("界\tx" + "A" * PAINTED))
    assert wrapping.location_to_offset((0, 1)) == Offset(2, 0)
    assert wrapping.columns(0, 10, 20) == (0, PAINTED)


def test_a_row_shows_these_columns() -> None:
    wrapping = LongWrapping(LongDocument("short " * 5 + "\nx"))
    wrapping.wrap(12)
    assert [wrapping.columns(row, 0, 12) for row in range(4)] == [
        (0, 12),
        (12, 24),
        (24, 30),
        (0, 1),
    ]
    wrapping.wrap(0)
    assert wrapping.columns(0, 3, 9) == (3, 9)


def test_line_ends_come_back_by_undo_across_another_text() -> None:
    document = LongDocument("a\r\nb")
    cut = document.replace_range((0, 1), (1, 1), "")
    typed = document.replace_range((0, 0), (0, 1), "x")
    document.replace_range((0, 0), typed.end_location, typed.replaced_text)
    document.replace_range((0, 1), cut.end_location, cut.replaced_text)

    assert document.text == "a\r\nb"


def test_what_is_typed_in_place_of_all_has_line_ends_of_its_own() -> None:
    document = LongDocument("a\r\nb")
    result = document.replace_range((0, 0), document.end, "x")
    document.replace_range((0, 1), (0, 1), "\ny")
    assert document.text == "x\ny"

    document.replace_range((0, 0), document.end, result.replaced_text)
    assert document.text == "a\r\nb"
