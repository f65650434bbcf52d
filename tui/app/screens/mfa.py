"""The question for the code of an MFA device."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from tui.app.bindings import bindings, keyed
from tui.app.widgets.field import Complaint, PlainInput
from tui.app.widgets.line import Line
from tui.model.credentials import CodeWanted
from tui.model.dialog_actions import ASKED

DIGITS = 6


class MfaScreen(ModalScreen[str | None]):
    """Asks for six digits; dismissed with them, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(ASKED)

    def __init__(self, wanted: CodeWanted) -> None:
        super().__init__()
        self._wanted = wanted

    def compose(self) -> ComposeResult:
        """Whose role it is, which device, the code so far, and the keys."""
        with Vertical(id="prompt"):
            yield Line(f"Profile {self._wanted.profile} wants a code", id="question")
            yield Line(f"the six digits that {self._wanted.serial} shows now")
            yield PlainInput(compact=True, id="answer", restrict=r"[0-9 ]*", placeholder="123456")
            yield Complaint()
            yield Label(
                keyed("{enter} go on   {dialog.close} cancel"), markup=False, classes="hint"
            )

    @on(Input.Changed)
    def _typed(self) -> None:
        self.query_one(Complaint).complain("")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        code = event.value.replace(" ", "")
        if len(code) == DIGITS:
            self.dismiss(code)
        else:
            self.query_one(Complaint).complain(f"a code has {DIGITS} digits, this has {len(code)}")
