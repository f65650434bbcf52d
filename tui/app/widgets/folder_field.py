"""The field of a folder in S3: completion, what its placeholders become, and a look at it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from tui.app.completion import PlaceCompletion
from tui.app.widgets.completed_field import CompletedField
from tui.app.widgets.line import Line
from tui.engine import destination
from tui.engine.destination import Look
from tui.engine.session import Engine
from tui.model import placeholder
from tui.model.outputs import Place, place_of
from tui.model.problem import problem_of

LOOKING = "looking"
"""The group of the workers that look at a place."""


class FolderField(CompletedField):
    """Where something goes: the outputs, or an input from here."""

    def __init__(self, engine: Engine, name: str, label: str, hint: str) -> None:
        completion = PlaceCompletion(engine.offers, engine.board)
        super().__init__(name, label, hint, completion)
        self._engine = engine
        self._asked: object = None  # stands for the last look; another one's result is late

    def compose(self) -> ComposeResult:
        """The line, what is said of it, and what a look found."""
        yield from super().compose()
        yield Line(classes="holds", hides_when_empty=True)
        yield Line(classes="lacks", hides_when_empty=True)

    def show_filled(self, known: Mapping[str, str]) -> None:
        """Show what the text becomes at submission, where that reads differently.

        Args:
            known: What the placeholders stand for.
        """
        typed = self.input.value.strip()
        try:
            filled = placeholder.fill(typed, known)
        except ValueError:
            filled = typed  # the complaint says it
        self.show_becomes(filled if filled != typed else "")

    def complain(self, text: str, *, is_warning: bool = False) -> None:
        """Say what is wrong with the field; what it becomes matters no more then."""
        super().complain(text, is_warning=is_warning)
        if text and not is_warning:
            self.show_becomes("")

    def look(self, uri: str, fault: str, kms_key_id: str = "", owner: str = "") -> bool:
        """Look whether objects can go there, and say what was found; nothing waits for it.

        Args:
            uri: The folder, with its placeholders filled in.
            fault: What is wrong with the URI, or nothing.
            kms_key_id: The ARN of the key that shall encrypt them, or empty.
            owner: The account that the bucket must belong to, or empty.

        Returns:
            Whether there is a folder to look at.
        """
        self.forget()
        place = place_of(uri)
        if place is None or fault:
            self.complain(fault or "an s3:// URI like s3://bucket/prefix/")
            return False
        self._say(f"looking at {place} …")
        # Not a worker of this widget: leaving the form must not keep it from tidying up.
        asked = self._asked = object()
        looking = self._look(asked, place, kms_key_id, owner)
        self.app.run_worker(looking, group=LOOKING, exit_on_error=False)
        return True

    def forget(self) -> None:
        """Forget what a look found, or will find."""
        self._asked = None
        self._say("")

    async def _look(self, asked: object, place: Place, kms_key_id: str, owner: str) -> None:
        try:
            found = await destination.look(self._engine.aws, place, kms_key_id, owner)
        except Exception as error:
            found = Look(problems=(problem_of(error),))
        if asked is self._asked and self.is_attached:
            self._show(found)

    @on(Input.Changed)
    def _typed(self) -> None:
        self.forget()

    def _show(self, found: Look) -> None:
        lacks = (replace(each, message=each.cause or each.message) for each in found.problems)
        told = "\n".join(problem.one_line for problem in lacks)
        self._say("\n".join(f"ok      {words}" for words in found.holds), told)

    def _say(self, holds: str, lacks: str = "") -> None:
        self.query_one(".holds", Line).say(holds, keep_lines=True)
        self.query_one(".lacks", Line).say(lacks, keep_lines=True)
        if holds or lacks:
            self.call_after_refresh(self.scroll_visible, animate=False)
