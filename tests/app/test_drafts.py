from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.app.conftest import Screen, settled, shown
from tui.app.screens.drafts import DraftScreen
from tui.engine.session import Engine


async def opened(pilot: Pilot[int]) -> None:
    await pilot.press("n")
    await settled(pilot)


def editor(pilot: Pilot[int]) -> TextArea:
    return pilot.app.screen.query_one(TextArea)


async def test_several_drafts_can_be_listed_opened_and_deleted(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        for text in ("one", "two", "three"):
            editor(pilot).text = text
            await pilot.pause()
            await pilot.press("ctrl+n")
            await settled(pilot)
            assert "A tide pool" in editor(pilot).text

        await pilot.press("f3")
        await pilot.pause()
        assert shown(pilot).index("three") < shown(pilot).index("two") < shown(pilot).index("one")
        await pilot.press("d")
        await pilot.pause()
        assert "Delete this draft?" in shown(pilot)
        await pilot.press("n", "d", "y")
        await pilot.pause()
        await pilot.press("down", "enter")
        await settled(pilot)

        assert editor(pilot).text == "one"
        assert [draft.fields["model_input"] for draft in await engine.drafts.all()] == [
            "two",
            "one",
        ]


async def test_a_list_that_lost_its_last_draft_says_so(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        await pilot.press("x", "ctrl+n", "f3")
        await settled(pilot)
        assert "d delete" in shown(pilot)

        await pilot.press("d", "y")
        await settled(pilot)

        assert "none: what you type is kept" in shown(pilot)
        assert "d delete" not in shown(pilot)


async def test_a_form_whose_own_draft_was_deleted_is_another_one(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        editor(pilot).text = '{"prompt": "not wanted any more"}'
        await pilot.pause()
        await pilot.press("f3")
        await settled(pilot)
        await pilot.press("d", "y", "escape")
        await settled(pilot)
        assert "A tide pool" in editor(pilot).text

        editor(pilot).text = '{"prompt": "the next one"}'
        await pilot.pause()
        await pilot.press("escape")
        await settled(pilot)

        (draft,) = await engine.drafts.all()
        assert "the next one" in draft.fields["model_input"]


async def test_the_draft_of_an_inference_is_told_by_its_input(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine, (120, 30)) as pilot:
        await opened(pilot)
        await pilot.press("ctrl+r")
        await settled(pilot)
        pilot.app.screen.query_one("#input-location", Input).value = "/data/batches/big.csv"
        await settled(pilot)
        await pilot.press("f3")
        await settled(pilot)

        assert "/data/batches  big.csv" in shown(pilot)
        await pilot.press("ctrl+p")
        await settled(pilot)
        assert isinstance(pilot.app.screen, DraftScreen)


async def test_a_long_draft_is_judged_as_soon_as_it_is_there(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        prompt = "a" * 30_000
        editor(pilot).text = f'{{"prompt": "{prompt}"}}'
        pilot.app.screen.query_one("#model-id", Input).value = "luma.ray-v2:0"
        await settled(pilot)
        await pilot.press("escape", "n")
        await settled(pilot)
        while "valid" not in shown(pilot):
            await pilot.pause()

        assert "at most 5000 characters" in shown(pilot)
