"""The model input's editor: JSON with a line below it that says whether it can be sent."""

from __future__ import annotations

import asyncio

from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from tui.app.widgets.line import Line
from tui.app.widgets.pasting import divert
from tui.model import document
from tui.model.document import DocumentFault, size_text
from tui.model.text import masked

PARSED_AT_ONCE = 20_000
"""Characters that are parsed with every key; longer inputs are parsed when the typing rests."""

REST_SECONDS = 0.3


PAINTED = 20_000
"""Characters of one line that are painted: four times the longest prompt."""


class PlainTextArea(TextArea):
    """A text area that paints pasted control characters as one replacement each, and keeps them.

    Of a very long line, such as an image in base64, it paints the beginning, and wraps no line
    from then on: the rest would take seconds with every key.
    """

    def load_text(self, text: str) -> None:
        """Show another text."""
        self.soft_wrap = True
        self._wrap_no_long_line(text)
        super().load_text(text)

    def edit(self, edit: Edit) -> EditResult:
        """Do an edit, such as a paste."""
        self._wrap_no_long_line(edit.text)
        return super().edit(edit)

    def on_paste(self, event: events.Paste) -> None:
        """Let a whole request fill the whole form."""
        divert(self, event)

    def _wrap_no_long_line(self, text: str) -> None:
        if len(text) > PAINTED and max(map(len, text.splitlines())) > PAINTED:
            self.soft_wrap = False

    def get_line(self, line_index: int) -> Text:
        """A line as it is painted."""
        return Text(masked(self.document.get_line(line_index)[:PAINTED]), end="", no_wrap=True)


class JsonEditor(Vertical):
    """Edits a JSON document; parses it as it is typed."""

    def __init__(self) -> None:
        super().__init__()
        self._timer: Timer | None = None
        self._fault: DocumentFault | None = None

    def compose(self) -> ComposeResult:
        """The text, and its state."""
        yield PlainTextArea(id="json", tab_behavior="focus", compact=True, show_line_numbers=True)
        yield Line(id="json-state")

    @property
    def text(self) -> str:
        """What is typed."""
        return self.query_one(TextArea).text

    @text.setter
    def text(self, text: str) -> None:
        self.query_one(TextArea).text = text

    @property
    def fault(self) -> DocumentFault | None:
        """Why there is no document in what was parsed last; None when there is one."""
        return self._fault

    async def format(self) -> None:
        """Lay the JSON out, as an edit that can be undone; leave what is not JSON alone."""
        text = self.text
        laid_out = await asyncio.to_thread(_laid_out, text)
        if laid_out is not None and text == self.text:
            area = self.query_one(TextArea)
            area.replace(laid_out, (0, 0), area.document.end)

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
        state = f"JSON · {size} · {value}" if is_faulty else f"JSON · {size} · valid"
        self.query_one(Line).say(state, "$error" if is_faulty else "$foreground-muted")
        self.set_class(is_faulty, "-faulty")


def _laid_out(text: str) -> str | None:
    value = document.parse(text)
    return None if isinstance(value, DocumentFault) else document.pretty(value)
