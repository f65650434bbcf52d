"""How fast bytes come, over the last seconds, and how long the rest will take."""

from __future__ import annotations

from dataclasses import dataclass

SECONDS = 10.0
"""How far back a rate looks: longer smooths more, and is longer wrong after a change."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Counts of bytes at moments.

    Attributes:
        samples: A moment in seconds, and how many bytes had come by then; the earliest first.
    """

    samples: tuple[tuple[float, int], ...] = ()

    def heard(self, moment: float, count: int) -> Pace:
        """The same with one more; those too old are left out."""
        recent = (sample for sample in self.samples if moment - sample[0] <= SECONDS)
        return Pace((*recent, (moment, count)))

    @property
    def rate(self) -> float:
        """Bytes a second; 0 while none is known."""
        if len(self.samples) < 2:
            return 0.0
        (start, before), (end, now) = self.samples[0], self.samples[-1]
        return (now - before) / (end - start) if end > start else 0.0

    def left(self, rest: int) -> float | None:
        """Seconds until so many bytes more have come; None while nobody can tell."""
        return rest / self.rate if self.rate > 0 else None
