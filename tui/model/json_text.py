"""A JSON text laid out for reading: its numbers, strings and names stay as they were written.

A long one is laid out piece by piece, so that other threads get their turn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from tui.model.document import with_flat_numbers
from tui.model.json_signs import UnevenError, before_last, closing, nested, windows

_OPEN_NUMBERS = re.compile(r"\[\n\s*-?\d[-+\d.eE,\s]*\Z")
_MORE_NUMBERS = re.compile(r"[-+\d.eE,\s]*")

_AT_ONCE = 512 * 1024
"""Characters that are formatted in one go, at most, but for a longer string: 5 to 10 ms."""

_LONGEST = 16_000_000
"""Characters of a text that is laid out: indents may be many times what they indent."""


def laid_out(text: str) -> str | None:
    """The text with a line for each member, and a list of numbers on one.

    Returns:
        None where it is not JSON, or would become too long.
    """
    try:
        return "".join(_with_flat_numbers(_formatted(text)))
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError, UnevenError, _UnfitError):
        return None


class _UnfitError(ValueError):
    """The text is no JSON, or becomes too long."""


def _formatted(text: str) -> Iterator[str]:
    """The text, indented, in pieces that each end before a comma.

    To be formatted alone, a piece stands within brackets like those that are open where it begins
    and ends; they are cut off again.

    Raises:
        _UnfitError: It is no JSON, or becomes too long.
        UnevenError: Its brackets do not fit.
        msgspec.DecodeError: It is no JSON.
    """
    start, left, opened = 0, _LONGEST, b""
    while start <= len(text):
        end, bare = _piece(text, start)
        piece, before = text[start:end], opened
        opened, deepest = nested(bare, before)
        lines = sum(map(bare.count, ",[]{}")) + len(before) + len(opened)
        is_last = end == len(text)
        if len(piece) + 2 * deepest * lines > left:
            raise _UnfitError
        # What is amiss at a cut would be mended by the brackets: [1, and ] are [1] and [].
        if before and piece.lstrip()[:1] in ("", ",", "]", "}"):
            raise _UnfitError
        if is_last == bool(opened) or (opened and piece.rstrip()[-1:] in ("[", "{")):
            raise _UnfitError
        whole = msgspec.json.format(_opening(before) + piece + closing(opened), indent=2)
        part = whole[_length_before(before) : len(whole) - _length_after(opened)]
        part = f"{_line_feed(before)}{part}{',' * (not is_last)}"
        left -= len(part)
        yield part
        start = end + 1


def _piece(text: str, start: int) -> tuple[int, str]:
    """As much as is worked on at once: where its last comma between values is, or the end.

    Returns:
        Where it ends, and what of it stands in no string.
    """
    bare = list[str]()
    for end, in_turn in windows(text, start, _AT_ONCE):
        if end < len(text) and (found := before_last(in_turn, ",")):
            return end - found[1], "".join(bare + found[0])
        bare += in_turn[::2]
    return len(text), "".join(bare)


def _opening(opened: bytes) -> str:
    """Brackets for what follows to be a value in them, or a member."""
    return opened.decode().replace("{", '{"":').removesuffix('"":')


def _length_before(opened: bytes) -> int:
    """Characters of the opening, formatted: each bracket and name, and the next line's indent."""
    names = opened[:-1].count(b"{")
    return sum(2 + 2 * depth for depth in range(1, len(opened) + 1)) + 4 * names


def _length_after(opened: bytes) -> int:
    """Characters of the closing, formatted: each line feed, indent and bracket."""
    return sum(2 + 2 * depth for depth in range(len(opened)))


def _line_feed(opened: bytes) -> str:
    return "\n" + "  " * len(opened) if opened else ""


def _with_flat_numbers(parts: Iterable[str]) -> Iterator[str]:
    """Indented JSON, of which each part ends after a comma, with lists of numbers on one line."""
    held: list[str] = []  # of a list of which there are but numbers so far
    for part in parts:
        if held:
            end = match.end() if (match := _MORE_NUMBERS.match(part)) else 0
            held.append(part[:end])
            if end == len(part):
                continue
            yield from map(_flat, held) if part[end] == "]" else held
            held, part = [], part[end:]
        part = with_flat_numbers(part)
        last = part.rfind("[")
        if last >= 0 and _OPEN_NUMBERS.match(part, last):
            held = [part[last:]]
            part = part[:last]
        yield part
    yield from held


def _flat(numbers: str) -> str:
    return " ".join(numbers.split()) + " "
