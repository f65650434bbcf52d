"""The endpoint picker."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from tests.app.conftest import Screen, settled, shown
from tests.builders import a_watched
from tests.conftest import MakeEngine
from tui.app.screens.endpoints import EndpointScreen
from tui.engine.session import Engine
from tui.model.endpoint import Endpoint
from tui.sandbox.server import Sandbox


async def open_list(pilot: Pilot[int]) -> OptionList:
    await pilot.press("n")
    await settled(pilot)
    await pilot.press("ctrl+r", "f2")
    await settled(pilot)
    assert isinstance(pilot.app.screen, EndpointScreen)
    return pilot.app.screen.query_one(OptionList)


def prompts(listing: OptionList) -> list[str]:
    return [str(option.prompt) for option in listing.options]


def endpoint_field(pilot: Pilot[int]) -> str:
    return pilot.app.screen.query_one("#endpoint-name", Input).value


async def test_the_account_s_endpoints_are_there_asynchronous_ones_first(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        found = prompts(await open_list(pilot))

        assert "sandbox-echo" in found[0]
        assert "InService" in found[0]
        assert "sandbox-sync" in found[-1]
        assert "not async" in found[-1]
        assert "takes InvokeEndpointAsync" in shown(pilot)
        assert "being asked for" not in shown(pilot)


async def test_recent_endpoints_stand_on_top(engine: Engine, screen: Screen) -> None:
    engine.board.apply([a_watched(model_id="mine")])
    async with screen(engine) as pilot:
        found = prompts(await open_list(pilot))

        assert "mine" in found[0]
        assert "recent · not listed" in found[0]


async def test_one_is_chosen_by_its_words(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await open_list(pilot)
        await pilot.press(*"slow", "enter")
        await settled(pilot)

        assert endpoint_field(pilot) == "sandbox-slow"


async def test_without_the_right_a_line_names_it_and_any_name_is_taken(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    sandbox.faults.add("ListEndpoints", "denied")
    async with screen(engine) as pilot:
        await open_list(pilot)
        assert "no sagemaker:ListEndpoints" in shown(pilot)

        await pilot.press(*"my-own")
        await pilot.pause()
        assert "takes my-own as it is" in shown(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert endpoint_field(pilot) == "my-own"


async def test_without_a_line_the_problem_is_said(make_engine: MakeEngine, screen: Screen) -> None:
    async with screen(make_engine(endpoint_url="http://127.0.0.1:9")) as pilot:
        await open_list(pilot)

        assert "EndpointConnectionError" in shown(pilot)


async def test_a_free_name_that_begins_a_listed_one_is_the_last_line(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        listing = await open_list(pilot)
        await pilot.press(*"sandbox")
        await pilot.pause()
        assert "sandbox  (as it is typed)" in prompts(listing)[-1]

        await pilot.press("up")
        await pilot.pause()
        assert "takes sandbox as it is" in shown(pilot)
        await pilot.press(*"-s")
        await pilot.pause()
        assert prompts(listing)[-1] == "sandbox-s  (as it is typed)"
        await pilot.press("enter")
        await settled(pilot)
        assert endpoint_field(pilot) == "sandbox-s"


async def test_a_name_that_is_typed_out_is_that_one(engine: Engine, screen: Screen) -> None:
    engine.board.apply([a_watched(model_id="sandbox-echo-2")])
    async with screen(engine) as pilot:
        listing = await open_list(pilot)
        assert "sandbox-echo-2" in prompts(listing)[0]
        await pilot.press(*"sandbox-echo", "enter")
        await settled(pilot)

        assert endpoint_field(pilot) == "sandbox-echo"


async def test_the_line_that_was_clicked_is_taken_though_the_list_moved(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        listing = await open_list(pilot)
        names = prompts(listing)
        slow = next(index for index, name in enumerate(names) if "sandbox-slow" in name)
        listing.post_message(OptionList.OptionSelected(listing, listing.options[slow], slow))
        pilot.app.screen.query_one("#words", Input).value = "echo"
        await settled(pilot)

        assert endpoint_field(pilot) == "sandbox-slow"


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        ((*"echo", "down"), "echo-2"),
        ((*"sandbox-echo",), "sandbox-echo"),
        ((*"sandbox", "down"), "sandbox"),
        ((*"echo",), "echo"),
    ],
)
async def test_a_list_that_comes_late_leaves_the_choice_where_it_is(
    engine: Engine,
    screen: Screen,
    monkeypatch: pytest.MonkeyPatch,
    keys: tuple[str, ...],
    chosen: str,
) -> None:
    is_free, ask = asyncio.Event(), engine.offers.endpoints

    async def wait() -> Sequence[Endpoint]:
        await is_free.wait()
        return [Endpoint("a-sandbox-echo"), *await ask()]

    monkeypatch.setattr(engine.offers, "endpoints", wait)
    engine.board.apply([a_watched(model_id="echo"), a_watched("2", model_id="echo-2")])
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        await pilot.press("ctrl+r", "f2")
        while not isinstance(pilot.app.screen, EndpointScreen):
            await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        before = prompts(pilot.app.screen.query_one(OptionList))

        is_free.set()
        await settled(pilot)
        assert len(prompts(pilot.app.screen.query_one(OptionList))) > len(before)
        await pilot.press("enter")
        await settled(pilot)
        assert endpoint_field(pilot) == chosen
