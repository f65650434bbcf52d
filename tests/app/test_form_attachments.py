from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from textual.widgets import TextArea

from tests.app.conftest import Screen, settled, shown
from tui.app.screens.form import FormScreen
from tui.app.screens.main import MainScreen
from tui.engine.session import Engine
from tui.sandbox.server import Sandbox

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwAD"
    "hgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def test_a_file_in_the_input_is_sent_as_its_content(
    engine: Engine, sandbox: Sandbox, screen: Screen, folder: Path
) -> None:
    (folder / "pixel.png").write_bytes(PICTURE)
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        document = {"prompt": "a tide pool", "image": "fileb://pixel.png"}
        pilot.app.screen.query_one(TextArea).text = json.dumps(document)
        await pilot.press("ctrl+s")
        await settled(pilot)
        if isinstance(pilot.app.screen, FormScreen):
            assert "submit again" in shown(pilot)
            await pilot.press("ctrl+s")
            await settled(pilot)

        assert isinstance(pilot.app.screen, MainScreen)
    (sent,) = sandbox.requests
    assert sent["modelInput"] == {
        "prompt": "a tide pool",
        "image": base64.b64encode(PICTURE).decode(),
    }


@pytest.mark.parametrize("name", ["no-such.png", "."])
async def test_a_file_that_cannot_be_read_is_named_below_the_input(
    engine: Engine, sandbox: Sandbox, screen: Screen, folder: Path, name: str
) -> None:
    async with screen(engine, (100, 30)) as pilot:
        await pilot.press("n")
        await settled(pilot)
        document = {"prompt": "a tide pool", "image": f"fileb://{name}"}
        pilot.app.screen.query_one(TextArea).text = json.dumps(document)
        await pilot.press("ctrl+s")
        await settled(pilot)

        assert isinstance(pilot.app.screen, FormScreen)
        assert "image" in shown(pilot)
        assert "not sent" in shown(pilot)
    assert sandbox.calls["StartAsyncInvoke"] == 0
