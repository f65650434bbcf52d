"""The table's columns: what each says of an invocation, what it sorts by, and how many cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from tui.model.invocation import Invocation, Status, ago, coarse, duration
from tui.model.tag import tags_text

Order = str | float | datetime


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table.

    Attributes:
        id: Its name in the remembered layout and the sort order.
        title: Its heading.
        width: Cells that it likes to have.
        text: What it says of an invocation at a moment.
        order: What it sorts by: texts, numbers or moments, never mixed.
        least: Cells that it may be squeezed to where there is little room.
        most: Cells that it may grow to where there is much.
        is_relative: Whether its text changes as time passes.
    """

    id: str
    title: str
    width: int
    text: Callable[[Invocation, datetime], str]
    order: Callable[[Invocation], Order]
    least: int
    most: int
    is_relative: bool = False


_LAST_MOMENT = datetime.max.replace(tzinfo=timezone.utc)
_NO_LIMIT = 10_000


def _took(row: Invocation, now: datetime) -> str:
    if not row.status.is_known_to_aws:
        return "–"
    seconds = row.took(now)
    if row.status.is_terminal:
        return duration(seconds)
    return coarse(seconds) if seconds >= 10 else "<10s"


_ANSWERS = {
    Status.IN_PROGRESS: "waiting for the answer",
    Status.COMPLETED: "the answer is here",
    Status.UNKNOWN: "no answer came: nobody can ask again",
}

_AT_ENDPOINT = {
    Status.PENDING: "queues or runs",
    Status.OVERDUE: "time is up; watched on",
    Status.UNKNOWN: "no answer came: check before sending again",
}


def _result(row: Invocation, _now: datetime) -> str:
    if row.status is Status.FAILED:
        return row.failure_message or "failed without a message"
    if row.parts:
        return row.parts.one_line
    if row.is_waited_for:
        return _ANSWERS.get(row.status, "")
    if row.is_at_endpoint and row.status in _AT_ENDPOINT:
        return (row.witness and row.witness.note) or _AT_ENDPOINT[row.status]
    if row.status is Status.UNKNOWN and not row.invocation_arn:
        return "no answer came: being looked up"
    if row.status is Status.QUEUED:
        return "waits here for its turn"
    return row.s3_uri


def _heard(row: Invocation, now: datetime) -> str:
    return ago(row.heard, now) if row.heard else "never"


def _of(name: str, member: str, width: int, least: int, most: int) -> Column:
    """A column whose text is a member of the invocation, and what it sorts by too."""
    read: Callable[[Invocation], str] = attrgetter(member)
    return Column(name, name.upper(), width, lambda row, _: str(read(row)), read, least, most)


COLUMNS = {
    column.id: column
    for column in (
        Column(
            "status", "STATUS", 13, lambda row, _: row.status.value, attrgetter("status"), 13, 13
        ),
        _of("target", "model_id", 26, 11, 40),
        _of("id", "id", 12, 12, 12),
        Column(
            "submitted",
            "SUBMITTED",
            10,
            lambda row, now: ago(row.submit_time, now),
            attrgetter("submit_time"),
            least=10,
            most=10,
            is_relative=True,
        ),
        Column("took", "TOOK", 6, _took, lambda row: row.took(_LAST_MOMENT), 6, 6, True),
        Column("output", "OUTPUT", 20, _result, attrgetter("s3_uri"), 12, _NO_LIMIT),
        _of("region", "region", 14, 9, 14),
        _of("context", "context", 20, 9, 30),
        _of("account", "account", 12, 12, 12),
        _of("failure", "failure", 30, 12, _NO_LIMIT),
        Column(
            "tags",
            "TAGS",
            20,
            lambda row, _: tags_text(row.tags),
            lambda row: tags_text(row.tags),
            least=8,
            most=60,
        ),
        _of("prompt", "prompt", 30, 12, _NO_LIMIT),
        _of("origin", "origin", 9, 9, 9),
        Column(
            "heard",
            "HEARD",
            10,
            _heard,
            lambda row: row.heard.timestamp() if row.heard else 0.0,
            least=8,
            most=10,
            is_relative=True,
        ),
    )
}
"""Every column there is, by id. ``output`` says where the output is, or why there is none."""

SHOWN = ("status", "target", "id", "submitted", "took", "output")
"""The columns of a table that nobody has arranged."""


class Width(Struct, frozen=True):
    """A column in its place, and the cells that a person gave it; 0 lets the table decide."""

    id: str
    cells: int = 0


class Layout(Struct, frozen=True):
    """Which columns the table has, in which order, how wide, and what it sorts by.

    Attributes:
        columns: Left to right; at least one.
        sort: A column's id, shown or not.
        is_descending: Whether the largest comes first.
    """

    columns: tuple[Width, ...] = tuple(Width(name) for name in SHOWN)
    sort: str = "submitted"
    is_descending: bool = True

    @property
    def known(self) -> Layout:
        """The same without what this version does not know: it may have been kept by another."""
        columns = tuple(place for place in self.columns if place.id in COLUMNS)
        sort = self.sort if self.sort in COLUMNS else "submitted"
        return replace(self, columns=columns or Layout().columns, sort=sort)

    @property
    def with_heard(self) -> Layout:
        """The same with the age of each row's news: for when AWS does not answer."""
        return self._with("heard")

    @property
    def with_context(self) -> Layout:
        """The same with the context of each row: for when several are open."""
        return self._with("context")

    def _with(self, name: str) -> Layout:
        if any(place.id == name for place in self.columns):
            return self
        return replace(self, columns=(self.columns[0], Width(name), *self.columns[1:]))

    def sorted_by(self, name: str) -> Layout:
        """The same sorted by a column; turned round if it is the one it is sorted by already."""
        if name == self.sort:
            return replace(self, is_descending=not self.is_descending)
        return replace(self, sort=name, is_descending=name in ("submitted", "took", "heard"))

    def cells(self, room: int) -> list[int]:
        """Cells for each column in a table with room for so many; together they may need more.

        Where there is too little, the rightmost are squeezed first; where there is too much, the
        rightmost that may grow does, after those with a bound have reached it.
        """
        columns = [COLUMNS[place.id] for place in self.columns]
        given = [place.cells for place in self.columns]
        cells = [own or column.width for own, column in zip(given, columns, strict=True)]
        left = room - sum(cells) - len(cells)
        for index in reversed(range(len(cells))):
            if left < 0 and not given[index]:
                squeezed = min(cells[index] - columns[index].least, -left)
                cells[index] -= squeezed
                left += squeezed
        by_bound = sorted(range(len(cells)), key=lambda index: (columns[index].most, -index))
        for index in by_bound:
            if left > 0 and not given[index]:
                grown = min(columns[index].most - cells[index], left)
                cells[index] += grown
                left -= grown
        return cells


def following(sort: str, columns: Sequence[Width]) -> str:
    """The column to sort by after this one."""
    ids = [place.id for place in columns]
    return ids[(ids.index(sort) + 1) % len(ids)] if sort in ids else ids[0]
