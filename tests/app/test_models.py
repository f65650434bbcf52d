from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

from textual.pilot import Pilot
from textual.widgets import Input, OptionList, TextArea

from tests.app.conftest import Screen, settled, shown
from tests.builders import an_invocation
from tests.conftest import MakeEngine
from tui.app.screens.form import FormScreen
from tui.app.screens.models import ModelScreen
from tui.aws.session import Session
from tui.engine.offering import Offers
from tui.engine.session import Engine
from tui.model.catalogue import ASYNC_MODELS
from tui.model.clock import Clock
from tui.model.model_list import FoundationModel
from tui.sandbox.server import Sandbox


class LateOffers(Offers):
    """Its account lists its models once the gate is open."""

    def __init__(self, session: Session, clock: Clock) -> None:
        super().__init__(session, clock)
        self.gate = asyncio.Event()

    async def models(self) -> Sequence[FoundationModel]:
        await self.gate.wait()
        return await super().models()


async def open_form(pilot: Pilot[int]) -> FormScreen:
    await pilot.press("n")
    await settled(pilot)
    form = pilot.app.screen
    assert isinstance(form, FormScreen)
    return form


async def open_list(pilot: Pilot[int]) -> OptionList:
    await open_form(pilot)
    await pilot.press("f2")
    await settled(pilot)
    assert isinstance(pilot.app.screen, ModelScreen)
    return pilot.app.screen.query_one(OptionList)


def model_field(pilot: Pilot[int]) -> Input:
    return pilot.app.screen.query_one("#model-id", Input)


async def test_the_account_s_own_models_are_there_with_their_lifecycle(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await open_list(pilot)

        text = shown(pilot)
        assert "amazon.nova-reel-v1:0" in text
        assert "legacy" in text
        assert "anthropic.claude-3-haiku" in text
        assert "InvokeModel only" in text
        assert "being asked for" not in text


async def test_the_model_under_the_cursor_is_described(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await open_list(pilot)
        assert "start and end images" in shown(pilot)

        await pilot.press("up")

        assert "or several shots" in shown(pilot)
        assert "takes StartAsyncInvoke · legacy" in shown(pilot)


async def test_the_list_is_filtered_while_one_types(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        listing = await open_list(pilot)
        await pilot.press(*"nvreel")
        await pilot.pause()
        assert listing.option_count == 3

        await pilot.press("down", "enter")
        await settled(pilot)

        assert model_field(pilot).value == "amazon.nova-reel-v1:1"
        text = pilot.app.screen.query_one(TextArea).text
        assert json.loads(text)["taskType"] == "TEXT_VIDEO"


async def test_the_letters_j_and_k_are_typed(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await open_list(pilot)
        await pilot.press("j", "k")

        assert pilot.app.screen.query_one("#words", Input).value == "jk"


async def test_an_id_that_nobody_lists_is_taken_as_it_is_typed(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await open_list(pilot)
        before = "acme.unheard-of-v1:0"
        await pilot.press(*before)
        await pilot.pause()
        assert "takes acme.unheard-of-v1:0 as it is" in shown(pilot)

        await pilot.press("enter")
        await settled(pilot)

        assert model_field(pilot).value == before
        assert "tide pool" in pilot.app.screen.query_one(TextArea).text


async def test_recent_models_stand_on_top(engine: Engine, screen: Screen) -> None:
    engine.board.apply([an_invocation("a", model_id="acme.unheard-of-v1:0")])

    async with screen(engine) as pilot:
        listing = await open_list(pilot)
        listing.highlighted = 0
        await pilot.pause()

        assert "acme.unheard-of-v1:0" in str(listing.get_option_at_index(0).prompt)
        assert "recent" in str(listing.get_option_at_index(0).prompt)


async def test_without_the_right_a_line_names_it_and_the_rest_is_there(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    sandbox.faults.add("ListFoundationModels", "denied")

    async with screen(engine) as pilot:
        listing = await open_list(pilot)

        assert "not shown: no bedrock:ListFoundationModels" in shown(pilot)
        assert "luma.ray-v2:0" in shown(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert not listing.is_attached
        assert model_field(pilot).value == "luma.ray-v2:0"


async def test_without_a_line_the_problem_is_said(make_engine: MakeEngine, screen: Screen) -> None:
    async with screen(make_engine(endpoint_url="http://127.0.0.1:9")) as pilot:
        await open_list(pilot)

        assert "EndpointConnectionError" in shown(pilot)


async def test_a_list_that_does_not_come_holds_nothing_up(engine: Engine, screen: Screen) -> None:
    engine.offers = LateOffers(engine.aws, engine.clock)

    async with screen(engine) as pilot:
        await open_form(pilot)
        await pilot.press("f2")
        await pilot.pause()
        assert "being asked for" in shown(pilot)

        await pilot.press(*"marengo", "enter")
        await settled(pilot)

        assert "marengo" in model_field(pilot).value


async def test_the_cursor_stays_on_its_model_when_the_account_answers(
    engine: Engine, screen: Screen
) -> None:
    offers = engine.offers = LateOffers(engine.aws, engine.clock)

    async with screen(engine) as pilot:
        await open_form(pilot)
        await pilot.press("f2")
        await pilot.pause()
        await pilot.press("down")
        listing = pilot.app.screen.query_one(OptionList)
        assert (listing.option_count, listing.highlighted) == (len(ASYNC_MODELS), 3)

        offers.gate.set()
        await settled(pilot)

        assert listing.option_count > len(ASYNC_MODELS)
        assert listing.highlighted == 3
        assert listing.scroll_offset.y == 0


async def test_the_models_are_asked_for_once_a_session(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await open_list(pilot)
        await pilot.press("escape", "f2")
        await settled(pilot)

        assert "claude" in shown(pilot)
        assert sandbox.calls["ListFoundationModels"] == 1


async def test_a_sync_only_model_is_called_out_beside_its_field_and_may_be_sent(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await open_form(pilot)
        model_field(pilot).value = "anthropic.claude-3-haiku-20240307-v1:0"
        await pilot.press("ctrl+s")
        await settled(pilot)

        lines = shown(pilot).splitlines()
        below = next(number for number, line in enumerate(lines) if line.startswith(" Model")) + 1
        assert "this one only takes InvokeModel" in lines[below]
        assert "submit again" in shown(pilot)
        assert sandbox.calls["StartAsyncInvoke"] == 0

        await pilot.press("ctrl+s")
        await settled(pilot)
        assert sandbox.calls["StartAsyncInvoke"] == 1
        assert "doesn't support async inference" in shown(pilot)


async def test_where_the_answer_is_waited_for_async_models_come_last(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await open_form(pilot)
        await pilot.press("ctrl+r", "ctrl+r", "f2")
        await settled(pilot)

        listing = pilot.app.screen.query_one(OptionList)
        prompts = [str(option.prompt) for option in listing.options]
        asynchronous = [at for at, text in enumerate(prompts) if "StartAsyncInvoke only" in text]
        assert asynchronous == list(range(len(prompts) - len(asynchronous), len(prompts)))
        assert "anthropic.claude-3-haiku" in "".join(prompts[: -len(asynchronous)])
