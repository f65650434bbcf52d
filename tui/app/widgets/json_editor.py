"""The input's editor, with a line below it that says what it is: JSON, or an endpoint's body."""

from __future__ import annotations

import asyncio

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import TextArea

from tui.app.hearing import Hears
from tui.app.widgets.json_area import JsonArea
from tui.app.widgets.line import Line
from tui.model import body, document
from tui.model.document import DocumentFault, size_text

PARSED_AT_ONCE = 20_000
"""Characters that are parsed with every key; longer inputs are parsed when the typing rests."""

REST_SECONDS = 0.3


class JsonEditor(Hears, Vertical):
    """Edits a JSON document, or a body of any kind; parses it as it is typed."""

    def __init__(self) -> None:
        super().__init__()
        self._timer: Timer | None = None
        self._fault: DocumentFault | None = None
        self._note = ""
        self._body_type: str | None = None

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
        self._fault = None
        if len(text) > PARSED_AT_ONCE:
            self.query_one(Line).say("being read…", "$foreground-muted")
        self._say_soon()

    def replace(self, text: str) -> None:
        """Put another text in place of all, as one edit that can be undone."""
        area = self.query_one(TextArea)
        if text != area.text:
            area.replace(text, (0, 0), area.document.end)

    def go_to_beginning(self) -> None:
        """Put the cursor before all of it."""
        self.query_one(TextArea).move_cursor((0, 0))

    def select_placeholder(self) -> None:
        """Go to the first placeholder of a template, if there is one."""
        area = self.query_one(JsonArea)
        if area.select_placeholder():
            area.focus()

    @property
    def body_type(self) -> str | None:
        """The content type, maybe empty, of a body that is sent as it is; None for a document."""
        return self._body_type

    @body_type.setter
    def body_type(self, content_type: str | None) -> None:
        if content_type != self._body_type:
            self._body_type = content_type
            self._say_soon()

    @property
    def is_json(self) -> bool:
        """Whether what is typed is JSON, or shall be."""
        return self._body_type is None or body.may_be_json(self.text, self._body_type)

    @property
    def fault(self) -> DocumentFault | None:
        """Why what was parsed last is no JSON; None when it is, or need not be."""
        return self._fault

    @property
    def note(self) -> str:
        """What else there is to say of the document, such as the files that it names."""
        return self._note

    @note.setter
    def note(self, note: str) -> None:
        if note != self._note:
            self._note = note
            self._say_soon()

    def go_to(self, fault: DocumentFault) -> None:
        """Give the keyboard to the text, with the cursor where it cannot be read."""
        area = self.query_one(TextArea)
        area.focus()
        area.move_cursor((max(0, fault.line - 1), max(0, fault.column - 1)))

    async def format(self) -> DocumentFault | None:
        """Lay the JSON out, as an edit that can be undone; why not, of what is left as it is."""
        text = self.text
        laid_out = await asyncio.to_thread(_laid_out, text)
        if text != self.text:
            return None
        if isinstance(laid_out, DocumentFault):
            return laid_out
        self.replace(laid_out)
        return None

    @on(TextArea.Changed)
    def _changed(self) -> None:
        self._say_soon()

    def _say_soon(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if len(self.text) <= PARSED_AT_ONCE:
            self._say()
        else:
            self._timer = self.set_timer(REST_SECONDS, self._say_later)

    @work(exclusive=True, exit_on_error=False)
    async def _say_later(self) -> None:
        text, body_type = self.text, self._body_type
        fault = await asyncio.to_thread(_fault_of, text, body_type)
        if (text, body_type) == (self.text, self._body_type):
            self._show(text, fault)

    def _say(self) -> None:
        self._show(self.text, _fault_of(self.text, self._body_type))

    def _show(self, text: str, fault: DocumentFault | None) -> None:
        self._fault = fault
        size = size_text(len(text.encode(errors="replace")))
        note = f" · {self._note}" if self._note else ""
        style = "$foreground-muted"
        if self._body_type is None:
            state = f"JSON · {size} · {fault}" if fault else f"JSON · {size} · valid{note}"
            style = "$text-error" if fault else style
        else:
            state = _state_of_body(text, size, self._body_type, fault)
            is_wrong = fault is not None and body.is_json_type(self._body_type)
            style = "$text-warning" if is_wrong else style
        self.query_one(JsonArea).is_json = self.is_json
        self.query_one(Line).say(state, style)
        self.set_class(fault is not None and self._body_type is None, "-faulty")


def _fault_of(text: str, body_type: str | None) -> DocumentFault | None:
    if body_type is None:
        value = document.parse(text)
        return value if isinstance(value, DocumentFault) else None
    return body.fault(text) if text and body.may_be_json(text, body_type) else None


def _state_of_body(text: str, size: str, content_type: str, fault: DocumentFault | None) -> str:
    if not text:
        return "empty: the input is named below"
    if not body.may_be_json(text, content_type):
        return f"text · {size}"
    if fault is None:
        return f"JSON · {size} · valid"
    kind = "JSON" if body.is_json_type(content_type) else "text"
    return f"{kind} · {size} · not JSON: {fault}"


def _laid_out(text: str) -> str | DocumentFault:
    value = document.parse(text)
    return value if isinstance(value, DocumentFault) else document.pretty(value)
