"""A question with a one-line answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from tui.app.bindings import bindings, keyed
from tui.app.hearing import Hears
from tui.app.widgets.field import Complaint, PlainInput
from tui.app.widgets.line import Line
from tui.model.dialog_actions import ASKED
from tui.model.problem import problem_of


class PromptScreen(Hears, ModalScreen[str | None]):
    """Asks for a line of text; dismissed with it, or with None.

    Attributes:
        reading: Whether the answer is taken, once that is known; see ``typed_ahead``.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(ASKED)

    def __init__(
        self,
        question: str,
        answer: str,
        hint: str,
        take: Callable[[str], Awaitable[object]] | None = None,
        empty: str = "",
    ) -> None:
        """Ask.

        Args:
            question: What for.
            answer: What stands there first.
            hint: What else there is to know.
            take: Does what the answer is for; where it fails, this says why, and asks on.
            empty: What an empty answer stands for.
        """
        super().__init__()
        self._question, self._answer, self._hint, self._take = question, answer, hint, take
        self._empty = empty
        self.reading: asyncio.Future[bool] | None = None

    def compose(self) -> ComposeResult:
        """The question, the answer so far, and what the keys do."""
        with Vertical(id="prompt"):
            yield Line(self._question, id="question")
            yield PlainInput(self._answer, compact=True, id="answer", select_on_focus=False)
            yield Complaint()
            yield Line(self._hint, classes="hint", hides_when_empty=True)
            yield Label(
                keyed("{enter} go on   {dialog.close} cancel"), markup=False, classes="hint"
            )

    @on(Input.Changed)
    def _typed(self) -> None:
        self.query_one(Complaint).complain("")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        """Go on with the answer; an empty one is none, or what it stands for."""
        answer = event.value.strip() or self._empty
        if not answer or self._take is None:
            self.dismiss(answer or None)
        elif self.reading is None or self.reading.done():
            self.reading = asyncio.get_running_loop().create_future()
            self._go_on(self._take, answer, self.reading)

    @work(exit_on_error=False)
    async def _go_on(
        self,
        take: Callable[[str], Awaitable[object]],
        answer: str,
        reading: asyncio.Future[bool],
    ) -> None:
        refusal = ""
        try:
            await take(answer)
        except ValueError as error:
            refusal = str(error)
        except Exception as error:
            refusal = problem_of(error).one_line
        if refusal:
            self.query_one(Complaint).complain(refusal)
        elif self.is_active:
            self.dismiss(answer)
        reading.set_result(not refusal)
