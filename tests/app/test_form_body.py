"""The body of a request to an endpoint: any text, opened, typed and sent byte by byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input, TextArea

from tests.app.conftest import Screen, settled, shown
from tests.app.test_form_editing import Script, login, script
from tests.app.test_form_endpoint import Sent, sent, state, submitted, typed
from tui.app.screens.form import FormScreen
from tui.app.screens.main import MainScreen
from tui.app.widgets.operation_line import OperationLine
from tui.app.widgets.request_fields import RequestFields
from tui.engine.session import Engine
from tui.model.form import AT_ENDPOINT, MODEL_INPUT

__all__ = ["login", "script", "sent"]


@pytest.mark.parametrize("content", [b"a,b\r\n1,2\r\n", b'\xef\xbb\xbf{"modelInput": {"a": 1}}'])
async def test_a_file_that_is_opened_is_sent_byte_by_byte(
    engine: Engine, screen: Screen, sent: Sent, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "body").write_bytes(content)
    async with screen(engine) as pilot:
        await typed(pilot, upload_to="")
        await pilot.press("ctrl+o")
        await settled(pilot)
        pilot.app.screen.query_one(Input).value = str(tmp_path / "body")
        await pilot.press("enter")
        await settled(pilot)
        await submitted(pilot)

        assert isinstance(pilot.app.screen, MainScreen)
    assert sent[0].model_input == content


@pytest.mark.parametrize(
    ("pasted", "content"),
    [
        ("a,b\r\n1,2\r\n", b"a,b\r\n1,2\r\n"),
        ("a,b\r1,2\r", b"a,b\n1,2\n"),
        ("\ufeffx\t1", b"\xef\xbb\xbfx\t1"),
    ],
)
async def test_a_body_is_pasted_with_its_own_line_ends(
    engine: Engine, screen: Screen, sent: Sent, pasted: str, content: bytes
) -> None:
    async with screen(engine) as pilot:
        form = await typed(pilot, upload_to="")
        form.go_to(MODEL_INPUT)
        pilot.app.post_message(events.Paste(pasted))
        await settled(pilot)
        await submitted(pilot)

    assert sent[0].model_input == content


async def test_a_byte_order_mark_is_said_and_sent(
    engine: Engine, screen: Screen, sent: Sent
) -> None:
    async with screen(engine) as pilot:
        form = await typed(pilot, '\ufeff{"a": 1}', content_type="application/json")
        assert "a byte order mark stands before it" in state(form)
        await submitted(pilot)
        await submitted(pilot)

    assert sent[0].model_input == b'\xef\xbb\xbf{"a": 1}'


async def test_lines_that_an_editor_ends_in_two_ways_end_alike_and_that_is_said(
    engine: Engine, screen: Screen, script: Script
) -> None:
    script("path.write_bytes(b'p\\r\\nq\\nr')")
    async with screen(engine) as pilot:
        form = await typed(pilot, "a,b")
        await pilot.press("f5")
        await settled(pilot)

        assert form.editor.text == "p\r\nq\r\nr"
        assert "they all end alike" in shown(pilot)


async def test_only_json_is_laid_out(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        form = await typed(pilot, "a,b")
        await pilot.press("f4")
        await settled(pilot)
        assert form.editor.text == "a,b"
        assert "only JSON is laid out" in shown(pilot)

        form.editor.text = '{"a":1}'
        await pilot.press("f4")
        await settled(pilot)
        assert form.editor.text == '{\n  "a": 1\n}'


async def test_an_untouched_template_is_no_body_and_comes_back(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        form = pilot.app.screen.query_one(RequestFields)
        template = form.editor.text
        form.input("content_type").value = "application/json"

        await pilot.press("ctrl+r")
        await settled(pilot)
        assert form.operation == AT_ENDPOINT
        assert form.editor.text == ""
        assert form.texts["content_type"] == "application/json"

        await pilot.press("ctrl+r", "ctrl+r")
        await settled(pilot)
        assert form.editor.text == template


async def test_what_is_typed_stays_in_the_editor_of_every_form(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        form = await typed(pilot, '{"inputs": 1}')
        for _ in range(3):
            await pilot.press("ctrl+r")
            await settled(pilot)
            assert form.editor.text == '{"inputs": 1}'


async def test_what_stands_twice_is_not_laid_out_and_shown(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        form = await typed(pilot, '{"a": 1, "a": 2}')
        await pilot.press("f4")
        await settled(pilot)

        assert form.editor.text == '{"a": 1, "a": 2}'
        assert 'not laid out: the name "a" stands twice' in shown(pilot)
        assert form.editor.query_one(TextArea).cursor_location == (0, 9)


async def test_a_fault_of_its_size_is_not_looked_for_in_its_json(
    engine: Engine, screen: Screen
) -> None:
    body = '{"a": 1, "a": 2,,\n' + "x" * 200_000
    async with screen(engine) as pilot:
        form = await typed(pilot, body, upload_to="")
        text = await submitted(pilot)

        assert isinstance(pilot.app.screen, FormScreen)
        assert "a folder under Upload takes more" in text
        assert form.editor.query_one(TextArea).cursor_location == (0, 0)


async def test_a_folder_that_is_misspelt_is_the_only_fault(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await typed(pilot, "x" * 200_000, upload_to="s4://media/")
        text = await submitted(pilot)

        assert "an s3:// folder like" in text
        assert "takes more" not in text


async def test_the_form_that_is_shown_is_not_changed_to(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        form = pilot.app.screen.query_one(RequestFields)
        template = form.editor.text
        form.change_operation(AT_ENDPOINT)
        form.editor.text = template

        form.post_message(OperationLine.OperationClicked(AT_ENDPOINT))
        await settled(pilot)

        assert form.editor.text == template
