"""The line that says which operation a form is for, and chooses another one."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.app.bindings import key_of
from tui.model.form import ASYNC, AT_ENDPOINT, OPERATIONS, WAITED_FOR

_GAP = 2
_SHORT = {ASYNC: "Bedrock", AT_ENDPOINT: "SageMaker", WAITED_FOR: "wait"}


class OperationLine(Widget):
    """The operations side by side, the chosen one marked."""

    operation: reactive[str] = reactive(ASYNC)
    """The chosen operation."""

    class OperationChanged(Message):
        """Another operation is chosen, by a person or by what is opened."""

    @dataclass
    class OperationClicked(Message):
        """An operation was pointed at."""

        operation: str

    def watch_operation(self) -> None:
        """Tell of it."""
        self.post_message(self.OperationChanged())

    @property
    def following(self) -> str:
        """The operation after the chosen one, round the end."""
        names = list(OPERATIONS)
        return names[(names.index(self.operation) + 1) % len(names)]

    def render(self) -> Content:
        """The operations, and the key where there is room for it."""
        line = Content(" " * _GAP).join(part for _, part in self._parts())
        room = self.size.width - line.cell_length
        key = key_of("form.next-form")
        hints = (f"{key} changes", key)
        told = next((hint for hint in hints if room >= len(hint) + _GAP), "")
        hint = Content.styled(told.rjust(room), "$foreground-muted")
        return Content("").join([line, hint])

    def on_click(self, event: events.Click) -> None:
        """Choose the operation under the pointer."""
        right = 0
        for operation, part in self._parts():
            right += part.cell_length + _GAP
            if event.x < right:
                self.post_message(self.OperationClicked(operation))
                return

    def _parts(self) -> list[tuple[str, Content]]:
        needed = sum(len(f"[{title}]") + _GAP for title in OPERATIONS.values()) - _GAP
        titles = OPERATIONS if needed <= self.size.width else _SHORT
        return [(name, self._part(name, title)) for name, title in titles.items()]

    def _part(self, operation: str, title: str) -> Content:
        if operation == self.operation:
            return Content.styled(f"[{title}]", "bold $text-accent")
        return Content.styled(f" {title} ", "$foreground-muted")
