"""The commas and brackets of a JSON text, as far as they stand in no string."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_NO_BRACKETS = bytes(set(range(256)) - set(b"[{]}"))
_CLOSED_BY = dict(zip(b"[{", b"]}", strict=True))


class UnevenError(ValueError):
    """A bracket closes what is not open."""


def windows(text: str, start: int, size: int) -> Iterator[tuple[int, list[str]]]:
    """A JSON text from a place outside of strings on, in parts: other threads get their turn.

    Yields:
        Where the part ends, and what of it stands outside of strings and in them, in turn, in its
        full length, with escapes masked. Of a string that goes on, the rest is in no part.
    """
    while start < len(text):
        end = min(start + size, len(text))
        in_turn = text[start:end].replace("\\\\", "__").replace('\\"', "__").split('"')
        yield end, in_turn
        is_within = len(in_turn) % 2 == 0
        start = end_of_string(text, end - len(in_turn[-1]) - 1, len(text)) if is_within else end


def before_last(in_turn: Sequence[str], signs: str) -> tuple[list[str], int] | None:
    """What stands outside of strings before the last of some signs that does.

    Args:
        in_turn: See ``windows``.
        signs: Any of them is looked for.

    Returns:
        That, and how many characters before the end the sign is; None where there is none.
    """
    behind = 0
    for number in reversed(range(len(in_turn))):
        stretch = in_turn[number]
        if number % 2 == 0 and (at := max(map(stretch.rfind, signs))) >= 0:
            return [*in_turn[:number:2], stretch[:at]], behind + len(stretch) - at
        behind += len(stretch) + 1
    return None


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
