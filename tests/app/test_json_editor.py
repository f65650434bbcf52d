from __future__ import annotations

import json
import sys
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual.app import App, ComposeResult
from textual.color import Color
from textual.pilot import Pilot
from textual.widgets import TextArea

from tests.app.conftest import shown
from tui.app.themes import fitted
from tui.app.widgets import json_area
from tui.app.widgets.json_area import JsonArea
from tui.app.widgets.json_editor import JsonEditor
from tui.app.widgets.long_text import PAINTED

LONG = '{"bytes": "' + "A" * PAINTED + '"}'


class Editing(App[int]):
    CSS_PATH = "../../tui/app/app.tcss"

    def get_css_variables(self) -> dict[str, str]:
        return fitted(self.current_theme, super().get_css_variables(), "truecolor")

    def compose(self) -> ComposeResult:
        yield JsonEditor()


def area_of(pilot: Pilot[int]) -> JsonArea:
    return pilot.app.query_one(JsonArea)


async def edit(pilot: Pilot[int], text: str, cursor: tuple[int, int] = (0, 0)) -> JsonArea:
    area = area_of(pilot)
    area.text = text
    area.move_cursor(cursor)
    await pilot.pause()
    return area


def looks(area: JsonArea, row: int) -> dict[str, str]:
    """The names of the looks of a row's words, as the stylesheet gives them."""
    named: dict[object, str] = {}
    for name in ("name", "string", "number", "constant", "punctuation", "fault"):
        color = area.get_component_rich_style(f"json--{name}").color
        named.setdefault(color, name)
    found = {}
    for segment in area.render_line(row):
        color = segment.style.color if segment.style else None
        for word in segment.text.split():
            found[word] = named.get(color, "")
    return found


def underlined(area: JsonArea) -> list[tuple[int, str]]:
    rows = range(min(area.size.height, area.wrapped_document.height))
    return [
        (row, segment.text)
        for row in rows
        for segment in area.render_line(row)
        if segment.style and segment.style.underline
    ]


async def test_each_kind_of_token_has_its_colour_also_where_the_cursor_is() -> None:
    async with Editing().run_test() as pilot:
        area = await edit(pilot, '{"a": 1,\n"b": ["c", true, nope]}', (1, 4))
        assert looks(area, 0) == {
            "1": "number",
            "{": "punctuation",
            '"a"': "name",
            ":": "punctuation",
            ",": "punctuation",
        }
        assert looks(area, 1) == {
            "2": "",
            '"b"': "name",
            ":": "punctuation",
            "[": "punctuation",
            '"c"': "string",
            ",": "punctuation",
            "true": "number",
            "nope": "fault",
            "]}": "punctuation",
        }


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "nord", "solarized-light"])
async def test_every_colour_is_read_on_its_ground(theme: str) -> None:
    async with Editing().run_test() as pilot:
        pilot.app.theme = theme
        area = await edit(pilot, '{"a": ["b", 1, true, nope]}', (0, 1))
        for segment in area.render_line(0):
            if segment.text.strip() and segment.style and segment.style.color:
                assert segment.style.bgcolor
                ink = Color.from_rich_color(segment.style.color)
                ground = Color.from_rich_color(segment.style.bgcolor)
                assert abs(ink.brightness - ground.brightness) > 0.2, segment.text


async def test_only_what_is_painted_is_looked_at() -> None:
    text = "\n".join(f'"name {number}": {number},' for number in range(5_000))
    async with Editing().run_test(size=(80, 24)) as pilot:
        json_area._painted.cache_clear()
        await edit(pilot, text, (2_500, 0))
        assert 20 < json_area._painted.cache_info().misses < 100


def calls_of_a_key(area: JsonArea, text: str) -> int:
    """Calls that a letter and a step cost, both of Python's functions and of C's."""
    area.text = text
    area.move_cursor((1, 1))
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        area.insert("x")
        area.action_cursor_down()
        area.render_line(0)
    finally:
        sys.setprofile(None)
    return calls


async def test_a_key_in_a_long_text_costs_as_much_as_in_a_short_one() -> None:
    async with Editing().run_test() as pilot:
        area = area_of(pilot)
        short = calls_of_a_key(area, '{\n "a": 1\n}')
        lines = calls_of_a_key(area, "[\n" + '{"a": 1},\n' * 50_000 + "0]")
        wide = calls_of_a_key(area, "[\n" + "0.25, " * 50_000 + "0]")
        assert lines < 2 * short
        assert wide < 2 * short


async def test_a_bracket_and_its_partner_are_marked() -> None:
    async with Editing().run_test() as pilot:
        area = await edit(pilot, '{\n "a": ["}", 1]\n}', (0, 1))
        assert underlined(area) == [(0, "{"), (2, "}")]
        await pilot.press("down", "end")
        assert underlined(area) == [(1, "["), (1, "]")]
        await pilot.press("home")
        assert underlined(area) == []


async def test_only_what_is_selected_is_cut() -> None:
    async with Editing().run_test() as pilot:
        area = await edit(pilot, '{"a": 1}')
        area.focus()

        await pilot.press("ctrl+x")
        assert area.text == '{"a": 1}'

        await pilot.press("shift+right", "ctrl+x")
        assert area.text == '"a": 1}'


async def test_a_bracket_without_a_partner_is_marked_as_a_fault() -> None:
    async with Editing().run_test() as pilot:
        area = await edit(pilot, '{\n "a": 1\n', (0, 1))
        assert underlined(area) == [(0, "{")]
        assert looks(area, 0)["{"] == "fault"

        await pilot.press("f7", "right", "}", "up", "up", "end")
        assert underlined(area) == [(0, "{"), (2, "}")]
        assert looks(area, 0)["{"] != "fault"


async def test_a_key_goes_to_the_partner_and_back() -> None:
    async with Editing().run_test() as pilot:
        area = await edit(pilot, "[\n" + '{"a": "]"},\n' * 20_000 + "0]", (0, 1))
        await pilot.press("ctrl+g")
        await pilot.app.workers.wait_for_complete()
        assert area.cursor_location == (20_001, 1)
        await pilot.press("ctrl+g")
        await pilot.app.workers.wait_for_complete()
        assert area.cursor_location == (0, 0)


async def test_a_long_text_is_not_wrapped_and_a_short_one_is() -> None:
    async with Editing().run_test() as pilot:
        area = await edit(pilot, '{"a": "' + "word " * 100 + '"}')
        assert area.soft_wrap

        for text in (f"{{}}\n{LONG}", "{}\n" * 20_000):
            area.text = text
            assert not area.soft_wrap
            area.text = "{}"
            assert area.soft_wrap

        area.insert(LONG)
        assert not area.soft_wrap
        area.undo()
        assert area.soft_wrap
        area.redo()
        assert not area.soft_wrap
        assert area.text == f"{LONG}{{}}"


async def test_laying_out_keeps_a_long_line_unwrapped_and_can_be_undone() -> None:
    async with Editing().run_test() as pilot:
        editor = pilot.app.query_one(JsonEditor)
        editor.text = LONG

        await editor.format()
        assert editor.text == '{\n  "bytes": "' + "A" * PAINTED + '"\n}'
        assert not area_of(pilot).soft_wrap
        await pilot.press("ctrl+z")
        assert editor.text == LONG
        await pilot.press("ctrl+y")
        assert editor.text != LONG


async def test_the_end_of_a_cut_line_is_marked() -> None:
    async with Editing().run_test() as pilot:
        area = await edit(pilot, LONG, (0, 0))
        assert "…" not in shown(pilot)
        await pilot.press("end")
        await pilot.pause()
        assert area.cursor_location == (0, len(LONG))
        assert "A…" in shown(pilot)


async def test_another_text_takes_the_place_of_all_as_one_edit() -> None:
    async with Editing().run_test() as pilot:
        editor = pilot.app.query_one(JsonEditor)
        editor.text = "{}"
        area_of(pilot).focus()
        await pilot.press("a", "b")

        editor.replace('{"b":\n2}')
        editor.replace('{"b":\n2}')

        assert editor.text == '{"b":\n2}'
        await pilot.press("ctrl+z")
        assert editor.text == "ab{}"
        await pilot.press("ctrl+z")
        assert editor.text == "{}"


async def test_the_cursor_goes_from_word_to_word_as_textuals_own() -> None:
    async with Editing().run_test() as pilot:
        area = area_of(pilot)

        @given(st.text("ab \"',:{\n", max_size=20), st.integers(0, 20), st.integers(0, 20))
        @settings(deadline=None)
        def check(text: str, row: int, column: int) -> None:
            area.text = text
            area.move_cursor((row, column))
            right = TextArea.get_cursor_word_right_location(area)
            assert area.get_cursor_word_right_location() == right
            left = TextArea.get_cursor_word_left_location(area)
            assert area.get_cursor_word_left_location() == left

        check()


async def test_any_json_comes_out_of_the_editor_as_it_went_in() -> None:
    async with Editing().run_test() as pilot:
        area = area_of(pilot)

        @given(st.text(st.characters(exclude_categories=["Cs"])))
        @settings(deadline=None)
        def check(text: str) -> None:
            document = json.dumps({"a": text}, ensure_ascii=False, indent=1)
            area.text = document
            assert area.text == document
            area.clear()
            area.insert(document)
            assert area.text == document

        check()


async def test_what_is_pasted_stays_in_its_string() -> None:
    async with Editing().run_test() as pilot:
        area = await edit(pilot, '{"a": ""}', (0, 7))
        pilot.app.post_message(events.Paste("x\u2028\x1b[31my"))
        await pilot.pause()
        assert area.text == '{"a": "x\u2028\x1b[31my"}'
        assert "\x1b" not in area.render_line(0).text
