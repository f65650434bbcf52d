"""Which brackets of a JSON text belong together. Those in strings belong to nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

REACH = 200_000
"""Characters that are searched for a partner, at most, when it has to be fast."""

_LEAST = 20
"""Characters that a line counts as, at least: searching none of a line takes its time, too."""

Place = tuple[int, int]
"""A line and a column, both from 0."""

_PARTNERS = {"{": "}", "[": "]", "}": "{", "]": "["}
_OPENING = frozenset("{[")
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]')


@dataclass(frozen=True, slots=True)
class Pair:
    """A bracket, and the one that belongs to it.

    Attributes:
        bracket: Where the first one stands.
        partner: Where the other one stands; None when there is none.
    """

    bracket: Place
    partner: Place | None


def pair_at(lines: Sequence[str], cursor: Place, reach: int = REACH) -> Pair | None:
    """The bracket that the cursor stands on, else the one right before it, and its partner.

    Args:
        lines: All of the text.
        cursor: Where the cursor stands, at most behind the last character of its line.
        reach: How many characters to look at, from the beginning of the bracket's line on.

    Returns:
        None when there is no bracket, or when the search ended before it was decided.
    """
    row, column = cursor
    line = lines[row]
    for at in (column, column - 1):
        if 0 <= at < min(len(line), reach) and line[at] in _PARTNERS:
            return _pair(lines, (row, at), reach) if at in _brackets(line, 0, at + 1) else None
    return None


def _pair(lines: Sequence[str], bracket: Place, reach: int) -> Pair | None:
    is_forward = lines[bracket[0]][bracket[1]] in _OPENING
    open_: list[str] = []
    for row, start, end in _parts(lines, bracket, is_forward):
        if end - start > reach and not is_forward:
            return None
        found = _brackets(lines[row], start, min(end, start + reach))
        for column in found if is_forward else reversed(list(found)):
            char = lines[row][column]
            if (char in _OPENING) is is_forward:
                open_.append(char)
            elif char != _PARTNERS[open_.pop()]:
                return Pair(bracket, None)
            elif not open_:
                return Pair(bracket, (row, column))
        reach -= max(end - start, _LEAST)
        if reach < 0:
            return None
    return Pair(bracket, None)


def _parts(lines: Sequence[str], place: Place, is_forward: bool) -> Iterator[tuple[int, int, int]]:
    """Where to search, the nearest first: a line, its first column, and behind its last one."""
    row, column = place
    if is_forward:
        yield row, column, len(lines[row])
    else:
        yield row, 0, column + 1
    for other in range(row + 1, len(lines)) if is_forward else range(row - 1, -1, -1):
        yield other, 0, len(lines[other])


def _brackets(line: str, start: int, end: int) -> Iterator[int]:
    """The columns of the brackets between two columns, the first of which is in no string."""
    for match in _STRING_OR_BRACKET.finditer(line, start, end):
        if line[match.start()] != '"':
            yield match.start()
