"""The model input's editor: JSON with a line below it that says whether it can be sent."""

from __future__ import annotations

import asyncio

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import TextArea

from tui.app.widgets.json_area import JsonArea
from tui.app.widgets.line import Line
from tui.model import document
from tui.model.document import DocumentFault, size_text

PARSED_AT_ONCE = 20_000
"""Characters that are parsed with every key; longer inputs are parsed when the typing rests."""

REST_SECONDS = 0.3


class JsonEditor(Vertical):
    """Edits a JSON document; parses it as it is typed."""

    def __init__(self) -> None:
        super().__init__()
        self._timer: Timer | None = None
        self._fault: DocumentFault | None = None
        self._note = ""

    def compose(self) -> ComposeResult:
        """The text, and its state."""
        yield JsonArea(id="json")
        yield Line(id="json-state")

    @property
    def text(self) -> str:
        """What is typed."""
        return self.query_one(TextArea).text

    @text.setter
    def text(self, text: str) -> None:
        self.query_one(TextArea).text = text

    def replace(self, text: str) -> None:
        """Put another text in place of all, as one edit that can be undone."""
        area = self.query_one(TextArea)
        if text != area.text:
            area.replace(text, (0, 0), area.document.end)

    def select_placeholder(self) -> None:
        """Go to the first placeholder of a template, if there is one."""
        area = self.query_one(JsonArea)
        if area.select_placeholder():
            area.focus()

    @property
    def fault(self) -> DocumentFault | None:
        """Why there is no document in what was parsed last; None when there is one."""
        return self._fault

    @property
    def note(self) -> str:
        """What else there is to say of the document, such as the files that it names."""
        return self._note

    @note.setter
    def note(self, note: str) -> None:
        if note != self._note:
            self._note = note
            self._say()

    async def format(self) -> None:
        """Lay the JSON out, as an edit that can be undone; leave what is not JSON alone."""
        text = self.text
        laid_out = await asyncio.to_thread(_laid_out, text)
        if laid_out is not None and text == self.text:
            self.replace(laid_out)

    def on_mount(self) -> None:
        """Say the first state."""
        self._say()

    @on(TextArea.Changed)
    def _changed(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if len(self.text) <= PARSED_AT_ONCE:
            self._say()
        else:
            self._timer = self.set_timer(REST_SECONDS, self._say_later)

    @work(exclusive=True, thread=False)
    async def _say_later(self) -> None:
        text = self.text
        value = await asyncio.to_thread(document.parse, text)
        if text == self.text:
            self._show(text, value)

    def _say(self) -> None:
        text = self.text
        self._show(text, document.parse(text))

    def _show(self, text: str, value: object | DocumentFault) -> None:
        size = size_text(len(text.encode(errors="replace")))
        self._fault = value if isinstance(value, DocumentFault) else None
        is_faulty = self._fault is not None
        note = f" · {self._note}" if self._note else ""
        state = f"JSON · {size} · {value}" if is_faulty else f"JSON · {size} · valid{note}"
        self.query_one(Line).say(state, "$text-error" if is_faulty else "$foreground-muted")
        self.set_class(is_faulty, "-faulty")


def _laid_out(text: str) -> str | None:
    value = document.parse(text)
    return None if isinstance(value, DocumentFault) else document.pretty(value)
