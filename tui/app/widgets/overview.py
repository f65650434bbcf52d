"""The Overview tab: what is known of an invocation, as names and values."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.app.bindings import bindings
from tui.app.text import safe
from tui.app.widgets.facts import facts
from tui.app.widgets.problem_line import ProblemOpened
from tui.model.actions import FAILING
from tui.model.facts import ERROR, MUTED, STRONG, WARNING, Asked, Fact, failure_of
from tui.model.invocation import Invocation
from tui.model.problem import Problem

_NAME_WIDTH = 12

_STYLES = {
    "": "",
    MUTED: "$foreground-muted",
    WARNING: "$text-warning",
    ERROR: "$text-error",
    STRONG: "bold",
}


class Overview(VerticalScroll):
    """Status, times and places; for a failure also its cause and remedy."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(FAILING)

    def __init__(self) -> None:
        super().__init__()
        self._problem: Problem | None = None
        self._lines: list[Content] = []
        self._shown = Content()

    def compose(self) -> ComposeResult:
        """One text that scrolls."""
        yield Static(markup=False)

    def show(self, row: Invocation, asked: Asked, now: datetime) -> None:
        """Show an invocation.

        Args:
            row: The invocation.
            asked: What was asked for besides.
            now: The moment that ages are counted from.
        """
        self._problem = failure_of(row)
        self._lines = [fact_line(fact) for fact in facts(row, asked, now)]
        self._lay_out()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter is for an invocation that failed."""
        return action != "in_full" or self._problem is not None

    def action_in_full(self) -> None:
        """Open all that is known of the failure."""
        if self._problem is not None:
            self.post_message(ProblemOpened(self._problem))

    def on_resize(self) -> None:
        """Wrap the values anew."""
        self._lay_out()

    def _lay_out(self) -> None:
        room = self.scrollable_content_region.width
        content = Content("\n").join(wrapped(line, room) for line in self._lines)
        if not content.is_same(self._shown):  # the same again would be painted again
            self._shown = content
            self.query_one(Static).update(content)


def fact_line(fact: Fact) -> Content:
    """The name, muted, and the value beside it."""
    label = Content.styled(f"{fact.name:<{_NAME_WIDTH}}", "$foreground-muted")
    style = fact.tone if fact.tone.startswith("$") else _STYLES[fact.tone]
    return label + safe(fact.value, style, keep_lines=False)


def wrapped(line: Content, room: int) -> Content:
    """The line with its value below itself, and not below its name, where it is too long."""
    if line.cell_length <= room or room < 2 * _NAME_WIDTH:
        return line
    values = line[_NAME_WIDTH:].wrap(room - _NAME_WIDTH)
    return line[:_NAME_WIDTH] + Content("\n" + " " * _NAME_WIDTH).join(values)
