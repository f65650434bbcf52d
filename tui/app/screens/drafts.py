"""The drafts: open one, or delete what is not wanted any more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from tui.app.bindings import bindings, keyed
from tui.app.hearing import Hears
from tui.app.screens.confirm import ConfirmScreen
from tui.app.screens.working import ASKING
from tui.app.text import safe
from tui.app.widgets.line import Line
from tui.engine.session import Engine
from tui.ledger.drafts import Draft
from tui.model import document, form
from tui.model.dialog_actions import DRAFTS
from tui.model.document import DocumentFault
from tui.model.invocation import ago
from tui.model.problem import ProblemError
from tui.model.text import fit, printable


class DraftScreen(Hears, ModalScreen[Draft | None]):
    """Lists the drafts, the newest first; dismissed with the one chosen, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(DRAFTS)

    def __init__(self, engine: Engine, drafts: Sequence[Draft]) -> None:
        super().__init__()
        self.deleted: set[str] = set()
        """The ids of the drafts that were deleted here."""
        self._engine = engine
        self._drafts = list(drafts)

    def compose(self) -> ComposeResult:
        """The drafts, and what the keys do."""
        with Vertical(id="models"):
            yield Label("Drafts", markup=False, id="question")
            yield OptionList(
                *(Option(self._line(draft)) for draft in self._drafts), markup=False, compact=True
            )
            yield Line(self._hint, id="hint", classes="hint")

    @property
    def _hint(self) -> str:
        if self._drafts:
            return keyed("{enter} open   {drafts.delete} delete   {dialog.close} cancel")
        return keyed("none: what you type is kept   {dialog.close} close")

    def _line(self, draft: Draft) -> Content:
        typed = draft.fields.get("model_input", "")[:10_000]
        value = document.parse(typed)
        text = "" if isinstance(value, DocumentFault) else document.words(value)
        age = ago(draft.saved, self._engine.clock())
        model = form.target_of(draft.fields) or "no model"
        is_at_endpoint = form.operation_of(draft.fields) == form.AT_ENDPOINT
        place = draft.fields.get("input_location" if is_at_endpoint else "s3_uri", "")
        if is_at_endpoint and not typed:
            typed, place = place.rpartition("/")[2], place.rpartition("/")[0]
        place = place.removeprefix("s3://")
        words = printable(text or " ".join(typed.split()))
        return safe(
            f"{fit(age, 8)} {fit(model, 20)} {fit(place, 14)} {fit(words, 22)}", keep_lines=False
        )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the draft."""
        self.dismiss(self._drafts[event.option_index])

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def action_delete(self) -> None:
        """Delete the draft under the cursor, once that is confirmed."""
        listing = self.query_one(OptionList)
        if (index := listing.highlighted) is None:
            self.notify("there is no draft to delete", markup=False)
            return
        words = " ".join(self._line(self._drafts[index]).plain.split())
        if not await self.app.push_screen_wait(ConfirmScreen("Delete this draft?", words)):
            return
        try:
            await self._engine.drafts.delete(self._drafts[index].id)
        except ProblemError as error:
            text = printable(error.problem.one_line)
            self.app.notify(text, severity="error", markup=False)
            return
        self.deleted.add(self._drafts.pop(index).id)
        listing.remove_option_at_index(index)
        self.query_one("#hint", Line).say(self._hint)
