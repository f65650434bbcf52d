"""CSV and TSV as aligned columns below a header, within bounds."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tui.model.counting import so_many
from tui.model.text import cell_width, fit, printable

_DELIMITERS = (",", "\t", ";", "|")

_SAMPLE = 20
"""Lines by which the delimiter is told."""

_MEASURED = 1000
"""Rows by which the widths are told."""

_WIDEST = 32
"""Terminal cells of a column, at most."""

_COLUMNS = 60
"""Columns that are shown."""

_CELLS = 200_000
"""Values that are shown."""


class Table(NamedTuple):
    """A table to be read.

    Attributes:
        text: Its header and a rule, unless numbers stand in the first row; its rows.
        facts: How many columns and rows it has.
        is_all: Whether no row is left out for there being too many.
    """

    text: str
    facts: str
    is_all: bool


def delimiter_of(text: str) -> str:
    """What stands between the values of lines that all have as many; empty where nothing does."""
    lines = _sample(text)
    counts = {delimiter: _counts(lines, delimiter) for delimiter in _DELIMITERS}
    even = {delimiter: found.pop() for delimiter, found in counts.items() if len(found) == 1}
    best = max(even, key=lambda delimiter: even[delimiter], default="")
    return best if len(lines) > 1 and best and even[best] > 1 else ""


def table_of(text: str, *, is_cut: bool) -> Table | None:
    """A table laid out; a row that the end cuts is left out. None where its quotes do not match."""
    delimiter = delimiter_of(text) or _commonest(text)
    lines = text.split("\n")
    if is_cut and len(lines) > 1:
        del lines[-1]
    rows: list[list[str]] = []
    count = there = 0
    try:
        for row in filter(None, csv.reader(_ended(lines), delimiter=delimiter)):
            count, there = max(count, len(row)), there + 1
            if len(rows) * min(count, _COLUMNS) <= _CELLS:  # all would keep the collector busy
                rows.append(row)
    except csv.Error:
        return None
    if not rows:
        return None
    columns = min(count, _COLUMNS)
    most = max(1, _CELLS // columns)
    shown = [[printable(value) for value in row[:columns]] for row in rows[:most]]
    widths = _widths(shown, columns)
    laid = [_line(row, widths) for row in shown]
    has_header = not any(map(_is_number, rows[0]))
    if has_header:
        laid.insert(1, "  ".join("-" * width for width in widths))
    told = so_many(count, "column")
    if columns < count:
        told += f", the first {columns} shown"
    told += f" · {so_many(there - has_header, 'row')}"
    if len(shown) < there:
        told += f", the first {len(shown) - has_header:,} shown"
    return Table("\n".join(laid), told, is_all=len(shown) == there)


def _ended(lines: Iterable[str]) -> Iterable[str]:
    """Lines as the parser wants them; the line feed of the last one is not told from none."""
    return (f"{line}\n" for line in lines)


def _sample(text: str) -> list[str]:
    """The first lines, without one that may be cut."""
    lines = text[:100_000].split("\n", _SAMPLE)
    if len(lines) > _SAMPLE or (len(text) > 100_000 and len(lines) > 1):
        del lines[-1]
    return [line for line in lines if line.strip()]


def _counts(lines: Sequence[str], delimiter: str) -> set[int]:
    try:
        return {len(row) for row in csv.reader(_ended(lines), delimiter=delimiter) if row}
    except csv.Error:
        return set()


def _commonest(text: str) -> str:
    first = text[:10_000].partition("\n")[0]
    return max(_DELIMITERS, key=first.count)


def _widths(rows: Sequence[Sequence[str]], columns: int) -> list[int]:
    widths = [1] * columns
    for row in rows[:_MEASURED]:
        for index, value in enumerate(row):
            widths[index] = max(widths[index], min(_WIDEST, cell_width(value[: _WIDEST + 1])))
    return widths


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    values = itertools.zip_longest(row, widths, fillvalue="")
    cells = (fit(value[: _WIDEST * 4], int(width)) for value, width in values)
    return "  ".join(cells).rstrip()


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
