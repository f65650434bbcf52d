"""What an invocation's objects are: where to look, and where to save."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from tui.model.invocation import Invocation

_ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")
"""The storage classes of what cannot be read at once; GLACIER_IR can."""

_S3_URI = re.compile(r"s3://([^/]+)(?:/(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """A bucket and a prefix in it."""

    bucket: str
    prefix: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"


@dataclass(frozen=True, slots=True)
class OutputObject:
    """One object that an invocation wrote.

    Attributes:
        place: The folder that it was found under.
        key: Its whole key.
        size: Bytes.
        modified: When it was written; aware, UTC.
        etag: Its entity tag, quotes included.
        storage_class: As S3 calls it; empty where none is told.
    """

    place: Place
    key: str
    size: int
    modified: datetime
    etag: str
    storage_class: str = ""

    @property
    def is_archived(self) -> bool:
        """Whether it must be restored before it can be read, unless somebody has."""
        return self.storage_class in _ARCHIVES

    @property
    def name(self) -> str:
        """Its key below the folder that it was found under, without a slash at its end."""
        key = self.key.rstrip("/")
        return key.removeprefix(self.place.prefix) or key.rpartition("/")[2]

    @property
    def uri(self) -> str:
        """Its s3:// URI."""
        return f"s3://{self.place.bucket}/{self.key}"


def place_of(uri: str) -> Place | None:
    """The bucket and the prefix of an s3:// URI, as they are; None for any other text."""
    match = _S3_URI.fullmatch(uri)
    return Place(match[1], match[2] or "") if match else None


def places(invocation: Invocation) -> list[Place]:
    """Where its objects may be, the likeliest first.

    The URI that the service returns normally ends in the invocation's id; where it does not, the
    id is the next folder.
    """
    match = _S3_URI.fullmatch(invocation.s3_uri)
    if not match:
        return []
    bucket, prefix = match[1], (match[2] or "").strip("/")
    folder = prefix.rpartition("/")[2]
    own = Place(bucket, f"{prefix}/" if prefix else "")
    appended = Place(bucket, f"{own.prefix}{invocation.id}/")
    return [own] if folder == invocation.id else [appended]


def safe_parts(name: str) -> tuple[str, ...]:
    """The folders and file name under which a key may be saved, never outside the folder chosen.

    Raises:
        ValueError: Nothing of the name can be used.
    """
    parts = []
    for part in name.replace("\\", "/").split("/"):
        clean = "".join(c if unicodedata.category(c)[0] != "C" else "_" for c in part).strip()
        if clean in ("", "."):
            continue
        if clean == "..":
            raise ValueError(f"the key {name!r} leads out of its folder")
        while len(clean.encode()) > 240:
            clean = clean[:-1]
        parts.append(clean)
    if not parts:
        raise ValueError(f"the key {name!r} holds no file name")
    return tuple(parts)


def hex_lines(content: bytes, offset: int = 0) -> list[str]:
    """The bytes as ``offset  hex  characters``, sixteen a line."""
    lines = []
    for start in range(0, len(content), 16):
        row = content[start : start + 16]
        codes = row.hex(" ")
        shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(f"{offset + start:08x}  {codes:<47}  {shown}")
    return lines
