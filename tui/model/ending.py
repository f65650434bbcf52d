"""What the ending of a name says of a content, before anything of it is read."""

from __future__ import annotations

import re

_TYPES = {
    "jsonl": "JSON lines",
    "ndjson": "JSON lines",
    "jpg": "JPEG",
    "tif": "TIFF",
    "webp": "WebP",
    "webm": "WebM",
    "mkv": "Matroska",
    "ogg": "Ogg",
    "gz": "gzip",
    "parquet": "Parquet",
    "txt": "text",
    "log": "text",
    "md": "text",
}

_CAPITALS = re.compile(
    "avi|bmp|csv|flac|gif|html|jpeg|json|m4a|mov|mp3|mp4|npy|npz|pdf|png|svg|tar|tiff|tsv|wav|xml|"
    "ya?ml|zip"
)
"""Endings that are the names of their types."""


def type_of(name: str) -> str:
    """The type that a name's ending stands for; empty where it stands for none."""
    _, dot, ending = name.rpartition("/")[2].lower().rpartition(".")
    known = _TYPES.get(ending) or (ending.upper() if _CAPITALS.fullmatch(ending) else "")
    return known if dot else ""
