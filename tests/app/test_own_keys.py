"""A key is what it is on its own screen, whatever it does on another."""

from __future__ import annotations

from textual.pilot import Pilot

from tests.app.conftest import Screen, settled
from tests.app.listed import Listed, opened, tree
from tests.builders import an_invocation
from tui.app.palette import offers
from tui.app.screens.many import SENDING, ManyScreen
from tui.app.screens.working import WorkingScreen
from tui.engine.session import Engine
from tui.model.invocation import Status


async def told(pilot: Pilot[int], key: str) -> list[str]:
    pilot.app.clear_notifications()
    await pilot.press(key)
    await settled(pilot)
    return [notice.message for notice in pilot.app._notifications]


async def test_what_leaves_only_another_screen_says_nothing(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await pilot.press("N")
        await settled(pilot)
        many = pilot.app.screen
        assert isinstance(many, ManyScreen)
        many._doing = SENDING
        many._table.focus()
        await settled(pilot)
        assert await told(pilot, "q") == []
        assert await told(pilot, "escape") == ["sending: wait until it is done"]
        many._doing = ""


async def test_the_form_s_key_for_an_error_says_nothing_in_the_filter(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("slash")
        await settled(pilot)
        assert await told(pilot, "f12") == []


async def test_what_another_widget_has_by_the_same_name_is_not_offered(
    engine: Engine, screen: Screen
) -> None:
    source = Listed(**{"a/b.txt": b"one"})
    engine.source_of = lambda _: source  # type: ignore[method-assign,assignment]
    engine.board.apply([an_invocation(status=Status.COMPLETED)])
    async with screen(engine, (120, 40)) as pilot:
        await opened(pilot)
        tree(pilot).focus()
        await settled(pilot)
        below = pilot.app.screen
        assert isinstance(below, WorkingScreen)
        offered = {offer.action.id for offer in offers(below)}
        assert {"tree.open", "tree.left"} <= offered
        assert not {name for name in offered if name.startswith("lines.")}
