"""The context picker before anything is chosen: what is typed stays, an empty list says so."""

from __future__ import annotations

from textual.widgets import Input

from tests.app.conftest import settled, shown
from tests.app.test_contexts import Two, back, open_picker, prompts, screen
from tests.app.test_contexts import sandboxes as sandboxes
from tests.app.test_contexts import two as two
from tests.two_contexts import WEST
from tui.app.screens.contexts import ContextScreen, RegionScreen


async def test_escape_in_the_regions_leads_back_to_what_was_typed(two: Two) -> None:
    async with screen(two) as pilot:
        await open_picker(pilot)
        await pilot.press(*"wes", "tab")
        while not isinstance(pilot.app.screen, RegionScreen):  # the SDK is imported first
            await pilot.pause(0.01)
        await settled(pilot)

        await pilot.press("escape")
        while not isinstance(pilot.app.screen, ContextScreen):
            await pilot.pause(0.01)
        await settled(pilot)

        assert pilot.app.screen.query_one("#words", Input).value == "wes"
        await pilot.press("escape")
        await back(pilot)
        assert two.contexts.active.context.region == WEST


async def test_a_list_that_the_words_leave_empty_says_so(two: Two) -> None:
    async with screen(two) as pilot:
        listing = await open_picker(pilot)
        await pilot.press(*"zq", "space", *"zq")
        await settled(pilot)

        assert not prompts(listing)
        assert "nothing matches" in shown(pilot)
