"""A line that may tell of a problem: Enter or a click on it opens all that is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from tui.app.bindings import bindings
from tui.app.widgets.line import Line
from tui.model.actions import FAILING
from tui.model.problem import Problem


@dataclass
class ProblemOpened(Message):
    """All that is known of a problem is wanted."""

    problem: Problem


class ProblemLine(Line):
    """Takes the keyboard only while it tells of a problem.

    Attributes:
        problem: What it tells of; None while it says something else.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(FAILING)

    problem: Problem | None = None

    def say(
        self,
        text: str,
        style: str = "",
        *,
        keep_lines: bool = False,
        problem: Problem | None = None,
    ) -> None:
        """Say it, and which problem it is of; the same again costs nothing."""
        super().say(text, style, keep_lines=keep_lines)
        self.problem = problem
        if problem is None and self.has_focus:
            self.screen.focus_next()
        self.can_focus = problem is not None

    def action_in_full(self) -> None:
        """Open all that is known of the problem."""
        if self.problem is not None:
            self.post_message(ProblemOpened(self.problem))

    def on_click(self) -> None:
        """The same as Enter."""
        self.action_in_full()
