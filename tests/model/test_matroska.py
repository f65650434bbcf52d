from __future__ import annotations

import pytest

from tests.media import element, number, webm
from tui.model.clip import Clip, Picture, Sound
from tui.model.matroska import clip_of

CLIP = Clip(2.5, Picture("VP9", 640, 360, 25.0), Sound("Opus", 48_000, 2))


def test_a_header_tells_length_picture_and_sound() -> None:
    assert clip_of(webm()) == CLIP


def test_a_segment_that_was_written_live_has_no_length_of_its_own() -> None:
    content = webm()
    at = content.index(b"\x18\x53\x80\x67") + 4

    assert clip_of(content[:at] + b"\x01" + b"\xff" * 7 + content[at + 8 :]) == CLIP


def test_a_track_without_numbers_has_the_format_s_own() -> None:
    tracks = element(0xAE, number(0x83, 2) + element(0x86, b"A_MPEG/L3"))
    segment = element(0x18538067, element(0x1654AE6B, tracks))

    assert clip_of(segment) == Clip(sound=Sound("MPEG", 8000, 1))


@pytest.mark.parametrize("cut", range(len(webm())))
def test_a_cut_header_tells_less(cut: int) -> None:
    clip = clip_of(webm()[:cut])

    assert clip.seconds in (0.0, 2.5)
