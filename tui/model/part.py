"""A text that others chose as one part of a key or of a path. Reads and makes none."""

from __future__ import annotations

import hashlib
import re

LONGEST_PART = 200
"""Characters of one part, which are its bytes as well."""

_UNSAFE = re.compile(r"(?:[^A-Za-z0-9._-]|\.\.)+")
_SUFFIX = re.compile(r"(?<=[^.])\.[A-Za-z0-9_-]{1,19}\Z")


def part_of(text: str) -> str:
    """A text as one part, also of a URI in a header; two that differ stay different.

    It leads nowhere, and keeps its suffix. What is left out of it is told by a few hex digits.

    >>> part_of("clip-1.mp4"), part_of("clip 1.mp4"), part_of("..")
    ('clip-1.mp4', 'clip-1-be014d87.mp4', '5ec1f7e7')
    """
    safe = _UNSAFE.sub("-", text).strip(".")
    if safe and safe == text and len(text) <= LONGEST_PART:
        return text
    told_apart = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    match = _SUFFIX.search(safe)
    suffix = match[0] if match else ""
    stem = safe.removesuffix(suffix)[: LONGEST_PART - len(suffix) - len(told_apart) - 1]
    return "-".join(filter(None, (stem.strip("-"), told_apart))) + suffix
