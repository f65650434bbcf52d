"""A text as rows of a terminal: printable, long lines folded, and which line each row is of."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence, Set

from tui.model.folding import parts
from tui.model.hidden import Hidden
from tui.model.outline import Outline
from tui.model.text import printable

MOST = 150_000
"""Lines, and rows, that are shown."""

WIDEST = 10_000
"""Characters of a line that is not folded."""

LONG_ROWS = 4
"""A line of JSON that takes more rows begins folded: numbers of an embedding, as a rule."""

_AT_ONCE = 1000
"""Lines that are made printable in one go."""

_REST = "… more lines follow: save the object to read them"


class Sheet:
    """Rows of a text.

    Attributes:
        text: The text, foreign as it is.
        width: Cells of a row, at most; 0 where long lines are cut at ``WIDEST`` instead.
        lines: Its lines, foreign as they are; at most ``MOST``.
        rows: What is painted; the rows of a line, put together, are the line.
        widest: Cells of the widest row, about: one of other than ASCII counts as if all were wide.
        outline: What belongs below which line; None in a text without such an order.
        count: How many lines the text has.
        laid_out: How many of them the rows show.
    """

    def __init__(self, text: str, width: int = 0, *, is_outlined: bool = False) -> None:
        """Lay a text out; that takes a second for the largest ones.

        Args:
            text: Anything.
            width: Cells of a row; 0 folds no line.
            is_outlined: Whether the text is JSON, or records, with a line for each member.
        """
        self.text = text
        self.width = width
        self.count = text.count("\n") + 1
        self.lines: Sequence[str] = text.split("\n", MOST + 1)[: MOST + 1]
        if len(self.lines) > MOST:
            self.lines = [*self.lines[:MOST], _REST]
        self.outline = Outline(self.lines) if is_outlined else None
        self.rows: list[str] = []
        self._firsts = array("L")
        self._several: list[int] = []  # lines that take more rows than one
        for lines in self._printable():
            if not self._lay_out(lines):
                self.rows.append(_REST)
                break
        self.laid_out = min(MOST, len(self._firsts), self.count)
        # A pass over all rows, here where no key waits for it.
        self.widest = width or max(
            (len(row) << (not row.isascii()) for row in self.rows), default=0
        )

    @property
    def is_cut(self) -> bool:
        """Whether lines follow that no row shows."""
        return self.laid_out < self.count

    def _lay_out(self, lines: Sequence[str]) -> bool:
        """Add the rows of more lines; tell whether there was room for all of them."""
        rows, firsts, width = self.rows, self._firsts, self.width
        start = len(rows)
        if start + len(lines) <= MOST and 2 * max(map(len, lines)) <= width:
            firsts.extend(range(start, start + len(lines)))  # a row each, as in most batches
            rows += lines
            return True
        for line in lines:
            if len(rows) > MOST:
                return False
            firsts.append(len(rows))
            if 2 * len(line) <= width:
                rows.append(line)
            else:
                rows += self._rows_of(line)
                if len(rows) - firsts[-1] > 1:
                    self._several.append(len(firsts) - 1)
        return True

    def _printable(self) -> Iterator[Sequence[str]]:
        """The lines made printable, many at once: each alone takes three times as long."""
        for start in range(0, len(self.lines), _AT_ONCE):
            lines = self.lines[start : start + _AT_ONCE]
            text = "\n".join(lines)
            if "\r" in text:  # at the end of a line, it is no part of a line feed here
                yield [*map(printable, lines)]
            else:
                yield printable(text, keep_lines=True).split("\n")

    def _rows_of(self, line: str) -> Sequence[str]:
        if self.width:
            return list(parts(line, self.width))
        return [line if len(line) <= WIDEST else f"{line[:WIDEST]}…"]

    def line_of(self, row: int) -> int:
        """The line that a row is of."""
        return bisect_right(self._firsts, row) - 1

    def row_of(self, line: int) -> int:
        """The first row of a line, or the last row of all where the line has none."""
        return self._firsts[line] if line < len(self._firsts) else len(self.rows) - 1

    def is_first(self, row: int) -> bool:
        """Whether a line begins in a row."""
        return self._firsts[self.line_of(row)] == row

    def long_lines(self, rows: int) -> list[int]:
        """The lines that take more rows than these."""
        return [line for line in self._several if self._end_of(line) - self.row_of(line) > rows]

    def value(self, line: int) -> str:
        """What stands on a line: a JSON value as it is written, or the line itself."""
        return self.outline.value(line) if self.outline else self.lines[line]

    def foldable(self, rows: int) -> Set[int]:
        """Every block but one that holds all others, and every line of more rows than these."""
        blocks = self.outline.blocks() if self.outline else ()
        return frozenset([*blocks, *self.long_lines(rows)])

    def hidden_by(self, folds: Set[int]) -> Hidden:
        """What is hidden while these lines are folded."""
        return Hidden(len(self.rows), map(self.folded_rows, folds))

    def folded_rows(self, line: int) -> range:
        """The rows that are hidden while a line is folded: all of its block's but its first."""
        end = self.outline.end(line) if self.outline else line
        return range(self.row_of(line) + 1, self._end_of(end))

    def _end_of(self, line: int) -> int:
        following = line + 1
        return self._firsts[following] if following < len(self._firsts) else len(self.rows)


def laid_out(
    text: str, width: int, is_outlined: bool, folds: Set[int] | None
) -> tuple[Sheet, Set[int], Hidden]:
    """The rows of a text, its folds, and what they hide.

    Args:
        text: Anything.
        width: See ``Sheet``.
        is_outlined: See ``Sheet``.
        folds: The lines to fold, as far as there is something to; None folds the long ones of JSON.
    """
    sheet = Sheet(text, width, is_outlined=is_outlined)
    if folds is None:
        folds = frozenset(sheet.long_lines(LONG_ROWS) if sheet.outline else ())
    count = len(sheet.lines)
    folds = frozenset(line for line in folds if line < count and sheet.folded_rows(line))
    return sheet, folds, sheet.hidden_by(folds)
