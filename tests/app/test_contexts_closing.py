from __future__ import annotations

import asyncio

import pytest

from tests.app.conftest import settled, shown
from tests.app.test_contexts import Two, back, open_picker, screen
from tests.app.test_contexts import sandboxes as sandboxes
from tests.app.test_contexts import two as two
from tests.builders import a_request
from tui.app.screens import saving
from tui.app.screens.confirm import ConfirmScreen
from tui.app.screens.main import MainScreen
from tui.app.screens.saving import Report
from tui.model.context import Context


@pytest.mark.parametrize("lost", ["an answer is waited for", "outputs are saved"])
async def test_a_context_is_not_closed_unasked_while_something_would_be_lost(
    two: Two, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    two.open_both()
    _, east = two.contexts.open_ones
    waiting = "answer" in lost
    monkeypatch.setattr(
        type(east), "unkept_answers", property(lambda each: int(waiting and each is east))
    )
    monkeypatch.setattr(MainScreen, "saves_for", lambda _, engine: not waiting and engine is east)
    async with screen(two) as pilot:
        await open_picker(pilot)
        await pilot.press("down", "delete")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ConfirmScreen)
        assert f"Close east · eu-west-1 while {lost}?" in shown(pilot)
        await pilot.press("n")
        await settled(pilot)

        assert len(two.contexts.open_ones) == 2


async def test_a_context_is_closed_unasked_while_another_one_saves(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    two.open_both()
    west, _ = two.contexts.open_ones
    monkeypatch.setattr(MainScreen, "saves_for", lambda _, engine: engine is west)
    async with screen(two) as pilot:
        await open_picker(pilot)
        await pilot.press("down", "delete")
        await settled(pilot)

        assert two.contexts.open_ones == (west,)


async def test_a_context_saves_from_the_first_to_the_last_of_its_downloads(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    two.open_both()
    west, east = two.contexts.open_ones
    begun, done = asyncio.Event(), asyncio.Event()

    async def save(*_: object) -> Report:
        begun.set()
        await done.wait()
        return Report("saved", "")

    monkeypatch.setattr(saving, "save", save)
    async with screen(two) as pilot:
        main = pilot.app.screen
        assert isinstance(main, MainScreen)
        main._save(east, [], None, "")
        await begun.wait()
        assert (main.saves_for(west), main.saves_for(east)) == (False, True)

        done.set()
        await settled(pilot)

        assert not main.saves_for(east)


@pytest.mark.parametrize(("typed", "left"), [("euw1", ["west", "east"]), ("west", ["west"])])
async def test_what_has_no_region_is_closed_once_another_is_chosen_be_that_open_or_not(
    two: Two, typed: str, left: list[str]
) -> None:
    two.contexts.open(Context(name="nowhere"))
    async with screen(two) as pilot:
        await open_picker(pilot)
        await pilot.press(*typed, "enter")
        await back(pilot)

        assert [each.context.label for each in two.contexts.open_ones] == left


async def test_what_is_queued_without_a_region_stays_until_its_closing_is_agreed_to(
    two: Two,
) -> None:
    nowhere = two.contexts.open(Context(name="nowhere"))
    await nowhere.enqueue([a_request()])
    async with screen(two) as pilot:
        await open_picker(pilot)
        await pilot.press(*"euw1", "enter")
        await back(pilot)
        assert [row.context for row in two.contexts.board] == ["nowhere"]
        assert "not open any more" not in shown(pilot)

        for answer, count in (("n", 3), ("y", 2)):
            await open_picker(pilot)
            await pilot.press(*"nowhere")
            await settled(pilot)
            assert "makes it the active one" not in shown(pilot)
            await pilot.press("delete")
            await settled(pilot)
            assert "Close nowhere (default) · no region, with its rows?" in shown(pilot)
            assert "only a start without one opens it again" in shown(pilot)
            await pilot.press(answer)
            await settled(pilot)
            assert len(two.contexts.open_ones) == count
            await pilot.press("escape", "escape")
            await back(pilot)
