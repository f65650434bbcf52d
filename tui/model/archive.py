"""What is packed: a gzip file's content within bounds, and the names in a ZIP file."""

from __future__ import annotations

import zlib
from struct import unpack_from
from typing import NamedTuple

from tui.model.document import size_text
from tui.model.text import printable
from tui.model.window import PIECE, Asking, Window

UNPACKED = 256 * 1024
"""Bytes that are unpacked, at most."""

_MEMBERS = 100
"""Files one after the other in a gzip file that are unpacked."""

_PIECES = 4
"""Pieces of a ZIP file's directory that are read."""

_NAMES = 2000
"""Names that are shown."""


class Unpacked(NamedTuple):
    """What a gzip file holds.

    Attributes:
        content: Its first bytes, at most ``UNPACKED``.
        is_whole: Whether these are all.
        is_damaged: Whether what follows cannot be unpacked.
    """

    content: bytes
    is_whole: bool
    is_damaged: bool


class Names(NamedTuple):
    """What a ZIP file holds.

    Attributes:
        text: A line for each file: its size and name.
        files: How many it says it has.
    """

    text: str
    files: int


def unpacked(head: bytes) -> Unpacked:
    """The beginning of what the first bytes of a gzip file hold."""
    content, rest, is_ended = b"", head, True
    for _ in range(_MEMBERS):
        if not rest.startswith(b"\x1f\x8b") or len(content) >= UNPACKED:
            break
        member = zlib.decompressobj(wbits=31)
        try:
            content += member.decompress(rest, UNPACKED - len(content))
        except zlib.error:
            return Unpacked(content, is_whole=False, is_damaged=True)
        rest, is_ended = member.unused_data, member.eof
    return Unpacked(content, is_ended and not rest.strip(b"\0"), is_damaged=False)


def names_of(window: Window) -> Asking[Names | None]:
    """The names in a ZIP file, from the directory at its end; None where there is none.

    Raises:
        struct.error: The directory ends early.
    """
    tail = yield from window.read(max(0, window.size - PIECE), window.size)
    last = tail.rfind(b"PK\x05\x06")
    if last < 0:
        return None
    count, size, start = unpack_from("<HII", tail, last + 10)
    if start == 0xFFFFFFFF or count == 0xFFFF:
        locator = tail.rfind(b"PK\x06\x07", 0, last)
        if locator < 0:
            return None
        (place,) = unpack_from("<Q", tail, locator + 8)
        count, size, start = unpack_from("<QQQ", (yield from window.read(place, place + 56)), 32)
    directory = b""
    for _ in range(_PIECES):
        at = start + len(directory)
        directory += yield from window.read(at, min(start + size, at + PIECE))
    return Names("\n".join(_lines(directory)), count)


def _lines(directory: bytes) -> list[str]:
    lines: list[str] = []
    place = 0
    while directory[place : place + 4] == b"PK\x01\x02" and len(directory) >= place + 46:
        if len(lines) == _NAMES:
            return [*lines, "…"]
        flags, size = unpack_from("<8xH14xI", directory, place)
        name, extra, comment = unpack_from("<HHH", directory, place + 28)
        place += 46
        text = directory[place : place + name].decode(
            "utf-8" if flags & 0x800 else "cp437", "replace"
        )
        lines.append(f"{size_text(size):>9}  {printable(text)}")
        place += name + extra + comment
    return lines
