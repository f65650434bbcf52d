"""A text to read: scrolls, wraps, can be selected, cannot be changed."""

from __future__ import annotations

from textual.widgets import TextArea

from tui.model.text import printable


class Reader(TextArea):
    """Shows foreign text as plain text, however long it is."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, read_only=True, show_cursor=False, compact=True)
        self.highlight_cursor_line = False

    def read(self, text: str) -> None:
        """Show a text from its beginning; the same text stays where it was scrolled to."""
        clean = printable(text, keep_lines=True)
        if clean != self.text:
            self.load_text(clean)
            self.scroll_home(animate=False)
            self.refresh()  # Textual only does where the number of lines is another one
