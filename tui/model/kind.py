"""What kind of text a content is, by its first bytes and its name. Reads no other format."""

from __future__ import annotations

from enum import Enum

import msgspec

from tui.model import delimited
from tui.model.encoding import decode

_LINES = (".jsonl", ".ndjson")
_TABLES = (".csv", ".tsv")
_UNTOLD = (".out", ".dat")
"""Endings that tell no kind: what an endpoint writes."""


class Kind(str, Enum):
    """How a content can be read."""

    JSON = "JSON"
    JSONL = "JSON lines"
    TABLE = "CSV"
    TEXT = "text"
    BINARY = "binary"


def kind_of(head: bytes, name: str = "") -> Kind:
    """What a content is that begins with these bytes."""
    decoded = decode(head)
    return kind_of_text(decoded.text, name) if decoded else Kind.BINARY


def kind_of_text(text: str, name: str = "") -> Kind:
    """What a text is that begins so: by its name or, where that tells nothing, by its brackets."""
    name = name.lower()
    ending = name[name.rfind(".") :] if "." in name.rpartition("/")[2] else ""
    if ending in _LINES:
        return Kind.JSONL
    if ending in _TABLES:
        return Kind.TABLE
    start = text.lstrip()
    if start[:1] in ("{", "["):
        return Kind.JSONL if ending != ".json" and _is_lines(start) else Kind.JSON
    if ending == ".json":
        return Kind.JSON
    is_untold = not ending or ending in _UNTOLD
    return Kind.TABLE if is_untold and delimited.delimiter_of(text) else Kind.TEXT


def _is_lines(text: str) -> bool:
    """Whether a second value follows the first one on a line of its own."""
    first, _, rest = text.partition("\n")
    if rest.lstrip()[:1] != first[0]:
        return False
    try:
        msgspec.json.decode(first)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return False
    return True
