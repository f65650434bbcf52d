"""Which rows of a text folds hide, and where the others come then."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable


class Hidden:
    """Rows that are hidden, in ranges; of two in each other the outer one counts."""

    def __init__(self, rows: int, ranges: Iterable[range] = ()) -> None:
        """Hide rows.

        Args:
            rows: How many rows there are in all.
            ranges: Those that are hidden, in any order; two of them lie in or beside each other.
        """
        self._starts: list[int] = []
        self._stops: list[int] = []
        self._places: list[int] = []  # where the first row behind each range comes
        count, stop = 0, 0
        for hidden in sorted(filter(len, ranges), key=lambda each: (each.start, -each.stop)):
            if hidden.start >= stop:
                stop = hidden.stop
                self._starts.append(hidden.start)
                self._stops.append(stop)
                self._places.append(hidden.start - count)
                count += len(hidden)
        self.seen = rows - count

    def row(self, place: int) -> int:
        """The row that comes at a place, from 0, among those that are not hidden."""
        at = bisect_right(self._places, place) - 1
        return place if at < 0 else self._stops[at] + place - self._places[at]

    def place(self, row: int) -> int:
        """Where a row comes; of one that is hidden, where the row comes that hides it."""
        at = bisect_right(self._starts, row) - 1
        if at < 0:
            return row
        return self._places[at] + max(-1, row - self._stops[at])
