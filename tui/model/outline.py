"""What belongs below which line of a JSON text that is laid out with a line for each member."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence

_NAME = re.compile(r'\s*("[^"\\]*(?:\\.[^"\\]*)*"):')
_IDENTIFIER = re.compile(r'"([A-Za-z_][A-Za-z0-9_]*)"')
_CLOSING = ("}", "]", "},", "],")
"""What a line ends with that ends a block; most lines are spared a closer look by it."""

_RECORD = re.compile(r"record (-?[0-9]+)(?: |\Z)")


class Outline:
    """Blocks of lines: an object or a list with its members, a record with its value."""

    def __init__(self, lines: Sequence[str]) -> None:
        """Find the blocks.

        Args:
            lines: As ``json_text`` or ``records`` lays them out; the text may end early.
        """
        self._lines = lines
        self._ends = array("L", range(len(lines)))
        self._parents = array("l", [-1]) * len(lines)
        opened: list[int] = []
        for number, line in enumerate(lines):
            if line.startswith("record "):  # no member does; what came of the one before may be cut
                self._close(opened, number - 1)
            if line.endswith(_CLOSING) and opened and line.lstrip()[:1] in ("}", "]"):
                begun = opened.pop()
                self._ends[begun] = number
                self._parents[number] = self._parents[begun]
                continue
            self._parents[number] = opened[-1] if opened else -1
            if line.endswith(("{", "[")):
                opened.append(number)
        self._close(opened, len(lines) - 1)

    def _close(self, opened: list[int], end: int) -> None:
        for begun in opened:
            self._ends[begun] = end
        opened.clear()

    def end(self, line: int) -> int:
        """The last line of the block that a line begins; the line itself where it begins none."""
        return self._ends[line]

    def parent(self, line: int) -> int:
        """The line that begins the block that a line is in, or ends; -1 at the top."""
        return self._parents[line]

    def is_block(self, line: int) -> bool:
        """Whether a line begins a block."""
        return self._ends[line] > line

    def blocks(self) -> list[int]:
        """All lines that begin one, but for one that holds all others."""
        found = [line for line in range(len(self._lines)) if self.is_block(line)]
        whole = found[:1] == [0] and self._ends[0] >= len(self._lines) - 1
        return found[1:] if whole else found

    def count(self, line: int) -> int:
        """How many members the block has that a line begins."""
        return sum(1 for _ in self._members(line))

    def start(self, line: int) -> int:
        """The line that begins the block that a line ends; any other line itself."""
        if self._lines[line].lstrip()[:1] not in ("}", "]"):
            return line
        at = self._parents[line] + 1
        while self._ends[at] < line:
            at = self._ends[at] + 1
        return at

    def path(self, line: int) -> str:
        """The JMESPath expression for what stands on a line: ``data[0].embedding``."""
        line = self.start(line)
        parts: list[str] = []
        while line >= 0:
            parts.append(self._step(line))
            line = self._parents[line]
        return "".join(reversed(parts)).removeprefix(".") or "@"

    def value(self, line: int) -> str:
        """The JSON text of what stands on a line, as it is laid out, from the left edge."""
        line = self.start(line)
        first, *rest = self._lines[line : self._ends[line] + 1]
        indent = len(first) - len(first.lstrip())
        first = _value_of(first.strip())
        return "\n".join([first, *(each[indent:] for each in rest)]).removesuffix(",")

    def _members(self, line: int) -> Iterator[int]:
        """The first line of each member of the block that a line begins."""
        member, end = line + 1, self._ends[line]
        is_closed = self._lines[end].lstrip()[:1] in ("}", "]")
        while member < end + (not is_closed):
            yield member
            member = self._ends[member] + 1

    def _step(self, line: int) -> str:
        """How one gets from what a line stands in to the line."""
        text = self._lines[line]
        if name := _NAME.match(text):
            plain = _IDENTIFIER.fullmatch(name[1])
            return f".{plain[1] if plain else name[1]}"
        parent = self._parents[line]
        if parent >= 0:
            places = enumerate(self._members(parent))
            return f"[{next(place for place, member in places if member == line)}]"
        record = _RECORD.match(text)
        number = int(record[1]) if record else 0
        return f"[{number - (number > 0)}]" if number else ""


def _value_of(line: str) -> str:
    """What a line holds besides the name, or the record's number, that it begins with."""
    if name := _NAME.match(line):
        return line[name.end() :].lstrip()
    record = _RECORD.match(line)
    return line[record.end() :] if record else line
