"""Long lines broken into ones that fit a terminal, between words where there are any."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from tui.model.text import cell_width

MOST = 150_000
"""Lines that are shown."""

_MEASURED = 10_000
"""Characters of a line that is measured as a whole: that lets no other thread run."""


def folded(text: str, width: int) -> str:
    """The text in lines of at most ``width`` cells, and at most ``MOST`` lines.

    Args:
        text: Printable text.
        width: 0 leaves lines as long as they are.
    """
    lines = text.split("\n")
    if width:
        kept = list(islice((part for line in lines for part in _folded(line, width)), MOST + 1))
    else:
        kept = lines[: MOST + 1]
    if len(kept) > MOST:
        kept[MOST] = "… more lines follow: save the object to read them"
    return "\n".join(kept)


def _folded(line: str, width: int) -> Iterator[str]:
    if len(line) * 2 <= width:
        return iter((line,))
    if line.isascii() or (len(line) <= _MEASURED and cell_width(line) == len(line)):
        return (match[0] for match in _parts(width).finditer(line))
    return _wide(line, width)


@lru_cache(4)
def _parts(width: int) -> re.Pattern[str]:
    """As much as fits up to a blank, or what fits of a word that is longer; an empty line is one.

    Blanks at an end stay where they are, or begin the next line: nothing is lost.
    """
    return re.compile(rf".{{1,{width}}}(?:(?<=\s)|$|(?=\s))|.{{1,{width}}}|^$", re.DOTALL)


def _wide(line: str, width: int) -> Iterator[str]:
    start, used = 0, 0
    for place, char in enumerate(line):
        cells = cell_width(char)
        if used + cells > width and place > start:
            yield line[start:place]
            start, used = place, 0
        used += cells
    yield line[start:]
