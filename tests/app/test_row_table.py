from __future__ import annotations

from tests.app.table_app import TableApp, rows
from tui.model.board import Board


async def test_the_cursor_is_kept_in_sight_and_at_the_ends() -> None:
    app = TableApp(Board(rows(100)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("G")
        assert app.table.cursor == app.keys[-1]
        assert app.table.scroll_offset.y == 100 - 23
        await pilot.press("down", "pageup")
        assert app.table.cursor == app.keys[99 - 22]
        await pilot.press("g", "k")
        assert app.table.cursor == app.keys[0]
        assert app.table.scroll_offset.y == 0


async def test_what_an_empty_table_says_is_wrapped_where_it_is_narrow() -> None:
    app = TableApp(Board())
    async with app.run_test(size=(30, 12)) as pilot:
        app.table.placeholder = "Nothing.\n\nPress n to submit one, ? for help."
        await pilot.pause()

        lines = [app.table.render_line(line).text.rstrip() for line in range(2, 6)]

        assert lines == ["  Nothing.", "", "  Press n to submit one, ?", "  for help."]
