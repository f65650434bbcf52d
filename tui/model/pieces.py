"""A long text or content in pieces, for what lets no other thread run while it works on one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

PIECE = 64 * 1024
"""Characters or bytes of a piece: the slowest pattern takes a millisecond for it."""

Long = TypeVar("Long", str, bytes)


def pieces(long: Long) -> Iterator[Long]:
    """What is long, cut wherever a piece is full; nothing of what is empty."""
    return (long[start : start + PIECE] for start in range(0, len(long), PIECE))
