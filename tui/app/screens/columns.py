"""The table's columns: which are shown, in which order, how wide, and what they sort by."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from tui.app.bindings import bindings, keyed
from tui.model.columns import COLUMNS, Layout, Width
from tui.model.dialog_actions import COLUMN_KEYS

KEYS = (
    "{columns.show} show   {columns.right} {columns.left} move   "
    "{columns.wider} {columns.narrower} width   {columns.own-width} own width\n"
    "{columns.sort} sort by it   {columns.as-at-first} as at first   {dialog.close} close"
)

WIDEST = 120
"""Cells of a column, at most."""


class ColumnsScreen(ModalScreen[None]):
    """Arranges the columns; every change shows in the table at once."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(COLUMN_KEYS)

    def __init__(self, layout: Layout, arrange: Callable[[Layout], None]) -> None:
        super().__init__()
        self._layout = layout
        self._arrange = arrange
        self._order = [place.id for place in layout.columns]
        self._order += [name for name in COLUMNS if name not in self._order]
        self._cells = {place.id: place.cells for place in layout.columns}

    def compose(self) -> ComposeResult:
        """The columns, those of the table first, and what the keys do."""
        with Vertical(id="models"):
            yield Label("Columns", markup=False, id="question")
            yield OptionList(*map(self._option, self._order), markup=False, compact=True)
            yield Label(keyed(KEYS), markup=False, classes="hint")

    def _option(self, name: str) -> Option:
        cells = self._cells.get(name)
        width = "" if cells is None else f"{cells} cells" if cells else "fits"
        arrow = "▼" if self._layout.is_descending else "▲"
        sort = arrow if self._layout.sort == name else " "
        shown = "x" if name in self._cells else " "
        return Option(Content(f"[{shown}] {COLUMNS[name].title:<10} {sort} {width}"), id=name)

    @property
    def _chosen(self) -> str:
        return self._order[self.query_one(OptionList).highlighted or 0]

    async def action_line(self, action: str) -> None:
        """Go to another line, as the list's own keys do."""
        await self.query_one(OptionList).run_action(action)

    def action_switch(self) -> None:
        """Show the column, or hide it; the last one stays."""
        name = self._chosen
        if name not in self._cells:
            self._cells[name] = 0
        elif len(self._cells) > 1:
            del self._cells[name]
        else:
            self.notify("the last column stays", markup=False)
            return
        self._changed()

    def on_option_list_option_selected(self) -> None:
        """Enter does what space does."""
        self.action_switch()

    def action_move(self, by: int) -> None:
        """Move the column to the left (up) or the right (down)."""
        here = self._order.index(self._chosen)
        there = max(0, min(here + by, len(self._order) - 1))
        self._order.insert(there, self._order.pop(here))
        self._changed(there)

    def action_widen(self, by: int) -> None:
        """Make the column wider or narrower."""
        name = self._chosen
        if name in self._cells:
            cells = (self._cells[name] or COLUMNS[name].width) + by
            self._cells[name] = max(4, min(cells, WIDEST))
            self._changed()
        else:
            self._say_hidden()

    def action_fit(self) -> None:
        """Let the table decide how wide the column is."""
        if self._chosen in self._cells:
            self._cells[self._chosen] = 0
            self._changed()
        else:
            self._say_hidden()

    def _say_hidden(self) -> None:
        self.notify(keyed("it is hidden: {columns.show} shows it"), markup=False)

    def action_sort(self) -> None:
        """Sort by the column; by the same once more, turn the order round."""
        self._layout = self._layout.sorted_by(self._chosen)
        self._changed()

    def action_reset(self) -> None:
        """Go back to the columns of the first start."""
        self._layout = Layout()
        self._cells = {place.id: 0 for place in self._layout.columns}
        self._order = [*self._cells, *(name for name in COLUMNS if name not in self._cells)]
        self._changed(0)

    def _changed(self, line: int | None = None) -> None:
        places = tuple(
            Width(name, self._cells[name]) for name in self._order if name in self._cells
        )
        self._layout = replace(self._layout, columns=places)
        self._arrange(self._layout)
        listing = self.query_one(OptionList)
        line = listing.highlighted if line is None else line
        listing.clear_options()
        listing.add_options(map(self._option, self._order))
        listing.highlighted = line
