"""The order of the table's rows, and its columns; both are found again at the next start."""

from __future__ import annotations

from textual import on, work

from tui.app.bindings import keyed
from tui.app.screens.rows import RowsScreen
from tui.app.widgets.table import InvocationTable
from tui.engine.contexts import Contexts
from tui.model.columns import Layout, following

LAYOUT = "table"
"""The name that the table's layout is remembered under."""

ORDER_KEPT = "this order is kept: {table.sort} goes on to the next column, {table.reverse} turns it"
"""What to know of an order, said once."""


class Arranging(RowsScreen):
    """The part of the table's screen that arranges the table."""

    def __init__(self, contexts: Contexts) -> None:
        super().__init__(contexts)
        self._layout = contexts.ledger.choices.load(LAYOUT, Layout()).known
        self._is_order_told = False

    def show_rows(self) -> None:
        """Show what filter, tab and order ask for."""
        raise NotImplementedError

    @property
    def _fitted(self) -> Layout:
        """The layout, with what tells stale rows, and several contexts, apart."""
        layout = self._layout.with_heard if self._contexts.stale else self._layout
        return layout if self._contexts.is_one else layout.with_context

    @on(InvocationTable.ColumnChosen)
    def _column_chosen(self, message: InvocationTable.ColumnChosen) -> None:
        self._arrange(self._layout.sorted_by(message.id))

    def action_sort(self) -> None:
        """Sort by the next column."""
        self._arrange(self._layout.sorted_by(following(self._layout.sort, self._layout.columns)))
        if not self._is_order_told:  # a key that was not meant changes the next start, too
            self._is_order_told = True
            self.say(keyed(ORDER_KEPT))

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._arrange(self._layout.sorted_by(self._layout.sort))

    async def action_columns(self) -> None:
        """Choose, order and size the columns."""
        from tui.app.screens.columns import ColumnsScreen

        await self.app.push_screen(ColumnsScreen(self._layout, self._arrange))

    def _arrange(self, layout: Layout) -> None:
        """Take other columns or another order, now and at the next start."""
        before, self._layout = self._layout, layout
        self._table.lay_out(self._fitted)
        if (layout.sort, layout.is_descending) != (before.sort, before.is_descending):
            self.show_rows()
        self._remember(layout)

    @work(exclusive=True, group="remember", exit_on_error=False)
    async def _remember(self, layout: Layout) -> None:
        with self.complaining():
            await self._contexts.ledger.choices.save(LAYOUT, layout)
