"""A text to read, of any size: rows with a cursor, that fold, and in which words are found.

Laid out off the event loop; only the rows that are seen are painted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence, Set
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events, work
from textual.binding import BindingType
from textual.geometry import Size, clamp
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip

from tui.app.bindings import bindings
from tui.app.hearing import Hears
from tui.app.widgets import margin
from tui.app.widgets.row_table import RowTable
from tui.app.widgets.row_text import LOOKS, add_note, row_text
from tui.model import searching
from tui.model.actions import LINES
from tui.model.hidden import Hidden
from tui.model.searching import Match
from tui.model.sheet import LONG_ROWS, Sheet, laid_out

SIDEWAYS = 10
"""Cells that one key press scrolls to the left or the right."""


class LineView(Hears, RowTable):
    """Shows a text.

    Attributes:
        sheet: What it shows, laid out.
        cursor: Where the row comes that the keys are for, among those that no fold hides.
    """

    HEADING = 0
    HELP_HEADING = "A preview"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-view--cursor",
        *LOOKS,
    }
    BINDINGS: ClassVar[list[BindingType]] = bindings(LINES)

    class EndWanted(Message):
        """The last row is wanted, also of what is not here yet."""

    class BeginningWanted(Message):
        """The first row is wanted, also of what is not here any more."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.sheet = Sheet("")
        self.cursor = 0
        self.has_numbers = False
        self.wraps = True
        self.words = ""
        self.found: Sequence[Match] = ()
        self._asked = ("", True, False)
        self._is_other = True
        self._folds: Set[int] = frozenset()
        self._hidden = Hidden(1)
        self._plain: Style | None = None

    @property
    def row_count(self) -> int:
        """How many rows there are that no fold hides."""
        return self._hidden.seen

    @property
    def row(self) -> int:
        """The row under the cursor, counted among all."""
        return self._hidden.row(self.cursor)

    @property
    def line(self) -> int:
        """The line under the cursor."""
        return self.sheet.line_of(self.row)

    # What it shows ---------------------------------------------------------------------------

    def show_nothing(self) -> None:
        """Be empty, until there is a text."""
        self._asked, self._is_other = ("", True, False), True
        self._put(Sheet(""), frozenset(), Hidden(1))

    async def show_text(
        self, text: str, *, wraps: bool, is_outlined: bool = False, stays: bool = False
    ) -> None:
        """Show a text, unless another one is asked for meanwhile.

        Args:
            text: Anything.
            wraps: Whether lines that are too long go on in the next row.
            is_outlined: Whether it is JSON, or records, with a line for each member.
            stays: Whether cursor, folds and wrapping stay, for there is only more of the text.
        """
        if not stays:
            self.wraps, self._is_other = wraps, True
        await self._lay_out((text, self.wraps, is_outlined))

    async def _lay_out(self, asked: tuple[str, bool, bool]) -> None:
        before, self._asked = self._asked, asked
        text, wraps, is_outlined = asked
        width = self._room(text) if wraps else 0
        folds = None if self._is_other else self._folds
        try:
            made = await asyncio.to_thread(laid_out, text, width, is_outlined, folds)
        except asyncio.CancelledError:
            if self._asked is asked:
                self._asked = before  # what stands there goes on being what is laid out anew
            raise
        if self._asked is asked:
            self._put(*made)
            if self.words:
                await self.find(self.words)

    def _put(self, sheet: Sheet, folds: Set[int], hidden: Hidden) -> None:
        line, above = self.line, self.cursor - self.scroll_offset.y
        self.sheet, self.found = sheet, ()
        if self._is_other:
            self._is_other, line, above = False, 0, 0
        self._hide(folds, hidden, sheet.row_of(min(line, len(sheet.lines) - 1)))
        self._measure()
        self.scroll_to(x=0, y=max(0, self.cursor - above), animate=False, force=True)

    def _fold(self, folds: Set[int], row: int) -> None:
        """Fold other lines; the cursor goes to a row, or to what hides it."""
        self._hide(folds, self.sheet.hidden_by(folds), row)

    def _hide(self, folds: Set[int], hidden: Hidden, row: int) -> None:
        self._folds, self._hidden = folds, hidden
        self.cursor = hidden.place(row)
        self.virtual_size = Size(self.virtual_size.width, hidden.seen)
        self.reveal(self.cursor)
        self.refresh()

    def _measure(self) -> None:
        room = self.scrollable_content_region.width
        widest = 0 if self.sheet.width else self.sheet.widest + self._margin
        self.virtual_size = Size(max(room, widest), self.row_count)

    def _room(self, text: str) -> int:
        """Cells of a row beside the margin."""
        lines = text.count("\n") + 1 if self.has_numbers else 0
        beside = margin.cells(lines, is_numbered=self.has_numbers)
        return max(20, self.scrollable_content_region.width - beside)

    @property
    def _margin(self) -> int:
        return margin.cells(len(self.sheet.lines), is_numbered=self.has_numbers)

    def on_resize(self) -> None:
        """Fold long lines anew for another width, and keep the cursor in sight."""
        text, wraps, _ = self._asked
        if wraps and text and self._room(text) != self.sheet.width:
            self._again()
        else:
            self._measure()
            self.reveal(self.cursor)

    @work(exclusive=True, group="lay out", exit_on_error=False)
    async def _again(self) -> None:
        text, _, is_outlined = self._asked
        await self._lay_out((text, self.wraps, is_outlined))

    def action_numbers(self) -> None:
        """Show the numbers of the lines, or hide them."""
        self.has_numbers = not self.has_numbers
        self._again()

    def action_wrap(self) -> None:
        """Let long lines go on in the next row, or be cut."""
        self.wraps = not self.wraps
        self._again()

    # Folding ---------------------------------------------------------------------------------

    @property
    def path(self) -> str:
        """The JMESPath expression for what is under the cursor; empty in other than JSON."""
        return self.sheet.outline.path(self.line) if self.sheet.outline else ""

    @property
    def value(self) -> str:
        """What is under the cursor: a JSON value as it is written, or the line."""
        return self.sheet.value(self.line)

    @property
    def text(self) -> str:
        """What it shows, or is about to."""
        return self._asked[0]

    def action_fold(self) -> None:
        """Fold what is under the cursor, or what it is in; unfold what is folded."""
        line = self._foldable(self.line)
        if line >= 0:
            self._fold(self._folds ^ {line}, self.sheet.row_of(line))
        else:
            self.notify("nothing folds here", markup=False)

    def action_left(self) -> None:
        """Fold the block under the cursor, or go to what it is in; elsewhere, scroll."""
        line, outline = self.line, self.sheet.outline
        if outline is None or not self.sheet.width:
            self._scroll(-SIDEWAYS)
        elif self.sheet.folded_rows(line) and line not in self._folds:
            self._fold(self._folds | {line}, self.sheet.row_of(line))
        elif outline.parent(line) >= 0:
            self.go_to(self.sheet.row_of(outline.parent(line)))

    def action_right(self) -> None:
        """Unfold the block under the cursor, or go into it; elsewhere, scroll."""
        line = self.line
        if self.sheet.outline is None or not self.sheet.width:
            self._scroll(SIDEWAYS)
        elif line in self._folds:
            self._fold(self._folds - {line}, self.row)
        elif self.sheet.folded_rows(line):
            self.move_by(1)

    @work(exclusive=True, group="fold", exit_on_error=False)
    async def action_fold_all(self, is_folded: bool) -> None:
        """Fold every block but the outermost, or unfold all."""
        sheet = self.sheet
        folds: Set[int] = frozenset()
        if is_folded:
            folds = await asyncio.to_thread(sheet.foldable, LONG_ROWS)
        hidden = await asyncio.to_thread(sheet.hidden_by, folds)
        if self.sheet is sheet:
            self._hide(folds, hidden, self.row)

    def _foldable(self, line: int) -> int:
        """The line to fold for a line: itself, what it ends, or what it is in; -1 for none."""
        outline = self.sheet.outline
        if outline:
            line = outline.start(line)
        if self.sheet.folded_rows(line):
            return line
        return outline.parent(line) if outline else -1

    def _scroll(self, cells: int) -> None:
        self.scroll_to(x=self.scroll_offset.x + cells, animate=False, force=True)

    # Finding ---------------------------------------------------------------------------------

    async def find(self, words: str) -> None:
        """Mark where the words stand; none are marked for no words."""
        self.words = words
        sheet = self.sheet
        found = await asyncio.to_thread(searching.matches, sheet.rows, words) if words else ()
        if self.words == words and self.sheet is sheet:
            self.found = found
            self.refresh()

    def go_on(self, by: int, *, is_here_too: bool = False) -> int:
        """Go to the next match, or the one before; behind the last comes the first.

        Args:
            by: 1 or -1.
            is_here_too: Whether a match in the row of the cursor will do.

        Returns:
            Its number, from 1; 0 where there is none.
        """
        if not self.found:
            return 0
        at = searching.nearest(self.found, self.row, by, is_there_too=is_here_too)
        self.go_to(self.found[at].row)
        return at + 1

    def go_to(self, row: int) -> None:
        """Put the cursor on a row; what hides it is unfolded."""
        line = self.sheet.line_of(row)
        hiding = {line} if not self.sheet.is_first(row) else set[int]()
        while self.sheet.outline and (line := self.sheet.outline.parent(line)) >= 0:
            hiding.add(line)
        if self._folds & hiding:
            self._fold(self._folds - hiding, row)
        self.move_by(self._hidden.place(row) - self.cursor)
        if not self.sheet.width:
            self._reveal_match(row)

    def _reveal_match(self, row: int) -> None:
        """Scroll sideways to the first match in a row that is not folded to the width."""
        start = next((match.start for match in self.found if match.row == row), 0)
        left, room = self.scroll_offset.x, self.scrollable_content_region.width
        if not left <= start < left + room - SIDEWAYS:
            self.scroll_to(x=max(0, start - SIDEWAYS), animate=False, force=True)

    # Moving ----------------------------------------------------------------------------------

    def move_by(self, lines: int) -> None:
        """Move the cursor so many rows down, or up, as far as there are rows."""
        before, self.cursor = self.cursor, clamp(self.cursor + lines, 0, self.row_count - 1)
        self.reveal(self.cursor)
        for at in {before, self.cursor}:
            self.refresh_line(at - self.scroll_offset.y)

    def action_page_up(self) -> None:
        """One page up; the cursor keeps its place on the screen."""
        self._turn(-self._page)

    def action_page_down(self) -> None:
        """One page down; the cursor keeps its place on the screen."""
        self._turn(self._page)

    def _turn(self, rows: int) -> None:
        self.scroll_to(y=self.scroll_offset.y + rows, animate=False, force=True)
        self.move_by(rows)

    def action_first(self) -> None:
        """To the first row."""
        super().action_first()
        self.post_message(self.BeginningWanted())

    def action_last(self) -> None:
        """To the last row."""
        super().action_last()
        self.post_message(self.EndWanted())

    def on_click(self, event: events.Click) -> None:
        """Move the cursor; fold or unfold where its mark is clicked."""
        at = self.scroll_offset.y + event.y
        if at < self.row_count:
            self.move_by(at - self.cursor)
            if event.x < self._margin:
                self.action_fold()

    # Painting --------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """A row: the mark of a fold, a number, and as much of the text as has room."""
        at, (left, top), room = self.scroll_offset.y + y, self.scroll_offset, self.size.width
        style = self._style
        if at >= self.row_count or not self.sheet.text:
            return Strip.blank(room, style)
        if self.has_focus and at == self.cursor:
            style += self.get_component_rich_style("line-view--cursor")
        row = self._hidden.row(at)
        beside = margin.text(self.sheet, row, self._folds, is_numbered=self.has_numbers)
        text = row_text(self.sheet, row, self.words, self._look, range(left // 2, left + room))
        if self.sheet.line_of(row) in self._folds and self.sheet.is_first(row):
            add_note(text, self.sheet, row, self._look)
        if span := self.text_selection.get_span(top + y) if self.text_selection else None:
            start, end = span
            text.stylize(
                self.screen.get_component_rich_style("screen--selection"), start, max(end, -1)
            )
        muted = style + self.get_component_rich_style("line-view--muted", partial=True)
        width = room - len(beside)
        strip = Strip(text.render(self.app.console), None)
        strip = strip.crop_extend(left, left + width, Style()).apply_style(style)
        return Strip([Segment(beside, muted), *strip.apply_offsets(left, top + y)], room)

    @property
    def _style(self) -> Style:
        """The widget's own style, kept: Textual works it out anew each time it is asked."""
        if self._plain is None:
            self._plain = self.rich_style
        return self._plain

    def notify_style_update(self) -> None:
        """Forget what the old styles came to."""
        self._plain = None
        super().notify_style_update()

    def _look(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """What is marked with the mouse."""
        return selection.extract(
            "\n".join(self.sheet.rows[self._hidden.row(at)] for at in range(self.row_count))
        ), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Paint the selection."""
        self.refresh()
