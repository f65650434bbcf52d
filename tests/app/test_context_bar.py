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


async def test_at_40_columns_the_profile_goes_before_how_fresh_the_rows_are(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine, (40, 20)) as pilot:
        await settled(pilot)

        lines = {line.id: line for line in pilot.app.screen.query_one(ContextBar).query(Line)}
        assert str(lines["freshness"].content).strip() == "0 pending"
        assert lines["where"].size.width >= len(engine.context.title)
