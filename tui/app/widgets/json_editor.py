"""The model input's editor: JSON with a line below it that says whether it can be sent."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static, TextArea

from tui.app.text import safe
from tui.model import document
from tui.model.document import DocumentFault, size_text


class JsonEditor(Vertical):
    """Edits a JSON document; parses it as it is typed."""

    def compose(self) -> ComposeResult:
        """The text, and its state."""
        yield TextArea(id="json", tab_behavior="focus", compact=True, show_line_numbers=True)
        yield Static(id="json-state", markup=False)

    @property
    def text(self) -> str:
        """What is typed."""
        return self.query_one(TextArea).text

    @text.setter
    def text(self, text: str) -> None:
        self.query_one(TextArea).text = text

    @property
    def value(self) -> object | DocumentFault:
        """The document, or why there is none."""
        return document.parse(self.text)

    def format(self) -> None:
        """Lay the JSON out, as an edit that can be undone; leave what is not JSON alone."""
        value = self.value
        if not isinstance(value, DocumentFault):
            area = self.query_one(TextArea)
            area.replace(document.pretty(value), (0, 0), area.document.end)

    def on_mount(self) -> None:
        """Say the first state."""
        self._say()

    @on(TextArea.Changed)
    def _say(self) -> None:
        value = self.value
        size = size_text(len(self.text.encode(errors="replace")))
        is_faulty = isinstance(value, DocumentFault)
        state = f"JSON · {size} · {value}" if is_faulty else f"JSON · {size} · valid"
        self.query_one("#json-state", Static).update(
            safe(state, "$error" if is_faulty else "$foreground-muted", keep_lines=False)
        )
        self.set_class(is_faulty, "-faulty")
