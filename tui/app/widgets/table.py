"""The table of invocations: a line-API widget over ordered keys. Repaints only what changed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from tui.app.bindings import bindings
from tui.app.text import glyph, gutter
from tui.app.widgets.row_table import RowTable
from tui.model.actions import ACROSS, MARK
from tui.model.board import Changes, Rows
from tui.model.clock import Clock
from tui.model.columns import COLUMNS, Column, Layout
from tui.model.invocation import Invocation, Key, Status
from tui.model.telling_apart import told_apart
from tui.model.text import fit, printable
from tui.model.view import Listing, View

_STATUS_CLASS = {
    Status.IN_PROGRESS: "invocation-table--pending",
    Status.PENDING: "invocation-table--pending",
    Status.OVERDUE: "invocation-table--overdue",
    Status.COMPLETED: "invocation-table--completed",
    Status.FAILED: "invocation-table--failed",
    Status.UNKNOWN: "invocation-table--unknown",
    Status.QUEUED: "invocation-table--queued",
}

_PARTIAL_CLASS = "invocation-table--partial"

SIDEWAYS = 10
"""Cells that one key press scrolls to the left or the right."""

_Look = tuple[Invocation, bool, bool, bool, tuple[str, ...]]
"""What a line depends on: its row, whether it has the cursor, a mark, old news, and its ages."""


class InvocationTable(RowTable):
    """Shows the rows of a listing.

    The cursor stands on a key, not on a line: it stays with its invocation whatever changes, and
    comes back to it when a filter that hid it is lifted. The marks are keys, too.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "invocation-table--header",
        "invocation-table--cursor",
        "invocation-table--muted",
        "invocation-table--queued",
        "invocation-table--stale",
        _PARTIAL_CLASS,
        *_STATUS_CLASS.values(),
    }
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACROSS, MARK)

    @dataclass
    class InvocationHighlighted(Message):
        """The cursor is on another invocation; ``key`` is None in an empty table."""

        key: Key | None

    @dataclass
    class InvocationChosen(Message):
        """An invocation was clicked while the cursor was on it."""

        key: Key

    @dataclass
    class InvocationsMarked(Message):
        """Other rows are marked now."""

        keys: frozenset[Key]

    @dataclass
    class ColumnChosen(Message):
        """A heading was clicked; ``id`` is its column's."""

        id: str

    def __init__(
        self,
        board: Rows,
        layout: Layout,
        clock: Clock,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self.listing = Listing(board, View(sort=layout.sort, is_descending=layout.is_descending))
        self.cursor: Key | None = self.listing[0] if self.listing else None
        self.marked: frozenset[Key] = frozenset()
        self._board = board
        self._layout = layout
        self._columns: list[tuple[Column, int]] = []
        self._plain: Style | None = None
        self._clock = clock
        self._stale: frozenset[str] = frozenset()
        self._wanted: Key | None = None
        self._last_marked: Key | None = None
        self._painted: dict[int, tuple[_Look, Strip]] = {}  # by the line on the screen

    @property
    def row_count(self) -> int:
        """How many rows there are, seen or not."""
        return len(self.listing)

    # What it shows ---------------------------------------------------------------------------

    def show(self, view: View) -> None:
        """Show the board in another way; from its top where the cursor's row is not in it."""
        before = self.listing.view
        is_other = (view.filter, view.tab) != (before.filter, before.tab)
        self._change(lambda: self.listing.show(view), is_from_top=is_other)
        if (view.sort, view.is_descending) != (before.sort, before.is_descending):
            self.refresh()

    def follow(self, changes: Changes) -> None:
        """Take in what changed on the board; what is on the screen stays in its place."""
        renamed = changes.renamed
        if renamed or changes.removed:
            self._wanted = renamed.get(self._wanted or "", self._wanted)
            self._last_marked = renamed.get(self._last_marked or "", self._last_marked)
            self._mark(frozenset(renamed.get(key, key) for key in self.marked) - changes.removed)
        self._change(lambda: self.listing.follow(changes), renamed.get(self.cursor or ""))
        self.repaint(changes.updated)

    def show_anew(self) -> None:
        """Show what the board has now: other contexts are open; marks on rows that went go."""
        self._painted.clear()
        self._mark(frozenset(key for key in self.marked if self._board.get(key)))
        self._change(lambda: self.listing.show(self.listing.view))

    def mark_stale(self, contexts: frozenset[str], *, is_all: bool) -> None:
        """Mute the rows of contexts of which there is no news; the whole table for all of them."""
        self.set_class(is_all, "-stale")
        stale = frozenset() if is_all else contexts
        if stale != self._stale:
            self._stale = stale
            self.refresh()

    def lay_out(self, layout: Layout) -> None:
        """Show other columns."""
        if layout != self._layout:
            self._layout = layout
            self._measure()
            self.refresh()

    def _change(
        self, change: Callable[[], None], renamed: Key | None = None, *, is_from_top: bool = False
    ) -> None:
        """Change the listing under the cursor and the screen, and keep both where they are.

        The cursor's row stays in its place or, where it is out of sight, the first row that is
        still there. At the very top, new rows push the others down.

        Args:
            change: What changes the listing.
            renamed: The cursor's key from now on, if it has another.
            is_from_top: Whether a cursor whose row is gone goes to the top, not to the next row.
        """
        line, shown, top = self.listing.line(self.cursor) or 0, self._shown(), self.scroll_offset.y
        is_cursor_seen = self.cursor is None or self.cursor in shown
        change()
        cursor = renamed or self.cursor
        if self._wanted in self.listing:
            cursor = self._wanted
        elif cursor not in self.listing:
            following = 0 if is_from_top else min(line, len(self.listing) - 1)
            cursor = self.listing[following] if self.listing else None
            is_cursor_seen |= is_from_top
        self._measure()
        now_line = self.listing.line(cursor) or 0
        moved = now_line - line
        if not is_cursor_seen:
            kept = (y for y, key in enumerate(shown) if key in self.listing)
            y = next(kept, 0)
            held = self.listing.line(shown[y]) if shown else None
            moved = (top + y if held is None else held) - (top + y)
        if top and moved:
            self.scroll_to(y=top + moved, animate=False, force=True)
        if is_cursor_seen:
            self.reveal(now_line)
        self._set_cursor(cursor)
        now_shown = self._shown()
        if len(now_shown) != len(shown):
            self.refresh()
        for y, (old, new) in enumerate(zip(shown, now_shown, strict=False), 1):
            if old != new:
                self.refresh(Region(0, y, self.size.width, 1))

    def repaint(self, keys: Collection[Key]) -> None:
        """Repaint the lines of these keys, where they are on the screen."""
        for y, key in enumerate(self._shown(), 1):
            if key in keys:
                self.refresh(Region(0, y, self.size.width, 1))

    def repaint_ages(self) -> None:
        """Repaint the lines whose relative times read differently now."""
        now = self._clock()
        for y, key in enumerate(self._shown(), 1):
            row = self._board.get(key)
            look, _ = self._painted.get(y, (None, None))
            if row and (look is None or look[-1] != self._relative(row, now)):
                self.refresh(Region(0, y, self.size.width, 1))

    def move_to(self, key: Key) -> None:
        """Put the cursor on a key and bring its line into sight."""
        line = self.listing.line(key)
        if line is not None:
            self._wanted = key
            self._set_cursor(key)
            self.reveal(line)

    def _shown(self) -> list[Key]:
        """The keys on the screen, from the top."""
        top = self.scroll_offset.y
        return self.listing[top : top + max(0, self.size.height - 1)]

    def _measure(self) -> None:
        room = self.scrollable_content_region.width
        shown = [COLUMNS[place.id] for place in self._layout.columns]
        columns = list(zip(shown, self._layout.cells(room), strict=True))
        width = max(room, sum(cells + 1 for _, cells in columns))
        if columns != self._columns or width != self.virtual_size.width:
            self._columns = columns
            self._painted.clear()
        self.take_room(Size(width, len(self.listing) + 1))

    # Painting --------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the heading, a row, or the words of an empty table."""
        if y == 0:
            return self._cropped(self._heading())
        line = self.scroll_offset.y + y - 1
        if not self.listing:
            return self._empty_line(y)
        row = self._board.get(self.listing[line]) if line < len(self.listing) else None
        if row is None:
            return Strip.blank(self.size.width, self._style)
        is_cursor, is_marked = row.key == self.cursor, row.key in self.marked
        is_stale = row.context in self._stale
        look = (row, is_cursor, is_marked, is_stale, self._relative(row, self._clock()))
        before, strip = self._painted.get(y, (None, None))
        if strip is None or look != before:  # all is asked for when the number of rows changes
            strip = self._row(row)
            self._painted[y] = look, strip
        return self._cropped(strip)

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._measure()
        line = self.listing.line(self.cursor)
        if line is not None:
            self.reveal(line)

    def notify_style_update(self) -> None:
        """Forget what the old styles came to."""
        self._plain = None
        self._painted.clear()
        super().notify_style_update()

    @property
    def _style(self) -> Style:
        """The widget's own style, kept: Textual works it out anew each time it is asked."""
        if self._plain is None:
            self._plain = self.rich_style
        return self._plain

    def _cropped(self, strip: Strip) -> Strip:
        left, room = self.scroll_offset.x, self.size.width
        if left == 0 and strip.cell_length == room:
            return strip
        return strip.crop(left, left + room).adjust_cell_length(room, self._style)

    def _heading(self) -> Strip:
        style = self.get_component_rich_style("invocation-table--header")
        view, cells = self.listing.view, []
        for column, size in self._columns:
            mark = ("▼" if view.is_descending else "▲") if column.id == view.sort else ""
            cells.append(fit(column.title + mark, size))
        text = " " + " ".join(cells)
        return Strip([Segment(text, style)]).adjust_cell_length(self.virtual_size.width, style)

    def _empty_line(self, y: int) -> Strip:
        style = self._style + self.get_component_rich_style("invocation-table--muted")
        return Strip([Segment(self.words_at(y), style)]).adjust_cell_length(self.size.width, style)

    def _row(self, row: Invocation) -> Strip:
        now, is_cursor = self._clock(), row.key == self.cursor
        style = self._style
        if is_cursor:
            style += self.get_component_rich_style("invocation-table--cursor")
        if row.context in self._stale:
            style += self.get_component_rich_style("invocation-table--stale", partial=True)
        plain, segments = gutter(is_cursor, row.key in self.marked), []
        for column, size in self._columns:
            text = printable(column.text(row, now))
            if column.id == "context":
                text = told_apart(text, self._board.labels, size)
            if column.id == "status":
                is_partial = row.parts is not None
                look = _PARTIAL_CLASS if is_partial else _STATUS_CLASS[row.status]
                coloured = self.get_component_rich_style(look, partial=True)
                sign = glyph(row.status, is_partial=is_partial)
                status = Segment(fit(f"{sign} {text}", size), style + coloured)
                segments += [Segment(plain, style), status]
                plain = " "
            else:
                plain += f"{fit(text, size)} "
        segments.append(Segment(plain, style))
        return Strip(segments).adjust_cell_length(self.virtual_size.width, style)

    def _relative(self, row: Invocation, now: datetime) -> tuple[str, ...]:
        return tuple(column.text(row, now) for column, _ in self._columns if column.is_relative)

    # Moving ----------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Move the cursor; open the row it is on; mark with ctrl; sort by a heading."""
        if event.y == 0:
            self._click_heading(event.x + self.scroll_offset.x)
            return
        shown = self._shown()
        if event.y > len(shown):
            return
        key = shown[event.y - 1]
        if event.ctrl:
            self._mark(self.marked ^ {key})
        elif key == self.cursor:
            self.post_message(self.InvocationChosen(key))
        self.move_to(key)

    def _click_heading(self, x: int) -> None:
        right = 1
        for column, size in self._columns:
            right += size + 1
            if x < right:
                self.post_message(self.ColumnChosen(column.id))
                return

    def action_scroll_sideways(self, steps: int) -> None:
        """Show the columns further left or right."""
        self.scroll_to(x=self.scroll_offset.x + steps * SIDEWAYS, animate=False, force=True)

    def move_by(self, lines: int) -> None:
        """Move the cursor so many lines down, or up, as far as there are rows."""
        if self.listing:
            line = (self.listing.line(self.cursor) or 0) + lines
            self.move_to(self.listing[max(0, min(line, len(self.listing) - 1))])

    def _set_cursor(self, key: Key | None) -> None:
        if key == self.cursor:
            return
        left, self.cursor = self.cursor, key
        self.repaint({left, key} - {None})  # type: ignore[arg-type]
        self.post_message(self.InvocationHighlighted(key))

    # Marking ---------------------------------------------------------------------------------

    def action_mark(self, by: int = 1) -> None:
        """Mark the row under the cursor, or take its mark away, and go on to the next one."""
        if self.cursor is not None:
            self._last_marked = self.cursor
            self._mark(self.marked ^ {self.cursor})
            self.move_by(by)

    def action_mark_range(self) -> None:
        """Mark every row from the last marked one to the cursor."""
        here, start = self.listing.line(self.cursor), self.listing.line(self._last_marked)
        if here is not None:
            first, last = sorted((here, here if start is None else start))
            self._last_marked = self.cursor
            self._mark(self.marked | frozenset(self.listing[first : last + 1]))

    def action_mark_all(self) -> None:
        """Mark every row that is shown; once they all are, none."""
        shown = frozenset(self.listing)
        self._mark(self.marked - shown if shown <= self.marked else self.marked | shown)

    def action_unmark(self) -> None:
        """Take every mark away."""
        self._mark(frozenset())

    def _mark(self, keys: frozenset[Key]) -> None:
        if keys == self.marked:
            return
        changed, self.marked = keys ^ self.marked, keys
        self.repaint(changed)
        self.post_message(self.InvocationsMarked(keys))
