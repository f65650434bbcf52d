"""A text to read, over a screen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Label, Static

from tui.app.bindings import bindings, keyed
from tui.app.text import safe
from tui.app.widgets.line import Line
from tui.model.dialog_actions import OVERLAY


class ReadingScreen(ModalScreen[None]):
    """Shows a text, the foreign parts of it made harmless."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(OVERLAY)

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._heading, self._text = title, text

    def compose(self) -> ComposeResult:
        """The title, the text, and how to close it."""
        with Vertical(id="help"):
            yield Line(self._heading, id="question")
            with VerticalScroll(can_focus=True):
                yield Static(safe(self._text), markup=False)
            yield Label(keyed("{dialog.close} close"), markup=False, classes="hint")
