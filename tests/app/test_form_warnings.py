"""What the form warns of once and sends all the same, and what it does not send."""

from __future__ import annotations

import json
import struct
from pathlib import Path

from tests.app.conftest import Screen, settled
from tests.app.test_form import editor, field, opened, submitted
from tui.engine.session import Engine
from tui.sandbox.server import Sandbox


async def test_a_model_rule_warns_once_and_may_be_overridden(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        field(pilot, "model-id").value = "luma.ray-v2:0"
        editor(pilot).text = '{"prompt": "x", "aspect_ratio": "2:1"}'

        text = await submitted(pilot)
        assert "aspect_ratio" in text
        assert sandbox.calls["StartAsyncInvoke"] == 0

        await submitted(pilot)
        assert sandbox.calls["StartAsyncInvoke"] == 1


async def test_a_model_that_is_half_typed_is_warned_of(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        field(pilot, "model-id").value = "luma"
        editor(pilot).text = '{"prompt": "x"}'

        text = await submitted(pilot)
        assert "a whole id, such as luma.ray-v2:0" in text
        assert "see what is marked; submit again to send it" in text
        assert sandbox.calls["StartAsyncInvoke"] == 0


async def test_another_input_with_the_same_warning_is_warned_of_again(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        editor(pilot).text = '{"prompt": "x", "aspect_ratio": "2:1"}'
        await submitted(pilot)
        editor(pilot).text = '{"prompt": "another", "aspect_ratio": "2:1"}'
        assert "submit again to send it" in await submitted(pilot)

        await pilot.press("ctrl+n")
        await settled(pilot)
        editor(pilot).text = '{"prompt": "another", "aspect_ratio": "2:1"}'
        assert "submit again to send it" in await submitted(pilot)
        assert sandbox.calls["StartAsyncInvoke"] == 0


async def test_another_file_of_the_same_name_is_warned_of_again(
    engine: Engine, sandbox: Sandbox, screen: Screen, tmp_path: Path
) -> None:
    def picture(colour: bytes) -> Path:
        path = tmp_path / colour.decode()
        path.write_bytes(b"GIF89a" + struct.pack("<HH", 64, 64) + colour)
        return path

    path = picture(b"red")
    image = {"format": "png", "source": {"bytes": f"fileb://{path}"}}
    params = {"text": "x", "images": [image]}
    async with screen(engine) as pilot:
        await opened(pilot)
        field(pilot, "model-id").value = "amazon.nova-reel-v1:1"
        editor(pilot).text = json.dumps({"taskType": "TEXT_VIDEO", "textToVideoParams": params})
        assert "submit again to send it" in await submitted(pilot)

        picture(b"blue").replace(path)
        assert "submit again to send it" in await submitted(pilot)
        assert sandbox.calls["StartAsyncInvoke"] == 0

        await submitted(pilot)
        assert sandbox.calls["StartAsyncInvoke"] == 1


async def test_an_overridden_warning_is_not_asked_about_again_after_a_throttling(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "throttle")
    async with screen(engine) as pilot:
        await opened(pilot)
        editor(pilot).text = '{"prompt": "x", "aspect_ratio": "2:1"}'
        for _ in range(3):
            await submitted(pilot)

        assert sandbox.calls["StartAsyncInvoke"] == 2


async def test_an_empty_prompt_is_refused(engine: Engine, sandbox: Sandbox, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        editor(pilot).text = '{"prompt": ""}'
        for _ in range(2):
            assert "prompt: not empty: the job fails without one" in await submitted(pilot)

        assert sandbox.calls["StartAsyncInvoke"] == 0
