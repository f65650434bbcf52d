"""All that is known of a problem, or of one after another, to be read and handed on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.app.bindings import bindings, key_of
from tui.app.screens.dead_keys import SaysWhyNot
from tui.app.text import safe
from tui.app.widgets.line import Line
from tui.model.dialog_actions import PROBLEM
from tui.model.problem import Problem, again
from tui.model.text import printable


class ProblemScreen(ModalScreen[None], SaysWhyNot[None]):
    """Shows a problem: what was said, why, what to do, what to grant, and what support asks for."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(PROBLEM)

    def __init__(self, *problems: Problem | tuple[str, Problem], at: int = 0) -> None:
        """Show one of them.

        Args:
            problems: In their order; where there are several contexts, each with its own's name.
            at: Which one comes first.
        """
        super().__init__()
        self._problems = [each if isinstance(each, tuple) else ("", each) for each in problems]
        self._at = at

    def compose(self) -> ComposeResult:
        """The kind, the rest below it, and the keys."""
        where, problem = self._problems[self._at]
        count = len(self._problems)
        with Vertical(id="help"):
            number = f"  ({self._at + 1} of {count})" if count > 1 else ""
            yield Line(f"{problem.kind}{number}", id="question")
            with VerticalScroll(can_focus=True):
                for name, text, style in _paragraphs(where, problem):
                    yield Static(safe(name, "$foreground-muted"), markup=False)
                    yield Static(safe(text, style), markup=False, classes="said")
            keys = [f"{key_of('error.copy')} copy all"]
            keys += [f"{key_of('error.policy')} copy the policy"] if problem.policy else []
            keys += [f"{key_of('error.next')} next"] if count > 1 else []
            keys += [f"{key_of('dialog.close')} close"]
            yield Line("   ".join(keys), classes="hint")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the policy, and the next problem, where there is one."""
        if action == "next":
            return len(self._problems) > 1
        return action != "copy_policy" or bool(self._problem.policy)

    def why_not(self, action: str) -> str:
        """Why there is no policy, or no other problem."""
        if action == "next":
            return "there is no other error"
        return "there is no policy statement for this error" if action == "copy_policy" else ""

    async def action_next(self) -> None:
        """Show the next problem; after the last comes the first."""
        self._at = (self._at + 1) % len(self._problems)
        await self.recompose()
        self.query_one(VerticalScroll).focus()
        self.refresh_bindings()

    def action_copy(self) -> None:
        """Copy everything as text."""
        where, problem = self._problems[self._at]
        self._send(f"context: {where}\n" * bool(where) + problem.in_full, "the error")

    def action_copy_policy(self) -> None:
        """Copy the policy statement."""
        self._send(self._problem.policy, "the policy statement")

    @property
    def _problem(self) -> Problem:
        return self._problems[self._at][1]

    def _send(self, text: str, what: str) -> None:
        self.app.copy_to_clipboard(printable(text, keep_lines=True))
        self.app.notify(f"{what}: sent to the terminal's clipboard", markup=False)


def _paragraphs(where: str, problem: Problem) -> Iterator[tuple[str, str, str]]:
    """Each with its name and its style; what is not known is left out."""
    about = " on ".join(filter(None, (problem.operation, problem.resource)))
    told = (
        ("context", where, ""),
        ("message", problem.message, "$text-error"),
        ("cause", problem.cause, ""),
        ("remedy", problem.remedy, "bold"),
        ("policy statement to grant", problem.policy, "$text-accent"),
        ("operation", about, ""),
        ("request id", problem.request_id, ""),
        ("trying again", again(problem), ""),
    )
    return (each for each in told if each[1])
