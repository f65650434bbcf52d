"""A text area for JSON of any size: colours what is painted, and pairs brackets.

It holds any other text as well, and paints that plain. Which it is, is decided elsewhere.
"""

from __future__ import annotations

import asyncio
import re
import sys
from functools import lru_cache
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events, work
from textual.binding import BindingType
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import (
    DocumentNavigator,
    Edit,
    EditResult,
    Location,
    TextAreaTheme,
)

from tui.app.bindings import bindings
from tui.app.hearing import Hears
from tui.app.widgets.long_text import PAINTED, TAB, LongDocument, LongWrapping
from tui.app.widgets.pasting import take
from tui.model.actions import EDIT
from tui.model.brackets import Pair, pair_at
from tui.model.template import next_placeholder
from tui.model.text import masked
from tui.model.tokens import Kind, Token, tokens

_LOOKS = ("bracket", "unmatched", *(kind.value for kind in Kind))
_BLANKS_AND_WORD = re.compile(r"\s*(?:\w+|\W+)?")


class JsonArea(Hears, TextArea):
    """Edits JSON. Paints control characters as one replacement each, and keeps them."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(EDIT)
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"json--{name}" for name in _LOOKS}

    document: LongDocument
    wrapped_document: LongWrapping

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        self._is_json = True
        self._pair: Pair | None = None
        self._columns = (0, 0)
        super().__init__(id=id, compact=True, show_line_numbers=True)
        self.match_cursor_bracket = False  # Textual knows of no bracket before the cursor
        self.indent_width = TAB
        self.register_theme(_Theme("json"))
        self.theme = "json"

    @property
    def is_json(self) -> bool:
        """Whether the text is JSON, or shall be."""
        return self._is_json

    @is_json.setter
    def is_json(self, is_json: bool) -> None:
        if is_json != self._is_json:
            self._is_json = is_json
            self._pair = None
            self._line_cache.clear()
            self.refresh()

    def action_to_end(self, is_last: bool) -> None:
        """To the end of the text, or to its beginning."""
        self.move_cursor(self.document.end if is_last else (0, 0))

    def _set_document(self, text: str, language: str | None) -> None:
        """Edit a text. Textual has no other place to say with which document."""
        super()._set_document("", language)
        self.document = LongDocument(text)
        self.wrapped_document = LongWrapping(self.document)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self._wrap_unless_long()
        self._rewrap_and_refresh_virtual_size()

    def edit(self, edit: Edit) -> EditResult:
        """Do an edit, such as a paste."""
        result = super().edit(edit)
        self._wrap_unless_long()
        return result

    def undo(self) -> None:
        """Take the last edits back."""
        super().undo()
        self._wrap_unless_long()

    def redo(self) -> None:
        """Do again what was taken back."""
        super().redo()
        self._wrap_unless_long()

    def _wrap_unless_long(self) -> None:
        self.soft_wrap = not self.document.is_long

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Enter is written here, too, as a line feed."""
        return key == "enter" or super().check_consume_key(key, character)

    def on_key(self, event: events.Key) -> None:
        """Go to the next placeholder with the key that otherwise leaves the area."""
        if event.key == "tab" and self.select_placeholder(self.selection.end):
            event.prevent_default()
            event.stop()

    def select_placeholder(self, start: Location = (0, 0)) -> bool:
        """Select the first placeholder from a place on, if there is one."""
        text = self.text
        place = next_placeholder(text, self.document.get_index_from_location(start))
        if place is None:
            return False
        first, last = map(self.document.get_location_from_index, place)
        self.move_cursor(first)
        self.move_cursor(last, select=True)
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Let a whole request fill the whole form."""
        take(self, event, self._put)

    def _put(self, text: str) -> None:
        if done := self._replace_via_keyboard(text, *self.selection):
            self.move_cursor(done.end_location)

    def action_cut(self) -> None:
        """Cut what is selected; without that nothing, for the same key cancels a wait."""
        if not self.selection.is_empty:
            super().action_cut()

    def get_cursor_word_left_location(self) -> Location:
        """Where the word before the cursor begins; looks at no other word."""
        row, column = self.cursor_location
        if column == 0:
            return super().get_cursor_word_left_location()
        return row, column - _word_end(self.document.get_line(row)[column - 1 :: -1], 0)

    def get_cursor_word_right_location(self) -> Location:
        """Where the word behind the cursor ends; looks at no other word."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        if column == len(line):
            return super().get_cursor_word_right_location()
        return row, _word_end(line, column)

    def find_matching_bracket(self, bracket: str, search_from: Location) -> Location | None:
        """The partner of the bracket on a place or right before it; both are painted as a pair."""
        is_at_cursor = self.selection.is_empty and self._is_json
        self._pair = pair_at(self.document.lines, search_from) if is_at_cursor else None
        return self._pair.partner if self._pair else None

    @work(exclusive=True, group="partner", exit_on_error=False)
    async def action_partner(self) -> None:
        """Go to the bracket that belongs to this one, however far away it is."""
        if not self._is_json:
            return
        cursor, lines = self.cursor_location, list(self.document.lines)
        pair = await asyncio.to_thread(pair_at, lines, cursor, sys.maxsize)
        if pair and pair.partner and self.cursor_location == cursor:
            self.move_cursor(pair.partner)

    def render_line(self, y: int) -> Strip:
        """A row as it is painted."""
        left, top = self.scroll_offset
        if top + y < self.wrapped_document.height:
            self._columns = self.wrapped_document.columns(top + y, left, left + self.size.width)
        return super().render_line(y)

    def get_line(self, line_index: int) -> Text:
        """A line as it is painted; only what the row shows of it is coloured."""
        plain, found = _painted(self.document.get_line(line_index)[: PAINTED + 1])
        text = Text(plain, end="", no_wrap=True)
        if not self._is_json:
            return text
        left, right = self._columns
        for start, end, kind in found:
            if start < right and end > left:
                text.stylize(self._look(kind.value), start, end)
        if self._pair:
            look = self._look("bracket" if self._pair.partner else "unmatched")
            for place in (self._pair.bracket, self._pair.partner):
                if place and place[0] == line_index:
                    text.stylize(look, place[1], place[1] + 1)
        return text

    def _look(self, name: str) -> Style:
        return self._theme.syntax_styles[name]


class _Theme(TextAreaTheme):
    """The stylesheet's looks; the line of the cursor keeps the colours of its tokens."""

    def apply_css(self, text_area: TextArea) -> None:
        super().apply_css(text_area)
        line = text_area.get_component_rich_style("text-area--cursor-line")
        self.cursor_line_style = line.without_color + Style(bgcolor=line.bgcolor)
        for name in _LOOKS:
            look = text_area.get_component_rich_style(f"json--{name}")
            self.syntax_styles[name] = look.without_color + Style(color=look.color)


@lru_cache(maxsize=128)
def _painted(line: str) -> tuple[str, tuple[Token, ...]]:
    """What is painted of a line, and its tokens; a mark stands where the line is cut."""
    plain = masked(line[:PAINTED]) + "…" * (len(line) > PAINTED)
    return plain, tuple(tokens(line, PAINTED))


def _word_end(text: str, start: int) -> int:
    match = _BLANKS_AND_WORD.match(text, start)
    return match.end() if match else start
