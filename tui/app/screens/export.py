"""Writing what the table shows to a file, or to the terminal's clipboard."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from tui.app.bindings import bindings, keyed
from tui.app.clipboard import MOST_BYTES
from tui.app.hearing import Hears
from tui.app.widgets.field import Field
from tui.app.widgets.line import Line
from tui.engine import exporting
from tui.model import export
from tui.model.counting import so_many
from tui.model.dialog_actions import ASKED
from tui.model.document import size_text
from tui.model.invocation import Invocation
from tui.model.problem import ProblemError


class ExportScreen(Hears, ModalScreen[str | None]):
    """Asks for a file and an expression; dismissed with what was done, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(ASKED)

    def __init__(self, rows: Sequence[Invocation], out_of_sight: str = "") -> None:
        super().__init__()
        self._rows = rows
        self._out_of_sight = out_of_sight

    def compose(self) -> ComposeResult:
        """Where to, what of it, and what the keys do."""
        with Vertical(id="prompt"):
            what = so_many(len(self._rows), "invocation") + self._out_of_sight
            yield Line(f"Export {what}", id="question")
            yield Field("file", "File", "empty: the clipboard")
            yield Field(
                "expression", "JMESPath", "[?status=='Failed'].invocationArn", holds_words=True
            )
            yield Label(
                "a file .csv is CSV, with a column for everything; any other is JSON\n"
                + keyed("{enter} export   {dialog.close} cancel"),
                markup=False,
                classes="hint",
            )

    def on_mount(self) -> None:
        """Propose a name."""
        self.query_one("#file", Input).value = "invocations.json"

    @on(Input.Changed)
    def _typed(self) -> None:
        for field in self.query(Field):
            field.complain("")

    @on(Input.Submitted)
    @work(exclusive=True, exit_on_error=False)
    async def _export(self) -> None:
        """Do it, or say beside the field why it cannot be done."""
        place, expression = (self.query_one(f"#{name}", Input) for name in ("file", "expression"))
        name = place.value.strip()
        if _is_csv(name) and expression.value.strip():
            self._complain("expression", "an expression comes to JSON: choose a .json file")
            return
        try:
            text = await asyncio.to_thread(self._text, name, expression.value.strip())
        except export.ExpressionFault as error:
            self._complain("expression", str(error))
            return
        if not name:
            self._copy(text)
            return
        try:
            path = await exporting.save(text, Path(name))
        except ProblemError as error:
            self._complain("file", error.problem.one_line)
            return
        self.dismiss(f"{size_text(len(text.encode()))} written to {path}")

    def _text(self, name: str, expression: str) -> str:
        if expression:
            return export.as_json(export.search(expression, self._rows))
        if _is_csv(name):
            return export.as_csv(self._rows)
        return export.as_json([export.members(row) for row in self._rows])

    def _copy(self, text: str) -> None:
        if len(text.encode()) > MOST_BYTES:
            most = size_text(MOST_BYTES)
            self._complain("file", f"more than the clipboard takes ({most}): name a file")
            return
        self.app.copy_to_clipboard(text)
        self.dismiss(f"{size_text(len(text.encode()))} sent to the terminal's clipboard")

    def _complain(self, field: str, text: str) -> None:
        self.query_one(f"#{field}-field", Field).complain(text)
        self.query_one(f"#{field}", Input).focus()


def _is_csv(name: str) -> bool:
    return name.lower().endswith(".csv")
