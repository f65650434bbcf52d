from __future__ import annotations

import pytest

from tui.engine.advance import together, words
from tui.engine.downloading import Progress
from tui.model.pace import Pace

STILL = Pace()
MEGABYTE = Pace(((0.0, 0), (1.0, 1_000_000)))


@pytest.mark.parametrize(
    ("progress", "pace", "told"),
    [
        (Progress(), STILL, "saving: looking for the outputs"),
        (Progress(size=2_000_000, objects=1), STILL, "saving: 0 % of 2.0 MB"),
        (
            Progress(size=4_000_000, there=1_000_000, objects=1),
            MEGABYTE,
            "saving: 25 % of 4.0 MB · 1.0 MB/s · 3s left",
        ),
        (
            Progress(size=10, there=5, objects=3, settled=1, failed=1),
            STILL,
            "saving: 50 % of 10 B · 1 of 3 objects · 1 failed",
        ),
        (
            Progress(size=10, there=5, objects=2, is_whole=False),
            MEGABYTE,
            "saving: 5 B of 10 B+ · 1.0 MB/s · 0 of 2+ objects",
        ),
        (
            Progress(size=10, there=10, objects=1, checking=1),
            MEGABYTE,
            "saving: 10 B came · checking it",
        ),
    ],
)
def test_how_far_it_is_in_words(progress: Progress, pace: Pace, told: str) -> None:
    assert " · ".join(words(progress, pace)) == told


def test_several_are_told_as_one() -> None:
    one = Progress(size=10, there=4, fetched=3, objects=1, settled=1, checking=1)
    other = Progress(size=5, there=1, objects=2, is_whole=False, failed=1)

    assert together([one, other]) == Progress(
        size=15, there=5, fetched=3, objects=3, settled=1, checking=1, is_whole=False, failed=1
    )
