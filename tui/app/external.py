"""The person's own editor on the program's terminal, and the model input on its way through it.

What the editor saved and does not bring back is kept as a draft, or stands in the form after all.
"""

from __future__ import annotations

import asyncio
import os

from textual.app import App

from tui.app.bindings import keyed
from tui.app.widgets.request_fields import RequestFields
from tui.engine import editing
from tui.engine.draft import OpenDraft
from tui.engine.editing import EDITORS, Edited
from tui.engine.program import program_of
from tui.engine.session import Engine
from tui.model.form import MODEL_INPUT
from tui.model.problem import Problem, problem_of

NOT_EDITED = "the editor changed nothing; one with a window must be told to wait: code --wait"

KEPT = "the form keeps what it had"

LEVELLED = "its lines ended differently: here they all end alike; {edit.undo} takes it back"

RESCUED = "what was saved is a draft of its own: {form.drafts} lists it"

RESCUE_SECONDS = 2.0
"""How long the ledger may take to keep what was saved."""

RESCUED_HERE = "what was saved stands in the form; {edit.undo} takes it back"


class RoundTrip:
    """One trip to the editor and back."""

    def __init__(
        self, app: App[object], engine: Engine, fields: RequestFields, spare: OpenDraft
    ) -> None:
        """Take along what stands in the fields.

        Args:
            app: Its terminal is lent to the editor.
            engine: Whose settings say whether what was saved is kept.
            fields: They are frozen, and thaw as soon as the editor has ended.
            spare: The draft for what is saved and does not come back.
        """
        self._app = app
        self._engine = engine
        self._fields = fields
        self._texts = fields.texts
        self._spare = spare
        self._rescued = ""
        self._rescuing: asyncio.Task[Problem | None] | None = None

    async def make(self) -> None:
        """Put what comes back into the model input, or say why nothing does."""
        text = self._texts[MODEL_INPUT]
        try:
            edited = await self._edited(text)
        except Exception as error:
            self._fields.thaw()
            self._fields.refuse(problem_of(error), await self._where_rescued())
            return
        self._fields.thaw()
        self._fields.editor.replace(edited.text)
        if edited.trouble:
            self._fields.refuse(edited.trouble)
        elif self._fields.editor.text != edited.text:
            self._fields.say(keyed(LEVELLED), "$text-warning")
        else:
            self._fields.say(NOT_EDITED if edited.text == text else "", "$foreground-muted")

    async def _edited(self, text: str) -> Edited:
        """What the person makes of a text in their editor.

        Raises:
            ProblemError: There is no editor, it failed, or what it left cannot be taken.
        """
        editor = program_of(os.environ, *EDITORS)
        with self._app.suspend():
            return await editing.edit(text, editor, os.environ, self._rescue)

    def _rescue(self, saved: str) -> None:
        """Keep what the editor saved and did not bring back."""
        keeping = self._spare.keep({**self._texts, MODEL_INPUT: saved}, RESCUE_SECONDS)
        self._rescued = saved
        # The screen may be leaving, and its workers with it.
        self._rescuing = asyncio.get_running_loop().create_task(keeping)

    async def _where_rescued(self) -> str:
        """Say where is what was saved; where no draft has it, put it into the form."""
        if self._rescuing is None:
            return KEPT
        is_kept = await self._rescuing is None and self._engine.settings.history.keep_inputs
        if not is_kept:
            self._fields.editor.replace(self._rescued)
        return keyed(RESCUED if is_kept else RESCUED_HERE)
