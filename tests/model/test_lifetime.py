from __future__ import annotations

from datetime import timedelta

import pytest

from tui.model.lifetime import LONGEST, lifetime_of


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("15m", 900),
        ("1h", 3600),
        ("12h", 43_200),
        ("7d", 604_800),
        (" 7D ", 604_800),
        ("1d12h", 129_600),
        ("1h30m5s", 5405),
        ("1s", 1),
        ("168h", 604_800),
    ],
)
def test_a_number_and_a_unit_say_a_time(text: str, seconds: int) -> None:
    assert lifetime_of(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    ["", "  ", "h", "3600", "1.5h", "-1h", "1h,", "1h 30m", "1m1h", "1w", "٣h", "9" * 9 + "s"],
)
def test_what_says_no_time_is_told_how_one_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="a number and s, m, h or d"):
        lifetime_of(text)


@pytest.mark.parametrize("text", ["0m", "0d0h", "00s"])
def test_no_time_at_all_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="at least a second"):
        lifetime_of(text)


@pytest.mark.parametrize("text", ["8d", "7d1s", "169h", "999999d"])
def test_more_than_a_week_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="at most 7 days"):
        lifetime_of(text)
    assert lifetime_of("7d") == LONGEST
