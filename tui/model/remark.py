"""One line of what a model made, and the words that such lines have in common. Reads nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from tui.model.explanation import explain_failure
from tui.model.parts import Parts

_BAD = ("ABORT", "ERROR", "FAIL", "PARTIAL")
"""In the statuses of what did not come out whole: FAILURE, Failed, PARTIAL_SUCCESS."""

_MOST_RANGES = 8


@dataclass(frozen=True, slots=True)
class Remark:
    """A name and a text, which is foreign.

    Attributes:
        name: What it is about.
        text: What it says.
        is_bad: Whether something failed.
        parts: What one object's remarks count together, on the first of them.
    """

    name: str
    text: str
    is_bad: bool = False
    parts: tuple[Parts, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a part, in the service's words; each may be empty.

    Attributes:
        status: ``SUCCESS``, ``FAILURE``, …
        reason: The short name of a failure.
        message: The long one.
    """

    status: str
    reason: str = ""
    message: str = ""

    @property
    def is_bad(self) -> bool:
        """Whether it failed, or a part of it; a reason alone says so as well."""
        status = self.status.upper()
        return any(word in status for word in _BAD) or (not status and bool(self.why))

    @property
    def is_partial(self) -> bool:
        """Whether a part of it alone failed."""
        return "PARTIAL" in self.status.upper()

    @property
    def why(self) -> str:
        """The reason and the message of a failure."""
        return ": ".join(filter(None, (self.reason, self.message)))

    def __str__(self) -> str:
        return " · ".join(filter(None, (self.status, self.why)))


def counting(said: Iterable[Remark], *parts: Parts) -> list[Remark]:
    """The remarks, with what they count together."""
    return [replace(remark, parts=() if at else parts) for at, remark in enumerate(said)]


def ranges(numbers: Iterable[int]) -> str:
    """Ascending numbers with neighbours drawn together, cut where they are many.

    >>> ranges([1, 2, 3, 5])
    '1–3, 5'
    """
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    texts = [f"{first}–{last}" if last > first else f"{first}" for first, last in found]
    return ", ".join(texts[:_MOST_RANGES]) + ", …" * (len(texts) > _MOST_RANGES)


def remedies(*failures: str) -> Iterator[Remark]:
    """What to do about the first of the failures that anything is known of."""
    known = (explain_failure(failure).remedy for failure in failures if failure)
    if remedy := next(filter(None, known), ""):
        yield Remark("remedy", remedy)
