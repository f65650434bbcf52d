from __future__ import annotations

import pytest

from tui.model.delimited import delimiter_of, table_of
from tui.model.text import cell_width


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n", ";"),
        ("a\tb\n1\t2", "\t"),
        ('"a,b";c\n"d,e,f";g', ";"),
        ("a|b|c,d\n1|2|3,4", "|"),
        ("one line, only", ""),
        ("a,b\nno more", ""),
        ("", ""),
    ],
)
def test_what_all_lines_have_as_many_of_stands_between_values(text: str, delimiter: str) -> None:
    assert delimiter_of(text) == delimiter


def test_columns_are_aligned_also_where_characters_are_wide() -> None:
    table = table_of("名前,n\n漢字かな,1\nab,22\n", is_cut=False)

    assert table
    lines = table.text.split("\n")
    assert lines == ["名前      n", "--------  --", "漢字かな  1", "ab        22"]
    assert {cell_width(line.rpartition(" ")[0]) for line in lines} == {9}


def test_a_first_row_with_a_number_is_no_header() -> None:
    table = table_of("0.1,0.9\n0.25,0.75\n", is_cut=False)

    assert table
    assert table.text == "0.1   0.9\n0.25  0.75"
    assert table.facts == "2 columns · 2 rows"


def test_quotes_hold_delimiters_and_lines() -> None:
    table = table_of('a,b\n"x, y\nz",2\n', is_cut=False)

    assert table
    assert table.text.split("\n") == ["a       b", "------  -", "x, y z  2"]


def test_rows_may_have_fewer_values_or_more() -> None:
    table = table_of("a,b\n1\n1,2,3\n", is_cut=False)

    assert table
    assert table.text.split("\n") == ["a  b", "-  -  -", "1", "1  2  3"]
    assert table.facts == "3 columns · 2 rows"


def test_wide_columns_are_cut_and_many_left_out() -> None:
    table = table_of(",".join(["x" * 100] * 100) + "\n", is_cut=False)

    assert table
    assert table.facts == "100 columns, the first 60 shown · 0 rows"
    assert len(table.text.split("\n")[0]) == 60 * 34 - 2


def test_a_table_of_many_rows_is_shown_in_part() -> None:
    table = table_of("a,b\n" + "1,2\n" * 150_000, is_cut=True)

    assert table
    assert table.facts == "2 columns · 150,000 rows, the first 99,999 shown"
    assert not table.is_all


def test_a_quote_that_does_not_end_makes_no_table() -> None:
    assert table_of('a,b\n"' + "x" * 200_000, is_cut=False) is None
    assert table_of("\n\n", is_cut=False) is None


def test_rows_that_are_not_shown_are_counted_and_widen_the_table() -> None:
    text = "a,b\n" + "c,d\n" * 120_000 + "e,f,g\n"
    table = table_of(text, is_cut=False)

    assert table is not None
    assert table.facts == "3 columns · 120,001 rows, the first 66,665 shown"
    assert table.text.count("\n") == 66_666
    assert not table.is_all
