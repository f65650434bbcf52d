"""The text of a row as it is painted: JSON in colours, what was found, what a fold hides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from rich.style import Style
from rich.text import Text

from tui.model import searching
from tui.model.sheet import Sheet
from tui.model.text import printable
from tui.model.tokens import Kind, tokens

_COLOURED = 10_000
"""Characters of a line that are coloured."""

_MATCH, _MUTED = "line-view--match", "line-view--muted"

LOOKS = (_MATCH, _MUTED, *(f"json--{kind.value}" for kind in Kind if kind is not Kind.FAULT))
"""The names of the styles, in the stylesheet."""

Look = Callable[[str], Style]


def row_text(sheet: Sheet, row: int, words: str, look: Look, seen: range) -> Text:
    """What a row says.

    Args:
        sheet: Whose row it is.
        row: Its number among all.
        words: What was looked for; empty for nothing.
        look: The style of a name of ``LOOKS``.
        seen: The characters that may be in sight; of others only the words count.
    """
    line = sheet.line_of(row)
    text = Text(sheet.rows[row], end="", no_wrap=True)
    if sheet.outline:
        begin = _begin(sheet, line, row)
        coloured = sheet.lines[line][: _COLOURED if begin else min(_COLOURED, seen.stop)]
        for start, end, kind in _all_tokens(coloured) if begin else _tokens(coloured):
            if start >= begin + len(text):
                break
            if begin + seen.start < end:
                text.stylize(look(f"json--{kind.value}"), max(0, start - begin), end - begin)
    if words:
        for match in searching.pattern_of(words).finditer(text.plain, seen.start, seen.stop):
            text.stylize(look(_MATCH), *match.span())
    return text


def _begin(sheet: Sheet, line: int, row: int) -> int:
    """Which of a line's characters a row begins with, as far as they are coloured."""
    begin = 0
    for before in range(sheet.row_of(line), row):
        begin += len(sheet.rows[before])
        if begin >= _COLOURED:
            break
    return begin


def add_note(text: Text, sheet: Sheet, row: int, look: Look) -> None:
    """Let the first row of a folded line say what the fold hides."""
    note = _note(sheet, sheet.line_of(row))
    if sheet.width:
        text.truncate(max(1, sheet.width - len(note)))
    text.append(note, look(_MUTED))


def _note(sheet: Sheet, line: int) -> str:
    text, outline = sheet.lines[line], sheet.outline
    if outline and outline.is_block(line):
        return f" … {outline.count(line):,}"
    if outline and text.rstrip(",").endswith(" ]"):
        return f" … {text.count(', ') + 1:,}"  # a list of numbers
    return f" … {len(text):,} characters"


@lru_cache(4)  # the rows of a long line are painted one after the other
def _all_tokens(line: str) -> Sequence[tuple[int, int, Kind]]:
    return tuple(_tokens(line))


def _tokens(line: str) -> Iterable[tuple[int, int, Kind]]:
    """The tokens of a line of JSON, or of a record's first one, that are painted."""
    begin = 0
    if line.startswith("record "):
        begin = (line.find(" ", 7) + 1) or len(line)
        yield 0, begin, Kind.PUNCTUATION
    for start, end, kind in tokens(printable(line)[begin:]):
        if kind is not Kind.FAULT:
            yield begin + start, begin + end, kind
