from __future__ import annotations

import struct

import pytest

from tests.media import flac, ogg_page, opus, wav
from tests.model.windows import made
from tui.model.clip import Clip, Sound
from tui.model.sounds import flac_of, mp3_of, ogg_of, wav_of

FRAME = b"\xff\xfb\x90\x64"
"""MPEG 1 layer 3, 128 kbit/s, 44.1 kHz, joint stereo."""


def tagged(size: int) -> bytes:
    parts = (size >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3\x04\0\0" + bytes(parts) + bytes(size)


def test_a_wav_file_tells_its_length() -> None:
    assert made(wav_of, wav(2)) == (Clip(2.0, sound=Sound("PCM 16 bit", 8000, 1)), [])


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF])
def test_a_streamed_wav_file_is_as_long_as_the_file(length: int) -> None:
    content = bytearray(wav(2))
    content[40:44] = struct.pack("<I", length)

    clip, _ = made(wav_of, bytes(content))

    assert clip
    assert clip.seconds == 2.0


def test_what_stands_before_the_sound_of_a_wav_file_is_stepped_over() -> None:
    content = wav(2)
    large = content[:36] + b"LIST" + struct.pack("<I", 499_999) + bytes(500_000) + content[36:]

    clip, ranges = made(wav_of, large, here=1000)

    assert clip == Clip(2.0, sound=Sound("PCM 16 bit", 8000, 1))
    assert len(ranges) == 1


def test_a_flac_file_tells_its_length() -> None:
    assert flac_of(flac(7, 96_000, 6, 24)) == Clip(7.0, sound=Sound("24 bit", 96_000, 6))


@pytest.mark.parametrize("mark", [b"Xing", b"Info"])
def test_an_mp3_file_that_counts_its_frames_tells_its_length(mark: bytes) -> None:
    content = FRAME + bytes(32) + mark + struct.pack(">II", 1, 1000) + bytes(5000)

    clip, _ = made(mp3_of, content)

    assert clip == Clip(1000 * 1152 / 44_100, sound=Sound("", 44_100, 2))


def test_the_length_of_another_mp3_file_is_estimated_behind_its_cover() -> None:
    content = tagged(600_000) + FRAME + bytes(160_000 - 4)

    clip, ranges = made(mp3_of, content)

    assert clip == Clip(10.0, sound=Sound("", 44_100, 2), is_estimated=True)
    assert str(clip) == "about 10.0 s · 44.1 kHz stereo"
    assert len(ranges) == 1


def test_the_sound_of_an_mp3_file_may_be_missing() -> None:
    assert made(mp3_of, tagged(100))[0] is None


def test_an_ogg_file_tells_its_length_in_its_last_page() -> None:
    clip, ranges = made(ogg_of, opus(3), here=1000)

    assert clip == Clip(3.0, sound=Sound("Opus", 48_000, 2))
    assert len(ranges) == 1


def test_vorbis_is_told_from_opus() -> None:
    header = b"\x01vorbis" + struct.pack("<IBI", 0, 1, 22_050) + bytes(20)

    clip, _ = made(ogg_of, ogg_page(0, header) + ogg_page(44_100, b""))

    assert clip == Clip(2.0, sound=Sound("Vorbis", 22_050, 1))


def test_another_ogg_file_is_not_taken_for_sound() -> None:
    assert made(ogg_of, ogg_page(0, b"\x80theora"))[0] is None
