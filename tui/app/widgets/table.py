"""The table of invocations: a line-API widget over ordered keys. Repaints only what changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.app.bindings import MOVE, bindings
from tui.app.text import glyph
from tui.model.board import Board
from tui.model.clock import Clock
from tui.model.invocation import Invocation, Key, Status
from tui.model.text import fit, printable
from tui.model.view import COLUMNS, View

_STATUS_CLASS = {
    Status.IN_PROGRESS: "invocation-table--pending",
    Status.COMPLETED: "invocation-table--completed",
    Status.FAILED: "invocation-table--failed",
    Status.UNKNOWN: "invocation-table--unknown",
}


_SMALL = ("status", "id", "submitted")
"""What a very narrow table still shows; the detail has the rest."""


def column_widths(width: int) -> list[int]:
    """Cells for each of ``COLUMNS`` in a table of ``width`` cells; the last takes the rest."""
    widths = [column.width for column in COLUMNS]
    target = next(index for index, column in enumerate(COLUMNS) if column.id == "target")
    if width < 60:
        widths = [column.width if column.id in _SMALL else 0 for column in COLUMNS]
    elif width < 100:
        widths[target] = 20
    elif width >= 120:
        widths[target] = 40
    widths[-1] = 0
    widths[-1] = max(0, width - sum(widths) - len(widths))
    return widths


class InvocationTable(ScrollView, can_focus=True):
    """Shows the rows of the board whose keys it is given, in that order.

    The cursor stands on a key, not on a line: it stays with its invocation whatever changes, and
    comes back to it when a filter that hid it is lifted.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "invocation-table--header",
        "invocation-table--cursor",
        "invocation-table--muted",
        *_STATUS_CLASS.values(),
    }
    BINDINGS: ClassVar[list[BindingType]] = bindings(MOVE)

    placeholder: reactive[str] = reactive("")
    """What an empty table says."""

    @dataclass
    class InvocationHighlighted(Message):
        """The cursor is on another invocation; ``key`` is None in an empty table."""

        key: Key | None

    @dataclass
    class InvocationChosen(Message):
        """An invocation was clicked while the cursor was on it."""

        key: Key

    def __init__(self, board: Board, clock: Clock, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._board = board
        self._clock = clock
        self._keys: Sequence[Key] = ()
        self._lines: Mapping[Key, int] = {}
        self._painted: dict[Key, tuple[str, ...]] = {}
        self._sort = View()
        self._wanted: Key | None = None
        self.cursor: Key | None = None

    @property
    def _width(self) -> int:
        """Cells of a line, without the scroll bar."""
        return self.scrollable_content_region.width

    @property
    def keys(self) -> Sequence[Key]:
        """The keys shown, in order."""
        return self._keys

    def show(
        self, keys: Sequence[Key], view: View, renamed: Mapping[Key, Key] | None = None
    ) -> None:
        """Show these keys in this order; the cursor and what is on the screen stay in place.

        Args:
            keys: All keys to show.
            view: What chose them, for the heading's sort mark.
            renamed: Keys that became others since the last time.
        """
        self._wanted = (renamed or {}).get(self._wanted or "", self._wanted)
        cursor = (renamed or {}).get(self.cursor or "", self.cursor)
        old_line = self._lines.get(self.cursor or "", 0)
        is_same = keys == self._keys and view == self._sort
        self._keys, self._sort = keys, view
        self._lines = {key: line for line, key in enumerate(keys)}
        if self._wanted in self._lines:
            cursor = self._wanted
        elif cursor not in self._lines:
            cursor = keys[min(old_line, len(keys) - 1)] if keys else None
        moved = self._lines.get(cursor or "", 0) - old_line
        self._set_cursor(cursor)
        if is_same:
            return
        self.virtual_size = Size(self._width, len(keys) + 1)
        if self.scroll_offset.y and moved:
            self.scroll_to(y=self.scroll_offset.y + moved, animate=False, force=True)
        self.refresh()

    def repaint(self, keys: Collection[Key]) -> None:
        """Repaint the lines of these keys, where they are on the screen."""
        top, height = self.scroll_offset.y, self.size.height - 1
        for key in keys:
            line = self._lines.get(key)
            if line is not None and top <= line < top + height:
                self.refresh(Region(0, line - top + 1, self.size.width, 1))

    def repaint_ages(self) -> None:
        """Repaint the lines whose relative times read differently now."""
        now, top = self._clock(), self.scroll_offset.y
        visible = self._keys[top : top + self.size.height]
        stale = [
            key
            for key in visible
            if key in self._board
            and self._relative(self._board[key], now) != self._painted.get(key)
        ]
        self.repaint(stale)

    def move_to(self, key: Key) -> None:
        """Put the cursor on a key and bring its line into sight."""
        if key in self._lines:
            self._wanted = key
            self._set_cursor(key)
            self._reveal(self._lines[key])

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the heading, a row, or the words of an empty table."""
        width = self._width
        if y == 0:
            return self._heading(width)
        line = self.scroll_offset.y + y - 1
        if not self._keys:
            return self._empty_line(y, width)
        if line >= len(self._keys):
            return Strip.blank(width, self.rich_style)
        row = self._board.get(self._keys[line])
        return self._row(row, width) if row else Strip.blank(width, self.rich_style)

    def watch_placeholder(self) -> None:
        """Say the new words, if the table is empty."""
        if not self._keys:
            self.refresh()

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.virtual_size = Size(self._width, len(self._keys) + 1)
        if self.cursor and self.cursor in self._lines:
            self._reveal(self._lines[self.cursor])

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row; a click on the cursor's row opens it."""
        line = self.scroll_offset.y + event.y - 1
        if event.y < 1 or line >= len(self._keys):
            return
        key = self._keys[line]
        if key == self.cursor:
            self.post_message(self.InvocationChosen(key))
        self.move_to(key)

    def action_cursor_up(self) -> None:
        """One row up."""
        self._move(-1)

    def action_cursor_down(self) -> None:
        """One row down."""
        self._move(1)

    def action_page_up(self) -> None:
        """One page up."""
        self._move(-max(1, self.size.height - 2))

    def action_page_down(self) -> None:
        """One page down."""
        self._move(max(1, self.size.height - 2))

    def action_first(self) -> None:
        """To the first row."""
        self._move(-len(self._keys))

    def action_last(self) -> None:
        """To the last row."""
        self._move(len(self._keys))

    def _move(self, by: int) -> None:
        if self._keys:
            line = self._lines.get(self.cursor or "", 0) + by
            self.move_to(self._keys[max(0, min(line, len(self._keys) - 1))])

    def _set_cursor(self, key: Key | None) -> None:
        if key == self.cursor:
            return
        left = [self.cursor] if self.cursor else []
        self.cursor = key
        self.repaint([*left, *([key] if key else [])])
        self.post_message(self.InvocationHighlighted(key))

    def _reveal(self, line: int) -> None:
        top, height = self.scroll_offset.y, max(1, self.size.height - 1)
        if not top <= line < top + height:
            wanted = line if line < top else line - height + 1
            self.scroll_to(y=wanted, animate=False, force=True)

    def _heading(self, width: int) -> Strip:
        style = self.get_component_rich_style("invocation-table--header")
        cells = []
        for column, size in zip(COLUMNS, column_widths(width), strict=True):
            mark = (
                ("▼" if self._sort.is_descending else "▲") if column.id == self._sort.sort else ""
            )
            cells.append(fit(column.title + mark, size))
        return _line([Segment(" " + " ".join(cells), style)], width, style)

    def _empty_line(self, y: int, width: int) -> Strip:
        words = self.placeholder.split("\n")
        style = self.rich_style + self.get_component_rich_style("invocation-table--muted")
        text = f"  {words[y - 2]}" if 0 <= y - 2 < len(words) else ""
        return _line([Segment(text, style)], width, style)

    def _row(self, row: Invocation, width: int) -> Strip:
        now = self._clock()
        self._painted[row.key] = self._relative(row, now)
        is_cursor = row.key == self.cursor
        style = self.rich_style
        if is_cursor:
            style += self.get_component_rich_style("invocation-table--cursor")
        coloured = style + self.get_component_rich_style(_STATUS_CLASS[row.status], partial=True)
        widths = column_widths(width)
        texts = [printable(column.text(row, now)) for column in COLUMNS]
        texts[0] = f"{glyph(row.status)} {texts[0]}"
        head, *rest = map(fit, texts, widths)
        return _line(
            [
                Segment("▸" if is_cursor else " ", style),
                Segment(head, coloured),
                Segment(" " + " ".join(rest), style),
            ],
            width,
            style,
        )

    @staticmethod
    def _relative(row: Invocation, now: datetime) -> tuple[str, ...]:
        return tuple(column.text(row, now) for column in COLUMNS if column.is_relative)


def _line(segments: list[Segment], width: int, style: Style) -> Strip:
    return Strip(segments).adjust_cell_length(width, style)
