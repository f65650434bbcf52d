from __future__ import annotations

from textual.app import App, ComposeResult

from tui.app.widgets.json_editor import PAINTED, JsonEditor, PlainTextArea

LONG = '{"bytes": "' + "A" * PAINTED + '"}'


class Editing(App[None]):
    def compose(self) -> ComposeResult:
        yield JsonEditor()


async def test_a_text_with_a_very_long_line_is_not_wrapped_and_another_is_again() -> None:
    async with Editing().run_test() as pilot:
        editor = pilot.app.query_one(JsonEditor)
        area = editor.query_one(PlainTextArea)
        assert area.soft_wrap

        editor.text = f"{{}}\n{LONG}"
        assert not area.soft_wrap

        editor.text = "{}\n" * PAINTED
        assert area.soft_wrap


async def test_a_pasted_long_line_is_not_wrapped() -> None:
    async with Editing().run_test() as pilot:
        area = pilot.app.query_one(PlainTextArea)

        area.insert(LONG)

        assert area.text == LONG
        assert not area.soft_wrap


async def test_laying_out_keeps_a_long_line_unwrapped() -> None:
    async with Editing().run_test() as pilot:
        editor = pilot.app.query_one(JsonEditor)
        editor.text = LONG

        await editor.format()

        assert editor.text == '{\n  "bytes": "' + "A" * PAINTED + '"\n}'
        assert not editor.query_one(PlainTextArea).soft_wrap
