"""A question that wants a yes before something is sent."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Label

from tui.app.widgets.line import Line


class ConfirmScreen(ModalScreen[bool]):
    """Says what will happen, and where; dismissed with whether it may."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "dismiss(True)", "yes"),
        Binding("n,escape,q", "dismiss(False)", "no"),
    ]

    def __init__(self, question: str, explanation: str) -> None:
        super().__init__()
        self._question, self._explanation = question, explanation

    def compose(self) -> ComposeResult:
        """The question, what it means, and the two keys."""
        with Vertical(id="prompt"):
            yield Line(self._question, id="question")
            yield Line(self._explanation)
            yield Label("⏎ y yes   esc n no", markup=False, classes="hint")


class LeaveScreen(ConfirmScreen):
    """Asks whether to leave the program."""
