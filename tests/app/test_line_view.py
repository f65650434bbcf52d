from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tests.app.conftest import settled_plain as settled
from tui.app.widgets.line_view import LineView
from tui.model.json_text import laid_out

TEXT = laid_out(
    json.dumps(
        {
            "data": [
                {"embedding": [0.125] * 300, "option": "visual", "tags": ["tide", "pool"]},
                {"embedding": [0.25] * 300, "option": "audio", "tags": []},
            ],
            "ok": True,
        }
    )
)


class Reading(App[None]):
    def compose(self) -> ComposeResult:
        yield LineView()


@asynccontextmanager
async def reading(
    text: str = TEXT or "", *, wraps: bool = True, is_outlined: bool = True
) -> AsyncIterator[tuple[Pilot[None], LineView]]:
    app = Reading()
    async with app.run_test(size=(60, 16)) as pilot:
        view = app.query_one(LineView)
        view.focus()
        await view.show_text(text, wraps=wraps, is_outlined=is_outlined)
        await settled(pilot)
        yield pilot, view


def seen(view: LineView) -> list[str]:
    lines = [view.render_line(y).text.rstrip() for y in range(view.size.height)]
    while lines and not lines[-1]:
        lines.pop()
    return lines


async def test_long_lists_of_numbers_begin_folded_and_say_how_many_they_are() -> None:
    async with reading() as (_, view):
        lines = seen(view)
        assert lines[:3] == ["▾ {", '▾   "data": [', "▾     {"]
        assert lines[3].startswith('▸       "embedding": [ 0.125,')
        assert lines[3].endswith("… 300")
        assert lines[4] == '        "option": "visual",'
        assert all(len(line) <= 60 for line in lines)


async def test_blocks_are_folded_and_unfolded() -> None:
    async with reading() as (pilot, view):
        await pilot.press("down", "space")
        assert seen(view) == ["▾ {", '▸   "data": [ … 2', '    "ok": true', "  }"]
        await pilot.press("space", "j", "left")
        assert seen(view)[2:4] == ["▸     { … 3", "▾     {"]
        await pilot.press("left")
        assert view.line == 1
        await pilot.press("right", "right", "down", "down", "left")
        assert view.path == "data[0]"
        await pilot.press("minus")
        assert seen(view) == ["▾ {", '▸   "data": [ … 2', '    "ok": true', "  }"]
        assert view.path == "data"
        await pilot.press("plus")
        assert view.row_count == len(view.sheet.rows)


async def test_what_a_closing_bracket_stands_for_is_folded_too() -> None:
    async with reading() as (pilot, view):
        await pilot.press("G")
        assert view.path == "@"
        await pilot.press("up", "up", "space")
        assert view.path == "data"
        assert '▸   "data": [ … 2' in seen(view)


async def test_path_and_value_are_those_under_the_cursor() -> None:
    async with reading() as (pilot, view):
        await pilot.press(*["down"] * 4)
        assert (view.path, view.value) == ("data[0].option", '"visual"')
        await pilot.press("up")
        assert json.loads(view.value) == [0.125] * 300


async def test_words_are_found_also_in_what_is_folded() -> None:
    async with reading() as (pilot, view):
        await pilot.press("minus")
        await view.find("pool")
        assert view.go_on(1, is_here_too=True) == 1
        assert view.path == "data[0].tags[1]"
        await view.find("embedding")
        assert view.go_on(1) == 2
        assert view.path == "data[1].embedding"
        assert view.go_on(1) == 1
        assert view.go_on(-1) == 2
        await view.find("nowhere")
        assert view.go_on(1) == 0


async def test_lines_are_numbered() -> None:
    async with reading("one\ntwo two\nthree", is_outlined=False) as (pilot, view):
        await pilot.press("L")
        await settled(pilot)
        assert seen(view) == ["1   one", "2   two two", "3   three"]
        await pilot.press("L")
        await settled(pilot)
        assert seen(view) == ["  one", "  two two", "  three"]


async def test_long_lines_are_wrapped_or_scrolled_sideways() -> None:
    text = " ".join(f"word{number:02}" for number in range(20))
    async with reading(text, is_outlined=False) as (pilot, view):
        wrapped = seen(view)
        assert len(wrapped) == 3
        await pilot.press("w")
        await settled(pilot)
        assert seen(view) == [f"  {text[:58]}"]
        await pilot.press("right")
        assert seen(view) == [f"  {text[10:68]}".rstrip()]
        await pilot.press("w")
        await settled(pilot)
        assert seen(view) == wrapped


async def test_a_match_out_of_sight_is_scrolled_to() -> None:
    async with reading("x" * 500 + "tide", wraps=False, is_outlined=False) as (_, view):
        await view.find("tide")
        view.go_on(1, is_here_too=True)
        assert "tide" in seen(view)[0]


async def test_a_page_scrolls_and_a_longer_text_keeps_the_place() -> None:
    lines = [f"line {number}" for number in range(100)]
    async with reading("\n".join(lines), is_outlined=False) as (pilot, view):
        await pilot.press("pagedown", "down")
        assert seen(view)[0].strip() == "line 15"
        assert view.line == 16
        await view.show_text("\n".join([*lines, "more"]), wraps=True, stays=True)
        assert seen(view)[0].strip() == "line 15"
        assert view.line == 16
        await pilot.press("G")
        assert seen(view)[-1].strip() == "more"


async def test_a_text_that_became_shorter_keeps_the_folds_that_it_has_lines_for() -> None:
    async with reading() as (pilot, view):
        await pilot.press("minus")
        await settled(pilot)
        await view.show_text('{\n  "a": 1\n}', wraps=True, is_outlined=True, stays=True)
        assert [line.strip() for line in seen(view)][-1] == "}"


async def test_more_of_a_text_is_cut_or_wrapped_as_the_person_wants() -> None:
    async with reading("a " * 100, is_outlined=False) as (pilot, view):
        await pilot.press("w")
        await settled(pilot)
        await view.show_text("a " * 100 + "\nb", wraps=True, stays=True)
        assert len(seen(view)) == 2


async def test_another_width_folds_lines_anew_and_keeps_the_line() -> None:
    async with reading() as (pilot, view):
        await pilot.press("G", "up", "up", "up")
        path = view.path
        await pilot.resize_terminal(40, 12)
        await settled(pilot)
        assert view.path == path
        assert all(len(line) <= 40 for line in seen(view))
        assert any(line.endswith("… 300") for line in seen(view))


async def test_a_click_moves_the_cursor_and_on_the_mark_folds() -> None:
    async with reading() as (pilot, view):
        await pilot.click(LineView, offset=(20, 4))
        assert view.path == "data[0].option"
        await pilot.click(LineView, offset=(0, 2))
        assert seen(view)[2] == "▸     { … 3"


async def test_hostile_characters_are_not_painted_and_are_copied_as_they_are() -> None:
    async with reading("\x1b[2Jowned\u202e", is_outlined=False) as (_, view):
        assert seen(view) == ["  �[2Jowned�"]
        assert view.value == "\x1b[2Jowned\u202e"


async def test_what_is_not_laid_out_to_its_end_never_stands_there() -> None:
    async with reading("one\ntwo", is_outlined=False) as (pilot, view):
        laying_out = asyncio.ensure_future(view.show_text("another", wraps=True, is_outlined=False))
        await asyncio.sleep(0)
        laying_out.cancel()
        with suppress(asyncio.CancelledError):
            await laying_out

        await pilot.resize_terminal(40, 12)
        await settled(pilot)

        assert (view.text, view.sheet.text) == ("one\ntwo", "one\ntwo")
