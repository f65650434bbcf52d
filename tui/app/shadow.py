"""A shadow of the terminal's screen, and the least that has to be sent to change it.

It reads the stream that Textual writes and knows nothing of widgets. What it does not understand
passes through unchanged and in order, and makes it forget what the screen shows. No I/O.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import compress, count
from operator import is_not, ne, or_
from typing import NamedTuple

from rich.cells import cell_len

from tui.app.pen import PLAIN, Style, change, linked, restyled

SYNC_START = "\x1b[?2026h"
SYNC_END = "\x1b[?2026l"
KITTY_PLACEHOLDER = "\U0010eeee"

_FEWEST_ERASED = 8
"""So many blanks at a line's end are written rather than erased, which takes as many bytes."""

_LONGEST_GAP = 6
"""Unchanged cells between changed ones that may cost less than a move of the cursor."""

_TOKEN = re.compile(
    r"""
    \x1b\[ (?P<codes> [\d;]+ ) m (?P<strip> [^\x00-\x1f\x7f-\x9f]+ ) (?P<reset> \x1b\[0m )
    | (?P<text> [^\x00-\x1f\x7f-\x9f]+ )
    | \x1b\[ (?P<style> [\d;:]* ) m
    | (?P<move> (?P<feed>\n?) (?P<place> \x1b\[ (?P<row>\d*) (?: ; (?P<column>\d*) )? H ) )
    | (?P<sync> \x1b\[\?2026[hl] )
    | \x1b\]8; (?P<link> [^\x07\x1b]* ) (?: \x07 | \x1b\\ )
    | (?P<calm>
        \x07
        | \x1b\[\? (?: 1 | 7 | 9 | 12 | 25 | 100[0-7] | 101[56] | 2004 | 2031 | 2048 ) [hl]
        | \x1b\[ \?\d+\$p
        | \x1b\[ [<=>?][\d;]*u
        | \x1b\[ >[\d;]*[mq]
        | \x1b\[ \d*[ ]q
        | \x1b\] (?: [012479] | 1\d | 22 | 52 | 99 | 104 | 11\d | 777 ) ; [^\x07\x1b]*
          (?: \x07 | \x1b\\ )
        | \x1b_G (?! (?: [^;\x1b]*, )? a=(?!p,U=1)[^dqt] ) [^\x1b]* \x1b\\  # no cell changes
      )
    | (?P<block>
        \x1b\] [^\x07\x1b]* (?: \x07 | \x1b\\ )
        | \x1b[PX^_] [^\x1b]* (?: \x1b[^\\][^\x1b]* )* \x1b\\  # tmux doubles an escape within
      )
    | (?P<partial>
        \x1b (?: \[[\x20-\x3f]* | \][^\x07\x1b]*\x1b? | [PX^_][^\x1b]*(?:\x1b[^\\][^\x1b]*)*\x1b? )?
        \Z
      )
    | (?P<control>
        \x1b\[ [\x30-\x3f]* [\x20-\x2f]* [\x40-\x7e]
        | \x1b [\x20-\x2f]* [\x30-\x7e]
        | .
      )
    """,
    re.VERBOSE | re.DOTALL,
)
"""What a terminal is told. Only what is ``calm`` leaves cells, pen and cursor's place alone."""

_RESTORING = "8clpu"
"""Last letters of the controls that bring back a saved pen, or reset it."""


class _Line(NamedTuple):
    """The cells of a row. Without a text, one is unknown; an empty text goes on with a wide one."""

    texts: list[str | None]
    styles: list[Style]


class Shadow:
    """What the terminal shows, and what it should show. Rows and columns count from 0."""

    def __init__(self, columns: int, rows: int) -> None:
        self._out: list[str] = []
        self._partial = ""
        self._is_held = False
        self._style: Style | None = PLAIN  # what the stream writes with, None if that is unknown
        self._pen: Style | None = None  # what the terminal writes with
        self._size = columns, rows
        self._bottom = rows - 1  # a line feed scrolls there
        self._forget()

    def feed(self, data: str) -> str:
        """Take in a piece of the stream; returns what has to be sent for it.

        Between the marks of a synchronized update that is nothing, and at its end all at once.
        """
        kind: str | None = None
        for token in _TOKEN.finditer(self._partial + data):
            kind = token.lastgroup
            raw = token[0]
            if kind == "reset":
                self._restyle(token["codes"])
                self._put(token["strip"])
                self._restyle("0")
            elif kind == "text":
                self._put(raw)
            elif kind == "style":
                self._restyle(token["style"])
            elif kind == "move":
                self._move(token["feed"], token["place"], token["row"], token["column"])
            elif kind == "sync":
                self._synchronize(raw)
            elif kind == "link":
                self._link(token["link"])
            elif kind == "calm":
                self._flush()
                self._out.append(raw)
            elif kind != "partial":
                self._pass(raw)
                if kind == "control":
                    self._beware(raw[-1])
        self._partial = raw if kind == "partial" else ""
        return "" if self._is_held else self._take()

    def resize(self, columns: int, rows: int) -> None:
        """Forget the screen: the terminal has another size, or had one in the meantime."""
        self._flush()
        self._size = columns, rows
        self._bottom = rows - 1
        self._forget()

    def _forget(self) -> None:
        columns, rows = self._size
        self._lines = [_unknown(columns) for _ in range(rows)]
        self._shown = [_unknown(columns) for _ in range(rows)]
        self._dirty: set[int] = set()
        self._doubtful: set[int] = set()  # rows with characters whose width terminals disagree on
        self._cursor: tuple[int, int] | None = None  # where the stream writes
        self._at: tuple[int, int] | None = None  # where the terminal writes

    # What the stream says

    def _put(self, text: str) -> None:
        cells, is_doubtful = (list(text), False) if text.isascii() else _cells(text)
        columns, _ = self._size
        row, column = self._cursor or (0, columns)
        end = column + len(cells)
        if self._style is None or not cells or end > columns:
            self._pass(text)
            return
        line = self._lines[row]
        for edge in (column, end):
            if edge < columns and line.texts[edge] == "":
                self._split(row, edge)
        line.texts[column:end] = cells
        line.styles[column:end] = [self._style] * len(cells)
        self._cursor = row, end
        self._dirty.add(row)
        if is_doubtful:
            self._doubtful.add(row)

    def _split(self, row: int, edge: int) -> None:
        """Half of a wide character is about to go: terminals differ in what becomes of the rest."""
        line, shown = self._lines[row], self._shown[row]
        begin, end = _whole(line.texts, edge, edge)
        whole = slice(begin, end)
        if (line.texts[whole], line.styles[whole]) != (shown.texts[whole], shown.styles[whole]):
            self._flush()  # it has to be there to be cut
        line.texts[whole] = [None] * (end - begin)

    def _restyle(self, codes: str) -> None:
        style = restyled(self._style, codes)
        if style is None:
            self._flush()
            self._settle_pen()
            self._out.append(f"\x1b[{codes}m")
            self._pen = None
        self._style = style

    def _link(self, link: str) -> None:
        if self._style is not None:
            self._style = linked(self._style, link)

    def _move(self, feed: str, place: str, row: str, column: str) -> None:
        if feed and (self._cursor is None or self._cursor[0] >= self._bottom):
            self._pass(feed)
        columns, rows = self._size
        cursor = max(int(row or 1), 1) - 1, max(int(column or 1), 1) - 1
        if cursor[0] < rows and cursor[1] < columns:
            self._cursor = cursor
        else:
            self._pass(place)

    def _synchronize(self, mark: str) -> None:
        if mark == SYNC_START:
            self._is_held = True
        elif self._is_held:
            self._is_held = False
            inside = self._take()
            if inside:
                self._out += SYNC_START, inside, SYNC_END

    def _beware(self, letter: str) -> None:
        if letter in _RESTORING:
            self._style = self._pen = None
        elif letter == "r":
            self._bottom = 0  # in a scrolling region, any line may be the last

    def _pass(self, raw: str) -> None:
        """Send what may do anything to the screen, from the state that the stream has reached."""
        self._flush()
        if self._cursor is not None:
            self._go(*self._cursor)
        self._settle_pen()
        self._out.append(raw)
        self._forget()

    # What the terminal is told

    def _take(self) -> str:
        self._flush()
        if self._cursor is not None:
            self._go(*self._cursor)
        out = "".join(self._out)
        self._out.clear()
        return out

    def _flush(self) -> None:
        for row in sorted(self._dirty):
            self._paint(row)
        self._dirty.clear()

    def _paint(self, row: int) -> None:
        line, shown = self._lines[row], self._shown[row]
        if line.texts == shown.texts and line.styles == shown.styles:
            return
        differs = map(or_, map(ne, line.texts, shown.texts), map(is_not, line.styles, shown.styles))
        changed = list(compress(count(), differs))
        if None in line.texts:
            changed = [column for column in changed if line.texts[column] is not None]
        if row in self._doubtful:
            changed = self._with_doubtful(row, changed)
        blanks = _blanks(line, changed)
        for begin, end in _runs(line, changed[: len(changed) - len(blanks)]):
            self._go(row, begin)
            self._set_pen(line.styles[begin])
            self._write(row, begin, end)
        if blanks:
            self._go(row, blanks[0])
            self._set_pen(PLAIN)
            self._out.append("\x1b[K")
        shown.texts[:] = line.texts
        shown.styles[:] = line.styles

    def _with_doubtful(self, row: int, changed: list[int]) -> list[int]:
        """A change reaches from the first doubtful character on to the end of the line."""
        line, shown = self._lines[row], self._shown[row]
        pairs = enumerate(zip(line.texts, shown.texts, strict=True))
        first = next((x for x, pair in pairs if any(t and _is_doubtful(t) for t in pair)), None)
        if first is None:
            self._doubtful.discard(row)
            return changed
        if not changed or changed[-1] < first:
            return changed
        rest = (x for x in range(first, len(line.texts)) if line.texts[x] is not None)
        return [*(x for x in changed if x < first), *rest]

    def _write(self, row: int, begin: int, end: int) -> None:
        texts = self._lines[row].texts
        columns, _ = self._size
        if row not in self._doubtful:
            self._out.append("".join(filter(None, texts[begin:end])))
            self._at = (row, end) if end < columns else None
            return
        for column in range(begin, end):
            text = texts[column]
            if not text:
                continue
            self._go(row, column)
            _, after = _whole(texts, column, column + 1)
            if _is_doubtful(text):
                self._out.append(" " * (after - column))
                self._at = None
                self._go(row, column)
                self._out.append(text)
                self._at = None
            else:
                self._out.append(text)
                self._at = (row, after) if after < columns else None

    def _go(self, row: int, column: int) -> None:
        column = min(column, self._size[0] - 1)
        if self._at == (row, column):
            return
        step = f"\x1b[{row + 1};{column + 1}H" if column else f"\x1b[{row + 1}H"
        if self._at is not None and self._at[0] == row and self._at[1] < column:
            ahead = column - self._at[1]
            forward = f"\x1b[{ahead}C" if ahead > 1 else "\x1b[C"
            step = min(self._gap(row, self._at[1], column), forward, step, key=_cost)
        self._out.append(step)
        self._at = row, column

    def _gap(self, row: int, begin: int, end: int) -> str:
        """The unchanged cells in between, if the pen would write them as they are."""
        line = self._lines[row]
        texts = line.texts[begin:end]
        if (
            end - begin > _LONGEST_GAP
            or row in self._doubtful
            or None in texts
            or "" in (texts[0], line.texts[end])
            or any(style is not self._pen for style in line.styles[begin:end])
        ):
            return ""
        return "".join(filter(None, texts))

    def _settle_pen(self) -> None:
        if self._style is not None:
            self._set_pen(self._style)

    def _set_pen(self, style: Style) -> None:
        if self._pen is not style:
            self._out.append(change(self._pen, style))
            self._pen = style


def _unknown(columns: int) -> _Line:
    return _Line([None] * columns, [PLAIN] * columns)


def _cost(step: str) -> int:
    return len(step.encode()) or 99  # an empty one leads nowhere


def _whole(texts: Sequence[str | None], begin: int, end: int) -> tuple[int, int]:
    """The range, widened so that it cuts no wide character."""
    while texts[begin] == "":
        begin -= 1
    while end < len(texts) and texts[end] == "":
        end += 1
    return begin, end


def _runs(line: _Line, changed: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Ranges of neighbours in one style."""
    if not changed:
        return
    styles = line.styles
    begin = end = changed[0]
    for column in changed:
        if column != end or styles[column] is not styles[begin]:
            yield _whole(line.texts, begin, end)
            begin = column
        end = column + 1
    yield _whole(line.texts, begin, end)


def _blanks(line: _Line, changed: Sequence[int]) -> Sequence[int]:
    """Those at the end worth erasing: terminals agree on that in the default background only."""
    start = len(line.texts)
    while start and line.texts[start - 1] == " " and line.styles[start - 1] is PLAIN:
        start -= 1
    blanks = [column for column in changed if column >= start]
    return blanks if len(blanks) > _FEWEST_ERASED else []


@lru_cache(4096)
def _cells(text: str) -> tuple[Sequence[str], bool]:
    """The text cell by cell, as Textual measures it, and whether terminals may measure otherwise.

    There are no cells if it begins with a character that joins whatever stands before it.
    """
    if not cell_len(text[0]):
        return (), True
    characters: list[str] = []
    for code in text:
        if characters and (characters[-1].endswith("\u200d") or not cell_len(code)):
            characters[-1] += code
        else:
            characters.append(code)
    cells: list[str] = []
    for character in characters:
        cells += [character, *[""] * (cell_len(character) - 1)]
    return cells, any(map(_is_doubtful, characters))


@lru_cache(4096)
def _is_doubtful(character: str) -> bool:
    """Whether two terminals may give it different widths."""
    for code in character:
        category = unicodedata.category(code)
        width = 2 if unicodedata.east_asian_width(code) in "WF" else int(category[0] != "M")
        if (
            width != cell_len(code)
            or (category in ("Cf", "Cn", "Co", "Cs", "Mc", "Sk") and code != KITTY_PLACEHOLDER)
            or code in "\ufe0e\ufe0f"
            or "\U0001f1e6" <= code <= "\U0001f1ff"
        ):
            return not code.isascii()
    return False
