from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.widgets import Input, OptionList, TextArea

from tests.app.conftest import Screen, settled, shown
from tests.conftest import SETTINGS, MakeEngine
from tui.app.screens.form import FormScreen
from tui.app.screens.templates import TemplateScreen
from tui.app.widgets.request_fields import RequestFields
from tui.engine.session import Engine
from tui.model.form import AT_ENDPOINT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "templates"


@pytest.fixture
async def engine(make_engine: MakeEngine, folder: Path) -> Engine:
    return make_engine(replace(SETTINGS, templates=str(folder)))


async def test_a_template_is_taken_and_filled_in_with_the_tab_key(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        await pilot.press("ctrl+t")
        await settled(pilot)
        assert isinstance(pilot.app.screen, TemplateScreen)
        assert shown(pilot).index("first and last picture") < shown(pilot).index("nova-reel")
        await pilot.press("enter")
        await settled(pilot)

        area = pilot.app.screen.query_one(TextArea)
        assert area.selected_text == "{{what happens}}"
        await pilot.press(*"waves")
        assert '"prompt": "waves"' in area.text

        await pilot.press("tab")
        assert not area.has_focus


async def test_tab_goes_from_placeholder_to_placeholder_and_then_on(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        await pilot.press("ctrl+t", "down", "enter")
        await settled(pilot)
        area = pilot.app.screen.query_one(TextArea)

        selected = []
        while area.has_focus:
            selected.append(area.selected_text)
            await pilot.press("tab")

        assert selected == ["{{what happens in between}}", "{{first.png}}", "{{last.png}}"]


async def test_what_is_not_filled_in_is_said_before_it_is_sent(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        await pilot.press("ctrl+t", "enter")
        await settled(pilot)
        await pilot.press("ctrl+s")
        await settled(pilot)

        assert isinstance(pilot.app.screen, FormScreen)
        assert "something in the place of {{what happens}}" in shown(pilot)
        assert len(engine.board) == 0


async def test_the_form_is_saved_as_a_template_and_taken_again(
    engine: Engine, screen: Screen, folder: Path
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        form = pilot.app.screen
        form.query_one(TextArea).text = '{"prompt": "{{mood}} tides"}'
        form.query_one("#s3-uri", Input).value = "s3://media/{date}/"
        form.query_one("#token", Input).value = "not-this"
        await pilot.press("ctrl+t", "s")
        await settled(pilot)
        await pilot.press(*"tides", "enter")
        await settled(pilot)
        assert "not-this" not in (folder / "tides.json").read_text()

        await pilot.press("ctrl+n", "ctrl+t")
        await settled(pilot)
        assert "tides (yours)" in shown(pilot)
        await pilot.press("enter")
        await settled(pilot)

        assert form.query_one("#s3-uri", Input).value == "s3://media/{date}/"
        assert form.query_one(TextArea).selected_text == "{{mood}}"


async def test_a_template_is_written_over_only_by_the_same_name_once_more(
    engine: Engine, screen: Screen, folder: Path
) -> None:
    folder.mkdir()
    (folder / "x.json").write_text('{"prompt": "the old one"}')

    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        for save, prompt in enumerate(("the old one", "the second", "the third"), 2):
            pilot.app.screen.query_one(TextArea).text = f'{{"prompt": "of {save}"}}'
            (folder / "x.json").write_text(f'{{"prompt": "{prompt}"}}')
            await pilot.press("ctrl+t", "s")
            await settled(pilot)
            await pilot.press(*"x.json", "enter")
            await settled(pilot)
            assert "x.json exists" in shown(pilot)
            assert pilot.app.screen.query_one("#answer", Input).value == "x.json"
            assert prompt in (folder / "x.json").read_text()

            await pilot.press("enter")
            await settled(pilot)
            assert isinstance(pilot.app.screen, FormScreen)
            assert f"of {save}" in (folder / "x.json").read_text()
        assert [path.name for path in folder.iterdir()] == ["x.json"]


async def test_only_a_name_that_was_told_to_be_taken_is_written_over(
    engine: Engine, screen: Screen, folder: Path
) -> None:
    folder.mkdir()
    (folder / "x.json").write_text('{"prompt": "the old one"}')

    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        await pilot.press("ctrl+t", "s")
        await settled(pilot)
        answer = pilot.app.screen.query_one("#answer", Input)
        for each in ("x", "/x", "x"):
            answer.value = each
            await pilot.press("enter")
            await settled(pilot)
            assert answer.is_attached

        assert "the old one" in (folder / "x.json").read_text()
        await pilot.press("escape")
        await settled(pilot)
        await pilot.press("ctrl+t", "s")
        await settled(pilot)
        await pilot.press("x", "enter")
        await settled(pilot)
        assert "the old one" in (folder / "x.json").read_text()


async def test_rubbish_in_the_folder_is_named_and_the_others_are_offered(
    engine: Engine, screen: Screen, folder: Path
) -> None:
    folder.mkdir()
    (folder / "bad.json").write_bytes(b"\xff\xfe[/x]")
    (folder / "good.json").write_text('{"prompt": "x"}')

    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        await pilot.press("ctrl+t")
        await settled(pilot)

        assert "bad.json" in shown(pilot)
        assert "good (yours)" in shown(pilot)


async def test_what_is_no_json_is_not_saved(engine: Engine, screen: Screen, folder: Path) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        pilot.app.screen.query_one(TextArea).text = '{"prompt": '
        await pilot.press("ctrl+t", "s")
        await settled(pilot)

        assert "not saved" in shown(pilot)
        assert isinstance(pilot.app.screen, FormScreen)
        assert not folder.exists()


async def test_an_endpoint_s_request_is_saved_and_taken_again(
    engine: Engine, screen: Screen, folder: Path
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        await pilot.press("ctrl+r")
        await settled(pilot)
        fields = pilot.app.screen.query_one(RequestFields)
        fields.input("endpoint_name").value = "sandbox-echo"
        fields.input("request_ttl_seconds").value = "600"
        fields.input("inference_id").value = "mine-1"
        fields.editor.text = "a,b\n1,2\n"
        await pilot.press("ctrl+t", "s")
        await settled(pilot)
        await pilot.press(*"mine", "enter")
        await settled(pilot)
        assert (folder / "mine.json").exists()

        await pilot.press("ctrl+r", "ctrl+n")
        await settled(pilot)
        await pilot.press("ctrl+t")
        await settled(pilot)
        offered = pilot.app.screen.query_one(OptionList)
        lines = [str(each.prompt) for each in offered.options]
        offered.highlighted = next(n for n, line in enumerate(lines) if "mine (yours)" in line)
        assert "waits" in lines[0]
        await pilot.press("enter")
        await settled(pilot)

        assert fields.operation == AT_ENDPOINT
        assert fields.editor.text == "a,b\n1,2\n"
        assert fields.input("request_ttl_seconds").value == "600"
        assert fields.input("inference_id").value == ""
