from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from tests.app.conftest import Screen, main, settled
from tests.app.test_saving import Held, saved_below
from tests.app.test_saving import held as held
from tui.app.screens.form import FormScreen
from tui.engine.session import Engine
from tui.model.problem import Problem


def told(pilot: Pilot[int]) -> list[str]:
    return [notice.message for notice in pilot.app._notifications]


async def test_what_a_key_tells_again_goes_as_another_screen_is_opened(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("D")
        main(pilot).complain(Problem(kind="Odd", message="it is"))
        await settled(pilot)
        assert told(pilot) == ["nothing is being saved", "Odd: it is"]

        await pilot.press("n")
        await settled(pilot)
        assert isinstance(pilot.app.screen, FormScreen)
        assert told(pilot) == []


async def test_what_is_told_once_stays_over_the_screen_that_is_opened_then(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        main(pilot).say("the ledger was damaged", "warning")
        pilot.app.notify("there is no theme", severity="warning", markup=False)
        await pilot.press("n")
        await settled(pilot)
        assert told(pilot) == ["the ledger was damaged", "there is no theme"]


async def test_where_outputs_were_saved_stays_over_the_screen_that_is_opened_then(
    engine: Engine, held: Held, screen: Screen, tmp_path: Path
) -> None:
    held.let_go()
    async with screen(engine) as pilot:
        await saved_below(pilot, tmp_path)
        await pilot.press("n")
        await settled(pilot)
        assert isinstance(pilot.app.screen, FormScreen)
        assert [text[:15] for text in told(pilot)] == ["saved 2 objects"]
