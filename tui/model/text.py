"""Text that others wrote, made harmless, and measured in terminal cells."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tui.model.pieces import PIECE, pieces

_WIDE = frozenset("WF")
_NO_WIDTH = frozenset({"Mn", "Mc", "Me", "Cf"})

# What Unicode's categories and widths tell otherwise than Textual, which all that is painted goes
# by: vowels and finals of Hangul that join a consonant; signs that enclose digits; the hexagrams.
_EXCEPTIONS = {
    code: cells
    for cells, codes in (
        (0, (*range(0x1160, 0x1200), *range(0xD7B0, 0xD800))),
        (1, (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)),
        (2, (*range(0x2630, 0x2638), *range(0x268A, 0x2690), *range(0x4DC0, 0x4E00))),
        (2, (*range(0x1D300, 0x1D357), *range(0x1D360, 0x1D377))),
    )
    for code in codes
}

# C0, DEL and C1 controls; marks that turn the reading direction; line and paragraph separators;
# unseen characters that make two different words look the same or carry hidden words; halves of
# surrogate pairs. The joiners U+200C and U+200D stay: Persian words and emoji need them.
_HOSTILE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


# What makes one sign of several: the joiner, the selectors of a presentation, the tones of skin,
# the frame of a key, the tags of a flag. Terminals, and libraries, differ in the room they give it.
_SEQUENCED = re.compile("[\u200d\u20e3\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")


def printable(text: str, *, keep_lines: bool = False) -> str:
    """Foreign text that a terminal only prints: no control, no turned direction, no hidden mark.

    Each such character becomes ``�``, tabs become spaces.

    Args:
        text: Anything.
        keep_lines: Whether line feeds stay (and end a line); otherwise they become spaces.
    """
    is_plain = text.isascii() and text.replace("\n", "").isprintable()
    if not is_plain:
        text = text.replace("\r\n", "\n").expandtabs(4)
    if not keep_lines:
        text = text.replace("\n", " ")
    if is_plain:
        return text
    if len(text) <= PIECE:
        return _HOSTILE.sub("�", text)
    return "".join([_HOSTILE.sub("�", piece) for piece in pieces(text)])


def even_lines(text: str) -> str:
    """The text with all of its lines ended by line feeds, as Python opens a text file."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def unquoted(text: str) -> str:
    """A text without the quotes that it is in as a whole, as shells and file managers copy it."""
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if is_quoted else text


def masked(text: str) -> str:
    """For editors: as many characters, each hostile one but the tab replaced."""
    return _HOSTILE.sub(lambda match: "\t" if match[0] == "\t" else "\ufffd", text)


def escaped_json(text: str) -> str:
    """The same JSON, with every hostile character in its strings written as an escape."""
    return _HOSTILE.sub(lambda match: _escape(match[0]), text)


def _escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def cell_width(text: str) -> int:
    """Terminal cells that ``text`` takes: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(map(_char_width, text))


@lru_cache(4096)
def _char_width(char: str) -> int:
    if ord(char) in _EXCEPTIONS:
        return _EXCEPTIONS[ord(char)]
    if unicodedata.category(char) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(char) in _WIDE else 1


def fit(text: str, width: int) -> str:
    """The text in exactly ``width`` cells: padded, or cut with an ellipsis.

    Emoji are taken apart into what every terminal gives the same room: a family is its members,
    a hand has its plain colour.
    """
    text = text if text.isascii() else _SEQUENCED.sub("", text)
    size = cell_width(text)
    if size <= width:
        return text + " " * (width - size)
    if width < 1:
        return ""
    cut, used = [], 0
    for char in text:
        step = cell_width(char)
        if used + step > width - 1:
            break
        cut.append(char)
        used += step
    return "".join(cut) + "…" + " " * (width - 1 - used)
