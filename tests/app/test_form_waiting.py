"""The form of InvokeModel: its answer is waited for, and shown where outputs are."""

from __future__ import annotations

from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input

from tests.app.conftest import Screen, main, settled, shown, table
from tests.conftest import SETTINGS, MakeEngine, Until
from tui.app.screens import form_sending
from tui.app.screens.confirm import ConfirmScreen
from tui.app.screens.form import FormScreen
from tui.app.screens.main import MainScreen
from tui.app.widgets.field import Complaint
from tui.app.widgets.object_tree import ObjectTree
from tui.app.widgets.request_fields import RequestFields
from tui.engine.session import Engine
from tui.model.invocation import Status
from tui.sandbox.server import Sandbox


async def typed(pilot: Pilot[int], text: str, **fields: str) -> FormScreen:
    await pilot.press("n")
    await settled(pilot)
    form = pilot.app.screen
    assert isinstance(form, FormScreen)
    await pilot.press("ctrl+r", "ctrl+r")
    request = form.query_one(RequestFields)
    request.input("model_id").value = "amazon.titan-embed-text-v2:0"
    request.editor.text = f'{{"inputText": "{text}"}}'
    for name, value in fields.items():
        request.input(name).value = value
    await settled(pilot)
    return form


async def waiting(
    pilot: Pilot[int], engine: Engine, until: Until, text: str = "[answer:never]"
) -> FormScreen:
    form = await typed(pilot, text)
    await pilot.press("ctrl+s")
    await until(engine, lambda: len(engine.board) > 0)
    while not engine.calls:
        await pilot.pause()
    await pilot.pause()
    return form


async def test_the_answer_is_opened_when_it_comes(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await typed(pilot, "a tide pool")
        await pilot.press("ctrl+s")
        await settled(pilot)
        await settled(pilot)

        assert isinstance(pilot.app.screen, MainScreen)
        text = shown(pilot)
        assert "answer.json" in text
        assert '"embedding"' in text
        assert "Completed:" not in text
        assert await engine.drafts.all() == []
        await pilot.press("1")
        await settled(pilot)
        assert "InvokeModel" in shown(pilot)


async def test_while_it_is_waited_for_the_time_and_the_ways_out_are_shown(
    engine: Engine, screen: Screen, sandbox: Sandbox, until: Until
) -> None:
    async with screen(engine) as pilot:
        form = await waiting(pilot, engine, until)
        text = shown(pilot)
        assert "waiting for the answer · 0s" in text
        assert "^x cancels" in text
        assert form.query_one(RequestFields).disabled

        await pilot.press("ctrl+x")
        await settled(pilot)

        assert pilot.app.screen is form
        assert not form.query_one(RequestFields).disabled
        assert "no answer" in shown(pilot)
        (row,) = engine.board
        assert row.status is Status.UNKNOWN
        assert len(await engine.drafts.all()) == 1


async def test_only_what_can_be_done_meanwhile_is_offered(
    engine: Engine, screen: Screen, until: Until
) -> None:
    async with screen(engine) as pilot:
        await waiting(pilot, engine, until, "[answer:never]")
        await pilot.pause()
        offered = " ".join(shown(pilot).splitlines()[-1].split())
        assert offered == "^x cancel esc back F1 help"

        await pilot.press("ctrl+x")
        await settled(pilot)
        assert "^s submit" in shown(pilot).splitlines()[-1]
        assert "cancel" not in shown(pilot).splitlines()[-1]


async def test_what_was_not_answered_is_said_to_have_run_perhaps_and_is_found_in_the_table(
    engine: Engine, screen: Screen, until: Until
) -> None:
    async with screen(engine) as pilot:
        await typed(pilot, "an older one", model_id="amazon.titan-embed-text-v2:0")
        await pilot.press("ctrl+s")
        await settled(pilot)
        form = await waiting(pilot, engine, until, "[answer:never]")
        await pilot.press("ctrl+x")
        await settled(pilot)
        assert "it may have run" in shown(pilot)

        await pilot.press("escape")
        await settled(pilot)
        (lost,) = [row for row in engine.board if row.status is Status.UNKNOWN]
        assert pilot.app.screen is not form
        assert table(pilot).cursor == lost.key


async def test_another_form_begins_without_a_model_that_does_not_answer_at_once(
    make_engine: MakeEngine, screen: Screen
) -> None:
    defaults = replace(SETTINGS.defaults, model_id="amazon.nova-reel-v1:1")
    async with screen(make_engine(replace(SETTINGS, defaults=defaults))) as pilot:
        await pilot.press("n")
        await settled(pilot)
        for times, model_id in ((2, ""), (1, "amazon.nova-reel-v1:1")):
            await pilot.press(*["ctrl+r"] * times, "ctrl+n")
            await settled(pilot)
            assert pilot.app.screen.query_one("#model-id", Input).value == model_id


async def test_escape_leaves_it_to_wait_and_x_in_the_table_cancels_it(
    engine: Engine, screen: Screen, until: Until
) -> None:
    async with screen(engine) as pilot:
        await waiting(pilot, engine, until)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, MainScreen)
        assert "waiting" in shown(pilot)
        assert "1 pending" in shown(pilot)

        await pilot.press("x")
        await pilot.pause()
        asked = pilot.app.screen
        assert isinstance(asked, ConfirmScreen)
        assert "Wait no more for the answer" in shown(pilot)
        await pilot.press("y")
        await until(engine, lambda: [row.status for row in engine.board] == [Status.UNKNOWN])
        await settled(pilot)

        await pilot.press("x")
        await pilot.pause()
        await pilot.press("y")
        await settled(pilot)
        assert len(engine.board) == 0


async def test_leaving_the_program_asks_while_an_answer_is_waited_for(
    engine: Engine, screen: Screen, until: Until
) -> None:
    async with screen(engine) as pilot:
        await waiting(pilot, engine, until)
        await pilot.press("escape")
        await pilot.pause()
        await pilot.press("q")
        await pilot.pause()
        assert "Leave while an answer is waited for?" in shown(pilot)

        await pilot.press("n")
        await pilot.pause()
        assert isinstance(pilot.app.screen, MainScreen)
        await pilot.press("q")
        await pilot.pause()
        await pilot.press("y")
        await pilot.pause()
        assert pilot.app.return_code == 0


async def test_a_refusal_is_said_in_the_form_and_costs_nothing_typed(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        form = await typed(pilot, "[refuse:not-ready]", accept="application/json")
        await pilot.press("ctrl+s")
        await settled(pilot)

        assert pilot.app.screen is form
        text = " ".join(shown(pilot).split())
        assert "ModelNotReadyException" in text
        assert "remedy" in text
        assert form.query_one(RequestFields).input("accept").value == "application/json"
        (row,) = engine.board
        assert row.status is Status.FAILED


WRONG = {
    "content_type": ("text/plain", "application/json: Bedrock takes no other"),
    "trace": ("yes", "ENABLED or DISABLED"),
    "guardrail_version": ("latest", "a number or DRAFT"),
    "performance_config_latency": ("fast", "standard or optimized"),
    "service_tier": ("gold", "priority or default"),
    "accept": ("text/plain\r\nX-Evil: 1", "it goes into a header"),
    "request_metadata": ("é", "a JSON object of texts"),
}
"""What is typed, and the words about it."""


async def test_wrong_values_are_told_beside_their_fields(engine: Engine, screen: Screen) -> None:
    async with screen(engine, (120, 50)) as pilot:
        wrong = {name: value for name, (value, _) in WRONG.items()}
        request = (await typed(pilot, "x", **wrong)).query_one(RequestFields)

        def beside(name: str) -> str:
            field = f"#{name.replace('_', '-')}-field"
            return str(request.query_one(f"{field} Complaint", Complaint).render())

        await pilot.press("ctrl+s")
        await settled(pilot)
        text = " ".join(shown(pilot).split())
        for name, (_, words) in WRONG.items():
            assert words in beside(name)
            assert words in text
            request.input(name).value = ""

        request.input("guardrail_identifier").value = "abc123"
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "goes with the guardrail" in beside("guardrail_version")
        assert "goes with the guardrail" in " ".join(shown(pilot).split())
        assert len(engine.board) == 0


async def test_there_is_no_folder_to_look_at_and_no_key_for_it(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine, (80, 40)) as pilot:
        form = await typed(pilot, "x")
        assert form.check_action("look", ()) is False
        await pilot.press("f1")
        await settled(pilot)
        assert "can be written to" not in shown(pilot)
        assert "copy it as a command or code" in shown(pilot)

        await pilot.press("escape", "ctrl+r", "f1")
        await settled(pilot)
        assert "can be written to" in shown(pilot)


async def test_it_is_run_again_from_the_table_in_the_same_form(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await typed(pilot, "once more", service_tier="flex")
        await pilot.press("ctrl+s")
        await settled(pilot)
        await pilot.press("escape")
        await settled(pilot)
        await pilot.press("R")
        await settled(pilot)

        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        fields = form.query_one(RequestFields)
        assert fields.operation == "InvokeModel"
        assert "once more" in fields.editor.text
        assert fields.input("service_tier").value == "flex"


async def test_a_draft_opens_in_the_form_it_was_typed_in(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await typed(pilot, "kept", trace="ENABLED")
        await pilot.press("escape")
        await settled(pilot)
        await pilot.press("n")
        await settled(pilot)

        fields = pilot.app.screen.query_one(RequestFields)
        assert fields.operation == "InvokeModel"
        assert fields.input("trace").value == "ENABLED"


async def test_an_answer_of_one_line_is_seen_when_it_opens(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await typed(pilot, "x", model_id="amazon.nova-micro-v1:0", accept="text/plain")
        await pilot.press("ctrl+s")
        await settled(pilot)
        await settled(pilot)

        assert "answer.txt · text" in shown(pilot)
        assert "no model has read your words" in shown(pilot)


async def test_the_answer_is_saved_from_the_table(
    make_engine: MakeEngine, screen: Screen, tmp_path: object
) -> None:
    download = replace(SETTINGS.download, folder=str(tmp_path))
    engine = make_engine(replace(SETTINGS, download=download))
    async with screen(engine) as pilot:
        await typed(pilot, "a picture", model_id="stability.stable-image-core-v1:1")
        await pilot.press("ctrl+s")
        await settled(pilot)
        await settled(pilot)
        assert main(pilot).query_one(ObjectTree).count == 1

        await pilot.press("d")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)

        assert "saved" in " ".join(shown(pilot).split())


async def test_what_is_typed_in_another_form_while_an_answer_is_waited_for_is_kept(
    engine: Engine, screen: Screen, until: Until, sandbox: Sandbox
) -> None:
    async with screen(engine) as pilot:
        await waiting(pilot, engine, until, "[answer:slow]")
        await pilot.press("escape")
        await pilot.pause()
        await pilot.press("n")
        await settled(pilot)
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        form.query_one(RequestFields).editor.text = '{"inputText": "typed meanwhile"}'
        await settled(pilot)
        assert await form.keep(None)

        while engine.calls:
            sandbox.clock.advance(60)
            await pilot.pause()
        await until(engine, lambda: engine.board.counts[Status.COMPLETED] == 1)
        await settled(pilot)
        assert await form.keep(None)

        (draft,) = await engine.drafts.all()
        assert "typed meanwhile" in draft.fields["model_input"]


async def test_a_question_that_a_killed_program_asked_is_offered_with_that_word(
    engine: Engine, make_engine: MakeEngine, screen: Screen, until: Until
) -> None:
    async with screen(engine) as pilot:
        await waiting(pilot, engine, until)
        await engine.close()

    async with screen(make_engine()) as pilot:
        await pilot.press("n")
        await settled(pilot)
        assert "asked already" in shown(pilot)

        fields = pilot.app.screen.query_one(RequestFields)
        await pilot.press("ctrl+r")
        assert fields.input("token").value == ""
        fields.editor.text = '{"inputText": "another question"}'
        await settled(pilot)
        await pilot.press("escape")
        await settled(pilot)
        await pilot.press("n")
        await settled(pilot)
        assert "asked already" not in shown(pilot)


async def test_a_question_stays_asked_that_is_as_it_was_once_more(
    engine: Engine, screen: Screen, until: Until
) -> None:
    async with screen(engine) as pilot:
        await waiting(pilot, engine, until)
        await pilot.press("ctrl+x")
        await settled(pilot)
        assert "no answer" in shown(pilot)

        for _ in ("in the form that asked it", "in one that it was opened in"):
            await pilot.press("space")
            await settled(pilot)
            await pilot.press("backspace")
            await settled(pilot)
            await pilot.press("escape")
            await settled(pilot)
            await pilot.press("n")
            await settled(pilot)
            assert "asked already" in shown(pilot)


def test_the_time_of_a_wait_is_told_every_second_at_first_and_then_every_ten() -> None:
    elapsed = told = 0.0
    while elapsed < 60:
        elapsed += form_sending.seconds_to_next(elapsed)
        told += 1

    assert form_sending.seconds_to_next(9.99) == 1.0
    assert told == 15
