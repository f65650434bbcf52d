from __future__ import annotations

import pytest

from tests.app.conftest import Screen, settled
from tests.app.test_help import lines_of
from tui.app.screens.help import HelpScreen
from tui.engine.session import Engine


@pytest.mark.parametrize("name", ["form", "endpoint", "waiting", "sending", "uploading"])
async def test_a_form_is_no_other_screen_than_itself(
    engine: Engine, screen: Screen, name: str
) -> None:
    async with screen(engine, (100, 50)) as pilot:
        await pilot.app.push_screen(HelpScreen(name))
        await settled(pilot)
        lines = await lines_of(pilot, "slash", *"draft")

        assert "New invocation (on another screen)" not in lines


async def test_what_an_id_stands_for_here_is_not_told_once_more_of_another_screen(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine, (100, 50)) as pilot:
        lines = await lines_of(pilot, "question_mark", "slash", *"quit")

        assert not any("on another screen" in line for line in lines)
