"""What is typed or pasted while a form reads something: it waits for it, or is told about."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from textual import events

from tests.app.conftest import Screen, settled, shown
from tests.app.test_form import editor, field, opened
from tests.app.test_form_holding import UNREADABLE, Gate, toasts
from tests.app.test_form_holding import gate as gate
from tests.app.test_form_paste import COMMAND
from tests.app.test_typed_ahead import at_once
from tests.conftest import SETTINGS, MakeEngine
from tui.app import typed_ahead
from tui.app.screens.confirm import ConfirmScreen
from tui.app.screens.form_holding import NOT_TYPED
from tui.app.typed_ahead import DROPPED
from tui.app.widgets import pasting
from tui.engine.session import Engine
from tui.sandbox.server import Sandbox

REQUEST = COMMAND.replace('"TEXT_VIDEO"', '"TEXT_VIDEO", "textToVideoParams": {"text": "waves"}')


@pytest.mark.parametrize("large", [10, 100_000])
async def test_submit_right_behind_a_pasted_request_sends_it_and_not_what_it_replaces(
    make_engine: MakeEngine, screen: Screen, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    monkeypatch.setattr(pasting, "LARGE", large)
    async with screen(make_engine(replace(SETTINGS, confirm=True))) as pilot:
        await opened(pilot)
        field(pilot, "tags").focus()
        await pilot.pause()
        pilot.app.post_message(events.Paste(REQUEST))
        pilot.app.post_message(events.Key("ctrl+s", None))
        while not isinstance(pilot.app.screen, ConfirmScreen):
            await pilot.pause()

        text = shown(pilot)
        assert "amazon.nova-reel-v1:1" in text
        assert "s3://pasted/reel/" in text


@pytest.mark.parametrize("large", [10, 100_000])
async def test_what_is_typed_right_behind_a_pasted_request_is_typed_into_it(
    engine: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    monkeypatch.setattr(pasting, "LARGE", large)
    async with screen(engine) as pilot:
        await opened(pilot)
        field(pilot, "tags").focus()
        await pilot.pause()
        pilot.app.post_message(events.Paste(COMMAND))
        await at_once(pilot, *"x", events.Paste(" run=42"), *"1")

        assert field(pilot, "tags").value == "team=mediax run=421"


@pytest.mark.parametrize("large", [10, 100_000])
async def test_submit_behind_a_paste_that_is_refused_sends_nothing_and_says_so(
    engine: Engine, sandbox: Sandbox, screen: Screen, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    monkeypatch.setattr(pasting, "LARGE", large)
    async with screen(engine) as pilot:
        form = await opened(pilot)
        field(pilot, "tags").focus()
        await pilot.pause()
        pilot.app.post_message(events.Paste(UNREADABLE))
        await at_once(pilot, "ctrl+s", *"x")

        assert toasts(pilot)[0].startswith("not pasted: line 2")
        assert toasts(pilot)[1:] == [DROPPED]
        assert sandbox.calls["StartAsyncInvoke"] == 0
        assert pilot.app.screen is form
        assert field(pilot, "tags").value == ""


async def test_keys_wait_no_longer_than_their_patience_and_are_then_refused_once(
    engine: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch, gate: Gate
) -> None:
    monkeypatch.setattr(typed_ahead, "READING_SECONDS", 0.05)
    monkeypatch.setattr(pasting, "LARGE", 10)
    gate.before(monkeypatch, "judge")
    async with screen(engine) as pilot:
        form = await opened(pilot)
        field(pilot, "tags").focus()
        await pilot.pause()
        pilot.app.post_message(events.Paste(COMMAND))
        for key in "abc":
            pilot.app.post_message(events.Key(key, key))
        while not toasts(pilot):
            await pilot.pause()
        await pilot.press("d")
        pilot.app.post_message(events.Paste("e"))
        await pilot.pause()
        assert toasts(pilot) == [NOT_TYPED]
        assert form.is_held

        gate.is_open.set()
        await settled(pilot)
        assert field(pilot, "tags").value == "team=media"
        await pilot.press("!")
        assert field(pilot, "tags").value == "team=media!"


@pytest.mark.parametrize("key", ["escape", "ctrl+q"])
async def test_who_leaves_waits_for_no_reading_and_keeps_what_stood_there(
    engine: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch, gate: Gate, key: str
) -> None:
    monkeypatch.setattr(typed_ahead, "READING_SECONDS", 600)
    monkeypatch.setattr(pasting, "LARGE", 10)
    gate.before(monkeypatch, "judge")
    async with screen(engine) as pilot:
        form = await opened(pilot)
        editor(pilot).text = '{"prompt": "typed before"}'
        pilot.app.post_message(events.Paste(COMMAND))
        await gate.reached(pilot)
        pilot.app.post_message(events.Key("x", "x"))
        pilot.app.post_message(events.Key(key, None))
        while pilot.app.return_code is None and pilot.app.screen is form:
            await pilot.pause()

        (draft,) = await engine.drafts.all()
        assert draft.fields["model_input"] == '{"prompt": "typed before"}'
        told = [notice.message for notice in pilot.app._notifications]
        assert ("what was just read was not taken in" in told) is (key == "escape")


async def test_who_leaves_right_behind_a_paste_keeps_it_as_a_draft(
    engine: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typed_ahead, "LEAVING_SECONDS", 600)
    monkeypatch.setattr(pasting, "LARGE", 10)
    async with screen(engine) as pilot:
        form = await opened(pilot)
        pilot.app.post_message(events.Paste(COMMAND))
        for key in (*"x", "escape"):
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        while pilot.app.screen is form:
            await pilot.pause()

        (draft,) = await engine.drafts.all()
        assert draft.fields["s3_uri"] == "s3://pasted/reel/"


async def test_what_is_typed_right_behind_the_name_of_a_file_is_meant_for_its_content(
    make_engine: MakeEngine,
    screen: Screen,
    monkeypatch: pytest.MonkeyPatch,
    gate: Gate,
    tmp_path: Path,
) -> None:
    gate.before(monkeypatch, "read_file")
    (tmp_path / "r").write_text(REQUEST)
    async with screen(make_engine(replace(SETTINGS, confirm=True))) as pilot:
        await opened(pilot)
        field(pilot, "tags").focus()
        await pilot.pause()
        monkeypatch.chdir(tmp_path)
        for key in ("ctrl+o", "r", "enter", *"xy", "ctrl+s"):
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await gate.reached(pilot)
        gate.is_open.set()
        while not isinstance(pilot.app.screen, ConfirmScreen):
            await pilot.pause()

        text = shown(pilot)
        assert "amazon.nova-reel-v1:1" in text
        assert "team=mediaxy" in text


async def test_a_wrong_name_of_a_file_is_asked_for_again_and_nothing_is_sent(
    engine: Engine, sandbox: Sandbox, screen: Screen, tmp_path: Path
) -> None:
    path = tmp_path / "my request.txt"
    async with screen(engine) as pilot:
        form = await opened(pilot)
        await at_once(pilot, "ctrl+o", events.Paste(f"'{path}'"), "enter", *"x", "ctrl+s")
        assert "there is no such file" in shown(pilot)
        assert field(pilot, "answer").value == f"'{path}'"
        assert pilot.app.screen is not form
        assert sandbox.calls["StartAsyncInvoke"] == 0

        path.write_text(COMMAND)
        await at_once(pilot, "enter")
        assert pilot.app.screen is form
        assert field(pilot, "s3-uri").value == "s3://pasted/reel/"
        assert not form.is_held


async def test_a_file_that_is_read_for_long_can_be_left(
    engine: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch, gate: Gate, tmp_path: Path
) -> None:
    gate.before(monkeypatch, "read_file")
    path = tmp_path / "request.txt"
    path.write_text(COMMAND)
    async with screen(engine) as pilot:
        form = await opened(pilot)
        pilot.app.post_message(events.Key("ctrl+o", None))
        pilot.app.post_message(events.Paste(str(path)))
        pilot.app.post_message(events.Key("enter", None))
        await gate.reached(pilot)
        pilot.app.post_message(events.Key("escape", None))
        while pilot.app.screen is not form:
            await pilot.pause()
        gate.is_open.set()
        await settled(pilot)

        assert field(pilot, "s3-uri").value == "s3://media/ray/"
