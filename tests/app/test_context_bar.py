from __future__ import annotations

from tests.app.conftest import Screen, settled
from tests.builders import a_request
from tui.app.widgets.context_bar import ContextBar
from tui.app.widgets.line import Line
from tui.engine.session import Engine


async def test_news_that_come_while_a_screen_is_being_left_are_no_fault(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        bar = pilot.app.screen.query_one(ContextBar)
        await bar.query(Line).remove()

        await engine.submit(a_request())

        assert engine.problem is None
