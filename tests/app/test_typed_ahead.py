"""Keys that come all at once, as over a slow line, do what they do when typed one by one."""

from __future__ import annotations

import asyncio

import pytest
from textual.events import Key, Paste
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.app.conftest import Screen, settled
from tui.app import typed_ahead
from tui.app.bindings import use
from tui.app.screens.form import FormScreen
from tui.app.screens.main import MainScreen
from tui.app.typed_ahead import Followed
from tui.engine.session import Engine
from tui.model.keymap import Keymap


async def at_once(pilot: Pilot[int], *keys: str | Paste) -> None:
    """Send keys without a pause: single characters as what they are, others by their names."""
    for key in keys:
        event = Key(key, key if len(key) == 1 else None) if isinstance(key, str) else key
        pilot.app.post_message(event)
    ahead = pilot.app.typed_ahead  # type: ignore[attr-defined]
    await pilot.pause()
    while ahead.is_going_on:
        await asyncio.sleep(0)
    await settled(pilot)


async def test_what_follows_a_key_that_moves_the_focus_goes_to_the_next_field(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        form = pilot.app.screen
        form.query_one("#model-id", Input).focus()
        form.query_one("#model-id", Input).value = ""
        await settled(pilot)

        await at_once(pilot, *"any.model", "tab", "f7", "backspace", *'{"a": 1}', "tab", *"x")

        assert form.query_one("#model-id", Input).value == "any.model"
        assert form.query_one(TextArea).text == '{"a": 1}'
        assert form.query_one("#s3-uri", Input).value.endswith("x")


async def test_what_follows_a_key_that_opens_a_screen_goes_into_it(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await at_once(pilot, "n", "f7", "backspace", *"hello", "tab", Paste("/pasted"))

        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        assert form.query_one(TextArea).text == "hello"
        assert form.query_one("#s3-uri", Input).value.endswith("/pasted")


async def test_what_follows_a_key_that_leaves_a_screen_goes_to_the_one_below(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        await at_once(pilot, "escape", "slash", *"luma")

        assert isinstance(pilot.app.screen, MainScreen)
        assert pilot.app.screen.query_one("#filter", Input).value == "luma"


async def test_a_widget_that_goes_keeps_nobody_waiting_for_ever(
    engine: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.app.typed_ahead.PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(Followed, "bubble", False)  # as if its way had been cut off
    async with screen(engine) as pilot:
        await at_once(pilot, "slash", *"luma")
        assert pilot.app.screen.query_one("#filter", Input).value.endswith("a")


async def test_what_was_typed_before_leaving_is_kept(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        for key in ("n", "f7", "backspace", *"hello", "ctrl+q"):
            pilot.app.post_message(Key(key, key if len(key) == 1 else None))
        while pilot.app.return_code is None:
            await pilot.pause()

        (draft,) = await engine.drafts.all()
        assert draft.fields["model_input"] == "hello"


async def test_nothing_keeps_who_wants_to_leave(
    engine: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.app.typed_ahead.PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(Followed, "bubble", False)  # as if something were stuck
    async with screen(engine) as pilot:
        for key in ("down", "down", "ctrl+q"):
            pilot.app.post_message(Key(key, None))
        while pilot.app.return_code is None:
            await pilot.pause()

        assert pilot.app.return_code == 0


async def test_a_key_behind_the_last_one_is_let_go(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        ahead = pilot.app.typed_ahead  # type: ignore[attr-defined]
        stack = pilot.app._screen_stack
        screens = stack.copy()
        is_over = asyncio.Event()

        async def leave(_: object) -> None:
            stack.clear()
            is_over.set()

        ahead._hand_on = leave
        await ahead.take(Key("down", None))
        await is_over.wait()
        while ahead.is_going_on:
            await asyncio.sleep(0)
        await ahead.take(Key("x", "x"))
        stack.extend(screens)

        assert pilot.app._exception is None


def test_the_keys_that_leave_are_those_of_now() -> None:
    keys = ("ctrl+q", "escape", "f11", "f10", "q")
    changed = {"app.back": "f11", "app.quit": "f10", "dialog.close": "f11,q"}
    use(Keymap(changed))
    try:
        left = [key for key in keys if typed_ahead._leaves(Key(key, None))]
    finally:
        use(Keymap())
    assert left == ["ctrl+q", "f11", "f10"]
    assert [key for key in keys if typed_ahead._leaves(Key(key, None))] == ["ctrl+q", "escape"]
