"""A screen over a table of invocations: which rows are meant, and what went wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tui.app.screens import table_wording
from tui.app.screens.working import WorkingScreen
from tui.app.widgets.table import InvocationTable
from tui.engine.contexts import Contexts
from tui.model.facts import failure_of
from tui.model.invocation import Invocation, Key, Status
from tui.model.problem import Problem

if TYPE_CHECKING:
    from tui.model.outputs import OutputObject

FOR_ROWS = frozenset(
    {"again", "copy", "copy_as", "download", "forget", "open", "retry", "share", "tab", "view"}
    | {"mark", "mark_range", "mark_all"}
)
"""The actions that want a row."""


class RowsScreen(WorkingScreen[None]):
    """What is done to the marked rows, or to the chosen one, is done from here."""

    def __init__(self, contexts: Contexts) -> None:
        super().__init__()
        self._contexts = contexts

    @property
    def _table(self) -> InvocationTable:
        return self.query_one(InvocationTable)

    @property
    def chosen(self) -> Invocation | None:
        """The invocation under the cursor."""
        return self._contexts.board.get(self._table.cursor)

    @property
    def standing(self) -> Problem | None:
        """See ``WorkingScreen``; why the row failed is in the detail, and comes first there."""
        failure = failure_of(self.chosen) if self.chosen else None
        other = super().standing
        return failure if failure and (self.focused is not self._table or not other) else other

    def pages(self, problems: Sequence[Problem]) -> list[tuple[str, Problem]]:
        """See ``WorkingScreen``; with what fails in one of several contexts, all that fails."""
        found = self._contexts.in_trouble
        held = [(each, each.dispatch.trouble) for each in self._contexts.open_ones]
        found += [(each, why) for each, why in held if why and (each, why) not in found]
        told = [(engine.context.title, each) for engine, each in found]
        others = [("", each) for each in problems if each not in [why for _, why in found]]
        is_of_one = self._contexts.is_one or len(others) == len(problems)
        return super().pages(problems) if is_of_one else [*others, *told]

    @property
    def _meant(self) -> Iterator[Invocation]:
        """What an action is for: the marked rows or, where none is, the one under the cursor."""
        keys = self._table.marked or {self._table.cursor}
        return (row for key in keys if (row := self._contexts.board.get(key)))

    @property
    def _targets(self) -> list[Invocation]:
        """The same, the newest first."""
        return sorted(self._meant, key=lambda row: row.submit_time, reverse=True)

    @property
    def unkept_answers(self) -> int:
        """How many answers are waited for, or are not in the ledger although they should be."""
        return self._contexts.unkept_answers

    @property
    def queued(self) -> int:
        """How many wait here to be sent."""
        return self._contexts.board.counts[Status.QUEUED]

    def go_to(self, key: Key | None) -> None:
        """Put the cursor on an invocation, if there is one to go to."""
        raise NotImplementedError

    def recount(self) -> None:
        """See anew how many rows there are of what."""
        raise NotImplementedError

    def chosen_output(self, key: Key) -> OutputObject | None:
        """The object of an invocation under the detail's cursor, where that is in sight."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer for rows what there are rows for."""
        return self.chosen is not None or action not in FOR_ROWS

    def why_not(self, action: str) -> str:
        """What an action lacks."""
        lacks_row = action in FOR_ROWS and self.chosen is None
        return table_wording.no_row(self._contexts) if lacks_row else table_wording.why_not(action)
