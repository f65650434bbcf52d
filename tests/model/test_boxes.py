from __future__ import annotations

import struct

import pytest

from tests.media import FTYP, box, moov, times, track, video_entry
from tests.model.windows import made
from tui.model.boxes import clip_of, samples_of
from tui.model.clip import Clip, Picture, Sound
from tui.model.window import PIECE

TEN_SECONDS = Clip(10.0, Picture("H.264", 640, 360, 24.0), Sound("AAC", 48_000, 2))
MDAT = box(b"mdat", bytes(2_000_000))
LONG_MDAT = box(b"mdat", bytes(2_000_000), is_long=True)


@pytest.mark.parametrize(
    ("content", "asked"),
    [
        (FTYP + moov() + MDAT, 0),
        (FTYP + MDAT + moov(), 1),
        (FTYP + LONG_MDAT + moov(is_long=True), 1),
        (FTYP + box(b"free") + MDAT + moov(1), 1),
        (FTYP + box(b"free", bytes(300_000)) + MDAT + moov(), 2),
    ],
)
def test_a_header_is_found_wherever_it_is(content: bytes, asked: int) -> None:
    clip, ranges = made(clip_of, content, here=PIECE)

    assert clip == TEN_SECONDS
    assert len(ranges) == asked


def test_long_tables_of_samples_are_stepped_over() -> None:
    content = FTYP + MDAT + moov(frames=200_000)

    clip, ranges = made(clip_of, content, here=PIECE)

    assert clip
    assert clip.picture
    assert clip.picture.rate == 20_000
    assert sum(end - start for start, end in ranges) < 300_000


def test_a_last_box_may_go_on_to_the_end() -> None:
    header = moov()

    clip, _ = made(clip_of, FTYP + struct.pack(">I", 0) + header[4:])

    assert clip == TEN_SECONDS


def test_a_fragmented_clip_tells_its_length_apart() -> None:
    video = track(b"vide", video_entry(b"hvc1", 320, 200), 12_000, 0, 0)
    mehd = box(b"mvex", box(b"mehd", struct.pack(">4xI", 2500)))

    clip, _ = made(clip_of, FTYP + box(b"moov", box(b"mvhd", times(1000, 0)), video, mehd))

    assert clip == Clip(2.5, Picture("H.265", 320, 200))


@pytest.mark.parametrize("content", [FTYP, FTYP + MDAT, FTYP + b"\0\0\0\x04moov", FTYP + b"\0\0"])
def test_without_a_header_nothing_is_told(content: bytes) -> None:
    assert made(clip_of, content)[0] is None


def test_an_unknown_codec_is_called_as_the_file_calls_it() -> None:
    video = track(b"vide", video_entry(b"xy1 ", 320, 200), 1, 2, 10)

    clip, _ = made(clip_of, box(b"moov", box(b"mvhd", times(1, 2)), video))

    assert clip == Clip(2.0, Picture("xy1", 320, 200, 5.0))


def table(name: bytes, *numbers: int) -> bytes:
    return box(name, bytes(4), struct.pack(f">{len(numbers)}I", *numbers))


def tables(handler: bytes, *tables: bytes) -> bytes:
    """A track of these tables only."""
    minf = box(b"minf", box(b"stbl", *tables))
    return box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(13)), minf))


PLAIN = table(b"stts", 1, 500, 1)
SIZES = table(b"stsz", 1, 500)


@pytest.mark.parametrize(
    ("content", "samples"),
    [
        (moov(frames=240), 240 + 470),
        (box(b"moov", tables(b"vide", PLAIN, SIZES), tables(b"vide", table(b"stz2", 8, 7))), 507),
        (box(b"moov", tables(b"vide", SIZES), tables(b"vide", SIZES)), 1000),
        (box(b"moov", tables(b"soun", table(b"stts", 1, 500, 1024), SIZES)), 500),
        (box(b"free") * 100 + moov(), None),
        (box(b"moov", *[box(b"free")] * 64, tables(b"vide", SIZES)), None),
        (box(b"moov", box(b"cmov")), None),
        (FTYP + MDAT, 0),
        (b"", 0),
    ],
)
def test_the_samples_are_told_that_all_tables_claim(content: bytes, samples: int | None) -> None:
    assert made(samples_of, content, here=0)[0] == samples


def test_plain_sound_is_counted_in_parts_of_its_chunks() -> None:
    few, many = (1, 9, 1), (2, 3000, 1)
    chunks = table(b"stco", 4)
    for entries in ((few, many), (few,) * 9000 + (many,)):
        stsc = table(b"stsc", len(entries), *(number for entry in entries for number in entry))

        content = box(b"moov", tables(b"soun", PLAIN, SIZES, stsc, chunks))

        assert made(samples_of, content)[0] == 4 * 3
