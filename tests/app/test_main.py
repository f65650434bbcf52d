from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.app.conftest import Screen, main, settled, shown, table
from tests.builders import a_request
from tests.conftest import MakeEngine, Until
from tui.app.screens.form import FormScreen
from tui.app.screens.help import HelpScreen
from tui.app.screens.main import MainScreen
from tui.app.widgets.detail import Detail
from tui.engine.session import Engine
from tui.model.invocation import Invocation, Status
from tui.sandbox.server import Sandbox


async def test_the_first_screen_shows_where_it_is_and_what_runs(
    engine: Engine, sandbox: Sandbox, screen: Screen, until: Until
) -> None:
    sandbox.seed(12)

    async with screen(engine, (100, 24)) as pilot:
        await until(engine, lambda: len(engine.board) == 12 and engine.identity is not None)
        await pilot.pause()

        text = shown(pilot)
        assert "default · us-west-2 · 123456789012 · 127.0.0.1:" in text
        assert "2 pending · updated now" in text
        assert text.count("InProgress") == 2
        assert "✗ Failed" in text


async def test_known_rows_are_on_the_screen_before_aws_answers(
    make_engine: MakeEngine, screen: Screen
) -> None:
    first = make_engine()
    row = await first.submit(a_request())
    await first.close()
    second = make_engine()

    async with screen(second) as pilot:
        assert row.id in shown(pilot)


async def test_no_network_says_so_and_keeps_the_rows(
    make_engine: MakeEngine, screen: Screen, until: Until
) -> None:
    first = make_engine()
    row = await first.submit(a_request())
    await first.close()
    context = first.context
    second = make_engine()
    second.aws.context = type(context)(region="us-west-2", endpoint_url="http://127.0.0.1:9")

    async with screen(second) as pilot:
        await until(second, lambda: second.problem is not None)
        await pilot.pause()

        text = shown(pilot)
        assert "EndpointConnectionError" in text
        assert "stale" in text or "no news" in text
        assert row.id in text
        assert second.board[row.key].status is Status.IN_PROGRESS


async def test_the_whole_job_with_the_keyboard(
    engine: Engine, sandbox: Sandbox, screen: Screen, until: Until, tmp_path: Path
) -> None:
    async with screen(engine) as pilot:
        await until(engine, lambda: engine.heard is not None)
        await pilot.press("n")
        await settled(pilot)
        assert isinstance(pilot.app.screen, FormScreen)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MainScreen)
        (row,) = engine.board
        assert table(pilot).cursor == row.key

        sandbox.clock.advance(10)
        engine.poller.wake()
        await until(engine, lambda: engine.board[row.key].status is Status.COMPLETED)
        await pilot.press("enter", "3")
        await settled(pilot)
        text = shown(pilot)
        assert "output.mp4" in text
        assert "1280×720" in text

        await pilot.press("d")
        await pilot.pause()
        pilot.app.screen.query_one(Input).value = str(tmp_path / "out")
        await pilot.press("enter")
        await settled(pilot)
        saved = tmp_path / "out" / row.id / "output.mp4"
        assert saved.read_bytes()[4:8] == b"ftyp"

        await pilot.press("q")
    assert pilot.app.return_code == 0


@pytest.mark.parametrize(
    ("key", "expected"),
    [("1", "luma.ray-v2:0"), ("2", "a tide pool"), ("4", "aws bedrock-runtime")],
)
async def test_the_tabs_of_the_detail(
    engine: Engine, screen: Screen, until: Until, key: str, expected: str
) -> None:
    await engine.submit(a_request())

    async with screen(engine) as pilot:
        await pilot.press("enter", key)
        await settled(pilot)

        assert expected in shown(pilot)


async def test_the_input_of_another_s_invocation_is_not_made_up(
    engine: Engine, sandbox: Sandbox, screen: Screen, until: Until
) -> None:
    sandbox.seed(1)

    async with screen(engine) as pilot:
        await until(engine, lambda: len(engine.board) == 1)
        await pilot.press("2")
        await settled(pilot)

        assert "AWS does not return model inputs" in shown(pilot)


async def test_the_detail_opens_over_the_table_where_it_is_narrow_and_below_where_it_is_wide(
    engine: Engine, screen: Screen
) -> None:
    await engine.submit(a_request())

    async with screen(engine, (80, 24)) as pilot:
        assert not main(pilot).query_one(Detail).display
        await pilot.press("enter")
        assert main(pilot).query_one(Detail).display
        assert not table(pilot).display
        await pilot.press("escape")
        assert table(pilot).display


async def test_the_detail_is_always_there_where_it_is_wide(
    make_engine: MakeEngine, screen: Screen
) -> None:
    engine = make_engine()
    await engine.submit(a_request())

    async with screen(engine, (120, 40)) as pilot:
        assert main(pilot).query_one(Detail).display
        assert table(pilot).display
        assert "submitted   2026-03-01 12:00:00 UTC" in shown(pilot)


async def test_the_filter_narrows_and_escape_lifts_it(
    engine: Engine, sandbox: Sandbox, screen: Screen, until: Until
) -> None:
    sandbox.seed(12)

    async with screen(engine) as pilot:
        await until(engine, lambda: len(engine.board) == 12)
        await pilot.pause()
        await pilot.press("down", "down")
        before = table(pilot).cursor
        await pilot.press("slash", *"status:failed", "enter")
        await pilot.pause()
        assert {engine.board[key].status for key in table(pilot).listing} == {Status.FAILED}
        assert "2 of 12" in shown(pilot)

        await pilot.press("escape")
        await pilot.pause()
        assert len(table(pilot).listing) == 12
        assert table(pilot).cursor == before


async def test_the_cursor_stays_on_its_invocation_when_others_arrive(
    engine: Engine, sandbox: Sandbox, screen: Screen, until: Until
) -> None:
    sandbox.seed(5)

    async with screen(engine) as pilot:
        await until(engine, lambda: len(engine.board) == 5)
        await pilot.pause()
        await pilot.press("down", "down")
        before = table(pilot).cursor
        await engine.submit(a_request())
        await pilot.pause()

        assert table(pilot).cursor == before
        assert len(table(pilot).listing) == 6


async def test_an_adopted_invocation_keeps_the_cursor(
    engine: Engine, sandbox: Sandbox, screen: Screen, until: Until
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "drop-after")
    await engine.submit(a_request())

    async with screen(engine) as pilot:
        await until(engine, lambda: any(row.invocation_arn for row in engine.board))
        await pilot.pause()

        (row,) = engine.board
        assert table(pilot).cursor == row.key


async def test_hostile_text_is_shown_as_text(engine: Engine, screen: Screen) -> None:
    hostile = Invocation(
        key="arn:a:b:c:d:async-invoke/x",
        status=Status.FAILED,
        region="us-west-2",
        submit_time=engine.clock(),
        model_id="[/red]\x1b[31mmodel\u202e",
        invocation_arn="arn:a:b:c:d:async-invoke/x",
        s3_uri="s3://[bold]/[/x]",
        failure_message="[/x] [@click=app.quit]no[/] \x1b]0;title\x07",
    )
    engine.board.apply([hostile])

    async with screen(engine, (120, 40)) as pilot:
        await pilot.press("enter")
        await settled(pilot)

        text = shown(pilot)
        assert "[/x] [@click=app.quit]no[/]" in text
        assert not any(char in text for char in "\x1b\x07\u202e")


async def test_sorting_goes_through_the_columns(
    engine: Engine, sandbox: Sandbox, screen: Screen, until: Until
) -> None:
    sandbox.seed(12)

    async with screen(engine) as pilot:
        await until(engine, lambda: len(engine.board) == 12)
        await pilot.pause()
        newest_first = list(table(pilot).listing)
        await pilot.press("S")
        assert list(table(pilot).listing) == newest_first[::-1]
        await pilot.press("s", "s", "s")
        statuses = [engine.board[key].status.value for key in table(pilot).listing]
        assert statuses == sorted(statuses)


async def test_help_lists_the_keys_of_the_screen(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HelpScreen)
        assert "save the outputs to disk" in shown(pilot)

        await pilot.press("escape")
        assert isinstance(pilot.app.screen, MainScreen)


@pytest.mark.parametrize("size", [(20, 5), (1, 1)])
async def test_a_terminal_of_almost_no_size_works(
    engine: Engine, screen: Screen, size: tuple[int, int]
) -> None:
    await engine.submit(a_request())

    async with screen(engine, size) as pilot:
        await pilot.press("enter", "3", "escape", "n", "escape")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MainScreen)


async def test_an_empty_table_has_nothing_to_move_through_or_to_sort(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("j", "k", "G", "g", "s", "S")
        await settled(pilot)

        assert isinstance(pilot.app.screen, MainScreen)
        assert table(pilot).cursor is None


@pytest.mark.parametrize("width", [40, 41, 42, 80])
async def test_the_names_of_all_tabs_stand_there_whole(
    engine: Engine, screen: Screen, width: int
) -> None:
    await engine.submit(a_request())

    async with screen(engine, (width, 20)) as pilot:
        await pilot.press("enter")
        await settled(pilot)

        names = next(line for line in shown(pilot).splitlines() if "1 Overview" in line)
        assert " ".join(names.split()) == "1 Overview 2 Input 3 Output 4 Request"


async def test_the_tab_keys_work_from_every_tab(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    row = await engine.submit(a_request())
    sandbox.clock.advance(10)
    await engine.poll()
    assert engine.board[row.key].status is Status.COMPLETED

    async with screen(engine) as pilot:
        for key, tab in ("3", "output"), ("1", "overview"), ("3", "output"), ("4", "request"):
            await pilot.press(key)
            await settled(pilot)
            assert main(pilot).query_one(Detail).active == tab


async def test_a_value_longer_than_its_field_is_still_shown(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await pilot.press("slash")
        main(pilot).query_one("#filter", Input).value = "x" * 90
        await pilot.pause()

        assert "xxxxxxxxxx" in shown(pilot)


async def test_keys_typed_ahead_go_to_the_filter(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await pilot.press("slash", "f", "q", "n")

        assert main(pilot).query_one("#filter", Input).value == "fqn"


async def test_what_is_wrong_and_what_to_do_stand_whole_on_a_small_terminal(
    make_engine: MakeEngine, screen: Screen, until: Until
) -> None:
    engine = make_engine(endpoint_url="http://127.0.0.1:9")

    async with screen(engine, (40, 20)) as pilot:
        await until(engine, lambda: engine.problem is not None)
        await pilot.pause()

        assert engine.problem is not None
        text = "".join(shown(pilot).split())
        assert "".join(engine.problem.one_line.split()) in text
        assert "ThereisnonewsfromAWS.Thelinesbelowsaywhy.rtriesagain,?showshelp." in text
