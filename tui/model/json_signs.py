"""The commas and brackets of a JSON text, as far as they stand in no string."""

from __future__ import annotations

import re

# A string that does not end goes on to the end of the text: looking for none twice takes no time.
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[{]}"))
_CLOSED_BY = dict(zip(b"[{", b"]}", strict=True))


class UnevenError(ValueError):
    """A bracket closes what is not open."""


def between_strings(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where each stretch without a string begins and ends, in a part that begins outside of one."""
    found, left = list[tuple[int, int]](), start
    for string in _STRING.finditer(text, start, end):
        right, following = string.span()
        found.append((left, right))
        left = following
    found.append((left, end))
    return found


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
