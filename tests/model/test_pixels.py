from __future__ import annotations

import struct

import pytest

from tests.media import jpeg, png, tiff, webp
from tui.model.magic import format_of
from tui.model.pixels import size_of


@pytest.mark.parametrize(
    "head",
    [
        png(640, 480),
        jpeg(640, 480),
        b"GIF89a" + struct.pack("<HH", 640, 480),
        tiff(640, 480, "<"),
        tiff(640, 480, ">"),
        webp(b"VP8 ", bytes(6) + struct.pack("<HH", 640 | 0x4000, 480)),
        webp(b"VP8L", b"\x2f" + struct.pack("<I", 639 | 479 << 14)),
        webp(b"VP8X", bytes(4) + (639).to_bytes(3, "little") + (479).to_bytes(3, "little")),
        b"BM" + bytes(12) + struct.pack("<Iii", 40, 640, -480),
        b"BM" + bytes(12) + struct.pack("<IHH", 12, 640, 480),
    ],
)
def test_the_header_of_an_image_tells_its_size(head: bytes) -> None:
    assert size_of(head, format_of(head)) == (640, 480)


@pytest.mark.parametrize("head", [webp(b"ALPH", bytes(20)), b"\xff\xd8\xff\xe0"])
def test_a_header_that_tells_no_size_has_none(head: bytes) -> None:
    assert size_of(head, format_of(head)) is None


def test_a_header_that_ends_early_is_an_error() -> None:
    with pytest.raises(struct.error):
        size_of(tiff(1, 1, "<")[:22], "TIFF")


def test_other_formats_have_no_size() -> None:
    assert size_of(b"%PDF-1.7", "PDF") is None
