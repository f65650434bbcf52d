"""The objects of an invocation as a tree: its folders come from the slashes in their names.

What a row looks like, and where the cursor stands, is the widget's.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import lt

from tui.model.outputs import OutputObject

DEEPEST = 32
"""Folders within each other, at most: a key may have a thousand slashes. The rest is its label."""


@dataclass(frozen=True, slots=True)
class Folder:
    """What is known of the objects below a folder.

    Attributes:
        path: Its name below the place of the objects, with the slash at its end.
        count: How many objects there are, at any depth.
        size: Bytes of all of them.
        is_folded: Whether their rows are hidden.
        is_last: Whether objects that are not listed yet may belong to it.
    """

    path: str
    count: int
    size: int
    is_folded: bool
    is_last: bool


Row = OutputObject | str
"""What a row is of: an object, or the folder of that path."""


_STEP = 1000
"""Objects that are compared at once: one by one takes a hundred times as long."""


class KeyTree:
    """The rows of a tree, in the order of its names: a folder, what is below it, what comes after.

    In that order everything below a folder stands together, so that a page that follows, and a
    folder that is folded, touch no other row.

    Attributes:
        rows: What is not hidden in a folder.
        has_folders: Whether it is more than a list.
    """

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.has_folders = False
        self._given: tuple[OutputObject, ...] = ()
        self._things: list[OutputObject] = []
        self._names: list[str] = []
        self._sums = [0]
        self._folded: set[str] = set()

    def __len__(self) -> int:
        return len(self._things)

    @property
    def size(self) -> int:
        """Bytes of all objects."""
        return self._sums[-1]

    def show(self, objects: tuple[OutputObject, ...]) -> None:
        """Hold these objects; what was folded stays so. More cost little more than they are."""
        before, self._given = self._given, objects
        start, end = _stretch(before, objects)
        new = sorted(objects[start : len(objects) - (len(before) - end)], key=_name)
        if start == len(before) and (not start or not new or new[0].name > self._names[-1]):
            self._append(new)
            return
        names = [*self._names[max(0, start - 1) : start], *map(_name, new), *self._names[end:][:1]]
        if tuple(self._things) == before and all(map(lt, names, names[1:])):
            self._put(start, end, new)
            return
        self.rows, self._things, self._names, self._sums = [], [], [], [0]
        self.has_folders = False
        self._append(sorted(objects, key=_name))

    def line(self, path: str) -> int | None:
        """The line of the object or the folder of a path; None where there is no such row."""
        line = bisect_left(self.rows, path, key=path_of)
        is_there = line < len(self.rows) and path_of(self.rows[line]) == path
        return line if is_there else None

    def folder(self, path: str) -> Folder:
        """A folder, by its path."""
        start, end = self._below(path)
        size = self._sums[end] - self._sums[start]
        is_last = end == len(self._names)
        return Folder(path, end - start, size, path in self._folded, is_last)

    def fold(self, path: str, is_folded: bool) -> None:
        """Hide the rows below a folder, or show them again."""
        line = self.line(path)
        if line is None or (path in self._folded) == is_folded:
            return
        if is_folded:
            self._folded.add(path)
            end = bisect_left(self.rows, _after(path), key=path_of)
            del self.rows[line + 1 : end]
        else:
            self._folded.discard(path)
            self.rows[line + 1 : line + 1] = self._rows(*self._below(path), path)

    def _append(self, things: Sequence[OutputObject]) -> None:
        """Add objects that come after all others."""
        start = len(self._names)
        parent = parent_of(self._names[-1]) if self._names else ""
        self._things += things
        self._names += map(_name, things)
        self.has_folders |= any("/" in name for name in self._names[start:])
        sizes = accumulate((thing.size for thing in things), initial=self._sums[-1])
        self._sums[-1:] = sizes
        shown = self._shown(parent)
        if shown in self._folded:
            start = max(start, self._below(shown)[1])
            parent = parent_of(shown)
        self.rows += self._rows(start, len(self._names), parent)

    def _put(self, start: int, end: int, things: Sequence[OutputObject]) -> None:
        """Put objects, which are in order there, in the place of some."""
        last = self._names[start - 1] if start else ""
        shown = self._shown(last)
        first_row, end_row = bisect_right(self.rows, shown, key=path_of), len(self.rows)
        if end < len(self._names):
            end_row = bisect_left(self.rows, self._shown(self._names[end]), key=path_of) + 1
        sums = self._sums
        new_sums = [*accumulate((thing.size for thing in things), initial=sums[start])]
        more = new_sums[-1] - sums[end]
        sums[start:] = [*new_sums, *map(more.__add__, sums[end + 1 :])]
        self._things[start:end] = things
        self._names[start:end] = map(_name, things)
        is_new = any("/" in name for name in self._names[start : start + len(things)])
        self.has_folders = is_new or (self.has_folders and any("/" in name for name in self._names))
        following = min(start + len(things) + 1, len(self._names))
        if shown != last:  # what follows it in a folded folder is not shown either
            start = max(start, self._below(shown)[1])
        self.rows[first_row:end_row] = self._rows(start, following, parent_of(shown))

    def _shown(self, path: str) -> str:
        """The row that an object is seen by: its own, or that of a folded folder around it."""
        around = [folder for folder in self._folded if path.startswith(folder)]
        return min(around, key=len, default=path)

    def _rows(self, start: int, end: int, above: str) -> Iterator[Row]:
        """The rows of these objects, the first of which follows one of the folder above."""
        names, folded = self._names, self._folded
        while start < end:
            name = names[start]
            parent = name[: name.rfind("/") + 1]
            if parent != above:
                parent = _shallow(parent)
                while not name.startswith(above):
                    above = parent_of(above)
                while above != parent and above not in folded:
                    above = name[: name.index("/", len(above)) + 1]
                    yield above
                if above in folded:
                    start, above = bisect_left(names, _after(above), start, end), parent_of(above)
                    continue
            yield self._things[start]
            start += 1

    def _below(self, path: str) -> tuple[int, int]:
        """Where the objects below a folder begin, and end."""
        start = bisect_left(self._names, path)
        return start, bisect_left(self._names, _after(path), start)


def path_of(row: Row) -> str:
    """What a row is known by while others come and go."""
    return row if isinstance(row, str) else row.name


def parent_of(path: str) -> str:
    """The folder that an object or a folder is in; empty for the outermost ones."""
    return _shallow(path[: path.rfind("/", 0, -1) + 1])


def label_of(path: str) -> str:
    """What an object or a folder is called in its folder; a folder with the slash at its end."""
    return path[len(parent_of(path)) :]


def added(
    before: tuple[OutputObject, ...], after: tuple[OutputObject, ...]
) -> tuple[OutputObject, ...]:
    """The stretch of objects that others stood in place of, or none; the rest is as it was."""
    start, end = _stretch(before, after)
    return after[start : len(after) - (len(before) - end)]


def _stretch(before: tuple[OutputObject, ...], after: tuple[OutputObject, ...]) -> tuple[int, int]:
    """Where the objects begin and end that others stand in place of, or that are gone."""
    start = _alike(before, after)
    most = min(len(before), len(after)) - start
    return start, len(before) - min(most, _alike(before[::-1], after[::-1]))


def _alike(some: tuple[OutputObject, ...], others: tuple[OutputObject, ...]) -> int:
    """How many are the same at the beginning of both."""
    most = at = min(len(some), len(others))
    for start in range(0, most, _STEP):
        if some[start : start + _STEP] != others[start : start + _STEP]:
            at = start
            break
    while at < most and some[at] == others[at]:
        at += 1
    return at


def _shallow(folder: str) -> str:
    """A folder, or the one around it that is not too deep."""
    if folder.count("/") <= DEEPEST:
        return folder
    return folder[: -len(folder.split("/", DEEPEST)[-1])]


def _name(thing: OutputObject) -> str:
    return thing.name


def _after(path: str) -> str:
    """The first name that does not belong to a folder any more."""
    return f"{path[:-1]}0"
