"""What the table shows of the board: columns, filter and order → the keys to show, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timezone

from tui.model.invocation import Invocation, Key, Status, ago, coarse, duration


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table.

    Attributes:
        id: Its name in the configuration and the sort order.
        title: Its heading.
        width: Cells it takes; 0 takes what the others leave.
        text: What it says of an invocation at a moment.
        order: What it sorts by.
        is_relative: Whether its text changes as time passes.
    """

    id: str
    title: str
    width: int
    text: Callable[[Invocation, datetime], str]
    order: Callable[[Invocation], object]
    is_relative: bool = False


_LAST_MOMENT = datetime.max.replace(tzinfo=timezone.utc)


def _took(row: Invocation, now: datetime) -> str:
    if row.status is Status.UNKNOWN:
        return "–"
    seconds = row.took(now)
    return duration(seconds) if row.status.is_terminal else coarse(seconds)


def _result(row: Invocation, _now: datetime) -> str:
    if row.status is Status.FAILED:
        return row.failure_message or "failed without a message"
    if row.status is Status.UNKNOWN and not row.invocation_arn:
        return "no answer came: being looked up"
    return row.s3_uri


COLUMNS = (
    Column("status", "STATUS", 13, lambda row, _: row.status.value, lambda row: row.status.value),
    Column("target", "TARGET", 26, lambda row, _: row.model_id, lambda row: row.model_id),
    Column("id", "ID", 12, lambda row, _: row.id, lambda row: row.id),
    Column(
        "submitted",
        "SUBMITTED",
        10,
        lambda row, now: ago(row.submit_time, now),
        lambda row: row.submit_time,
        is_relative=True,
    ),
    Column("took", "TOOK", 6, _took, lambda row: row.took(_LAST_MOMENT), is_relative=True),
    Column("output", "OUTPUT", 0, _result, lambda row: row.s3_uri),
)
"""The table's columns, left to right. The last says where the output is, or why there is none."""


@dataclass(frozen=True, slots=True)
class View:
    """What a person chose to see.

    Attributes:
        words: The filter: every word must occur in the invocation's searchable text; a word
            ``status:…``, ``model:…`` or ``id:…`` looks in that field alone, ``!`` negates.
        sort: A column's id.
        is_descending: Whether the largest comes first.
    """

    words: str = ""
    sort: str = "submitted"
    is_descending: bool = True

    def keys(self, rows: Iterable[Invocation]) -> list[Key]:
        """The keys of the rows that pass the filter, in order; ties keep the newest first."""
        tests = [_test(word) for word in self.words.split() if word != "!"]
        shown = [row for row in rows if all(test(row) for test in tests)]
        shown.sort(key=lambda row: (row.submit_time, row.key), reverse=True)
        if self.sort != "submitted" or not self.is_descending:
            order = next(column.order for column in COLUMNS if column.id == self.sort)
            shown.sort(key=order, reverse=self.is_descending)  # type: ignore[arg-type]
        return [row.key for row in shown]


def _test(word: str) -> Callable[[Invocation], bool]:
    if word.startswith("!") and len(word) > 1:
        positive = _test(word[1:])
        return lambda row: not positive(row)
    field, colon, value = word.lower().partition(":")
    fields: dict[str, Callable[[Invocation], str]] = {
        "status": lambda row: "pending" if row.is_pending and value == "pending" else row.status,
        "model": lambda row: row.model_id,
        "id": lambda row: row.id,
    }
    if colon and field in fields:
        read = fields[field]
        return lambda row: value in read(row).lower()
    needle = word.lower()
    return lambda row: needle in _searchable(row)


def _searchable(row: Invocation) -> str:
    parts = (row.status.value, row.model_id, row.id, row.s3_uri, row.failure_message)
    return " ".join(parts).lower()
