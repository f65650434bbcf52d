from __future__ import annotations

import json

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.app.conftest import Screen, settled, shown
from tui.app.screens.form import FormScreen
from tui.engine.session import Engine

COMMAND = """aws bedrock-runtime start-async-invoke \\
    --model-id amazon.nova-reel-v1:1 --region eu-west-1 \\
    --model-input '{"taskType": "TEXT_VIDEO"}' \\
    --output-data-config s3OutputDataConfig={s3Uri=s3://pasted/reel/} --tags key=team,value=media
"""


async def paste(pilot: Pilot[int], field: str, text: str) -> None:
    pilot.app.screen.query_one(field).focus()
    await pilot.pause()
    pilot.app.screen.query_one(field).post_message(events.Paste(text))
    await settled(pilot)


async def test_a_pasted_command_fills_the_form_from_any_field(
    engine: Engine, screen: Screen
) -> None:
    for field in ("#json", "#model-id"):
        async with screen(engine) as pilot:
            await pilot.press("n")
            await settled(pilot)
            await paste(pilot, field, COMMAND)

            form = pilot.app.screen
            assert isinstance(form, FormScreen)
            assert form.query_one("#model-id", Input).value == "amazon.nova-reel-v1:1"
            assert form.query_one("#s3-uri", Input).value == "s3://pasted/reel/"
            assert form.query_one("#tags", Input).value == "team=media"
            assert json.loads(form.query_one(TextArea).text) == {"taskType": "TEXT_VIDEO"}
            assert any("region" in toast.message for toast in pilot.app._notifications)


async def test_an_ordinary_paste_goes_into_its_field(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        pilot.app.screen.query_one("#tags", Input).value = ""
        await paste(pilot, "#tags", "team=media")

        assert pilot.app.screen.query_one("#tags", Input).value == "team=media"


@pytest.mark.parametrize(
    "command", ["aws s3 cp a b", "aws bedrock-runtime start-async-invoke --model-id 'x"]
)
async def test_a_command_that_cannot_be_read_is_pasted_as_it_is_and_says_why(
    engine: Engine, screen: Screen, command: str
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        area = pilot.app.screen.query_one(TextArea)
        area.text = ""
        area.focus()
        pilot.app.post_message(events.Paste(command))
        await settled(pilot)

        assert area.text == command
        assert "pasted as it is" in shown(pilot)
