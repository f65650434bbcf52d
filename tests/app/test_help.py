from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.app.conftest import Screen, settled, shown
from tui.app.screens.help import HelpScreen
from tui.engine.session import Engine
from tui.model.actions import SCREENS

SIZES = [(40, 20), (80, 24), (120, 40)]


async def lines_of(pilot: Pilot[int], *keys: str) -> list[str]:
    await pilot.press(*keys)
    await settled(pilot)
    listed = pilot.app.screen.query("#keys")
    text = str(listed.first(Static).content) if listed else ""
    return [" ".join(line.split()) for line in text.splitlines()]


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_words_keep_the_lines_that_hold_them(
    engine: Engine, screen: Screen, size: tuple[int, int]
) -> None:
    async with screen(engine, size) as pilot:
        lines = await lines_of(pilot, "question_mark", "slash", *"failed")

        assert "t send a failed one again" in " ".join(lines)
        assert not any("save the outputs" in line for line in lines)
        assert "Invocations" in shown(pilot)
        assert "t" in shown(pilot).split()


async def test_words_find_the_keys_of_other_screens_behind_those_of_this_one(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine, (100, 50)) as pilot:
        lines = await lines_of(pilot, "question_mark", "slash", *"copy")
        headings = [line for line in lines if line.startswith(("Invocations", "New", "One"))]

        assert headings[0] == "Invocations"
        assert headings[1] == "New invocation (on another screen)"
        assert any("F9 copy it as a command or code" in line for line in lines)


async def test_without_words_only_the_keys_of_this_screen_are_there(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine, (100, 100)) as pilot:
        lines = await lines_of(pilot, "question_mark")

        assert not any("on another screen" in line for line in lines)
        for heading, _ in SCREENS["main"]:
            assert heading in lines


async def test_words_that_nothing_holds_are_told(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        assert "no key does that" in await lines_of(pilot, "question_mark", "slash", *"zebra")


async def test_escape_clears_the_words_then_closes(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await lines_of(pilot, "question_mark", "slash", *"quit")
        assert isinstance(pilot.app.screen, HelpScreen)  # q is a letter here

        lines = await lines_of(pilot, "escape")
        assert isinstance(pilot.app.screen, HelpScreen)
        assert "Invocations" in lines
        await lines_of(pilot, "escape")
        assert not isinstance(pilot.app.screen, HelpScreen)


async def test_enter_leaves_the_words_and_keeps_what_they_found(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        lines = await lines_of(pilot, "question_mark", "slash", *"doctor", "enter")
        assert any("H look at all that it needs" in line for line in lines)

        await lines_of(pilot, "q")
        await lines_of(pilot, "q")
        assert not isinstance(pilot.app.screen, HelpScreen)


async def test_what_has_the_focus_comes_first(engine: Engine, screen: Screen) -> None:
    app_screen = HelpScreen("main", "Output")
    async with screen(engine) as pilot:
        await pilot.app.push_screen(app_screen)
        lines = await lines_of(pilot)

        assert next(line for line in lines if line in dict(SCREENS["main"])) == "Output"


@pytest.mark.parametrize("width", [40, 60, 80])
async def test_no_line_of_the_help_is_cut(engine: Engine, screen: Screen, width: int) -> None:
    async with screen(engine, (width, 24)) as pilot:
        text = " ".join(await lines_of(pilot, "question_mark"))

        for _, actions in SCREENS["main"]:
            for action in actions:
                assert action.help in text or action.action == "screen.way_in"
        laid_out = pilot.app.screen.query_one("#keys", Static)
        assert max(map(len, str(laid_out.content).splitlines())) <= laid_out.size.width


async def test_a_key_is_found_by_its_name_and_as_it_is_written(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        for words in ("ctrl+s", "^s"):
            await pilot.press("question_mark", "slash", *words)
            await settled(pilot)
            assert "check it and send it" in shown(pilot)
            assert "type a new invocation" not in shown(pilot)
            await pilot.press("escape", "escape")
            await settled(pilot)
            assert "check it and send it" not in shown(pilot)


async def test_keys_with_a_sign_are_found_by_their_names(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await pilot.press("question_mark", "slash", *"delete")
        await settled(pilot)
        assert "drop what ended, or waits" in shown(pilot)
