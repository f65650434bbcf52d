from __future__ import annotations

import base64
import struct
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.picture import Picture, picture_faults, picture_of, read_picture


def png(width: int, height: int, colour: int, filters: bytes, alpha: int = 255) -> bytes:
    """A PNG whose rows cycle through the filters; correct for a picture of one value."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    values = bytes([9] * (channels - 1) + [alpha]) if colour in (4, 6) else bytes([9] * channels)
    rows = bytearray()
    for y in range(height):
        kind = filters[y % len(filters)]
        rows.append(kind)
        if kind == 0:
            rows += values * width
            continue
        for x in range(width):
            for value in values:
                left, up = (value if x else 0), (value if y else 0)
                corner = value if x and y else 0
                estimate = left + up - corner
                paeth = min((left, up, corner), key=lambda v: abs(estimate - v))
                guess = (0, left, up, (left + up) // 2, paeth)[kind]
                rows.append((value - guess) % 256)
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + b"\0\0\0\0" for kind, data in chunks
    )


def jpeg(width: int, height: int) -> bytes:
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 8, 8, height, width, 3)
    return b"\xff\xd8\xff\xe0" + struct.pack(">H", 4) + b"xx" + frame + b"\0" * 9


def read(content: bytes) -> Picture | None:
    return read_picture(base64.b64encode(content).decode())


def expected_by(content: bytes, width: int, height: int) -> list[str]:
    text = base64.b64encode(content).decode()
    return [fault.expected for fault in picture_faults(text, ("bytes",), width, height)]


@pytest.mark.parametrize("colour", [0, 2, 3])
def test_a_png_without_alpha_is_opaque(colour: int) -> None:
    assert read(png(8, 6, colour, b"\0")) == Picture(8, 6, 8, is_opaque=True)


@pytest.mark.parametrize("colour", [4, 6])
@pytest.mark.parametrize("filters", [b"\0", b"\1", b"\2", b"\3", b"\4", b"\0\1\2\3\4"])
def test_an_alpha_channel_must_be_opaque(colour: int, filters: bytes) -> None:
    def is_opaque(alpha: int) -> bool:
        picture = read(png(16, 9, colour, filters, alpha))
        return picture is not None and picture.is_opaque

    assert is_opaque(255)
    assert not is_opaque(254)
    assert not is_opaque(0)


def test_a_png_whose_pixels_cannot_be_read_may_be_see_through() -> None:
    whole = png(16, 9, 6, b"\0")
    broken = whole.replace(b"IDAT\x78", b"IDAT\x00")
    assert broken != whole
    picture = read(broken)
    assert picture is not None
    assert not picture.is_opaque


def test_a_jpeg_is_measured_by_its_frame_header() -> None:
    assert read(jpeg(1280, 720)) == Picture(1280, 720, 8, is_opaque=True)


def test_a_picture_as_it_should_be_has_no_faults() -> None:
    assert expected_by(png(8, 6, 2, b"\0"), 8, 6) == []
    assert expected_by(jpeg(1280, 720), 1280, 720) == []


def test_size_and_transparency_are_both_said() -> None:
    faults = expected_by(png(16, 9, 6, b"\0", alpha=0), 1280, 720)
    assert faults == ["exactly 1280x720 pixels", "an opaque image"]


def test_sixteen_bits_per_channel_are_too_many() -> None:
    header = struct.pack(">I4sIIBBBBBI", 13, b"IHDR", 8, 6, 16, 2, 0, 0, 0, 0)
    assert expected_by(b"\x89PNG\r\n\x1a\n" + header, 8, 6) == ["8 bits per channel"]


@pytest.mark.parametrize("content", [b"", b"%!PS", jpeg(8, 6)[:9], png(8, 6, 2, b"\0")[:20]])
def test_what_is_not_a_whole_header_is_not_judged(content: bytes) -> None:
    assert read(content) is None
    assert expected_by(content, 1280, 720) == []


@pytest.mark.parametrize(
    ("content", "name"), [(b"GIF89a", "GIF"), (b"RIFF\0\0\0\0WEBPVP8 ", "WebP")]
)
def test_a_picture_of_another_format_is_a_fault(content: bytes, name: str) -> None:
    text = base64.b64encode(content).decode()

    (fault,) = picture_faults(text, ("bytes",), 1280, 720)

    assert (fault.expected, fault.actual) == ("a PNG or JPEG image", name)


def test_pixels_that_are_cut_off_count_as_opaque() -> None:
    whole = png(16, 9, 6, b"\0")

    picture = read(whole[:45])

    assert picture is not None
    assert picture.is_opaque


def test_a_picture_that_claims_gigabytes_of_pixels_is_read_in_little_memory() -> None:
    header = struct.pack(">I4sIIBBBBBI", 13, b"IHDR", 2**31 - 1, 2**31 - 1, 8, 6, 0, 0, 0, 0)
    bomb = zlib.compress(bytes(200_000_000), 9)
    claiming = b"\x89PNG\r\n\x1a\n" + header
    narrow = claiming.replace(struct.pack(">I", 2**31 - 1), struct.pack(">I", 1), 1)
    holding = narrow + struct.pack(">I", len(bomb)) + b"IDAT" + bomb
    tracemalloc.start()
    try:
        assert picture_of(claiming) == Picture(2**31 - 1, 2**31 - 1, 8, is_opaque=False)
        assert picture_of(holding) == Picture(1, 2**31 - 1, 8, is_opaque=False)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


@given(st.integers(0, 400), st.binary(max_size=8))
def test_a_cut_and_spoilt_picture_never_raises(length: int, rest: bytes) -> None:
    for whole in (png(16, 9, 6, b"\0\1\2\3\4"), jpeg(16, 9)):
        read(whole[:length] + rest)
