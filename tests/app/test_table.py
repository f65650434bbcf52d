from __future__ import annotations

import random
from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.app.table_app import TableApp, rows
from tests.builders import an_invocation
from tests.conftest import START
from tui.app.widgets.table import InvocationTable
from tui.model.board import Board
from tui.model.columns import COLUMNS, Layout, Width
from tui.model.filter import parse
from tui.model.invocation import Status
from tui.model.text import cell_width
from tui.model.view import View


async def test_fewer_rows_than_were_scrolled_over_leave_no_empty_table() -> None:
    every = rows(1000)
    app = TableApp(Board(every))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.table.scroll_to(y=600, animate=False)
        await pilot.pause()

        app.table.follow(app.board.drop([row.key for row in every[200:]]))
        await pilot.pause()

        assert app.table.scroll_offset.y == 201 - 24
        assert len(app.table._shown()) == 23


async def test_a_scrollbar_comes_with_more_rows_than_fit_and_goes_with_them() -> None:
    every = rows(40)
    app = TableApp(Board(every[:10]))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert not app.table.show_vertical_scrollbar

        app.see(*every[10:])
        await pilot.pause()
        assert app.table.show_vertical_scrollbar

        app.table.follow(app.board.drop([row.key for row in every[5:]]))
        await pilot.pause()
        assert not app.table.show_vertical_scrollbar


async def test_rows_that_arrive_above_do_not_move_what_is_on_the_screen() -> None:
    board = Board(rows(100))
    app = TableApp(board)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*["pagedown"] * 3)
        key, top = app.table.cursor, app.table.scroll_offset.y

        app.see(an_invocation("new", submit_time=START))
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
        await pilot.pause()
        await pilot.click(app.table, offset=(5, 4))
        assert app.table.cursor == app.keys[3]
        assert chosen == []
        await pilot.click(app.table, offset=(5, 4))
        await pilot.pause()
        assert chosen == [app.keys[3]]


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
        await pilot.pause()

        strips = [app.table.render_line(line) for line in (1, 2, 3)]

        assert {strip.cell_length for strip in strips} == {80}


async def test_a_row_with_more_than_fits_is_scrolled_sideways_and_back() -> None:
    app = TableApp(Board(rows(3)))
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        heading = app.table.render_line(0).text
        assert heading.startswith(" STATUS")
        assert "OUTPUT" not in heading

        await pilot.press(*["right"] * 9)
        assert app.table.render_line(0).text.rstrip().endswith("OUTPUT")
        assert app.table.render_line(1).cell_length == 40

        await pilot.press(*["left"] * 9)
        assert app.table.render_line(0).text == heading


async def test_every_column_can_be_shown_and_stands_under_its_heading() -> None:
    board = Board([an_invocation(prompt="ein Gezeitentümpel 🎬", is_ours=True)])
    app = TableApp(board)
    async with app.run_test(size=(300, 10)) as pilot:
        app.table.lay_out(Layout(columns=tuple(map(Width, COLUMNS))))
        await pilot.pause()

        heading, row = app.table.render_line(0).text, app.table.render_line(1).text
        for name, text in {
            "id": "mm0oexhd8y31",
            "account": "123456789012",
            "origin": "here",
        }.items():
            before = row[: row.index(text)]
            assert heading.index(COLUMNS[name].title) == cell_width(before)


async def test_marks_are_set_by_row_by_range_and_for_all() -> None:
    app = TableApp(Board(rows(20)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        keys = app.keys

        await pilot.press("space", "j", "j", "j", "v")
        assert app.table.marked == set(keys[0:5])
        assert "◉" in app.table.render_line(5).text
        assert "●" in app.table.render_line(1).text

        await pilot.press("ctrl+a")
        assert app.table.marked == set(keys)
        await pilot.press("ctrl+a")
        assert app.table.marked == set()

        await pilot.press("shift+up", "shift+up")
        assert app.table.marked == set(keys[3:5])


async def test_a_mark_follows_its_invocation_and_goes_with_it() -> None:
    app = TableApp(Board(rows(3)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        gone, kept = app.keys[0], app.keys[1]
        await pilot.press("space", "space")
        assert app.table.marked == {gone, kept}

        app.table.follow(app.board.drop([gone]))

        assert app.table.marked == {kept}


async def test_a_click_on_a_heading_names_its_column_and_ctrl_click_marks() -> None:
    chosen: list[str] = []

    class Clicked(TableApp):
        def on_invocation_table_column_chosen(self, message: InvocationTable.ColumnChosen) -> None:
            chosen.append(message.id)

    app = Clicked(Board(rows(3)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click(app.table, offset=(2, 0))
        await pilot.click(app.table, offset=(16, 0))
        await pilot.click(app.table, offset=(5, 2), control=True)
        await pilot.pause()

        assert chosen == ["status", "target"]
        assert app.table.marked == {app.keys[1]}


@pytest.mark.parametrize("seed", range(4))
async def test_cursor_marks_and_scroll_survive_a_thousand_random_updates(seed: int) -> None:
    chance = random.Random(seed)
    app = TableApp(Board(rows(300)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.table.show(View(filter=parse("!failed", START)))
        await pilot.press(*["pagedown"] * 4, "space", "space", "down")
        cursor, marked = app.table.cursor, app.table.marked
        assert cursor is not None
        assert len(marked) == 2
        kept = {cursor, *marked}
        height = line_on_screen(app)

        for number in range(1000):
            found = [row for row in app.board if row.key not in kept]
            app.see(
                *(
                    replace(row, status=chance.choice([*Status]), end_time=START)
                    for row in chance.sample(found, 3)
                    if not row.status.is_terminal
                ),
                an_invocation(
                    f"new{number}",
                    submit_time=START - timedelta(minutes=chance.randrange(400)),
                    status=chance.choice([*Status]),
                ),
            )
            app.table.follow(app.board.drop([chance.choice(found).key]))
        await pilot.pause()

        assert app.table.cursor == cursor
        assert app.table.marked == marked
        assert line_on_screen(app) == height
        assert all(app.board[key].status is not Status.FAILED for key in app.table.listing)
        assert len(app.table.listing) == sum(row.status is not Status.FAILED for row in app.board)


def line_on_screen(app: TableApp) -> int:
    line = app.table.listing.line(app.table.cursor)
    assert line is not None
    return line - app.table.scroll_offset.y


async def test_a_cursor_in_sight_stays_in_sight_when_rows_arrive_at_the_top() -> None:
    app = TableApp(Board(rows(100)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*["down"] * 22)
        cursor = app.table.cursor
        assert app.table.scroll_offset.y == 0

        for number in range(5):
            app.see(an_invocation(f"new{number}", submit_time=START + timedelta(seconds=number)))
            await pilot.pause()

            assert app.table.cursor == cursor
            assert 0 <= line_on_screen(app) < 23


async def test_what_is_looked_at_stays_when_rows_arrive_between_it_and_the_cursor() -> None:
    app = TableApp(Board(rows(300)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.table.scroll_to(y=100, animate=False, force=True)
        await pilot.pause()
        seen = app.keys[100]

        app.see(an_invocation("new", submit_time=START - timedelta(minutes=30, seconds=30)))
        await pilot.pause()

        assert app.keys[app.table.scroll_offset.y] == seen


@pytest.mark.parametrize("then", [(), ("id:000000000007",), ("id:00000000000", "nothing either")])
async def test_the_cursor_comes_back_into_sight_after_a_filter_that_kept_nothing(
    then: tuple[str, ...],
) -> None:
    app = TableApp(Board(rows(500)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("G")
        cursor = app.table.cursor

        for typed in ("nothing holds this", *then, ""):
            app.table.show(View(parse(typed, START)))
            await pilot.pause()

        assert app.table.cursor == cursor
        assert 0 <= line_on_screen(app) < 23


async def test_the_thumb_is_where_the_view_is_when_the_scrollbar_comes_back() -> None:
    app = TableApp(Board(rows(500)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("G")

        for typed in ("id:000000000007", ""):
            app.table.show(View(parse(typed, START)))
            await pilot.pause()

        assert app.table.scroll_offset.y == 501 - 24
        assert app.table.vertical_scrollbar.position == 501 - 24


@pytest.mark.parametrize(
    "narrower", [View(parse("id:0000000001", START)), View(tab=Status.COMPLETED)]
)
async def test_a_narrower_view_without_the_cursor_s_row_is_shown_from_its_top(
    narrower: View,
) -> None:
    every = rows(500)
    done = [replace(row, status=Status.COMPLETED, end_time=START) for row in every[100:200]]
    app = TableApp(Board([*every[:100], *done, *every[200:]]))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("G")
        last = app.table.cursor

        app.table.show(narrower)
        await pilot.pause()
        assert app.table.cursor == app.keys[0]
        assert len(app.keys) > 23
        assert app.table.scroll_offset.y == 0

        app.table.show(View())
        await pilot.pause()
        assert app.table.cursor == last
        assert line_on_screen(app) == 22

        app.table.scroll_to(y=150, animate=False, force=True)
        await pilot.pause()
        app.table.show(narrower)
        await pilot.pause()
        assert app.table.cursor == app.keys[0]
        assert app.table.scroll_offset.y == 0


async def test_a_row_that_leaves_the_view_by_itself_hands_the_cursor_to_the_next() -> None:
    app = TableApp(Board(rows(500)))
    async with app.run_test(size=(80, 24)) as pilot:
        app.table.show(View(tab=Status.IN_PROGRESS))
        await pilot.press("G", "k")
        left, following = app.table.cursor, app.keys[-1]
        assert left is not None

        app.see(replace(app.board[left], status=Status.COMPLETED, end_time=START))
        await pilot.pause()

        assert app.table.cursor == following
        assert 0 <= line_on_screen(app) < 23
