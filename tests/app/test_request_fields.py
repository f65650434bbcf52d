from __future__ import annotations

import pytest
from msgspec.structs import replace
from rich.color import Color
from textual.widgets import Input, TextArea

from tests.app.conftest import Screen, settled, shown
from tests.conftest import SETTINGS, MakeEngine
from tui.app.screens.form import FormScreen
from tui.app.widgets.field import Field
from tui.app.widgets.operation_line import OperationLine
from tui.app.widgets.request_fields import RequestFields
from tui.aws import shapes
from tui.config import Defaults
from tui.engine.session import Engine
from tui.model import form
from tui.model.form import MODEL_INPUT

REASONS = {
    "outputDataConfig": "a structure; its members have fields",
    "outputDataConfig.s3OutputDataConfig": "a structure; its members have fields",
    "tags.key": "typed in tags, as key=value",
    "tags.value": "typed in tags, as key=value",
}
"""The members without a field of their own, and why."""

MEMBERS = [
    (operation, member) for operation in form.OPERATIONS for member in shapes.members(operation)
]


@pytest.mark.parametrize(("operation", "member"), MEMBERS)
async def test_every_member_of_the_installed_sdk_has_its_field_or_a_reason(
    operation: str, member: str
) -> None:
    if member in REASONS:
        return
    field = form.field_of(member.rpartition(".")[2])

    assert field == MODEL_INPUT or field in form.lines(operation)


async def test_the_other_form_keeps_what_both_share_and_what_is_typed_in_either(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        fields = pilot.app.screen.query_one(RequestFields)
        fields.input("model_id").value = "amazon.nova-lite-v1:0"
        fields.input("tags").value = "team=media"
        fields.editor.text = '{"messages": []}'

        await pilot.press("ctrl+r", "ctrl+r")
        await settled(pilot)
        text = shown(pilot)
        assert "[Bedrock, wait for the answer]" in text
        assert "Output" not in text
        assert "Guard" in text
        assert fields.input("model_id").value == "amazon.nova-lite-v1:0"
        assert fields.editor.text == '{"messages": []}'
        fields.input("accept").value = "text/plain"

        await pilot.press("ctrl+r")
        await settled(pilot)
        assert "[Bedrock async]" in shown(pilot)
        assert fields.input("tags").value == "team=media"
        assert fields.texts["accept"] == "text/plain"


async def test_the_values_that_the_sdk_lists_stand_in_their_fields(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        await pilot.press("ctrl+r", "ctrl+r")
        await settled(pilot)

        text = shown(pilot)
        for member in ("trace", "performanceConfigLatency", "serviceTier"):
            for value in shapes.constraint("InvokeModel", member).enum:
                assert value in text


async def test_what_one_operation_refuses_is_said_with_the_way_to_the_other(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        model = pilot.app.screen.query_one(RequestFields).input("model_id")
        for model_id in ("us.amazon.nova-pro-v1:0", "amazon.titan-embed-text-v2:0"):
            model.value = model_id
            await pilot.press("ctrl+s")
            await settled(pilot)
            text = " ".join(shown(pilot).split())
            assert "InvokeModel" in text
            assert "^r changes to it" in text
        await pilot.press("ctrl+r", "ctrl+r")
        await settled(pilot)
        assert "^r changes to it" not in shown(pilot)

        model.value = "luma.ray-v2:0"
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "StartAsyncInvoke; ^r changes to it" in " ".join(shown(pilot).split())


async def test_what_belongs_into_a_field_is_read_whole_on_a_small_screen(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine, (40, 20)) as pilot:
        await pilot.press("n")
        await settled(pilot)
        assert "[Bedrock]   SageMaker    wait       ^r" in shown(pilot)
        for key in ("ctrl+g", "ctrl+r", "ctrl+r"):
            await pilot.press(key)
            await settled(pilot)
            fields = [each for each in pilot.app.screen.query(Input) if each.size.width]
            for field in fields:
                is_the_sdks = "/" in field.placeholder and "s3:" not in field.placeholder
                assert len(field.placeholder) <= field.size.width
                assert is_the_sdks or "…" not in field.placeholder
        trace, whole = pilot.app.screen.query_one("#trace", Input), "ENABLED/DISABLED/ENABLED_FULL"
        assert trace.placeholder == whole[: trace.size.width - 1] + "…"
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert trace.placeholder == whole


@pytest.mark.parametrize(("size", "columns"), [((80, 24), (2, 20, 40)), ((40, 20), (2, 14, 26))])
async def test_a_click_changes_the_operation(
    engine: Engine, screen: Screen, size: tuple[int, int], columns: tuple[int, ...]
) -> None:
    async with screen(engine, size) as pilot:
        await pilot.press("n")
        await settled(pilot)
        form_screen = pilot.app.screen
        assert isinstance(form_screen, FormScreen)

        for operation, column in reversed(list(zip(form.OPERATIONS, columns, strict=True))):
            await pilot.click(OperationLine, offset=(column, 0))
            await settled(pilot)
            assert form_screen.query_one(RequestFields).operation == operation

        assert form_screen.query_one(TextArea).text


async def test_the_keyboard_stays_with_the_form_when_the_focused_field_is_hidden(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        fields = pilot.app.screen.query_one(RequestFields)
        fields.input("tags").focus()
        await pilot.press("ctrl+r")
        await settled(pilot)

        await pilot.press("f7", "x")
        assert fields.editor.text == "x"


async def test_a_complaint_below_the_last_line_in_sight_comes_into_sight(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine, (80, 14)) as pilot:
        await pilot.press("n")
        await settled(pilot)
        for name in ("kms-key-id", "bucket-owner", "tags"):
            field = pilot.app.screen.query_one(f"#{name}-field", Field)
            field.input.focus()
            await settled(pilot)

            field.complain(f"this is no {name}")
            while f"this is no {name}" not in shown(pilot):
                await pilot.pause()


async def test_the_form_changed_while_the_model_is_typed_has_the_rest_typed_there_too(
    make_engine: MakeEngine, screen: Screen
) -> None:
    engine = make_engine(settings=replace(SETTINGS, defaults=Defaults()))
    async with screen(engine) as pilot:
        await pilot.press("n", "ctrl+r", "ctrl+r")
        await settled(pilot)
        fields = pilot.app.screen.query_one(RequestFields)
        await pilot.press(*"amazon.nova", "ctrl+r", *"-lite")
        await settled(pilot)

        assert fields.operation == form.ASYNC
        assert fields.input("model_id").value == "amazon.nova-lite"
        assert fields.editor.text == ""

        await pilot.press("ctrl+r", *"endpoint")
        assert fields.input("endpoint_name").value == "endpoint"


async def test_a_label_has_the_colour_of_what_is_said_of_its_field(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        field = pilot.app.screen.query_one("#model-id-field", Field)

        async def colour(said: str, *, is_warning: bool) -> Color | None:
            field.complain(said, is_warning=is_warning)
            await settled(pilot)
            x, y = field.region.offset
            strip = pilot.app.screen._compositor.render_strips()[y].crop(x, x + 5)
            assert strip.text == "Model"
            style = next(iter(strip)).style
            return style.color if style else None

        warned = await colour("may be none", is_warning=True)
        faulty = await colour("is none", is_warning=False)
        assert faulty != warned
        assert await colour("may be none", is_warning=True) == warned
