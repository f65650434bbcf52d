"""Text that others wrote, made harmless, and measured in terminal cells."""

from __future__ import annotations

import re
import unicodedata

_WIDE = frozenset("WF")

# C0, DEL and C1 controls; marks that turn the reading direction; line and paragraph separators;
# zero-width characters that make two different words look the same; halves of surrogate pairs.
_HOSTILE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]"
)


def printable(text: str, *, keep_lines: bool = False) -> str:
    """Foreign text that a terminal only prints: no control, no turned direction, no hidden mark.

    Each such character becomes ``�``, tabs become spaces.

    Args:
        text: Anything.
        keep_lines: Whether line feeds stay (and end a line); otherwise they become spaces.
    """
    text = text.replace("\r\n", "\n").expandtabs(4)
    if not keep_lines:
        text = text.replace("\n", " ")
    return _HOSTILE.sub("�", text)


def escaped_json(text: str) -> str:
    """The same JSON, with every hostile character in its strings written as an escape."""
    return _HOSTILE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def cell_width(text: str) -> int:
    """Terminal cells that ``text`` takes: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(char)
        else 2
        if unicodedata.east_asian_width(char) in _WIDE
        else 1
        for char in text
    )


def fit(text: str, width: int) -> str:
    """The text in exactly ``width`` cells: padded, or cut with an ellipsis."""
    size = cell_width(text)
    if size <= width:
        return text + " " * (width - size)
    if width < 1:
        return ""
    cut, used = [], 0
    for char in text:
        step = cell_width(char)
        if used + step > width - 1:
            break
        cut.append(char)
        used += step
    return "".join(cut) + "…" + " " * (width - 1 - used)
