"""What the table says of a row once, and never again."""

from __future__ import annotations

from collections.abc import Iterable, Set

from tui.app import notice
from tui.app.bindings import key_of
from tui.model.invocation import Invocation, Key, Status


class Telling:
    """Knows of which rows it has spoken."""

    def __init__(self) -> None:
        self._told: set[Key] = set()

    def missing(self, keys: Set[Key]) -> str:
        """That there are submissions which may be sent again; empty where that is known."""
        new = keys - self._told
        self._told |= new
        if not new:
            return ""
        count = "a submission" if len(new) == 1 else f"{len(new)} submissions"
        how = f"{key_of('table.again')} on the row sends it again"
        return f"AWS does not list {count} without an answer: {how}"

    def overdue(self, rows: Iterable[Invocation]) -> str:
        """That the time of some inferences is up; empty where it is not, or that is known."""
        late = [row for row in rows if row.status is Status.OVERDUE and row.key not in self._told]
        self._told.update(row.key for row in late)
        return notice.overdue(late) if late else ""
