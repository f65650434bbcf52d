"""Images in base64, judged by their own headers; no pixel is decoded."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from struct import unpack_from

from tui.model import magic
from tui.model.fault import Fault, Path

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_LARGEST = 16 * 1024 * 1024
"""Bytes of pixels that are unpacked: a small file may claim, or hold, gigabytes of them."""

_ALPHA_CHANNELS = {4: 2, 6: 4}
"""PNG colour types with an alpha channel, and how many channels they have."""


@dataclass(frozen=True)
class Picture:
    """Width and height in pixels, bits per channel, and whether no pixel is see-through."""

    width: int
    height: int
    depth: int
    is_opaque: bool


def picture_faults(content: str, path: Path, width: int, height: int) -> Iterator[Fault]:
    """How a base64 image differs from an opaque 8-bit one of this size.

    Placeholders, ``file://`` and ``fileb://`` references and cut-off base64 have no faults:
    what they stand for is not known.
    """
    data = _decoded(content)
    picture = picture_of(data)
    if picture is None:
        if magic.format_of(data) not in ("PNG", "JPEG", magic.BYTES):
            yield Fault(path, "rule", "a PNG or JPEG image", magic.format_of(data))
        return
    if (picture.width, picture.height) != (width, height):
        size = f"{picture.width}x{picture.height} pixels"
        yield Fault(path, "rule", f"exactly {width}x{height} pixels", size)
    if picture.depth != 8:
        yield Fault(path, "rule", "8 bits per channel", str(picture.depth))
    if not picture.is_opaque:
        yield Fault(path, "rule", "an opaque image", "one with transparency")


def read_picture(content: str) -> Picture | None:
    """The image in a base64 string, or None where there is no complete PNG or JPEG header."""
    return picture_of(_decoded(content))


def picture_of(data: bytes) -> Picture | None:
    """The image whose first bytes these are, or None where there is no complete header.

    Pixels that are not in these bytes, or beyond the first ``_LARGEST``, count as opaque.
    """
    if data.startswith(_PNG) and data[12:16] == b"IHDR" and len(data) >= 33:
        return _read_png(data)
    return _read_jpeg(data) if data.startswith(_JPEG) else None


def _decoded(content: str) -> bytes:
    """The bytes of a base64 string; none of what is not base64."""
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _read_png(data: bytes) -> Picture:
    width, height, depth, colour, _, _, interlace = unpack_from(">IIBBBBB", data, 16)
    is_opaque = True
    if colour in _ALPHA_CHANNELS:
        is_opaque = (
            depth == 8 and not interlace and _is_opaque(data, width, _ALPHA_CHANNELS[colour])
        )
    # A palette is always of 8-bit colours, whatever the depth of its indexes.
    return Picture(width, height, 8 if colour == 3 else depth, is_opaque)


def _is_opaque(data: bytes, width: int, channels: int) -> bool:
    """Whether the alpha of every pixel in these bytes is 255.

    PNG filters work on each channel by itself, so the filtered alpha bytes of a row that is
    opaque, below rows that are opaque, are known in advance: nothing has to be unfiltered.
    """
    stride = 1 + width * channels
    if stride > _LARGEST:
        return False
    try:
        pixels = zlib.decompressobj().decompress(b"".join(_chunks(data, b"IDAT")), _LARGEST)
    except zlib.error:
        return False
    first = {kind: _opaque_row(kind, width, is_first=True) for kind in range(5)}
    later = {kind: _opaque_row(kind, width, is_first=False) for kind in range(5)}
    rows = range(0, len(pixels) - stride + 1, stride)
    return all(
        pixels[start + channels : start + stride : channels]
        == (later if start else first).get(pixels[start])
        for start in rows
    )


def _opaque_row(kind: int, width: int, *, is_first: bool) -> bytes:
    """The alpha bytes of an opaque row under filter 0 none, 1 sub, 2 up, 3 average, 4 Paeth."""
    above = 0 if is_first else 255
    left_edge = (255, 255, 255 - above, 255 - above // 2, 255 - above)[kind]
    inside = (255, 0, 255 - above, 255 - (255 + above) // 2, 0)[kind]
    return bytes((left_edge,)) + bytes((inside,)) * (width - 1)


def _chunks(data: bytes, kind: bytes) -> Iterator[bytes]:
    position = len(_PNG)
    while position + 8 <= len(data):
        length, name = unpack_from(">I4s", data, position)
        if name == kind:
            yield data[position + 8 : position + 8 + length]
        position += 12 + length


def _read_jpeg(data: bytes) -> Picture | None:
    position = 2
    while position + 9 <= len(data):
        marker, kind, length = unpack_from(">BBH", data, position)
        if marker != 0xFF:
            return None
        # Start-of-frame markers, without the tables that share their range.
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            depth, height, width = unpack_from(">BHH", data, position + 4)
            return Picture(width, height, depth, is_opaque=True)
        position += 2 + length
    return None
