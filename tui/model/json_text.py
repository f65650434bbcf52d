"""A JSON text laid out for reading: its numbers, strings and names stay as they were written."""

from __future__ import annotations

import re
from itertools import accumulate

import msgspec

from tui.model.document import with_flat_numbers

# A string that does not end goes on to the end of the text: looking for none twice takes no time.
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)
_DEPTHS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_OTHERS = bytes(set(range(256)) - set(b"[{]}"))

_LONGEST = 16_000_000
"""Characters of a text that is laid out: indents may be many times what they indent."""


def laid_out(text: str) -> str | None:
    """The text with a line for each member, and a list of numbers on one.

    Returns:
        None where it is not JSON, or would become too long.
    """
    if len(text) + _indents(text) > _LONGEST:
        return None
    try:
        pretty = msgspec.json.format(text, indent=2)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return None
    return with_flat_numbers(pretty)


def _indents(text: str) -> int:
    """Spaces that the indents take, at most."""
    bare = _STRING.sub("", text).encode("ascii", "ignore")
    steps = memoryview(bare.translate(_DEPTHS, _OTHERS)).cast("b")
    deepest = max(accumulate(steps), default=0)
    return 2 * max(0, deepest) * (bare.count(b",") + 2 * len(steps))
