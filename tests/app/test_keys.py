from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tests.app.conftest import Screen, settled, shown
from tui.app.screens.form import FormScreen
from tui.app.screens.help import HelpScreen
from tui.app.screens.row_actions import RowActions
from tui.app.widgets.keys import Keys
from tui.engine.session import Engine


def last_line(pilot: Pilot[int]) -> str:
    return shown(pilot).splitlines()[-1]


@pytest.mark.parametrize("width", [24, 51, 79, 80, 128])
async def test_keys_stand_there_whole_or_not_at_all_and_help_always_does(
    dozen: Engine, screen: Screen, width: int
) -> None:
    async with screen(dozen, (width, 24)) as pilot:
        line = last_line(pilot)

        offered = [
            f"{pilot.app.get_key_display(binding)} {binding.description}"
            for binding, _ in pilot.app.screen.query_one(Keys).offered
        ]
        there = [key for key in offered if key in line]
        assert line.endswith(" ? help")
        assert all(f"  {key}" in f" {line}" for key in there)
        assert sorted(line.split()) == sorted(" ".join(there).split())
        assert len(there) > 2


async def test_a_click_on_a_key_presses_it(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        column = last_line(pilot).index("n new")
        await pilot.click(Keys, offset=(column, 0))
        await settled(pilot)
        assert isinstance(pilot.app.screen, FormScreen)

        column = last_line(pilot).index("help")
        await pilot.click(Keys, offset=(column, 0))
        await settled(pilot)
        assert isinstance(pilot.app.screen, HelpScreen)


async def test_a_key_that_would_be_typed_is_not_offered_while_one_types(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("slash")
        await settled(pilot)
        assert last_line(pilot).split() == ["esc", "back", "F1", "help"]

        await pilot.click(Keys, offset=(last_line(pilot).index("F1"), 0))
        await settled(pilot)
        assert isinstance(pilot.app.screen, HelpScreen)


async def test_the_way_out_has_its_place_in_a_narrow_terminal(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine, (40, 20)) as pilot:
        await pilot.press("n")
        await settled(pilot)
        assert last_line(pilot).endswith(" esc back  F1 help")


async def test_what_has_no_place_in_the_line_is_not_looked_at_as_the_cursor_moves(
    dozen: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: set[str] = set()
    explains = RowActions.explains

    def note(table: RowActions, action: str) -> bool:
        asked.add(action)
        return explains(table, action)

    async with screen(dozen) as pilot:
        monkeypatch.setattr(RowActions, "explains", note)
        await pilot.press("j")
        await settled(pilot)
        assert "log_in" in asked
        assert "retry" not in asked  # which looks at all that is marked


async def test_a_click_between_the_keys_does_nothing(engine: Engine, screen: Screen) -> None:
    async with screen(engine, (160, 24)) as pilot:
        before = pilot.app.screen
        await pilot.click(Keys, offset=(last_line(pilot).index("  q quit"), 0))
        await settled(pilot)
        assert pilot.app.screen is before


async def test_the_keys_stay_while_a_question_lies_over_them(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        before = last_line(pilot)
        for opens in ("e", "question_mark"):
            await pilot.press(opens)
            await settled(pilot)
            pilot.app.screen.refresh_bindings()
            await settled(pilot)
            assert last_line(pilot) == before
            await pilot.press("escape")
            await settled(pilot)
            assert last_line(pilot) == before


async def test_the_keys_are_those_of_the_screen_on_top(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        before = last_line(pilot)
        pilot.app.screen.refresh_bindings()
        await settled(pilot)
        assert last_line(pilot) == before

        await pilot.press("n")
        await settled(pilot)
        assert "^s submit" in last_line(pilot)
        await pilot.press("escape")
        await settled(pilot)
        assert last_line(pilot) == before
