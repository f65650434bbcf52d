"""Where the frames of a video stand beside and below each other, in cells. Paints nothing."""

from __future__ import annotations

from dataclasses import dataclass

_CELL = 2
"""How many times as high as wide a cell is, nearly."""

_GAP = 1
"""Cells between two frames beside each other."""

_READABLE = 120
"""Cells of a frame in which something can be made out: as 21 columns of a wide one."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a frame stands.

    Attributes:
        frame: Which one.
        column: Its left edge.
        row: Its upper edge.
    """

    frame: int
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class Layout:
    """All frames of a strip; they are of one size.

    Attributes:
        columns: Cells across of each.
        rows: Cells down of each; its time, if it has one, is in the row below.
        spots: Where they are: from left to right, then down.
    """

    columns: int
    rows: int
    spots: tuple[Spot, ...]


def fitted(width: int, height: int, columns: int, rows: int) -> tuple[int, int]:
    """The cells of a picture as large as it fits; a pixel of it takes one column at most."""
    across = max(1, min(columns, width, round(rows * _CELL * width / height)))
    down = max(1, min(rows, round(across * height / width / _CELL)))
    return across, down


def layout(
    count: int, width: int, height: int, columns: int, rows: int, *, has_times: bool
) -> Layout:
    """As many of the frames as can be made out; those left out are spread among the others.

    Args:
        count: How many frames there are.
        width: Pixels of a frame.
        height: Pixels of a frame.
        columns: The room across.
        rows: The room down.
        has_times: Whether each takes a row more for its time.
    """
    for shown in range(count, 0, -1):
        across, (wide, high) = _largest(shown, width, height, columns, rows, has_times)
        if wide * high >= _READABLE or shown == 1:
            break
    spots = tuple(
        Spot(
            index * count // shown,
            index % across * (wide + _GAP),
            index // across * (high + has_times),
        )
        for index in range(shown)
    )
    return Layout(wide, high, spots)


def _largest(
    count: int, width: int, height: int, columns: int, rows: int, has_times: bool
) -> tuple[int, tuple[int, int]]:
    """How many frames stand side by side, so that they are as large as they can be."""
    sizes = {}
    for across in range(1, count + 1):
        down = -(-count // across)
        room_across = (columns - _GAP * (across - 1)) // across
        room_down = rows // down - has_times
        if room_across > 0 and room_down > 0:
            sizes[across] = fitted(width, height, room_across, room_down)
    if not sizes:
        return 1, (1, 1)
    best = max(sizes, key=lambda across: (sizes[across][0] * sizes[across][1], across))
    return best, sizes[best]
