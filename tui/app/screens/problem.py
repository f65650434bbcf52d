"""All that is known of one problem, to be read, copied and handed on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.app.bindings import PROBLEM, bindings
from tui.app.text import safe
from tui.app.widgets.line import Line
from tui.model.problem import Problem, again
from tui.model.text import printable


class ProblemScreen(ModalScreen[None]):
    """Shows a problem: what was said, why, what to do, what to grant, and what support asks for."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(PROBLEM)

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self._problem = problem

    def compose(self) -> ComposeResult:
        """The kind, the rest below it, and the keys."""
        with Vertical(id="help"):
            yield Line(self._problem.kind, id="question")
            with VerticalScroll(can_focus=True):
                for name, text, style in _paragraphs(self._problem):
                    yield Static(safe(name, "$foreground-muted"), markup=False)
                    yield Static(safe(text, style), markup=False, classes="said")
            keys = "y copy all   p copy the policy   esc close"
            yield Line(keys if self._problem.policy else "y copy all   esc close", classes="hint")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the policy where there is one."""
        return action != "copy_policy" or bool(self._problem.policy)

    def action_copy(self) -> None:
        """Copy everything as text."""
        self._send(self._problem.in_full, "the error")

    def action_copy_policy(self) -> None:
        """Copy the policy statement."""
        self._send(self._problem.policy, "the policy statement")

    def _send(self, text: str, what: str) -> None:
        self.app.copy_to_clipboard(printable(text, keep_lines=True))
        self.app.notify(f"{what}: sent to the terminal's clipboard", markup=False)


def _paragraphs(problem: Problem) -> Iterator[tuple[str, str, str]]:
    """Each with its name and its style; what is not known is left out."""
    about = " on ".join(filter(None, (problem.operation, problem.resource)))
    told = (
        ("message", problem.message, "$text-error"),
        ("cause", problem.cause, ""),
        ("remedy", problem.remedy, "bold"),
        ("policy statement to grant", problem.policy, "$text-accent"),
        ("operation", about, ""),
        ("request id", problem.request_id, ""),
        ("trying again", again(problem), ""),
    )
    return (each for each in told if each[1])
