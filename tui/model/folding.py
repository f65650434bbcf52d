"""Long lines broken into ones that fit a terminal, between words where there are any."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from tui.model.text import cell_width

_MEASURED = 10_000
"""Characters of a line that is measured as a whole: that lets no other thread run."""

_MOST_IN_A_CELL = 8
"""Characters of a row for each of its cells, at most: marks upon a letter take none."""


def parts(line: str, width: int) -> Iterator[str]:
    """A printable line in parts of at most ``width`` cells; put together, they are the line."""
    if len(line) * 2 <= width:
        return iter((line,))
    if line.isascii() or (len(line) <= _MEASURED and _is_narrow(line)):
        return (match[0] for match in _parts(width).finditer(line))
    return _wide(line, width)


def _is_narrow(line: str) -> bool:
    return all(cell_width(char) == 1 for char in set(line))


@lru_cache(4)
def _parts(width: int) -> re.Pattern[str]:
    """As much as fits up to behind a blank, or what fits of a longer word; an empty line is one."""
    return re.compile(rf".{{1,{width}}}(?:(?<=\s)|$)|.{{1,{width}}}|^$", re.DOTALL)


def _wide(line: str, width: int) -> Iterator[str]:
    start, used, most = 0, 0, width * _MOST_IN_A_CELL
    for place, char in enumerate(line):
        cells = cell_width(char)
        if (used + cells > width or place - start == most) and place > start:
            yield line[start:place]
            start, used = place, 0
        used += cells
    yield line[start:]
