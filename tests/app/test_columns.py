from __future__ import annotations

from textual.app import App
from textual.pilot import Pilot
from textual.widgets import OptionList

from tests.app.conftest import settled_plain
from tui.app.screens.columns import ColumnsScreen
from tui.model.columns import COLUMNS, Layout, Width


async def chosen(pilot: Pilot[None], name: str) -> None:
    listing = pilot.app.screen.query_one(OptionList)
    listing.highlighted = listing.get_option_index(name)
    await settled_plain(pilot)


async def test_the_last_column_stays_and_nothing_is_arranged_for_that() -> None:
    name, other = list(COLUMNS)[:2]
    arranged: list[Layout] = []
    screen = ColumnsScreen(Layout(columns=(Width(name, 0),)), arranged.append)
    app = App[None]()
    async with app.run_test(notifications=True) as pilot:
        await app.push_screen(screen)
        await chosen(pilot, name)
        await pilot.press("space")
        await settled_plain(pilot)
        assert [notice.message for notice in app._notifications] == ["the last column stays"]
        assert arranged == []

        await chosen(pilot, other)
        await pilot.press("space")
        await settled_plain(pilot)
        assert [[place.id for place in layout.columns] for layout in arranged] == [[name, other]]
