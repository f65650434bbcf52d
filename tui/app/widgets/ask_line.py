"""Where something is asked of a text: a sign, what is typed, what came of it, and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from tui.app.widgets.field import Complaint, PlainInput
from tui.app.widgets.line import Line


class AskLine(Vertical):
    """A line that is hidden until it is opened, and while nothing stands in it."""

    @dataclass
    class Asked(Message):
        """What stands in a line is another text now."""

        line: AskLine
        text: str

        @property
        def control(self) -> AskLine:
            """The line."""
            return self.line

    @dataclass
    class Accepted(Message):
        """Enter was pressed: the person goes on to the text."""

        line: AskLine

        @property
        def control(self) -> AskLine:
            """The line."""
            return self.line

    def __init__(self, sign: str, placeholder: str, id: str) -> None:  # noqa: A002
        """Make a hidden one.

        Args:
            sign: What stands before it.
            placeholder: What belongs into it.
            id: Its name.
        """
        super().__init__(id=id)
        self._sign, self._placeholder = sign, placeholder

    def compose(self) -> ComposeResult:
        """The line and its complaint."""
        with Horizontal(classes="line"):
            yield Static(self._sign, classes="sign", markup=False)
            yield PlainInput(compact=True, placeholder=self._placeholder)
            yield Line(classes="count")
        yield Complaint()

    def on_mount(self) -> None:
        """Begin hidden."""
        self.display = False

    @property
    def text(self) -> str:
        """What stands in it."""
        return self.query_one(PlainInput).value

    @property
    def is_typed(self) -> bool:
        """Whether letters go into it."""
        return self.query_one(PlainInput).has_focus

    def open(self) -> None:
        """Appear, with the focus: what is typed next goes here."""
        self.display = True
        self.screen.set_focus(self.query_one(PlainInput))

    def clear(self) -> None:
        """Be empty, and disappear."""
        self.query_one(PlainInput).value = ""
        self.tell("")
        self.display = False

    def tell(self, result: str, fault: str = "") -> None:
        """Say what came of it, and what is wrong with it."""
        self.query_one(".count", Line).say(result)
        self.query_one(Complaint).complain(fault)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Asked(self, event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if not event.value.strip():
            self.clear()
        self.post_message(self.Accepted(self))
