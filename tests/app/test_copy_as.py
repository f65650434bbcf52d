from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace
from textual import events
from textual.widgets import Input

from tests.app.conftest import Screen, main, settled, shown
from tests.builders import TOKEN, a_question, a_request
from tests.conftest import Until
from tui.app.screens.copy_as import CopyScreen
from tui.engine.session import Engine
from tui.model import snippet
from tui.model.snippet import Kind
from tui.sandbox.server import Sandbox


async def test_a_past_request_is_copied_in_the_chosen_syntax_without_its_token(
    engine: Engine, screen: Screen
) -> None:
    await engine.submit(a_request())

    async with screen(engine) as pilot:
        await pilot.press("Y")
        await settled(pilot)
        for kind in Kind:
            assert kind.value in shown(pilot)
        await pilot.press("j", "j", "enter")
        await settled(pilot)

        request = replace(a_request(), client_request_token="")
        assert pilot.app.clipboard == snippet.write(request, Kind.BOTO3, engine.context)
        assert TOKEN not in pilot.app.clipboard
        assert pilot.app.screen is main(pilot)


async def test_keys_that_come_at_once_move_before_they_choose(
    engine: Engine, screen: Screen
) -> None:
    await engine.submit(a_request())

    async with screen(engine) as pilot:
        await pilot.press("Y")
        await settled(pilot)
        for key in ("j", "j", "k", "enter"):
            pilot.app.post_message(events.Key(key, None))
        await settled(pilot)

        request = replace(a_request(), client_request_token="")
        expected = snippet.write(request, Kind.CLI_INPUT_JSON, engine.context)
        assert pilot.app.clipboard == expected


async def test_a_request_is_written_to_a_file_that_did_not_exist(
    engine: Engine, screen: Screen, tmp_path: Path
) -> None:
    await engine.submit(a_request())
    path = tmp_path / "request.json"
    path.write_text("mine")

    async with screen(engine) as pilot:
        await pilot.press("Y")
        await settled(pilot)
        await pilot.press("down", "tab")
        pilot.app.screen.query_one(Input).value = str(path)
        await pilot.press("enter")
        await settled(pilot)
        assert "exists" in shown(pilot)
        assert path.read_text() == "mine"

        pilot.app.screen.query_one(Input).value = str(tmp_path / "other.json")
        await pilot.press("enter")
        await settled(pilot)

        text = (tmp_path / "other.json").read_text()
        request = replace(a_request(), client_request_token="")
        assert text == snippet.write(request, Kind.CLI_INPUT_JSON, engine.context) + "\n"


async def test_what_the_clipboard_does_not_take_is_asked_into_a_file(
    engine: Engine, screen: Screen
) -> None:
    await engine.pause_queue(True)
    await engine.enqueue([a_request("tide " * 20_000)])

    async with screen(engine, (120, 36)) as pilot:
        await pilot.press("Y")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)

        assert isinstance(pilot.app.screen, CopyScreen)
        assert "name a file" in shown(pilot)
        assert pilot.app.clipboard == ""


async def test_a_request_that_is_not_known_cannot_be_copied(
    engine: Engine, sandbox: Sandbox, screen: Screen, until: Until
) -> None:
    sandbox.seed(1)

    async with screen(engine, (200, 40)) as pilot:
        await until(engine, lambda: len(engine.board) == 1)
        await pilot.pause()
        await pilot.press("Y")
        await settled(pilot)

        assert "is not known" in shown(pilot)
        assert pilot.app.screen is main(pilot)


async def test_the_skeleton_of_its_operation_is_copied(engine: Engine, screen: Screen) -> None:
    await engine.submit(a_question())

    async with screen(engine) as pilot:
        await pilot.press("Y")
        await settled(pilot)
        await pilot.press("up", "enter")
        await settled(pilot)

        assert '"guardrailIdentifier": ""' in pilot.app.clipboard
        assert "tide pool" not in pilot.app.clipboard
