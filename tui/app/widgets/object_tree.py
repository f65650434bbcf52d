"""The objects of an invocation in rows: folders that fold, and columns that stay straight.

It is told what to list, and repaints only the lines that read differently.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size, clamp
from textual.message import Message
from textual.strip import Strip

from tui.app.bindings import bindings, keyed
from tui.app.widgets.row_table import RowTable
from tui.config.charset import is_unicode
from tui.engine.source import PAGE
from tui.model.actions import TREE
from tui.model.document import size_text
from tui.model.ending import type_of
from tui.model.invocation import ago
from tui.model.key_tree import Folder, KeyTree, Row, added, label_of, parent_of, path_of
from tui.model.outputs import OutputObject
from tui.model.text import cell_width, fit, printable

MORE = f"… more: {{enter}} lists the next {PAGE:,}"
"""The last row of a list that is not whole."""

_TYPE, _SIZE, _AGE = 10, 9, 8
_GAP = "  "

_Look = tuple[str, str, bool]
"""What a line depends on: its text, the name of its style, and whether the cursor is on it."""


class ObjectTree(RowTable):
    """A cursor over objects and their folders.

    The cursor, and what is in sight, stay with their objects whatever comes or goes.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "object-tree--cursor",
        "object-tree--folder",
        "object-tree--more",
    }
    BINDINGS: ClassVar[list[BindingType]] = bindings(TREE)
    HEADING: ClassVar[int] = 0
    HELP_HEADING: ClassVar[str] = "Output"

    @dataclass
    class ObjectHighlighted(Message):
        """Something else is under the cursor; ``thing`` is None where it is no object."""

        thing: OutputObject | None

    @dataclass
    class ObjectOpened(Message):
        """Enter was pressed on an object, or it was clicked while the cursor was on it."""

        thing: OutputObject

    @dataclass
    class MoreWanted(Message):
        """The objects that follow the listed ones are wanted."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._tree = KeyTree()
        self._objects: tuple[OutputObject, ...] = ()
        self._has_more = False
        self._line = 0
        self._now: datetime | None = None
        self._widest, self._type_cells = 0, _TYPE
        self._wide: set[str] = set()  # the folders that have room
        self._types: dict[str, str] = {}  # by key: what a look has told
        self._painted: dict[int, tuple[_Look | None, Strip]] = {}  # by the line on the screen

    @property
    def row_count(self) -> int:
        """How many rows there are, seen or not."""
        return len(self._tree.rows) + self._has_more

    @property
    def chosen(self) -> OutputObject | None:
        """The object under the cursor."""
        row = self._row(self._line)
        return row if isinstance(row, OutputObject) else None

    @property
    def folder(self) -> Folder | None:
        """The folder under the cursor."""
        row = self._row(self._line)
        return self._tree.folder(row) if isinstance(row, str) else None

    def counted_in(self, folder: Folder) -> str:
        """How many objects a folder has, as far as they are listed."""
        return counted(folder.count, and_more=folder.is_last and self._has_more)

    @property
    def count(self) -> int:
        """How many objects are listed."""
        return len(self._tree)

    @property
    def total(self) -> int:
        """Bytes of all objects that are listed."""
        return self._tree.size

    def _row(self, line: int) -> Row | None:
        """What is on a line; None below the last row, and for the one that lists more."""
        return self._tree.rows[line] if line < len(self._tree.rows) else None

    # What it shows ---------------------------------------------------------------------------

    def clear(self) -> None:
        """Show nothing, as if nothing had been shown."""
        self._tree, self._types, self._wide = KeyTree(), {}, set()
        self._widest = self._line = 0
        self._objects, self._has_more = (), False
        self._measure()
        self.scroll_to(y=0, animate=False, force=True)
        self.refresh()

    def show(self, objects: tuple[OutputObject, ...], now: datetime, *, has_more: bool) -> None:
        """Show these objects; the first time, with the cursor on what was made.

        Args:
            objects: All that are listed.
            now: The time, for their ages.
            has_more: Whether there are others.
        """
        is_first, before = not self.count, self._row(self._line)
        top, height = self.scroll_offset.y, max(1, self.size.height)
        is_seen = top <= self._line < top + height
        held = self._line if is_seen else top
        held_row, was_flat = self._row(held), not self._tree.has_folders
        known, self._objects = () if was_flat else self._objects, objects
        self._tree.show(objects)
        self._has_more, self._now = has_more, now
        self._widen(added(known, objects))
        self._line = self._best() if is_first else self._now_at(self._line, before)
        moved = self._now_at(held, held_row) - held
        self._measure()
        if top and moved:
            self.scroll_to(y=top + moved, animate=False, force=True)
        if is_first or is_seen:
            self.call_after_refresh(self._reveal_cursor)  # it may have more lines by then
        self.repaint()
        if is_first or self._row(self._line) != before:
            self.post_message(self.ObjectHighlighted(self.chosen))

    def show_ages(self, now: datetime) -> None:
        """Repaint the lines whose ages read differently now."""
        self._now = now
        self.repaint()

    def learn(self, thing: OutputObject, type_: str) -> None:
        """Show the type that a look at an object has told."""
        self._types[thing.key] = type_
        self.repaint()

    def repaint(self) -> None:
        """Repaint the lines that read differently from what stands there."""
        for y in range(self.size.height):
            look, _ = self._painted.get(y, (None, None))
            if y not in self._painted or look != self._look(self.scroll_offset.y + y):
                self.refresh(Region(0, y, self.size.width, 1))

    def _now_at(self, line: int, row: Row | None) -> int:
        """Where a row is now, or what took its line."""
        found = None if row is None else self._tree.line(path_of(row))
        if found is not None and isinstance(row, OutputObject):
            other = self._row(found + 1)  # its key may differ by a slash at the end
            found += isinstance(other, OutputObject) and other.key == row.key
        return clamp(line, 0, max(0, self.row_count - 1)) if found is None else found

    def _best(self) -> int:
        """The object to show first: what was made, not the list of what was made."""
        objects = ((at, row) for at, row in enumerate(self._tree.rows) if not isinstance(row, str))
        made = (at for at, row in objects if label_of(row.name) != "manifest.json")
        return next(made, 0)

    def _reveal_cursor(self) -> None:
        if self.scroll_offset.y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y, animate=False, force=True)
        if self.size.height:
            self.reveal(self._line)

    def _widen(self, objects: Sequence[OutputObject]) -> None:
        """Have room for what is new, folded or not; what had room once keeps it."""
        for thing in objects:
            path = thing.name
            while path and path not in self._wide:
                if path[-1] == "/":
                    self._wide.add(path)
                parent = parent_of(path)
                cells = self._indent(parent) + cell_width(path[len(parent) :])
                self._widest = max(self._widest, cells)
                path = parent
        total = counted(self.count, and_more=self._has_more) * self._tree.has_folders
        self._type_cells = max(_TYPE, len(total))

    def _indent(self, parent: str) -> int:
        """Cells before a name in a folder, its sign included; a list without folders has none."""
        return 2 * parent.count("/") + 2 if self._tree.has_folders else 0

    def _measure(self) -> None:
        self.take_room(Size(self.scrollable_content_region.width, self.row_count))

    # Painting --------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        look = self._look(self.scroll_offset.y + y)
        before, strip = self._painted.get(y, (None, None))
        if strip is None or look != before:
            strip = self._strip(look)
            self._painted[y] = look, strip
        return strip

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._painted.clear()
        self._measure()
        self._reveal_cursor()

    def notify_style_update(self) -> None:
        """Forget what the old styles came to."""
        self._painted.clear()
        super().notify_style_update()

    def _strip(self, look: _Look | None) -> Strip:
        style, width = self.rich_style, self.size.width
        if look is None:
            return Strip.blank(width, style)
        text, kind, is_cursor = look
        if kind:
            style += self.get_component_rich_style(kind, partial=True)
        if is_cursor:
            style += self.get_component_rich_style("object-tree--cursor")
        return Strip([Segment(text, style)]).adjust_cell_length(width, style)

    def _look(self, line: int) -> _Look | None:
        if line >= self.row_count:
            return None
        row, is_cursor = self._row(line), line == self._line
        if row is None:
            return keyed(MORE), "object-tree--more", is_cursor
        cells, has_type, has_age = self._columns()
        path, is_folder = path_of(row), isinstance(row, str)
        indent = min(self._indent(parent_of(path)) - 2, cells // 2)
        name = " " * indent + self._sign(row) + label_of(path)
        size, age = self._size_and_age(row)
        columns = [fit(printable(name), cells)]
        columns += [fit(self._type(row), self._type_cells)] if has_type else []
        columns += [f"{size:>{_SIZE}}", age] if has_age else [f"{size:>{_SIZE}}"]
        text = _GAP.join(columns)
        return text, "object-tree--folder" * is_folder, is_cursor

    def _columns(self) -> tuple[int, bool, bool]:
        """Cells of a name, and whether there is a type and an age beside: names need half."""
        width = self.scrollable_content_region.width
        least = min(self._widest, width // 2)
        type_, age = self._type_cells + len(_GAP), _AGE + len(_GAP)
        room = width - _SIZE - len(_GAP) - type_ - age
        has_type = room >= least
        room += 0 if has_type else type_
        has_age = room >= least
        room += 0 if has_age else age
        return max(8, min(self._widest, room)), has_type, has_age

    def _sign(self, row: Row) -> str:
        if not self._tree.has_folders:
            return ""
        if not isinstance(row, str):
            return "  "
        open_, folded = "▾▸" if is_unicode() else "-+"
        return f"{folded if self._tree.folder(row).is_folded else open_} "

    def _type(self, row: Row) -> str:
        if not isinstance(row, str):
            return self._types.get(row.key) or type_of(row.name)
        return self.counted_in(self._tree.folder(row))

    def _size_and_age(self, row: Row) -> tuple[str, str]:
        if isinstance(row, str):
            return size_text(self._tree.folder(row).size), ""
        return size_text(row.size), ago(row.modified, self._now) if self._now else ""

    # Moving ----------------------------------------------------------------------------------

    def move_by(self, lines: int) -> None:
        """Move the cursor so many lines down, or up, as far as there are rows."""
        self.move_to(self._line + lines)

    def move_to(self, line: int) -> None:
        """Put the cursor on a line, or on the nearest one, and bring it into sight."""
        line = clamp(line, 0, max(0, self.row_count - 1))
        self.reveal(line)
        if line != self._line:
            self._line = line
            self.repaint()
            self.post_message(self.ObjectHighlighted(self.chosen))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor; open the row that it is on."""
        line = self.scroll_offset.y + event.y
        if line >= self.row_count:
            return
        is_there = line == self._line
        self.move_to(line)
        if is_there or self.folder:
            self.action_open()

    def action_open(self) -> None:
        """Fold a folder, or show what is below it; open an object; list more."""
        if self.folder:
            self.action_fold_or_unfold()
        elif thing := self.chosen:
            self.post_message(self.ObjectOpened(thing))
        elif self._has_more:
            self.post_message(self.MoreWanted())

    def action_fold_or_unfold(self) -> None:
        """Fold a folder, or show what is below it."""
        if folder := self.folder:
            self._fold(folder.path, not folder.is_folded)

    def action_fold(self) -> None:
        """Fold the folder; where it is folded, and from an object, go to the folder around."""
        folder, row = self.folder, self._row(self._line)
        if folder and not folder.is_folded:
            self._fold(folder.path, is_folded=True)
        elif row is not None and (line := self._tree.line(parent_of(path_of(row)))) is not None:
            self.move_to(line)

    def action_unfold(self) -> None:
        """Show what is below the folder; where it is shown, go there."""
        folder = self.folder
        if folder and folder.is_folded:
            self._fold(folder.path, is_folded=False)
        elif folder:
            self.move_by(1)

    def _fold(self, path: str, is_folded: bool) -> None:
        self._tree.fold(path, is_folded)
        self._measure()
        self.repaint()


def counted(count: int, *, and_more: bool = False) -> str:
    """How many objects, for a person."""
    more = "+" * and_more
    return f"{count:,}{more} object{'s' * (count != 1 or and_more)}"
