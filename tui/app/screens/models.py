"""The model picker: every model that is known, with what it makes and needs."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui.app.bindings import written
from tui.app.screens.picker import NAME_CELLS, PickerScreen
from tui.app.text import safe
from tui.engine.session import Engine
from tui.model import model_list
from tui.model.form import ASYNC
from tui.model.model_list import ModelEntry
from tui.model.problem import Problem
from tui.model.recent import recent_models
from tui.model.text import fit, printable

MAKES_CELLS = 10


class ModelScreen(PickerScreen[ModelEntry]):
    """Chooses a model."""

    HEADING = "Models"
    HINT = "words, or any id or ARN"
    ASKED = "the account's own models are being asked for…"

    def __init__(self, engine: Engine, current: str, operation: str) -> None:
        """List the models.

        Args:
            engine: What it knows of them.
            current: The form's model.
            operation: The form's operation; models for it come first.
        """
        self._engine = engine
        self._is_async = operation == ASYNC
        self._recent = recent_models(engine.board, operation=operation)
        super().__init__(current)

    @property
    def is_asked(self) -> bool:
        """See ``PickerScreen``."""
        return self._engine.offers.listed is not None

    async def ask(self) -> None:
        """See ``PickerScreen``."""
        await self._engine.offers.models()

    def refused(self, problem: Problem) -> str:
        """See ``PickerScreen``."""
        if problem.kind == "AccessDeniedException":
            return "the account's own are not shown: no bedrock:ListFoundationModels"
        return f"the account's own are not shown: {problem.one_line}"

    def entries(self) -> list[ModelEntry]:
        """See ``PickerScreen``."""
        found, now = self._engine.offers.listed, self._engine.clock()
        return model_list.entries(self._recent, found, now, is_async=self._is_async)

    def matching(self, known: Sequence[ModelEntry], words: str) -> list[ModelEntry]:
        """See ``PickerScreen``."""
        return model_list.matching(known, words)

    def name_of(self, entry: ModelEntry) -> str:
        """Its id."""
        return entry.model_id

    def line(self, entry: ModelEntry) -> Content:
        """Its id, what it makes, and what to know of it."""
        makes = entry.does.partition(" from ")[0]
        is_other = entry.is_async is False if self._is_async else entry.is_async_only
        only = "InvokeModel only" if entry.is_async is False else ""
        marks = ["recent" if entry.is_recent else "", entry.lifecycle]
        marks += ["StartAsyncInvoke only" if entry.is_async_only and is_other else only]
        marks += ["not listed" if entry.is_listed is False else ""]
        words = printable(" · ".join(filter(None, marks)))
        style = "$text-warning" if entry.lifecycle or is_other else ""
        return (
            safe(f"{fit(printable(entry.model_id), NAME_CELLS)} ", keep_lines=False)
            + safe(f"{fit(printable(makes), MAKES_CELLS)} ", "$foreground-muted", keep_lines=False)
            + safe(words, style, keep_lines=False)
        )

    def about(self, entry: ModelEntry) -> str:
        """Its name, what it does, and what to know of it."""
        takes = "takes StartAsyncInvoke" if entry.is_async else ""
        lines = [entry.title or entry.model_id, entry.does]
        lines += [" · ".join(filter(None, (takes, entry.remark)))]
        return "\n".join(filter(None, lines))

    def about_typed(self, name: str) -> str:
        """That it is taken, and what speaks against it."""
        doubts = [f"not {fault.expected}" for fault in self._engine.offers.warnings(name)]
        return "\n".join([f"{written('enter')} takes {name} as it is", *doubts])
