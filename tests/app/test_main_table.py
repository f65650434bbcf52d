"""What the main screen does with the table: tabs, filter, columns, what is asked of AWS."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from msgspec.structs import replace
from textual.widgets import Input, OptionList

from tests.app.conftest import Screen, main, settled, shown, table
from tests.builders import a_request, an_invocation
from tests.conftest import SETTINGS, MakeEngine, Until
from tui.app.screens.columns import ColumnsScreen
from tui.app.widgets.field import Complaint
from tui.app.widgets.filter_line import FilterLine
from tui.app.widgets.status_tabs import StatusTabs
from tui.config import Settings
from tui.engine.session import Engine
from tui.engine.ticking import Heard
from tui.model.invocation import Status
from tui.model.view import View
from tui.sandbox.server import Sandbox


async def test_the_tabs_count_and_narrow(dozen: Engine, screen: Screen) -> None:
    async with screen(dozen) as pilot:
        assert "All 12  ◐ Pending 2  ✓ Completed 8  ✗ Failed 2  ? Unknown 0" in shown(pilot)

        for count in (2, 8, 2, 0, 12):
            await pilot.press("]")
            assert len(table(pilot).listing) == count
        await pilot.press("[", "[")
        assert {dozen.board[key].status for key in table(pilot).listing} == {Status.FAILED}

        await pilot.press("escape")
        assert len(table(pilot).listing) == 12


async def test_a_tab_is_chosen_with_the_mouse(dozen: Engine, screen: Screen) -> None:
    async with screen(dozen) as pilot:
        await pilot.click(StatusTabs, offset=(shown(pilot).splitlines()[1].index("Failed"), 0))
        await pilot.pause()

        assert len(table(pilot).listing) == 2


async def test_the_tabs_are_signs_where_words_do_not_fit(dozen: Engine, screen: Screen) -> None:
    async with screen(dozen, (40, 20)) as pilot:
        assert "All 12  ◐ 2  ✓ 8  ✗ 2  ? 0" in shown(pilot)


@pytest.mark.parametrize(
    ("columns", "note"), [(80, "12 marked"), (40, "12 marked"), (36, "●12"), (24, "●12")]
)
async def test_how_many_are_marked_is_said_at_any_width(
    dozen: Engine, screen: Screen, columns: int, note: str
) -> None:
    async with screen(dozen, (columns, 20)) as pilot:
        await pilot.press("ctrl+a")
        await pilot.pause()

        assert shown(pilot).splitlines()[1].endswith(note)


async def test_a_fault_in_the_filter_is_said_below_it_and_the_rows_stay(
    dozen: Engine, screen: Screen
) -> None:
    async with screen(dozen) as pilot:
        await pilot.press("slash", *"statu:failed ")
        await settled(pilot)

        complaint = main(pilot).query_one("FilterLine Complaint", Complaint)
        assert str(complaint.content).startswith("there is no field statu")
        assert len(table(pilot).listing) == 12


@pytest.mark.parametrize(
    ("text", "message"), [("tag:", "a value is missing"), ("!", "a word is missing")]
)
async def test_what_is_only_begun_is_a_fault_once_it_is_entered(
    dozen: Engine, screen: Screen, text: str, message: str
) -> None:
    async with screen(dozen) as pilot:
        complaint = main(pilot).query_one("FilterLine Complaint", Complaint)
        await pilot.press("slash", *text)
        await settled(pilot)
        assert not str(complaint.content)

        await pilot.press("enter")
        await settled(pilot)
        assert str(complaint.content).startswith(message)


async def test_a_filter_is_completed_as_it_is_typed(dozen: Engine, screen: Screen) -> None:
    async with screen(dozen) as pilot:
        await pilot.press("slash", *"status:f")
        await settled(pilot)
        await pilot.press("right")

        assert main(pilot).query_one("#filter", Input).value == "status:failed"


async def test_a_named_filter_comes_from_the_settings(
    make_engine: MakeEngine, sandbox: Sandbox, screen: Screen
) -> None:
    sandbox.seed(12)
    engine = make_engine(settings=Settings(filters={"bad": "status:failed"}))
    await engine.poll()

    async with screen(engine) as pilot:
        await pilot.press("slash", *"@bad", "enter")
        await pilot.pause()

        assert len(table(pilot).listing) == 2
        assert "2 of 12" in shown(pilot)


async def test_what_a_filter_of_time_keeps_changes_with_time(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    await engine.submit(a_request())
    async with screen(engine) as pilot:
        await pilot.press("slash", *"since:1h", "enter")
        await pilot.pause()
        assert len(table(pilot).listing) == 1

        sandbox.clock.advance(3700)
        main(pilot).query_one(FilterLine).read_again()
        await pilot.pause()
        assert len(table(pilot).listing) == 0


async def test_a_filter_of_time_walks_over_all_rows_once_a_minute(
    dozen: Engine, sandbox: Sandbox, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with screen(dozen) as pilot:
        await pilot.press("slash", *"since:1h", "enter")
        await settled(pilot)
        walks: list[View] = []
        monkeypatch.setattr(table(pilot), "show", walks.append)

        for seconds, count in ((5, 0), (5, 0), (60, 1), (5, 1)):
            sandbox.clock.advance(seconds)
            main(pilot).query_one(FilterLine).read_again()
            await pilot.pause()
            assert len(walks) == count


async def test_a_click_on_the_marks_chooses_no_tab(dozen: Engine, screen: Screen) -> None:
    async with screen(dozen, (24, 20)) as pilot:
        await pilot.press("ctrl+a")
        await settled(pilot)
        line = shown(pilot).splitlines()[1]
        assert line.endswith("12")

        await pilot.click(StatusTabs, offset=(line.index("12"), 0))
        await settled(pilot)

        assert main(pilot).query_one(StatusTabs).active is None


async def test_a_filter_to_the_second_is_not_read_by_the_minute(
    dozen: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    newest = next(iter(sorted(dozen.board, key=lambda row: row.submit_time, reverse=True)))
    age = int((sandbox.clock.now() - newest.submit_time).total_seconds())
    async with screen(dozen) as pilot:
        await pilot.press("slash", *f"since:{age + 10}s", "enter")
        await settled(pilot)
        assert list(table(pilot).listing) == [newest.key]

        sandbox.clock.advance(15)
        main(pilot).query_one(FilterLine).read_again()
        await settled(pilot)
        assert not table(pilot).listing


async def test_columns_are_chosen_ordered_sized_and_remembered(
    dozen: Engine, make_engine: MakeEngine, screen: Screen
) -> None:
    async with screen(dozen, (120, 40)) as pilot:
        await pilot.press("C")
        assert isinstance(pilot.app.screen, ColumnsScreen)
        listing = pilot.app.screen.query_one(OptionList)
        await pilot.press("down", "space", "down", "K", "plus")
        listing.highlighted = 6
        await pilot.press("space", "escape")
        await settled(pilot)
        heading = table(pilot).render_line(0).text.split()
        assert heading == ["STATUS", "ID", "SUBMITTED▼", "TOOK", "OUTPUT", "REGION"]

    async with screen(make_engine(), (120, 40)) as pilot:
        assert table(pilot).render_line(0).text.split() == heading
        await pilot.press("C", "r", "escape")
        await settled(pilot)
        assert "TARGET" in table(pilot).render_line(0).text


async def test_vim_keys_move_in_the_list_of_columns(dozen: Engine, screen: Screen) -> None:
    async with screen(dozen) as pilot:
        await pilot.press("C", "j", "j", "k", "space", "escape")
        await settled(pilot)

        heading = table(pilot).render_line(0).text.split()
        assert heading == ["STATUS", "ID", "SUBMITTED▼", "TOOK", "OUTPUT"]


async def test_the_last_column_stays(dozen: Engine, screen: Screen) -> None:
    async with screen(dozen) as pilot:
        await pilot.press("C", *["space", "down"] * 6, "escape")
        await settled(pilot)

        assert table(pilot).render_line(0).text.split() == ["OUTPUT"]


async def test_that_an_order_is_kept_is_said_with_the_first_key(
    dozen: Engine, screen: Screen
) -> None:
    async with screen(dozen) as pilot:
        for _ in range(3):
            await pilot.press("s")
        await settled(pilot)

        kept = "this order is kept: s goes on to the next column, S turns it"
        assert [note.message for note in pilot.app._notifications] == [kept]


async def test_a_heading_sorts_by_its_column(dozen: Engine, screen: Screen) -> None:
    async with screen(dozen) as pilot:
        await pilot.click(table(pilot), offset=(16, 0))
        await pilot.pause()

        models = [dozen.board[key].model_id for key in table(pilot).listing]
        assert models == sorted(models)
        assert "TARGET▲" in shown(pilot)


async def test_polling_is_paused_and_goes_on_with_a_key(dozen: Engine, screen: Screen) -> None:
    async with screen(dozen, (120, 30)) as pilot:
        await pilot.press("p")
        assert dozen.poller.is_paused
        await pilot.pause()
        assert "paused" in shown(pilot)

        await pilot.press("p")
        assert not dozen.poller.is_paused


async def test_older_ones_come_on_demand(
    make_engine: MakeEngine, sandbox: Sandbox, screen: Screen, until: Until
) -> None:
    engine = make_engine()
    await engine.submit(a_request())
    sandbox.clock.advance(20 * 86_400)
    fresh = make_engine(settings=SETTINGS, region="us-west-2")
    fresh.board.drop([row.key for row in fresh.board])
    async with screen(fresh) as pilot:
        await until(fresh, lambda: fresh.heard is not None)
        await pilot.pause()
        assert "No invocation in the last 7 days" in shown(pilot)
        assert "o looks further back" in shown(pilot)

        await pilot.press("o")
        await settled(pilot)
        assert len(table(pilot).listing) == 1
        assert any("1 older ones" in toast.message for toast in pilot.app._notifications)


async def test_what_is_older_is_not_offered_once_aws_has_listed_all(
    engine: Engine, screen: Screen, until: Until
) -> None:
    async with screen(engine) as pilot:
        await until(engine, lambda: engine.heard is not None)
        await pilot.press("o")
        await settled(pilot)

        assert "AWS lists no invocation." in shown(pilot)
        assert "Press n to submit one, ? for help." in shown(pilot)


async def test_the_age_of_each_row_is_shown_while_aws_does_not_answer(
    dozen: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    async with screen(dozen) as pilot:
        assert "HEARD" not in shown(pilot)
        sandbox.faults.add("ListAsyncInvokes", "throttle", times=None)
        await dozen.poll()
        await pilot.pause()
        assert "HEARD" in shown(pilot)

        sandbox.faults.clear()
        await dozen.poll()
        await pilot.pause()
        assert "HEARD" not in shown(pilot)


async def test_filter_tab_cursor_and_marks_survive_a_thousand_updates(
    engine: Engine, screen: Screen
) -> None:
    chance, now = random.Random(7), engine.clock()
    first = [
        an_invocation(f"{number:012}", submit_time=now - timedelta(minutes=number + 1))
        for number in range(200)
    ]
    engine.board.apply(first)
    async with screen(engine) as pilot:
        await pilot.press("slash", *"!id:00000000000", "enter", "right_square_bracket")
        await settled(pilot)
        await pilot.press(*["pagedown"] * 2, "space", "space", "down")
        await settled(pilot)
        cursor, marked = table(pilot).cursor, table(pilot).marked
        kept = {cursor, *marked}
        assert len(kept) == 3

        for number in range(1000):
            found = [row for row in engine.board.unsettled() if row.key not in kept]
            changed = [
                replace(row, status=Status.COMPLETED, end_time=now)
                for row in chance.sample(found, min(2, len(found)))
            ]
            age = timedelta(minutes=chance.randrange(400))
            new = an_invocation(f"new{number}", submit_time=now - age)
            changes = engine.board.apply([*changed, new])
            engine.news.announce(Heard(changes, now))
        await settled(pilot)

        assert pilot.app.screen.query_one("#filter", Input).value == "!id:00000000000"
        assert pilot.app.screen.query_one(StatusTabs).active is Status.IN_PROGRESS
        assert table(pilot).cursor == cursor
        assert table(pilot).marked == marked
        shown_now = {engine.board[key].id for key in table(pilot).listing}
        assert shown_now == {
            row.id
            for row in engine.board
            if row.status is Status.IN_PROGRESS and "00000000000" not in row.id
        }
