from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.model.folding import parts
from tui.model.text import cell_width, printable


def folded(text: str, width: int) -> str:
    return "\n".join(part for line in text.split("\n") for part in parts(line, width))


def test_lines_are_broken_between_words() -> None:
    assert folded("one two three\n\nfour", 8) == "one two \nthree\n\nfour"


def test_a_word_that_is_too_long_is_broken() -> None:
    assert folded("abcdefgh ij", 4) == "abcd\nefgh\n ij"


def test_wide_characters_count_twice() -> None:
    assert folded("漢字かな", 5) == "漢字\nかな"


def test_marks_that_take_no_cell_fill_a_row_too() -> None:
    line = "e" + "\u0301" * 100_000

    rows = list(parts(line, 10))

    assert "".join(rows) == line
    assert {len(row) for row in rows[:-1]} == {80}


def test_marks_do_not_hide_that_other_characters_are_wide() -> None:
    assert list(parts("漢字かな\u0301\u0301\u0301\u0301", 4)) == [
        "漢字",
        "かな\u0301\u0301\u0301\u0301",
    ]


@given(st.text(st.sampled_from("ab \n界é\u0301"), max_size=200), st.integers(2, 12))
def test_nothing_is_lost_and_all_fits(text: str, width: int) -> None:
    broken = folded(text, width)

    assert broken.replace("\n", "") == text.replace("\n", "")
    assert all(cell_width(line) <= width for line in broken.split("\n"))
    assert all(len(line) <= width * 8 for line in broken.split("\n"))


@given(st.text(), st.integers(2, 30))
def test_lines_that_fit_stay_as_they_are(text: str, width: int) -> None:
    lines = printable(text, keep_lines=True).split("\n")

    short = "\n".join(line for line in lines if cell_width(line) <= width and len(line) <= width)

    assert folded(short, width) == short
