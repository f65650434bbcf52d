"""The commas and brackets of a JSON text, as far as they stand in no string."""

from __future__ import annotations

_NO_BRACKETS = bytes(set(range(256)) - set(b"[{]}"))
_CLOSED_BY = dict(zip(b"[{", b"]}", strict=True))


class UnevenError(ValueError):
    """A bracket closes what is not open."""


def between_strings(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where each stretch without a string begins and ends, in a part that begins outside of one."""
    found, left = list[tuple[int, int]](), start
    while (right := text.find('"', left, end)) >= 0:
        found.append((left, right))
        left = end_of_string(text, right, end)
    found.append((left, end))
    return found


def end_of_string(text: str, start: int, end: int) -> int:
    """Where the string that begins at ``start`` ends; one that does not, goes on to the end.

    A search for each quote lets other threads run, however long the string is: an expression for
    all of it would not, and would remember each escape.
    """
    quote = start
    while (quote := text.find('"', quote + 1, end)) >= 0:
        first = quote
        while text[first - 1] == "\\":
            first -= 1
        if (quote - first) % 2 == 0:
            return quote + 1
    return end


def nested(bare: str, before: bytes = b"") -> tuple[bytes, int]:
    """The brackets that are open behind a text, and how many of them are at most.

    Args:
        bare: A JSON text, or a part of one, without its strings.
        before: Those that are open before it.

    Raises:
        UnevenError: One closes what is not open.
    """
    opened, most = bytearray(before), len(before)
    for bracket in bare.encode("ascii", "ignore").translate(None, _NO_BRACKETS):
        if bracket in _CLOSED_BY:
            opened.append(bracket)
            if len(opened) > most:
                most = len(opened)
        elif not opened or _CLOSED_BY[opened.pop()] != bracket:
            raise UnevenError
    return bytes(opened), most


def closing(opened: bytes) -> str:
    """What closes brackets that are open."""
    return bytes(_CLOSED_BY[bracket] for bracket in reversed(opened)).decode()
