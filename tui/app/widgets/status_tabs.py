"""The line above the table: how many rows there are of each status, and which are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.app.text import glyph, gutter, status_style
from tui.model.invocation import Status
from tui.model.view import statuses_of

TABS = (
    None,
    Status.QUEUED,
    Status.IN_PROGRESS,
    Status.OVERDUE,
    Status.COMPLETED,
    Status.FAILED,
    Status.UNKNOWN,
)
"""The statuses that the table can be narrowed to; None is all of them."""

_RARE = (Status.QUEUED, Status.OVERDUE)

_WORDS = {
    None: "All",
    Status.QUEUED: "Queued",
    Status.IN_PROGRESS: "Pending",
    Status.OVERDUE: "Overdue",
    Status.COMPLETED: "Completed",
    Status.FAILED: "Failed",
    Status.UNKNOWN: "Unknown",
}


class StatusTabs(Widget):
    """All and each status, with counts; on the right how many rows are marked.

    Queued and Overdue are there while something is.
    """

    counts: reactive[tuple[int, ...]] = reactive((0,) * len(TABS))
    """How many rows each of ``TABS`` has."""

    active: reactive[Status | None] = reactive(None)
    """The tab that is shown."""

    is_queue_paused: reactive[bool] = reactive(False)
    """Whether what is queued waits until it is told to go on."""

    marked: reactive[tuple[int, int]] = reactive((0, 0))
    """How many rows are marked, and how many of those are not shown."""

    @dataclass
    class TabChosen(Message):
        """A tab was clicked."""

        tab: Status | None

    def count(self, counts: Mapping[Status, int]) -> None:
        """Take the counts of the board."""
        held = (statuses_of(tab) for tab in TABS if tab)
        each = (sum(counts.get(status, 0) for status in statuses) for statuses in held)
        self.counts = (sum(counts.values()), *each)

    def following(self, by: int) -> Status | None:
        """The tab so many to the right of the active one, round the end."""
        tabs = [tab for tab, _ in self._counted()]
        return tabs[(tabs.index(self.active) + by) % len(tabs)]

    def render(self) -> Content:
        """The tabs, and the marks: as a sign where the words do not fit, over the last tabs."""
        tabs = Content("  ").join(part for _, part in self._parts())
        note = self._note(beside=tabs.cell_length)
        if not note:
            return tabs
        left = tabs.truncate(self._room(note), ellipsis=True, pad=True)
        return Content("").join([left, Content(" "), Content.styled(note, "$text-muted")])

    def on_click(self, event: events.Click) -> None:
        """Choose the tab under the pointer."""
        right, parts = 0, self._parts()
        note = self._note(beside=sum(part.cell_length + 2 for _, part in parts) - 2)
        if note and event.x >= self._room(note):
            return
        for tab, part in parts:
            right += part.cell_length + 2
            if event.x < right:
                self.post_message(self.TabChosen(tab))
                return

    def _parts(self) -> list[tuple[Status | None, Content]]:
        """The tabs in words or, where those do not fit beside the note, as signs."""
        words = self._written(is_short=False)
        length = sum(part.cell_length + 2 for _, part in words) + len(self._note())
        return words if length <= self.size.width else self._written(is_short=True)

    def _note(self, beside: int = 0) -> str:
        """What to say of the marks beside tabs of that width."""
        marked, hidden = self.marked
        note = f"{marked:,} marked" * bool(marked) + f", {hidden:,} hidden" * bool(hidden)
        is_short = bool(note) and len(note) + 2 > self.size.width - beside
        return f"{gutter(False, True)}{marked:,}" if is_short else note

    def _room(self, note: str) -> int:
        """How wide the tabs may be beside a note."""
        return max(0, self.size.width - len(note) - 1)

    def _counted(self) -> list[tuple[Status | None, int]]:
        """The tabs that are there now, and their counts."""
        return [
            (tab, count)
            for tab, count in zip(TABS, self.counts, strict=True)
            if count or tab is self.active or tab not in _RARE
        ]

    def _written(self, *, is_short: bool) -> list[tuple[Status | None, Content]]:
        written = []
        for tab, count in self._counted():
            sign = f"{glyph(tab)} " if tab else ""
            is_paused = tab is Status.QUEUED and self.is_queue_paused
            text = f"{sign}{count:,}" if is_short and tab else f"{sign}{_WORDS[tab]} {count:,}"
            text += " paused" * is_paused
            style = status_style(tab) if tab and count else "$text-muted"
            part = Content.styled(text, style if tab else "")
            written.append((tab, part.stylize("bold underline") if tab is self.active else part))
        return written
