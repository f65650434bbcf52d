"""What is made of an object of which a part is here; the rest is told when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tui.model.window import Asking, Window

T = TypeVar("T")


def made(
    of: Callable[[Window], Asking[T]], content: bytes, here: int = 1 << 18
) -> tuple[T, list[tuple[int, int]]]:
    """The result, and the ranges that were asked for."""
    ranges: list[tuple[int, int]] = []
    asking = of(Window(len(content), content[:here]))
    try:
        ranges.append(next(asking))
        while True:
            start, end = ranges[-1]
            ranges.append(asking.send(content[start:end]))
    except StopIteration as done:
        return done.value, ranges
