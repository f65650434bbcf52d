from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tests.app.conftest import Screen, main, settled, shown, table
from tests.app.read import View
from tests.app.read import view as view
from tui.app.palette import offers
from tui.app.screens.form import FormScreen
from tui.app.screens.main import MainScreen
from tui.app.screens.working import WorkingScreen
from tui.engine.session import Engine
from tui.model.invocation import Status
from tui.model.problem import Problem


def offered(pilot: Pilot[int]) -> set[str]:
    assert isinstance(pilot.app.screen, WorkingScreen)
    return {offer.action.id for offer in offers(pilot.app.screen)}


NEEDS_A_ROW = {"table.download", "table.copy", "table.share", "table.again", "table.forget"}


async def test_an_empty_table_offers_nothing_that_wants_a_row(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        not_now = NEEDS_A_ROW | {"table.open", "table.export", "detail.output", "app.error"}
        assert not offered(pilot) & not_now
        always = {"table.new", "table.filter", "app.doctor", "table.quit", "app.theme"}
        assert always <= offered(pilot)

        main(pilot).complain(Problem(kind="TimeoutError", message="no answer"))
        assert "app.error" in offered(pilot)


async def test_a_row_brings_what_can_be_done_with_it(dozen: Engine, screen: Screen) -> None:
    async with screen(dozen) as pilot:
        assert offered(pilot) >= NEEDS_A_ROW | {"table.open", "table.mark-all", "detail.output"}
        not_now = {"table.stop-saving", "app.back", "detail.read-on", "lines.wrap", "tree.open"}
        never = {"table.log-in", "move.down", "app.palette"}
        assert not offered(pilot) & (not_now | never)


async def test_the_form_offers_what_it_does(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)

        assert {"form.submit", "form.start-over", "app.back", "edit.undo"} <= offered(pilot)
        assert not offered(pilot) & {"form.cancel", "table.new", "table.quit"}


async def test_a_read_object_offers_what_its_lines_do(view: View) -> None:
    async with view({"a.json": b'{"a": [1, 2]}'}) as (pilot, _):
        assert {"viewer.query", "lines.fold-all", "viewer.copy"} <= offered(pilot)
        assert not offered(pilot) & {"viewer.turn", "detail.read-on"}


async def test_the_palette_lists_names_keys_and_what_they_do_and_does_it(
    dozen: Engine, screen: Screen
) -> None:
    async with screen(dozen) as pilot:
        await pilot.press("ctrl+p")
        await settled(pilot)
        assert "type a new invocation" in shown(pilot)

        await pilot.press(*"send many")
        await settled(pilot)
        assert "many  N" in shown(pilot)
        assert "type a new invocation" not in shown(pilot)
        assert "Maximize" not in shown(pilot)
        await pilot.press("escape", "escape")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MainScreen)


async def test_what_is_chosen_is_done_where_it_was_offered(dozen: Engine, screen: Screen) -> None:
    async with screen(dozen) as pilot:
        for name in ("new", "mark all"):
            await pilot.press("ctrl+p")
            await settled(pilot)
            await pilot.press(*name.replace(" ", ""))
            await settled(pilot)
            await pilot.press("enter")
            await settled(pilot)
            if name == "new":
                assert isinstance(pilot.app.screen, FormScreen)
                await pilot.press("escape")
                await settled(pilot)
        assert len(main(pilot)._table.marked) == 12


async def test_what_there_is_nothing_for_is_not_offered(
    dozen: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with screen(dozen) as pilot:
        below = pilot.app.screen
        assert isinstance(below, WorkingScreen)
        failed = next(row.key for row in dozen.board if row.status is Status.FAILED)
        others = next(row.key for row in dozen.board if row.status is not Status.FAILED)
        for key, is_offered in ((failed, True), (others, False)):
            table(pilot).move_to(key)
            await settled(pilot)
            names = {offer.action.id for offer in offers(below)}
            assert ("table.retry" in names) is is_offered
            assert {"table.queue", "app.suspend"} <= names
        monkeypatch.setattr(type(pilot.app), "is_web", True)
        assert "app.suspend" not in {offer.action.id for offer in offers(below)}
