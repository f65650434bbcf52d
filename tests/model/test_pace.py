from __future__ import annotations

from tui.model.pace import SECONDS, Pace


def test_a_rate_is_that_of_the_last_seconds() -> None:
    pace = Pace().heard(0, 0).heard(5, 5_000).heard(SECONDS + 5, 25_000)

    assert pace.rate == 2_000
    assert pace.left(10_000) == 5


def test_without_two_moments_there_is_no_rate() -> None:
    assert Pace().rate == 0
    assert Pace().heard(0, 7).left(7) is None
    assert Pace().heard(3, 7).heard(3, 9).left(7) is None


def test_while_nothing_comes_nobody_can_tell_how_long_it_takes() -> None:
    pace = Pace().heard(0, 100).heard(SECONDS, 100)

    assert pace.left(50) is None
