"""Bytes → text of an encoding that nobody told. Knows no language."""

from __future__ import annotations

import codecs
from typing import NamedTuple

from tui.model.counting import so_many
from tui.model.pieces import pieces

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8", "UTF-8"),
    (b"\xff\xfe", "utf-16-le", "UTF-16"),
    (b"\xfe\xff", "utf-16-be", "UTF-16"),
)
"""What a text may begin with to say its encoding."""

_CONTROLS = bytes({*range(32), 127} - set(b"\t\n\x0b\x0c\r\x1b"))
_UNSEEN = bytes(range(128, 256))

_CONTINUING = bytes(range(0x80, 0xC0))
_LONGEST = 4
"""Bytes of a character of UTF-8, and which of them begin none."""

_ASCII_SHARE = 0.8
"""Of the bytes of a text in an alphabet that Latin-1 writes; of random bytes it is a half."""

_SHORT_ASCII_SHARE = 0.5
_LETTER_SHARE = 0.9
"""The same of a few words with many umlauts, if so many of the other bytes are letters and quotes;
of random bytes two thirds are."""

_SIGNS = b"\x80\x85\x91\x92\x93\x94\x96\x97\xa0\xa7\xab\xb0\xbb"
"""Of windows-1252: the euro, the ellipsis, quotes, dashes, a space, § and °."""

_LETTERS = _SIGNS + bytes(
    byte for byte in _UNSEEN if bytes([byte]).decode("cp1252", "replace").isalpha()
)


class Decoded(NamedTuple):
    """A text.

    Attributes:
        text: Without a byte order mark, and without a character that the end cuts.
        encoding: The name of its encoding for a person.
    """

    text: str
    encoding: str


def decode(content: bytes) -> Decoded | None:
    """The text that bytes hold, or begin with; None for what is no text."""
    for mark, codec, encoding in _MARKS:
        if content.startswith(mark):
            text = _text(content[len(mark) :], codec, "replace")
            return None if "\0" in text else Decoded(text, encoding)
    if b"\0" in content:
        return None
    try:
        return Decoded(_text(content, "utf-8", "strict"), "UTF-8")
    except UnicodeDecodeError:
        return _broken(content) or _latin(content)


def decode_end(end: bytes, head: bytes) -> Decoded | None:
    """The text that the end of an object holds, without a character that its beginning cuts.

    Args:
        end: Its last bytes, from an even place on.
        head: Its first ones, which may tell the encoding.
    """
    mark = next((mark for mark, _, _ in _MARKS if head.startswith(mark)), b"")
    begun = len(end) - len(end.lstrip(_CONTINUING))
    return decode(mark + (end[begun:] if begun < _LONGEST else end))


def _text(content: bytes, codec: str, errors: str) -> str:
    decoder = codecs.getincrementaldecoder(codec)(errors)
    return "".join([decoder.decode(piece) for piece in pieces(content)])


def _broken(content: bytes) -> Decoded | None:
    """UTF-8 of which a few bytes are damaged."""
    text = _text(content, "utf-8", "replace")
    bad = text.count("�")
    right = len(text) - len(content.translate(None, _UNSEEN)) - bad
    told = f"UTF-8, damaged in {so_many(bad, 'place')}"
    return Decoded(text, told) if right > bad else None


def _latin(content: bytes) -> Decoded | None:
    """The last resort: one byte a character, with Windows's quotes and dashes."""
    ascii_only = content.translate(None, _UNSEEN)
    others = len(content) - len(ascii_only)
    letters = len(content) - len(content.translate(None, _LETTERS))
    has_words = len(ascii_only) >= _SHORT_ASCII_SHARE * len(content)
    is_text = len(ascii_only) >= _ASCII_SHARE * len(content)
    is_text |= has_words and letters >= _LETTER_SHARE * others
    if not is_text or len(ascii_only.translate(None, _CONTROLS)) < len(ascii_only):
        return None
    return Decoded(_text(content, "cp1252", "replace"), "taken as windows-1252")
