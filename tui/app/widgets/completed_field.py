"""A field whose text is completed while it is typed; the right arrow takes the completion."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.suggester import Suggester

from tui.app.widgets.field import Field, PlainInput
from tui.app.widgets.line import Line
from tui.model import key_alias


class CompletedInput(PlainInput):
    """An input that asks for completions only while somebody is typing in it."""

    def __init__(self, completion: Suggester, *, id: str, placeholder: str = "") -> None:  # noqa: A002
        super().__init__(id=id, placeholder=placeholder, compact=True)
        self._completion = completion

    def on_focus(self) -> None:
        """Begin to ask."""
        self.suggester = self._completion

    def on_blur(self) -> None:
        """Ask no more: what a form fills in by itself needs no completion."""
        self.suggester = None

    def action_cursor_right(self, select: bool = False) -> None:
        """Take the completion, or what stands behind its arrow; else move."""
        is_taken = not select and self.cursor_at_end and self._suggestion
        super().action_cursor_right(select)
        if is_taken:
            self.value = key_alias.taken(self.value)
            self.cursor_position = len(self.value)


class CompletedField(Field):
    """A labelled input with completion, and a line below it for what its text stands for."""

    def __init__(
        self,
        name: str,
        label: str,
        placeholder: str,
        completion: Suggester,
        *,
        holds_words: bool = False,
    ) -> None:
        typed_in = CompletedInput(completion, id=name.replace("_", "-"), placeholder=placeholder)
        super().__init__(name, label, holds_words=holds_words, typed_in=typed_in)

    def compose(self) -> ComposeResult:
        """The line, and what it stands for."""
        yield from super().compose()
        yield Line(classes="becomes", hides_when_empty=True)

    def show_becomes(self, text: str) -> None:
        """Say what the text stands for, or nothing."""
        self.query_one(".becomes", Line).say(f"→ {text}" if text else "")
