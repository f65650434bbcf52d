"""The content type that makes a browser show an object, by its name. Looks into nothing."""

from __future__ import annotations

_TEXT = "text/plain; charset=utf-8"
"""For tables and logs, too: under a type of their own browsers save them."""

_BY_ENDING = {
    "aac": "audio/aac",
    "avi": "video/x-msvideo",
    "avif": "image/avif",
    "bmp": "image/bmp",
    "csv": _TEXT,
    "flac": "audio/flac",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "jsonl": _TEXT,
    "log": _TEXT,
    "m4a": "audio/mp4",
    "m4v": "video/mp4",
    "md": _TEXT,
    "mkv": "video/x-matroska",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "pdf": "application/pdf",
    "png": "image/png",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "tsv": _TEXT,
    "txt": _TEXT,
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
}


def content_type_of(name: str) -> str:
    """``video/mp4`` for ``output.mp4``; empty where the one that is stored may stand."""
    return _BY_ENDING.get(name.rpartition(".")[2].lower(), "")
