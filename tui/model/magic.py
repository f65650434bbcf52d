"""The name of a content's format, by its first bytes. Decodes nothing."""

from __future__ import annotations

BYTES = "bytes"
"""What has no other name."""

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"ID3", "MP3"),
    (b"fLaC", "FLAC"),
    (b"OggS", "Ogg"),
    (b"%PDF-", "PDF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"\x93NUMPY", "NPY"),
)

_RIFF = {b"WEBP": "WebP", b"WAVE": "WAV", b"AVI ": "AVI"}

_BRANDS = {b"qt": "MOV", b"M4A": "M4A", b"avif": "AVIF", b"heic": "HEIC"}
"""Brands of ISO media files that are no MP4."""

_OLD_MOV = (b"moov", b"mdat", b"wide")
"""What a QuickTime file may begin with."""


def format_of(head: bytes) -> str:
    """``PNG``, ``WebP``, ``MP4``, …; ``bytes`` for what none of the known formats begins with."""
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], BYTES)
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12].strip(), "MP4")
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "Matroska" if b"matroska" in head[:64] else "WebM"
    if b"\0" in head[:4] and head[4:8] in _OLD_MOV:
        return "MOV"
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return "BMP"
    if head[:1] == b"\xff" and head[1:2] in (b"\xfb", b"\xf3", b"\xf2"):
        return "MP3"
    return next((name for start, name in _STARTS if head.startswith(start)), BYTES)
