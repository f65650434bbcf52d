"""The tokens of one line of JSON, to be coloured. Knows no other line, for no token spans two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """What a token is."""

    NAME = "name"
    STRING = "string"
    NUMBER = "number"
    CONSTANT = "constant"
    PUNCTUATION = "punctuation"
    FAULT = "fault"


class Token(NamedTuple):
    """A part of a line.

    Attributes:
        start: Its first character, from 0.
        end: Behind its last one.
        kind: What it is; ``FAULT`` when it is no JSON, wherever it stood.
    """

    start: int
    end: int
    kind: Kind


_TOKEN = re.compile(
    r'(?P<string>"[^"\\]*(?:\\.[^"\\]*)*(?P<quote>")?)'
    r"|(?P<punctuation>[\[\]{}:,]+)"
    r'|[^ \t\r\n\[\]{}:,"]+'
)
_COLON = re.compile(r"[ \t]*:")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_CONSTANTS = frozenset({"true", "false", "null"})
# What is right is matched, too: the second half of an escaped backslash begins no escape.
_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|(?P<fault>\\.|[\x00-\x1f])')


def tokens(line: str, longest: int | None = None) -> Iterator[Token]:
    """What a line holds, from left to right, without the blanks.

    A string is a name when its colon stands on the same line. Faults inside of a string lie within
    the string's token, and follow it.

    Args:
        line: A line of JSON, or of something that is still to become JSON.
        longest: How many characters to look at; a token that this cuts is no fault.
    """
    text = line[:longest]
    is_cut = len(text) < len(line)
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if match["punctuation"]:
            yield Token(start, end, Kind.PUNCTUATION)
        elif match["string"] is None:
            if end < len(text) or not is_cut:
                yield Token(start, end, _kind_of_word(match[0]))
        else:
            is_name = _COLON.match(text, end) is not None
            yield Token(start, end, Kind.NAME if is_name else Kind.STRING)
            if not match["quote"] and not is_cut:
                yield Token(start, start + 1, Kind.FAULT)
            for escape in _ESCAPE.finditer(text, start, end):
                if escape["fault"]:
                    yield Token(*escape.span(), Kind.FAULT)


def _kind_of_word(word: str) -> Kind:
    if word in _CONSTANTS:
        return Kind.CONSTANT
    return Kind.NUMBER if _NUMBER.fullmatch(word) else Kind.FAULT
