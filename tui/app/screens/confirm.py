"""A question that wants a yes before something is sent."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Label

from tui.app.bindings import bindings, current, written
from tui.app.widgets.line import Line
from tui.model.dialog_actions import CONFIRM

SHORT = 24
"""Below so many lines, what is told in passing would lie over a question in the middle."""


class ConfirmScreen(ModalScreen[bool]):
    """Says what will happen, and where; dismissed with whether it may."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(CONFIRM)

    def __init__(self, question: str, explanation: str) -> None:
        super().__init__()
        self._question, self._explanation = question, explanation

    def compose(self) -> ComposeResult:
        """The question, what it means, and the two keys."""
        with Vertical(id="prompt"):
            yield Line(self._question, id="question")
            yield Line(self._explanation)
            yield Label(_hint(), markup=False, classes="hint")

    def on_resize(self) -> None:
        """Stand above the toasts where there is no room between them and the middle."""
        self.styles.align_vertical = "top" if self.size.height < SHORT else "middle"


def _hint() -> str:
    """The first two keys that agree, and the first two that do not."""
    yes, no = (current().keys(action) for action in CONFIRM)
    return f"{written(*yes[:2])} yes   {written(*no[:2])} no"


class LeaveScreen(ConfirmScreen):
    """Asks whether to leave the program."""
