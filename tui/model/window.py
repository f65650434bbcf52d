"""Parts of an object that are here, and what else of it is wanted. Reads nothing itself."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")

Asking = Generator[tuple[int, int], bytes, T]
"""Yields start and end of the bytes that it wants, is sent them, and returns what it made."""

PIECE = 64 * 1024
"""Bytes that are asked for at once, and the most that is looked at in one place."""

_MOST = 6
"""How often more is asked for: a few hundred kilobytes in all."""


class Window:
    """An object of which the beginning is here.

    Attributes:
        size: Bytes of the whole object.
        head: Its first bytes.
    """

    def __init__(self, size: int, head: bytes, most: int = _MOST) -> None:
        """Begin with the head.

        Args:
            size: Bytes of the whole object.
            head: Its first bytes.
            most: How often more is asked for.
        """
        self.size = size
        self.head = head
        self._pieces = [(0, head)]
        self._left = most

    def read(self, start: int, end: int) -> Asking[bytes]:
        """The bytes from ``start`` up to ``end``, at most ``PIECE``; fewer where there are none.

        Once enough has been asked for, what is not here counts as not there.
        """
        end = min(end, self.size, start + PIECE)
        for place, piece in self._pieces:
            if place <= start and end <= place + len(piece):
                return piece[start - place : end - place]
        if not 0 <= start < end or not self._left:
            return b""
        self._left -= 1
        piece = yield start, min(start + PIECE, self.size)
        self._pieces.append((start, piece))
        return piece[: end - start]
