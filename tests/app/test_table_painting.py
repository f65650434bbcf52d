"""What the table of invocations paints: only what changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from textual.strip import Strip

from tests.app.table_app import TableApp, rows
from tests.conftest import START
from tui.app.widgets.table import InvocationTable
from tui.model.board import Board
from tui.model.columns import Layout, Width
from tui.model.invocation import Invocation, Status


async def test_one_changed_row_repaints_one_line() -> None:
    app = TableApp(Board(rows(100)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        key = app.keys[3]
        app.table.rendered = 0

        app.see(replace(app.board[key], status=Status.COMPLETED))
        await pilot.pause()

        assert app.table.rendered == 1


async def test_rows_that_arrive_below_what_is_seen_paint_no_line_and_move_the_thumb() -> None:
    every = rows(1000)
    app = TableApp(Board(every[:100]))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.table.rendered = 0

        app.see(*every[100:])
        await pilot.pause()

        assert app.table.rendered == 0
        assert app.table.vertical_scrollbar.window_virtual_size == 1001
        await pilot.press("G")
        await pilot.pause()
        assert app.table.cursor == every[-1].key
        assert app.table.scroll_offset.y == 1001 - 24


async def test_a_line_asked_for_again_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app = TableApp(Board(rows(100)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        made: list[Invocation] = []
        row_strip = InvocationTable._row

        def make(table: InvocationTable, row: Invocation) -> Strip:
            made.append(row)
            return row_strip(table, row)

        monkeypatch.setattr(InvocationTable, "_row", make)

        app.table.refresh()
        await pilot.pause()
        assert made == []

        app.now += timedelta(hours=5)
        app.table.refresh()
        await pilot.pause()
        assert len(made) == 23


async def test_a_change_out_of_sight_repaints_nothing() -> None:
    app = TableApp(Board(rows(100)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.table.rendered = 0

        app.see(replace(app.board[app.keys[90]], status=Status.COMPLETED))
        await pilot.pause()

        assert app.table.rendered == 0


async def test_ages_are_repainted_only_when_they_read_differently() -> None:
    app = TableApp(Board(rows(10)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.table.rendered = 0

        app.table.repaint_ages()
        await pilot.pause()
        assert app.table.rendered == 0

        app.now = START + timedelta(minutes=1)
        app.table.repaint_ages()
        await pilot.pause()
        assert app.table.rendered == 10


async def test_moving_the_cursor_repaints_two_lines() -> None:
    app = TableApp(Board(rows(10)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.table.rendered = 0

        await pilot.press("j")
        await pilot.pause()

        assert app.table.rendered == 2
        assert app.table.cursor == app.keys[1]


async def test_a_wider_terminal_paints_the_rows_to_its_edge_though_no_column_grows() -> None:
    class Striped(TableApp):
        CSS = ".invocation-table--cursor { background: red; }"

    app = Striped(Board(rows(3)))
    async with app.run_test(size=(80, 24)) as pilot:
        app.table.lay_out(Layout(columns=(Width("status", 13), Width("id", 12))))
        await pilot.pause()

        await pilot.resize_terminal(120, 24)
        await pilot.pause()

        cursor_row = app.table.render_line(1).crop(0, app.table.scrollable_content_region.width)
        assert cursor_row.cell_length > 80
        assert len({segment.style and segment.style.bgcolor for segment in cursor_row}) == 1
