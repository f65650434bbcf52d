"""One-line rows, under a heading that stays if they have one: keys, and keeping a row in sight.

What the rows are, where the cursor stands and how both are painted, each table knows itself.
"""

from __future__ import annotations

from textwrap import wrap
from typing import ClassVar

from textual.binding import BindingType
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView

from tui.app.bindings import bindings
from tui.model.actions import MOVE


class RowTable(ScrollView, can_focus=True):
    """Moves a cursor over rows, and scrolls with it."""

    DEFAULT_CSS = """
    RowTable {
        overflow-x: hidden;
        scrollbar-size: 1 1;
        scrollbar-gutter: stable;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings(MOVE)
    HEADING: ClassVar[int] = 1
    """Lines of the screen above the first row."""

    placeholder: reactive[str] = reactive("")
    """What an empty table says."""

    @property
    def row_count(self) -> int:
        """How many rows there are, seen or not."""
        raise NotImplementedError

    def move_by(self, lines: int) -> None:
        """Move the cursor so many lines down, or up, as far as there are rows."""
        raise NotImplementedError

    def reveal(self, line: int) -> None:
        """Scroll just as far as brings a row's line into sight."""
        top, height = self.scroll_offset.y, max(1, self.size.height - self.HEADING)
        if not top <= line < top + height:
            wanted = line if line < top else line - height + 1
            self.scroll_to(y=wanted, animate=False, force=True)

    def take_room(self, size: Size) -> None:
        """Have another size to scroll over; what is out of sight moves no other widget."""
        before, seen = self.virtual_size, self.scrollable_content_region.height
        is_longer = min(before.height, size.height) > seen
        if size.width == before.width and is_longer and self.show_vertical_scrollbar:
            # Only its thumb moves: laid out anew, all of the screen would be painted again.
            self.set_reactive(RowTable.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = size.height
            if self.scroll_offset.y > self.max_scroll_y:
                self.scroll_to(y=self.max_scroll_y, animate=False, force=True)
        else:
            self.virtual_size = size

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Move the thumb, too, while the scrollbar is only about to come back."""
        super().watch_scroll_y(old_value, new_value)
        self.vertical_scrollbar.position = new_value

    @property
    def _page(self) -> int:
        """How far a page goes: the row that was the last is the first then."""
        return max(1, self.size.height - self.HEADING - 1)

    def words_at(self, y: int) -> str:
        """What an empty table says on a line of the screen: below the heading and a blank line."""
        room = max(1, self.size.width - 4)
        words = [part for line in self.placeholder.split("\n") for part in wrap(line, room) or [""]]
        return f"  {words[y - 2]}" if 0 <= y - 2 < len(words) else ""

    def watch_placeholder(self) -> None:
        """Say the new words, if the table is empty."""
        if not self.row_count:
            self.refresh()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Mark nothing where there is no row."""
        return self.row_count > 0 or not action.startswith("mark")

    def action_cursor_up(self) -> None:
        """One row up."""
        self.move_by(-1)

    def action_cursor_down(self) -> None:
        """One row down."""
        self.move_by(1)

    def action_page_up(self) -> None:
        """One page up."""
        self.move_by(-self._page)

    def action_page_down(self) -> None:
        """One page down."""
        self.move_by(self._page)

    def action_first(self) -> None:
        """To the first row."""
        self.move_by(-self.row_count)

    def action_last(self) -> None:
        """To the last row."""
        self.move_by(self.row_count)
