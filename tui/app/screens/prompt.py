"""A question with a one-line answer."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from tui.app.widgets.field import PlainInput
from tui.app.widgets.line import Line


class PromptScreen(ModalScreen[str | None]):
    """Asks for a line of text; dismissed with it, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "cancel")]

    def __init__(self, question: str, answer: str, hint: str) -> None:
        super().__init__()
        self._question, self._answer, self._hint = question, answer, hint

    def compose(self) -> ComposeResult:
        """The question, the answer so far, and what the keys do."""
        with Vertical(id="prompt"):
            yield Line(self._question, id="question")
            yield PlainInput(self._answer, compact=True, id="answer", select_on_focus=False)
            yield Line(self._hint, classes="hint", hides_when_empty=True)
            yield Label("⏎ go on   esc cancel", markup=False, classes="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on with the answer; an empty one is none."""
        self.dismiss(event.value.strip() or None)
