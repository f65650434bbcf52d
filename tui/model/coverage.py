"""Which bytes of an object have come, and which ranges are missing. No I/O."""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[int, int]
"""A first byte, and the one after the last."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The bytes that are there.

    Attributes:
        spans: In order; none touches the next.
    """

    spans: tuple[Span, ...] = ()

    @property
    def size(self) -> int:
        """How many bytes these are."""
        return sum(end - start for start, end in self.spans)

    def adding(self, start: int, end: int) -> Coverage:
        """The same with one span more."""
        if end <= start:
            return self
        apart = [span for span in self.spans if span[1] < start or end < span[0]]
        touched = [span for span in self.spans if not (span[1] < start or end < span[0])]
        first = min([start, *(span[0] for span in touched)])
        last = max([end, *(span[1] for span in touched)])
        return Coverage(tuple(sorted([*apart, (first, last)])))

    def missing(self, size: int, longest: int) -> list[Span]:
        """What lacks of an object of so many bytes, in order, in ranges no longer than that."""
        gaps, start = [], 0
        for span in (*self.spans, (size, size)):
            gaps += [
                (begin, min(begin + longest, span[0])) for begin in range(start, span[0], longest)
            ]
            start = span[1]
        return gaps
