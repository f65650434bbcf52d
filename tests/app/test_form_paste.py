from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.app.conftest import Screen, settled, shown
from tests.conftest import SETTINGS, MakeEngine
from tui.app.screens.form import FormScreen
from tui.app.widgets import pasting
from tui.app.widgets.filter_line import FilterLine
from tui.config import History
from tui.engine import opening
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
    ("pasted", "stands"),
    [
        ("team=media\nrun=42", "team=media run=42"),
        ("team=media\rrun=42", "team=media run=42"),
        ("\nteam=media\r\n", "team=media"),
    ],
)
async def test_lines_pasted_into_a_field_of_words_stand_side_by_side(
    engine: Engine, screen: Screen, pasted: str, stands: str
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        await paste(pilot, "#tags", pasted)

        assert pilot.app.screen.query_one("#tags", Input).value == stands
        assert ("lines were joined into one" in shown(pilot)) == (" " in stands)


async def test_a_folder_that_was_wrapped_is_pasted_in_one_piece(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        pilot.app.screen.query_one("#s3-uri", Input).value = ""
        await paste(pilot, "#s3-uri", "s3://media/a-long-pre\r  fix/\n")

        assert pilot.app.screen.query_one("#s3-uri", Input).value == "s3://media/a-long-prefix/"


@pytest.mark.parametrize(
    ("field", "pasted", "stands"),
    [
        ("#s3-uri", "s3://media/my \n  videos/", "s3://media/my videos/"),
        ("#model-id", "luma\n.ray\n-v2:0", "luma.ray-v2:0"),
    ],
)
async def test_lines_joined_into_one_lose_only_what_indents_them_and_that_is_said(
    engine: Engine, screen: Screen, field: str, pasted: str, stands: str
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        pilot.app.screen.query_one(field, Input).value = ""
        await paste(pilot, field, pasted)

        assert pilot.app.screen.query_one(field, Input).value == stands
        assert "lines were joined" in shown(pilot)


@pytest.mark.parametrize("second", ["s3://c/d/", "  arn:aws:s3:::c"])
async def test_several_things_are_not_joined_into_one(
    engine: Engine, screen: Screen, second: str
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        await paste(pilot, "#s3-uri", f"s3://a/b/\n{second}")

        assert pilot.app.screen.query_one("#s3-uri", Input).value == "s3://media/ray/"
        assert "not pasted" in shown(pilot)


async def test_a_field_of_words_keeps_the_lines_of_a_json_object_apart(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        await pilot.press("ctrl+r", "ctrl+r")
        await settled(pilot)
        await paste(pilot, "#request-metadata", '{"team":\n"media"}')

        assert pilot.app.screen.query_one("#request-metadata", Input).value == '{"team": "media"}'


@pytest.mark.parametrize("large", [10, 100_000])
async def test_what_no_parser_can_bear_is_pasted_as_it_is_and_that_is_said(
    engine: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    def fail(text: str) -> opening.Judged:
        raise RecursionError(f"{len(text)} deep")

    monkeypatch.setattr(pasting, "LARGE", large)
    monkeypatch.setattr(opening, "judge", fail)
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        area = pilot.app.screen.query_one(TextArea)
        area.text = ""
        await paste(pilot, "#json", COMMAND)
        assert area.text == COMMAND
        (toast,) = pilot.app._notifications
        assert toast.message.startswith("pasted as it is: it cannot be judged: RecursionError")

        await pilot.press("x")
        assert area.text == f"{COMMAND}x"


MANY = '{"modelId": "a", "modelInput": {}}\n{"modelId": "b", "modelInput": {}}\n'


async def test_many_requests_are_pasted_into_no_field_and_opened_in_no_form(
    engine: Engine, screen: Screen, tmp_path: Path
) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text(MANY)
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        await paste(pilot, "#s3-uri", MANY)
        assert pilot.app.screen.query_one("#s3-uri", Input).value == "s3://media/ray/"
        assert "N in the table" in shown(pilot)

        pilot.app.clear_notifications()
        await pilot.press("ctrl+o")
        await settled(pilot)
        pilot.app.screen.query_one("#answer", Input).value = str(path)
        await pilot.press("enter")
        await settled(pilot)
        assert "N in the table" in shown(pilot)


@pytest.mark.parametrize("keep_inputs", [True, False])
async def test_the_input_that_a_pasted_request_replaces_can_be_had_back(
    make_engine: MakeEngine, screen: Screen, keep_inputs: bool
) -> None:
    history = History(keep_inputs=keep_inputs)
    async with screen(make_engine(replace(SETTINGS, history=history))) as pilot:
        await pilot.press("n")
        await settled(pilot)
        area = pilot.app.screen.query_one(TextArea)
        area.text = ""
        area.focus()
        await pilot.press(*"typed")
        await paste(pilot, "#json", COMMAND)
        assert json.loads(area.text) == {"taskType": "TEXT_VIDEO"}
        assert area.cursor_location == (0, 0)

        await pilot.press("ctrl+z")
        assert area.text == "typed"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
async def test_code_that_cannot_be_read_takes_no_field_s_place_and_says_why(
    engine: Engine, screen: Screen, end: str
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        code = "client.start_async_invoke(", "  modelId=m,", "  modelInput=body)"
        await paste(pilot, "#model-id", end.join(code))

        assert pilot.app.screen.query_one("#model-id", Input).value == "luma.ray-v2:0"
        assert "not pasted: line 2" in shown(pilot)


async def test_a_request_leaves_nothing_of_the_input_before_it(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        await paste(pilot, "#json", '{"modelId": "amazon.nova-reel-v1:0", "outputDataConfig": {}}')

        form = pilot.app.screen
        assert form.query_one("#model-id", Input).value == "amazon.nova-reel-v1:0"
        assert form.query_one(TextArea).text == ""


@pytest.mark.parametrize("field", ["#json", "#tags"])
async def test_a_large_paste_is_judged_in_a_thread_and_taken_all_the_same(
    engine: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch, field: str
) -> None:
    threads: list[str] = []
    judge = opening.judge

    def noted(text: str) -> opening.Judged:
        threads.append(threading.current_thread().name)
        return judge(text)

    monkeypatch.setattr(pasting, "LARGE", 10)
    monkeypatch.setattr(opening, "judge", noted)
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        form = pilot.app.screen
        await paste(pilot, field, COMMAND)
        assert form.query_one("#model-id", Input).value == "amazon.nova-reel-v1:1"

        form.query_one(TextArea).text = ""
        form.query_one("#tags", Input).value = ""
        await paste(pilot, field, "modelId=b and no request")
        typed = form.query_one(field)
        assert isinstance(typed, (Input, TextArea))
        stands = typed.value if isinstance(typed, Input) else typed.text
        assert stands == "modelId=b and no request"
        assert typed.has_focus
        await pilot.press("!")
        assert (typed.value if isinstance(typed, Input) else typed.text) == f"{stands}!"
        assert len(threads) == 2
        assert threading.current_thread().name not in threads


async def test_outside_of_the_form_a_request_is_a_text(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await pilot.press("slash")
        await settled(pilot)
        filter_line = pilot.app.screen.query_one(FilterLine).query_one(Input)
        filter_line.post_message(events.Paste(COMMAND))
        await settled(pilot)

        assert filter_line.value.startswith("aws bedrock-runtime start-async-invoke")


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


async def test_a_request_fills_the_form_from_wherever_it_is_pasted(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        pilot.app.screen.query_one("#submit").focus()
        await pilot.pause()
        pilot.app.post_message(events.Paste("just words"))
        await settled(pilot)
        lines = [line.partition("▌ ")[2] for line in shown(pilot).splitlines()]
        assert "not pasted: no field has the keyboard" in " ".join(filter(None, lines))

        pilot.app.post_message(events.Paste("aws bedrock-runtime start-async-invoke --model-id"))
        await settled(pilot)
        assert "pasted as it is" not in shown(pilot)

        pilot.app.post_message(events.Paste(COMMAND))
        await settled(pilot)
        assert pilot.app.screen.query_one("#model-id", Input).value in COMMAND


async def test_a_paste_on_the_table_is_not_lost_unseen(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        pilot.app.post_message(events.Paste(COMMAND))
        await settled(pilot)
        assert "not pasted: n opens a form" in " ".join(shown(pilot).split())


async def test_what_stood_there_before_a_request_was_pasted_is_found_again(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        pilot.app.screen.query_one(TextArea).text = "hours of work"
        await settled(pilot)
        pilot.app.post_message(events.Paste(COMMAND))
        await settled(pilot)
        assert "what stood here is a draft of its own: F3 lists it" in shown(pilot)
        drafts = [draft.fields["model_input"] for draft in await engine.drafts.all()]
        assert "hours of work" in drafts
