from __future__ import annotations

import json
from pathlib import Path

from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, TextArea

from tests.app.conftest import Screen, settled, shown
from tests.conftest import SETTINGS, MakeEngine, Until
from tui.app.screens.form import FormScreen
from tui.app.screens.main import MainScreen
from tui.config import Defaults, History
from tui.engine.session import Engine
from tui.sandbox.server import Sandbox


async def opened(pilot: Pilot[int]) -> FormScreen:
    await pilot.press("n")
    await settled(pilot)
    form = pilot.app.screen
    assert isinstance(form, FormScreen)
    return form


def field(pilot: Pilot[int], name: str) -> Input:
    return pilot.app.screen.query_one(f"#{name}", Input)


def editor(pilot: Pilot[int]) -> TextArea:
    return pilot.app.screen.query_one(TextArea)


async def submitted(pilot: Pilot[int]) -> str:
    await pilot.press("ctrl+s")
    await settled(pilot)
    return shown(pilot)


async def test_the_form_starts_with_the_defaults_and_the_models_template(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)

        assert field(pilot, "model-id").value == "luma.ray-v2:0"
        assert field(pilot, "s3-uri").value == "s3://media/ray/"
        template = editor(pilot).text
        assert "prompt" in json.loads(template)
        await pilot.press("ctrl+z")
        assert editor(pilot).text == template


async def test_it_begins_where_the_first_thing_is_missing(
    make_engine: MakeEngine, screen: Screen
) -> None:
    engine = make_engine(settings=replace(SETTINGS, defaults=Defaults()))
    async with screen(engine) as pilot:
        await opened(pilot)
        assert field(pilot, "model-id").has_focus
        assert "JSON · 0 B" in shown(pilot)

        await pilot.press("ctrl+r")
        assert field(pilot, "endpoint-name").has_focus

        await pilot.press("ctrl+r")
        assert field(pilot, "model-id").has_focus


async def test_with_a_default_model_it_begins_in_the_input(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)

        assert editor(pilot).has_focus


async def test_every_field_is_on_the_screen_at_80_by_24(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)

        text = shown(pilot)
        for label in ("Model", "Output", "KMS key", "Owner", "Tags", "Token", "Submit", "valid"):
            assert label in text


async def test_bad_json_is_named_by_line_and_column_and_not_sent(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        editor(pilot).text = '{\n  "prompt": nope\n}'

        text = await submitted(pilot)

        assert "line 2, column 13" in text
        assert editor(pilot).text == '{\n  "prompt": nope\n}'
        assert editor(pilot).cursor_location == (1, 12)
        assert sandbox.calls["StartAsyncInvoke"] == 0


async def test_faults_are_said_under_their_fields(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        field(pilot, "s3-uri").value = "https://bucket"
        field(pilot, "bucket-owner").value = "42"
        field(pilot, "tags").value = "team"

        text = await submitted(pilot)
        assert "'team' is not key=value" in text

        field(pilot, "tags").value = "team=media"
        text = await submitted(pilot)
        assert "12 digits" in text
        assert "s3://" in text
        assert isinstance(pilot.app.screen, FormScreen)


async def test_what_is_typed_behind_a_refusal_replaces_nothing(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        typed = "https://a-bucket-with-a-longer-name/than/the/folder/that/stood/there/before/"
        field(pilot, "s3-uri").value = typed
        await submitted(pilot)
        await pilot.press("y")

        assert field(pilot, "s3-uri").value == f"{typed}y"


async def test_a_required_field_that_is_empty_gets_the_focus(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        field(pilot, "s3-uri").value = ""

        text = await submitted(pilot)

        assert "is required" in text
        assert field(pilot, "s3-uri").has_focus


async def test_a_refusal_is_shown_with_its_remedy_and_loses_nothing(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    async with screen(engine, (100, 30)) as pilot:
        await opened(pilot)
        field(pilot, "s3-uri").value = "s3://missing-bucket/x/"
        typed = editor(pilot).text

        text = await submitted(pilot)

        assert "ValidationException" in text
        assert "missing-bucket" in text
        assert "remedy" in text
        assert editor(pilot).text == typed
        field(pilot, "s3-uri").value = "s3://media/x/"
        await submitted(pilot)
        assert isinstance(pilot.app.screen, MainScreen)
        assert len(engine.board) == 1


async def test_after_a_refusal_the_folder_stands_as_it_was_typed(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine, (100, 30)) as pilot:
        await opened(pilot)
        field(pilot, "s3-uri").value = "s3://missing-bucket/{model}/"

        text = await submitted(pilot)

        assert "missing-bucket" in text
        assert "remedy" in text
        assert field(pilot, "s3-uri").value == "s3://missing-bucket/{model}/"
        await settled(pilot)
        assert "remedy" in shown(pilot)


async def test_what_is_typed_comes_back_after_leaving_the_form(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        form = await opened(pilot)
        editor(pilot).text = '{"prompt": "half a thou'
        await pilot.pause()
        await pilot.press("escape")
        await settled(pilot)
        assert not form.is_current

        await opened(pilot)

        assert editor(pilot).text == '{"prompt": "half a thou'
        assert "your draft" in shown(pilot)


async def test_a_submitted_draft_is_gone(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        editor(pilot).text = '{"prompt": "whole"}'
        await pilot.pause()
        await submitted(pilot)

        assert isinstance(pilot.app.screen, MainScreen)
        assert await engine.drafts.all() == []


async def test_the_model_list_brings_its_template(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        await pilot.press("f2")
        await pilot.pause()
        pilot.app.screen.query_one(OptionList).highlighted = 0
        await pilot.press("enter")
        await settled(pilot)

        assert field(pilot, "model-id").value == "amazon.nova-reel-v1:0"
        assert json.loads(editor(pilot).text)["taskType"] == "TEXT_VIDEO"


async def test_a_typed_input_is_not_replaced_by_a_template(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        editor(pilot).text = '{"mine": 1}'
        await pilot.press("f2")
        await pilot.pause()
        await pilot.press("enter")
        await settled(pilot)

        assert editor(pilot).text == '{"mine": 1}'


async def test_a_file_with_a_whole_request_fills_the_form(
    engine: Engine, screen: Screen, tmp_path: Path
) -> None:
    request = {
        "modelId": "amazon.nova-reel-v1:1",
        "modelInput": {"taskType": "TEXT_VIDEO"},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://other/place"}},
        "tags": [{"key": "team", "value": "two words"}],
    }
    path = tmp_path / "request.json"
    path.write_text(json.dumps(request))

    async with screen(engine) as pilot:
        await opened(pilot)
        await pilot.press("ctrl+o")
        await pilot.pause()
        field(pilot, "answer").value = str(path)
        await pilot.press("enter")
        await settled(pilot)

        assert field(pilot, "model-id").value == "amazon.nova-reel-v1:1"
        assert field(pilot, "s3-uri").value == "s3://other/place"
        assert field(pilot, "tags").value == "'team=two words'"
        assert json.loads(editor(pilot).text) == {"taskType": "TEXT_VIDEO"}


async def test_a_file_that_is_not_there_is_said_and_nothing_changes(
    engine: Engine, screen: Screen, tmp_path: Path
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        before = editor(pilot).text
        await pilot.press("ctrl+o")
        await pilot.pause()
        field(pilot, "answer").value = str(tmp_path / "nothing")
        await pilot.press("enter")
        await settled(pilot)

        assert "is no such file" in shown(pilot)
        await pilot.press("escape")
        await settled(pilot)
        assert editor(pilot).text == before


async def test_no_network_at_submission_keeps_the_form(
    make_engine: MakeEngine, screen: Screen
) -> None:
    engine = make_engine(endpoint_url="http://127.0.0.1:9")

    async with screen(engine, (100, 30)) as pilot:
        await opened(pilot)

        text = await submitted(pilot)

        assert "EndpointConnectionError" in text
        assert isinstance(pilot.app.screen, FormScreen)


async def test_format_lays_the_json_out(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        editor(pilot).text = '{"a":[1,2]}'
        await pilot.press("f4")

        assert editor(pilot).text == json.dumps({"a": [1, 2]}, indent=2)
        editor(pilot).undo()
        assert editor(pilot).text == '{"a":[1,2]}'


async def test_json_that_is_broken_is_not_laid_out_and_that_is_said(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        editor(pilot).text = '{"a": '
        await settled(pilot)
        await pilot.press("f4")
        await settled(pilot)

        assert "not laid out: the JSON ends too early" in shown(pilot)
        assert editor(pilot).text == '{"a": '


async def test_a_second_check_does_not_stop_a_submission(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "latency", seconds=0.8)
    async with screen(engine) as pilot:
        await opened(pilot)
        editor(pilot).text = '{"prompt": "typed just now"}'
        await pilot.press("ctrl+s")
        await settled(pilot)

        assert isinstance(pilot.app.screen, MainScreen)
        (row,) = engine.board
        assert row.invocation_arn


async def test_without_kept_inputs_the_ledger_never_holds_the_prompt(
    make_engine: MakeEngine, screen: Screen
) -> None:
    engine = make_engine(replace(SETTINGS, history=History(keep_inputs=False)))
    async with screen(engine) as pilot:
        await opened(pilot)
        editor(pilot).text = '{"prompt": "a secret tide"}'
        await pilot.pause(0.5)
        await settled(pilot)
        await submitted(pilot)
        assert isinstance(pilot.app.screen, MainScreen)
    await engine.close()

    folder = engine.ledger.path.parent
    assert all(b"secret tide" not in path.read_bytes() for path in folder.iterdir())


async def test_ctrl_q_keeps_the_last_letters(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        editor(pilot).text = "the last letters"
        await pilot.pause()
        await pilot.press("ctrl+q")
        await pilot.pause()

    (draft,) = await engine.drafts.all()
    assert draft.fields["model_input"] == "the last letters"


async def test_the_draft_of_what_is_being_sent_holds_its_token(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "throttle")
    async with screen(engine) as pilot:
        await opened(pilot)
        await submitted(pilot)

        (draft,) = await engine.drafts.all()
        assert draft.fields["token"] == field(pilot, "token").value != ""
        await submitted(pilot)
        (row,) = engine.board
        assert row.client_request_token == draft.fields["token"]


async def test_the_account_appears_where_it_is_submitted(
    engine: Engine, screen: Screen, until: Until
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        await until(engine, lambda: engine.identity is not None)
        await pilot.pause()

        assert "123456789012" in shown(pilot)


async def test_pasted_control_characters_are_painted_as_replacements(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        editor(pilot).text = '{"a": "\x1b]0;x\x07\u202e"}'
        field(pilot, "tags").value = "a=\x9b31m"
        await pilot.pause()

        assert not any(char in shown(pilot) for char in "\x1b\x07\u202e\x9b")
        assert editor(pilot).text == '{"a": "\x1b]0;x\x07\u202e"}'
