from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from textual.app import App, ComposeResult

from tests.builders import an_invocation
from tests.conftest import START
from tui.app.widgets.table import InvocationTable, column_widths
from tui.model.board import Board
from tui.model.invocation import Invocation, Status
from tui.model.view import COLUMNS, View


class Lines(InvocationTable):
    """Counts the lines that it is asked to render."""

    rendered = 0

    def render_line(self, y: int):  # type: ignore[no-untyped-def]
        self.rendered += 1
        return super().render_line(y)


class TableApp(App[None]):
    def __init__(self, board: Board) -> None:
        super().__init__()
        self.board = board
        self.now = START
        self.table = Lines(board, lambda: self.now)

    def compose(self) -> ComposeResult:
        yield self.table

    def show(self) -> None:
        self.table.show(View().keys(self.board), View())


def rows(count: int) -> list[Invocation]:
    return [
        an_invocation(f"{number:012}", submit_time=START - timedelta(minutes=number + 1))
        for number in range(count)
    ]


@pytest.mark.parametrize("width", range(1, 250, 7))
def test_the_columns_take_the_width_and_no_more(width: int) -> None:
    widths = column_widths(width)

    assert len(widths) == len(COLUMNS)
    assert min(widths) >= 0
    if width >= 80:
        assert sum(widths) + len(widths) == width


async def test_one_changed_row_repaints_one_line() -> None:
    app = TableApp(Board(rows(100)))
    async with app.run_test(size=(80, 24)) as pilot:
        app.show()
        await pilot.pause()
        key = app.table.keys[3]
        app.table.rendered = 0

        changes = app.board.apply([replace(app.board[key], status=Status.COMPLETED)])
        app.show()
        app.table.repaint(changes.updated)
        await pilot.pause()

        assert key in changes.updated
        assert app.table.rendered == 1


async def test_a_change_out_of_sight_repaints_nothing() -> None:
    app = TableApp(Board(rows(100)))
    async with app.run_test(size=(80, 24)) as pilot:
        app.show()
        await pilot.pause()
        app.table.rendered = 0

        app.table.repaint([app.table.keys[90]])
        await pilot.pause()

        assert app.table.rendered == 0


async def test_ages_are_repainted_only_when_they_read_differently() -> None:
    app = TableApp(Board(rows(10)))
    async with app.run_test(size=(80, 24)) as pilot:
        app.show()
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
        app.show()
        await pilot.pause()
        app.table.rendered = 0

        await pilot.press("j")
        await pilot.pause()

        assert app.table.rendered == 2
        assert app.table.cursor == app.table.keys[1]


async def test_the_cursor_is_kept_in_sight_and_at_the_ends() -> None:
    app = TableApp(Board(rows(100)))
    async with app.run_test(size=(80, 24)) as pilot:
        app.show()
        await pilot.press("G")
        assert app.table.cursor == app.table.keys[-1]
        assert app.table.scroll_offset.y == 100 - 23
        await pilot.press("down", "pageup")
        assert app.table.cursor == app.table.keys[99 - 22]
        await pilot.press("g", "k")
        assert app.table.cursor == app.table.keys[0]
        assert app.table.scroll_offset.y == 0


async def test_rows_that_arrive_above_do_not_move_what_is_on_the_screen() -> None:
    board = Board(rows(100))
    app = TableApp(board)
    async with app.run_test(size=(80, 24)) as pilot:
        app.show()
        await pilot.press(*["pagedown"] * 3)
        key, top = app.table.cursor, app.table.scroll_offset.y

        board.apply([an_invocation("new", submit_time=START)])
        app.show()
        await pilot.pause()

        assert app.table.cursor == key
        assert app.table.scroll_offset.y == top + 1


async def test_a_click_moves_the_cursor_and_a_second_one_opens() -> None:
    chosen: list[str] = []

    class Clicked(TableApp):
        def on_invocation_table_invocation_chosen(
            self, message: InvocationTable.InvocationChosen
        ) -> None:
            chosen.append(message.key)

    app = Clicked(Board(rows(10)))
    async with app.run_test(size=(80, 24)) as pilot:
        app.show()
        await pilot.pause()
        await pilot.click(app.table, offset=(5, 4))
        assert app.table.cursor == app.table.keys[3]
        assert chosen == []
        await pilot.click(app.table, offset=(5, 4))
        await pilot.pause()
        assert chosen == [app.table.keys[3]]


async def test_wide_characters_keep_the_columns_straight() -> None:
    board = Board(
        [
            an_invocation("000000000001", model_id="模型-视频-生成-很长的名字-非常长"),
            an_invocation("000000000002", model_id="plain"),
            an_invocation("000000000003", model_id="🎬🎬🎬🎬🎬🎬🎬🎬🎬🎬🎬🎬🎬🎬"),
        ]
    )
    app = TableApp(board)
    async with app.run_test(size=(80, 24)) as pilot:
        app.show()
        await pilot.pause()

        strips = [app.table.render_line(line) for line in (1, 2, 3)]

        assert {strip.cell_length for strip in strips} == {80}
