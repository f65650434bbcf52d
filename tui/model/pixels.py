"""Width and height of images, from their headers; no pixel is decoded."""

from __future__ import annotations

from struct import unpack_from

from tui.model.picture import picture_of

_TIFF_SIZES = {3: "H", 4: "I"}
"""How a TIFF entry of 16 or 32 bits is read."""


def size_of(head: bytes, name: str) -> tuple[int, int] | None:
    """Pixels across and down of an image of a format; None where they are not in these bytes.

    Raises:
        struct.error: The header ends early.
    """
    if name == "PNG":
        return unpack_from(">II", head, 16)
    if name == "JPEG":
        picture = picture_of(head)
        return (picture.width, picture.height) if picture else None
    if name == "GIF":
        return unpack_from("<HH", head, 6)
    if name == "BMP":
        return _bmp(head)
    if name == "TIFF":
        return _tiff(head)
    return _webp(head) if name == "WebP" else None


def _bmp(head: bytes) -> tuple[int, int]:
    if unpack_from("<I", head, 14) == (12,):
        return unpack_from("<HH", head, 18)
    width, height = unpack_from("<ii", head, 18)
    return width, abs(height)  # below zero, its rows are told from the top


def _webp(head: bytes) -> tuple[int, int] | None:
    kind = head[12:16]
    if kind == b"VP8X":
        width, height = head[24:27], head[27:30]
        return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
    if kind == b"VP8L":
        (packed,) = unpack_from("<I", head, 21)
        return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _tiff(head: bytes) -> tuple[int, int] | None:
    order = "<" if head.startswith(b"II") else ">"
    (start,) = unpack_from(f"{order}I", head, 4)
    (count,) = unpack_from(f"{order}H", head, start)
    found: dict[int, int] = {}
    for at in range(start + 2, start + 2 + 12 * min(count, 100), 12):
        tag, kind = unpack_from(f"{order}HH", head, at)
        if tag in (256, 257) and kind in _TIFF_SIZES:
            (found[tag],) = unpack_from(f"{order}{_TIFF_SIZES[kind]}", head, at + 8)
    return (found[256], found[257]) if len(found) == 2 else None
