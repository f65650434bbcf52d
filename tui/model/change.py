"""One change of an invocation, as a line for people and as an object for programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tui.model.export import members, time_text
from tui.model.invocation import Invocation, Status, duration

NEW = "new"
"""What stands in place of the status that an invocation had before it was known."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an invocation.

    Attributes:
        at: When it was learnt; aware, UTC.
        row: As it is now.
        was: As it was; None for one that is new.
    """

    at: datetime
    row: Invocation
    was: Invocation | None = None

    @property
    def is_worth_telling(self) -> bool:
        """Whether anything became of it, rather than more known of it."""
        return self.was is None or _told(self.was) != _told(self.row)

    def line(self, arrow: str = "→", *, is_among_contexts: bool = False) -> str:
        """Time, id, target, both statuses, how long it took, and why it failed.

        Args:
            arrow: What stands between the statuses.
            is_among_contexts: Whether it is told which context it is of.
        """
        row = self.row
        before = self.was.status.value if self.was else NEW
        is_same = self.was is not None and self.was.status is row.status
        became = row.status.value if is_same else f"{before} {arrow} {row.status.value}"
        took = duration(row.took(self.at)) if row.status.is_terminal else ""
        context = row.context if is_among_contexts else ""
        parts = (time_text(self.at), context, row.id, row.model_id, became, took, _why(row))
        return "  ".join(filter(None, parts))

    def members(self) -> dict[str, object]:
        """The invocation as ``list`` prints it, with when it changed and what it was."""
        before = {"oldStatus": self.was.status.value} if self.was else {}
        return {"time": time_text(self.at), **before, **members(self.row)}


def _told(row: Invocation) -> tuple[Status, str]:
    return row.status, _why(row)


def _why(row: Invocation) -> str:
    """Why it failed, in whole or in part, or why nobody tells of it."""
    if row.parts and row.status is not Status.FAILED:
        return row.parts.one_line
    note = row.witness.note if row.witness and row.is_watched else ""
    return row.failure_message or note
