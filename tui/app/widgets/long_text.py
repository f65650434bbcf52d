"""A text of any size below a text area: no key looks at all of it.

Textual's own document splits lines where JSON has none, and is measured and wrapped anew, line by
line, with every key.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal

from rich.cells import cell_len
from textual.geometry import Offset, Size, clamp
from textual.widgets.text_area import Document, EditResult, Location, WrappedDocument

from tui.model.text import masked

PAINTED = 10_000
"""Characters of one line that are painted, and wrapped: twice the longest prompt."""

LONG = 150_000
"""Characters of a text, at most, that is wrapped: that takes a tenth of a second."""

_LINE = 10
"""Characters that a line counts as, besides its own: wrapping none takes its time, too."""

TAB = 4
"""Columns from one tab stop to the next, as Textual has it."""


class LongDocument(Document):
    """The lines of a text, with what an edit does not change of its measures."""

    def __init__(self, text: str) -> None:
        super().__init__("")
        self._newline = _newline_of(text)
        self._lines = _lines(text)
        self._characters = len(text)
        self._widths = Counter(map(_painted_cells, self._lines))
        self._joined: str | None = None

    @property
    def text(self) -> str:
        """The whole text; it is put together once after each edit."""
        if self._joined is None:
            self._joined = super().text
        return self._joined

    @property
    def is_long(self) -> bool:
        """Whether the text, or one of its lines, is too long to be wrapped."""
        length = self._characters + _LINE * len(self._lines)
        return length > LONG or max(self._widths) > PAINTED

    def get_size(self, tab_width: int) -> Size:
        """How many cells the widest line takes, as it is painted, and how many lines there are."""
        return Size(max(self._widths), len(self._lines))

    def get_text_range(self, start: Location, end: Location) -> str:
        """The text between two places."""
        (top, left), (bottom, right) = sorted((start, end))
        lines = self._lines[top : bottom + 1]
        if not lines:
            return ""
        if bottom < len(self._lines):
            lines[-1] = lines[-1][:right]
        lines[0] = lines[0][left:] if top < bottom else lines[0][left:right]
        return self._newline.join(lines)

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        """Put a text in place of what stands between two places; of all, with its own line ends."""
        (top, left), (bottom, right) = sorted((start, end))
        replaced = self.get_text_range(start, end)
        # In a text of one line none has ended yet: it may be about to come back by an undo.
        if len(self._lines) == 1 or (not (top or left) and (bottom, right) >= self.end):
            self._newline = _newline_of(text)
        removed = self._lines[top : bottom + 1]
        before = removed[0][:left] if removed else ""
        after = removed[-1][right:] if bottom < len(self._lines) else ""
        inserted = _lines(text)
        inserted[0] = before + inserted[0]
        column = len(inserted[-1])
        inserted[-1] += after
        self._lines[top : bottom + 1] = inserted
        self._joined = None
        self._characters += len(text) - len(replaced)
        self._widths -= Counter(map(_painted_cells, removed))
        self._widths += Counter(map(_painted_cells, inserted))
        return EditResult((top + len(inserted) - 1, column), replaced)


class LongWrapping(WrappedDocument):
    """Wraps the lines of a text, but for a long one: there, one line is one row."""

    def __init__(self, document: LongDocument) -> None:
        self._long = document
        self._wanted = 0
        super().__init__(document, tab_width=TAB)

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        """Wrap all of it at a width; 0 is for none."""
        self._wanted = width
        if self._fitting:
            super().wrap(width, tab_width)
        else:
            self._width = 0
            self._offset_to_line_info = []
            self._follow()

    def wrap_range(self, start: Location, old_end: Location, new_end: Location) -> None:
        """Wrap what an edit has changed."""
        if self._width != self._fitting:
            self.wrap(self._wanted)
        elif self._width:
            super().wrap_range(start, old_end, new_end)
        else:
            self._follow()

    @property
    def _fitting(self) -> int:
        return 0 if self._long.is_long else self._wanted

    def _follow(self) -> None:
        """Have as many rows as there are lines."""
        rows, count = self._offset_to_line_info, self._long.line_count
        del rows[count:]
        rows.extend((line, 0) for line in range(len(rows), count))

    @property
    def height(self) -> int:
        """How many rows there are."""
        return len(self._offset_to_line_info)

    def get_offsets(self, line_index: int) -> list[int]:
        """Where a line is wrapped."""
        return super().get_offsets(line_index) if self._width else []

    def get_sections(self, line_index: int) -> list[str]:
        """A line's rows, as far as they are painted."""
        if self._width:
            return super().get_sections(line_index)
        return [self._long.get_line(line_index)[:PAINTED]]

    def get_tab_widths(self, line_index: int) -> list[int]:
        """How wide the tabs of a wrapped line are."""
        return super().get_tab_widths(line_index) if self._width else []

    def location_to_offset(self, location: Location) -> Offset:
        """Where a place is painted; what is not painted is at the end of what is."""
        if self._width:
            return super().location_to_offset(location)
        row, column = location
        return Offset(_cells(self._long.get_line(row)[: min(column, PAINTED)]), row)

    def offset_to_location(self, offset: Offset) -> Location:
        """What place is painted there."""
        if self._width:
            return super().offset_to_location(offset)
        row = clamp(offset.y, 0, self._long.line_count - 1)
        return row, self.get_target_document_column(row, max(0, offset.x), 0)

    def columns(self, row: int, left: int, right: int) -> tuple[int, int]:
        """Which columns of its line a row shows between two cells, or a few more."""
        line, section = self._offset_to_line_info[row]
        if self._width:
            cuts = [0, *self.get_offsets(line), len(self._long.get_line(line))]
            return cuts[section], cuts[section + 1]
        text = self._long.get_line(line)
        is_even = text.isascii() and "\t" not in text[:PAINTED]
        return (left, right) if is_even else (0, PAINTED)


def _newline_of(text: str) -> Literal["\r\n", "\n"]:
    """What ends the lines of a text: all of them alike."""
    return "\r\n" if "\r\n" in text else "\n"


def _lines(text: str) -> list[str]:
    """The lines, split only where JSON has a line's end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _cells(text: str) -> int:
    if text.isascii() and "\t" not in text:
        return len(text)
    return cell_len(masked(text).expandtabs(TAB))


def _painted_cells(line: str) -> int:
    return _cells(line) if len(line) <= PAINTED else _cells(line[:PAINTED]) + 1
