"""An object that comes into a line of the form, pasted or typed, and what only looks like one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from tests.app.conftest import Screen, settled, shown
from tests.app.test_form import editor, field, opened
from tests.app.test_form_paste import paste
from tests.app.test_passing import told
from tests.conftest import SETTINGS, MakeEngine
from tui.app.screens.form import FormScreen
from tui.app.widgets import pasting
from tui.config import Defaults
from tui.engine.session import Engine

Empty = Callable[[], AbstractAsyncContextManager[Pilot[int]]]


@pytest.fixture
def empty(make_engine: MakeEngine, screen: Screen) -> Empty:
    """A new form in which nothing stands."""
    engine = make_engine(settings=replace(SETTINGS, defaults=Defaults()))

    @asynccontextmanager
    async def run() -> AsyncIterator[Pilot[int]]:
        async with screen(engine) as pilot:
            await opened(pilot)
            yield pilot

    return run


async def test_an_object_pasted_into_a_line_is_the_input_and_the_cursor_stays(empty: Empty) -> None:
    async with empty() as pilot:
        await paste(pilot, "#model-id", '{\n  "prompt": "fog"\n}')
        await pilot.press(*"luma")

        assert editor(pilot).text == '{\n  "prompt": "fog"\n}'
        assert field(pilot, "model-id").value == "luma"
        assert "put into the text below" in shown(pilot)


async def test_an_object_pasted_into_a_line_takes_no_input_s_place(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        before = editor(pilot).text
        await paste(pilot, "#token", '{"prompt": "fog"}')

        assert before
        assert editor(pilot).text == before
        assert field(pilot, "token").value == '{"prompt": "fog"}'


@pytest.mark.parametrize("name", ["s3-uri", "upload-to"])
async def test_a_placeholder_is_no_object_and_goes_where_it_was_pasted(
    empty: Empty, name: str
) -> None:
    async with empty() as pilot:
        await pilot.press(*["ctrl+r"] * (name == "upload-to"))
        await paste(pilot, f"#{name}", "{date}/{model}/")

        assert field(pilot, name).value == "{date}/{model}/"
        assert editor(pilot).text == ""
        assert told(pilot) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"prompt": "fog', pasting.INPUT_TAKEN),
        (
            '{"modelId": "a.b", "modelInput": {',
            "put into the text below, for it is no request: line 1",
        ),
    ],
)
@pytest.mark.parametrize("large", [10, 5_000])
async def test_one_thing_is_told_of_an_object_that_ends_too_early(
    empty: Empty, monkeypatch: pytest.MonkeyPatch, text: str, says: str, large: int
) -> None:
    monkeypatch.setattr(pasting, "LARGE", large)
    async with empty() as pilot:
        await paste(pilot, "#model-id", text)

        (notice,) = told(pilot)
        assert notice.startswith(says)
        assert editor(pilot).text == text
        assert field(pilot, "model-id").value == ""


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("model-id", "a model's id or ARN, and no JSON: that goes into the input below"),
        ("endpoint-name", "an endpoint's name, and no JSON: that goes into the body below"),
    ],
)
async def test_of_an_object_that_is_typed_it_is_said_where_it_goes(
    empty: Empty, name: str, says: str
) -> None:
    async with empty() as pilot:
        await pilot.press(*["ctrl+r"] * (name == "endpoint-name"))
        await pilot.press(*'{"prompt": "fog"}')

        assert field(pilot, name).value == '{"prompt": "fog"}'
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        form._check()
        await settled(pilot)
        assert says in " ".join(shown(pilot).split())
