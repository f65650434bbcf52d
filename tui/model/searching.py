"""Words looked for in the rows of a text. A capital letter among them minds the case."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

MOST = 10_000
"""Places that are found, at most."""


class Match(NamedTuple):
    """A place.

    Attributes:
        row: The row that it begins in.
        start: Its first character there, from 0.
    """

    row: int
    start: int


def pattern_of(words: str) -> re.Pattern[str]:
    """What finds the words as they are typed; without a capital letter, in any case."""
    return re.compile(re.escape(words), 0 if words != words.lower() else re.IGNORECASE)


def matches(rows: Sequence[str], words: str) -> list[Match]:
    """Where the words stand in the rows, in order, ``MOST`` of them at most.

    A match that a fold cuts is found by what stands on either side of it alone.
    """
    pattern, found = pattern_of(words), list[Match]()
    for number, row in enumerate(rows):
        found += [Match(number, match.start()) for match in pattern.finditer(row)]
        if len(found) > MOST:
            return found[:MOST]
    return found


def nearest(found: Sequence[Match], row: int, by: int, *, is_there_too: bool = False) -> int:
    """Which match comes next; behind the last comes the first, and before the first the last.

    Args:
        found: All of them, in order; one at least.
        row: From which row on.
        by: 1 for one that follows, -1 for one before.
        is_there_too: Whether one that follows may be in the row itself.
    """
    look = bisect_right if by > 0 and not is_there_too else bisect_left
    at = look(found, row, key=lambda match: match.row)
    return (at if by > 0 else at - 1) % len(found)
