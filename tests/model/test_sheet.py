from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.model.sheet import MOST, WIDEST, Sheet
from tui.model.text import cell_width, printable


def test_rows_know_their_lines() -> None:
    sheet = Sheet("one two three\n\nfour", 8)

    assert sheet.rows == ["one two ", "three", "", "four"]
    assert [sheet.line_of(row) for row in range(4)] == [0, 0, 1, 2]
    assert [sheet.row_of(line) for line in range(3)] == [0, 2, 3]
    assert [sheet.is_first(row) for row in range(4)] == [True, False, True, True]
    assert sheet.long_lines(1) == [0]
    assert sheet.folded_rows(0) == range(1, 2)


def test_a_fold_hides_the_rows_of_a_block_but_the_first() -> None:
    sheet = Sheet('{\n  "a": [\n    "one two three"\n  ],\n  "b": 1\n}', 12, is_outlined=True)

    assert sheet.folded_rows(1) == range(2, sheet.row_of(4))
    assert sheet.folded_rows(4) == range(5, 5)


def test_without_a_width_lines_are_rows_and_very_long_ones_are_cut() -> None:
    sheet = Sheet("a" * (WIDEST + 1) + "\nb")

    assert sheet.rows == ["a" * WIDEST + "…", "b"]
    assert sheet.widest == 2 * (WIDEST + 1)


def test_too_many_lines_or_rows_are_cut_with_a_word() -> None:
    for sheet in (Sheet("x\n" * (MOST + 5)), Sheet("x " * 3 * MOST, 4)):
        assert len(sheet.rows) <= 3 * MOST
        assert len(sheet.lines) <= MOST + 1
    assert "more lines follow" in Sheet("x\n" * (MOST + 5)).rows[-1]


@given(st.text(), st.integers(2, 30))
def test_the_rows_of_a_line_are_the_line(text: str, width: int) -> None:
    sheet = Sheet(text, width)

    rows = [""] * len(sheet.lines)
    for row, shown in enumerate(sheet.rows):
        rows[sheet.line_of(row)] += shown
    assert rows == [printable(line) for line in text.split("\n")]
    assert all(cell_width(row) <= width for row in sheet.rows)


def test_many_lines_are_made_printable_each_for_itself() -> None:
    lines = ["a\tb", "\x1b[1m", "ends\r", "é\tc"] * 700

    assert list(Sheet("\n".join(lines)).rows) == [printable(line) for line in lines]
    tame = [line for line in lines if "\r" not in line]
    assert list(Sheet("\n".join(tame)).rows) == [printable(line) for line in tame]


def test_a_sheet_tells_how_many_lines_it_lays_out() -> None:
    cut, folded, whole = Sheet("x\n" * (MOST + 5)), Sheet("x " * 3 * MOST, 4), Sheet("a\nb\nc")

    assert (cut.is_cut, cut.laid_out, cut.count) == (True, MOST, MOST + 6)
    assert (folded.is_cut, folded.count) == (False, 1)
    assert (whole.is_cut, whole.laid_out, whole.count) == (False, 3, 3)


def test_lines_that_no_row_is_left_for_are_not_laid_out() -> None:
    sheet = Sheet("x " * 31 * MOST + "\nthe end", 60)

    assert (sheet.is_cut, sheet.laid_out, sheet.count) == (True, 1, 2)
