"""What the table shows of the board: a filter and an order → the keys to show, kept in order."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import overload

from sortedcontainers import SortedList

from tui.model.board import Changes, Rows
from tui.model.columns import COLUMNS, Order
from tui.model.filter import Filter
from tui.model.haystack import Haystack
from tui.model.invocation import Invocation, Key, Status

_Place = tuple[Order, datetime | float, Key]
"""What a row is sorted by: the column's value, its age for ties, and its key."""

_PENDING = (Status.IN_PROGRESS, Status.PENDING)


def statuses_of(tab: Status) -> tuple[Status, ...]:
    """The statuses that a tab holds: what an endpoint has taken is pending, too."""
    return _PENDING if tab in _PENDING else (tab,)


@dataclass(frozen=True, slots=True)
class View:
    """What a person chose to see.

    Attributes:
        filter: What the rows must hold.
        tab: The status that they must have, or one like it; None for any.
        sort: A column's id.
        is_descending: Whether the largest comes first.
    """

    filter: Filter = field(default_factory=Filter)
    tab: Status | None = None
    sort: str = "submitted"
    is_descending: bool = True

    def __bool__(self) -> bool:
        """Whether it may hide anything."""
        return bool(self.filter) or self.tab is not None

    def keeps(self, row: Invocation) -> bool:
        """Whether it shows a row."""
        is_in_tab = self.tab is None or row.status in statuses_of(self.tab)
        return is_in_tab and self.filter.keeps(row)

    def select(self, rows: Iterable[Invocation], haystack: Haystack) -> list[Invocation]:
        """The rows that it shows of all there are, in no order."""
        kept = self.filter.select(list(rows), haystack)
        if self.tab is None:
            return kept
        wanted = statuses_of(self.tab)
        return [row for row in kept if row.status in wanted]


class Listing(Sequence[Key]):
    """The keys that a view shows of a board, in order; ties keep the newest first.

    It follows the board by its changes: a change of a few rows costs no walk over all of them.
    """

    def __init__(self, board: Rows, view: View) -> None:
        self._board = board
        self._haystack = Haystack()
        self.show(view)

    @overload
    def __getitem__(self, line: int) -> Key: ...
    @overload
    def __getitem__(self, line: slice) -> list[Key]: ...
    def __getitem__(self, line: int | slice) -> Key | list[Key]:
        """The key on a line, or those on some lines; lines count from 0."""
        if isinstance(line, slice):
            return [self[index] for index in range(*line.indices(len(self)))]
        key: Key = self._places[~line if self.view.is_descending else line][-1]
        return key

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: object) -> bool:
        return key in self._place_of

    def line(self, key: Key | None) -> int | None:
        """The line that a key stands on; None where it is not shown."""
        place = self._place_of.get(key or "")
        if place is None:
            return None
        index: int = self._places.bisect_left(place)
        return len(self._places) - 1 - index if self.view.is_descending else index

    def show(self, view: View) -> None:
        """Look at the whole board in another way."""
        self.view = view
        places = self._placed(view.select(self._board, self._haystack))
        self._places = SortedList(places)
        self._place_of = {place[-1]: place for place in places}

    def follow(self, changes: Changes) -> None:
        """Take in what changed on the board."""
        for key in changes.added | changes.updated | changes.removed | changes.renamed.keys():
            if place := self._place_of.pop(key, None):
                self._places.remove(place)
        rows = map(self._board.get, changes.added | changes.updated)
        for place in self._placed([row for row in rows if row and self.view.keeps(row)]):
            self._place_of[place[-1]] = place
            self._places.add(place)

    def _placed(self, rows: Sequence[Invocation]) -> list[_Place]:
        """What the rows are sorted by."""
        age = attrgetter("submit_time") if self.view.is_descending else _age
        order, key = COLUMNS[self.view.sort].order, attrgetter("key")
        return list(zip(map(order, rows), map(age, rows), map(key, rows), strict=True))


def _age(row: Invocation) -> float:
    return -row.submit_time.timestamp()


def unseen(rows: Sequence[Invocation], shown: Container[Key]) -> str:
    """What to add to a question about rows of which some are not shown; empty where all are."""
    count = sum(row.key not in shown for row in rows)
    if not count:
        return ""
    return ", which is not shown" if len(rows) == 1 else f", {count:,} of them not shown"
