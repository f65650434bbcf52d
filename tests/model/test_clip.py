from __future__ import annotations

import pytest

from tui.model.clip import Clip, Picture, Sound, length_text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0 s"),
        (59.94, "59.9 s"),
        (59.96, "1:00 min"),
        (125.4, "2:05 min"),
        (3599.6, "1:00:00 h"),
        (3725, "1:02:05 h"),
    ],
)
def test_a_length_is_told_as_people_do(seconds: float, text: str) -> None:
    assert length_text(seconds) == text


def test_what_is_not_known_is_left_out() -> None:
    assert str(Clip()) == ""
    assert str(Clip(2.0, Picture("AV1", 8, 6))) == "2.0 s · 8×6 · AV1 · no sound"
    assert str(Clip(sound=Sound("AAC"))) == "AAC"
    assert str(Sound("AC-3", 48_000, 6)) == "AC-3 48 kHz 6 channels"
