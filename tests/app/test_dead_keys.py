from __future__ import annotations

from textual.pilot import Pilot

from tests.app.conftest import Screen, settled
from tests.app.read import View
from tests.app.read import view as view
from tui.app.screens.problem import ProblemScreen
from tui.engine.session import Engine
from tui.model.problem import Problem


async def told(pilot: Pilot[int], *keys: str) -> list[str]:
    pilot.app.clear_notifications()
    await pilot.press(*keys)
    await settled(pilot)
    return [notice.message for notice in pilot.app._notifications]


async def test_what_wants_a_row_says_that_there_is_none(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        for key in ("d", "u", "R", "t", "y", "Y", "x", "enter", "1", "3", "space", "v"):
            assert await told(pilot, key) == ["there is no invocation yet: n types one"], key


async def test_a_key_of_the_empty_table_says_why_it_does_nothing(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        for key, why in {
            "e": "there is no row to export",
            "D": "nothing is being saved",
            "m": "there is no more to read on here",
            "escape": "there is nothing to go back from; q quits",
            "ctrl+c": "^q quits",
        }.items():
            assert await told(pilot, key) == [why]


async def test_a_filter_that_hides_all_is_named(dozen: Engine, screen: Screen) -> None:
    async with screen(dozen) as pilot:
        await pilot.press("slash", *"zebra", "enter")
        assert await told(pilot, "d") == [
            "no invocation is chosen: the filter, or the tab, hides all"
        ]


async def test_a_key_that_does_something_says_nothing_of_that(
    dozen: Engine, screen: Screen
) -> None:
    async with screen(dozen) as pilot:
        assert await told(pilot, "S", "down", "L") == ["signed in"]


async def test_the_form_says_what_it_cannot_do(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await told(pilot, "n", "ctrl+r", "ctrl+r")
        assert await told(pilot, "f8") == ["its outputs go to no folder: there is none to try"]


async def test_many_says_what_it_lacks(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await told(pilot, "N")
        assert await told(pilot, "ctrl+s") == ["there is no line yet: name files, and ⏎ reads them"]


async def test_a_viewer_says_what_an_object_lacks(view: View) -> None:
    async with view({"a.txt": b"words"}) as (pilot, _):
        assert await told(pilot, "m") == ["all that is shown of it is read"]
        assert await told(pilot, "Y") == ["only JSON has paths"]
        assert await told(pilot, "t") == ["t turns a picture; there is none here"]
        assert await told(pilot, "space") == ["nothing folds here"]


async def test_a_problem_says_that_there_is_no_policy_and_no_other(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.app.push_screen(ProblemScreen(Problem(kind="Odd", message="it is")))
        assert await told(pilot, "p") == ["there is no policy statement for this error"]
        assert await told(pilot, "n") == ["there is no other error"]


async def test_a_list_s_keys_say_what_they_cannot_do(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await told(pilot, "C", "end")
        assert await told(pilot, "plus") == ["it is hidden: space shows it"]
        assert await told(pilot, "0") == ["it is hidden: space shows it"]
