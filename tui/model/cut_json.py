"""The beginning of a JSON text, closed behind its last whole member. Repairs nothing else."""

from __future__ import annotations

import re

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[\]{},]', re.DOTALL)
_CLOSING = {"[": "]", "{": "}"}


def closed(text: str) -> str | None:
    """A JSON text of all members that are there in whole.

    Args:
        text: The beginning of a JSON text: an object or a list.

    Returns:
        None where the brackets do not fit, or none is open at the end.
    """
    opened: list[str] = []
    end = 0
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in _CLOSING:
            opened.append(_CLOSING[sign])
            end = token.end()
        elif sign == ",":
            end = token.start()
        elif sign in ("]", "}"):
            if not opened or opened.pop() != sign:
                return None
            end = token.end()
    if not opened:
        return None
    return text[:end] + "".join(reversed(opened))
