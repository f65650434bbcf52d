"""The form while it reads a request, or sends one: what comes behind it takes nothing from it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from tests.app.conftest import Screen, settled, shown
from tests.app.test_form import editor, field, opened, submitted
from tests.app.test_form_paste import COMMAND
from tests.conftest import SETTINGS, MakeEngine
from tui.app.screens.form import FormScreen
from tui.app.widgets import pasting
from tui.config import Defaults
from tui.engine import opening, submission
from tui.engine.session import Engine
from tui.model.request import Request
from tui.sandbox.server import Sandbox

UNREADABLE = "client.start_async_invoke(\n  modelId=m,\n  modelInput=body)"


class Gate:
    """Holds the threads that read up until it is opened."""

    def __init__(self) -> None:
        self.is_reached = threading.Event()
        self.is_open = threading.Event()

    def before(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        """Hold up whoever calls a function of ``opening``."""
        call: Callable[[object], object] = getattr(opening, name)

        def wait(read: object) -> object:
            self.is_reached.set()
            self.is_open.wait(60)
            return call(read)

        monkeypatch.setattr(opening, name, wait)

    async def reached(self, pilot: Pilot[int]) -> None:
        while not self.is_reached.is_set():
            await pilot.pause()


@dataclass
class Check:
    """The first check of what is typed, which lasts until it is free."""

    is_reached: asyncio.Event = dataclass_field(default_factory=asyncio.Event)
    is_free: asyncio.Event = dataclass_field(default_factory=asyncio.Event)

    def begin(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Hold the next check up."""
        check = submission.check

        async def wait(request: Request) -> submission.Verdict:
            if not self.is_reached.is_set():
                self.is_reached.set()
                await self.is_free.wait()
            return await check(request)

        monkeypatch.setattr(submission, "check", wait)

    async def reached(self) -> None:
        await asyncio.wait_for(self.is_reached.wait(), 20)


@pytest.fixture
def check() -> Check:
    return Check()


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.is_open.set()  # or a failed test would wait for its threads


def fields(pilot: Pilot[int]) -> dict[str, str]:
    return {each.id or "": each.value for each in pilot.app.screen.query(Input)}


@pytest.mark.parametrize("large", [10, 100_000])
async def test_submit_right_behind_a_pasted_request_does_not_send_what_it_replaces(
    engine: Engine,
    sandbox: Sandbox,
    screen: Screen,
    monkeypatch: pytest.MonkeyPatch,
    large: int,
) -> None:
    monkeypatch.setattr(pasting, "LARGE", large)
    async with screen(engine) as pilot:
        form = await opened(pilot)
        field(pilot, "tags").focus()
        await pilot.pause()
        pilot.app.post_message(events.Paste(COMMAND))
        pilot.app.post_message(events.Key("ctrl+s", None))
        while not any("region" in toast.message for toast in pilot.app._notifications):
            await pilot.pause()
        await settled(pilot)

        assert sandbox.calls["StartAsyncInvoke"] == 0
        assert field(pilot, "s3-uri").value == "s3://pasted/reel/"
        assert not form.is_held


async def test_the_form_is_held_as_soon_as_a_request_is_pasted(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        form = await opened(pilot)
        as_it_is: list[str] = []
        pasting.take(editor(pilot), events.Paste(COMMAND), as_it_is.append)
        assert form.is_held
        assert as_it_is == []

        await settled(pilot)
        assert field(pilot, "s3-uri").value == "s3://pasted/reel/"
        assert not form.is_held


@pytest.mark.parametrize("step", ["judge", "read_pasted"])
async def test_the_form_is_held_until_a_large_request_stands_in_it(
    engine: Engine,
    sandbox: Sandbox,
    screen: Screen,
    monkeypatch: pytest.MonkeyPatch,
    gate: Gate,
    step: str,
) -> None:
    monkeypatch.setattr(pasting, "LARGE", 10)
    gate.before(monkeypatch, step)
    async with screen(engine) as pilot:
        form = await opened(pilot)
        field(pilot, "tags").focus()
        await pilot.pause()
        pilot.app.post_message(events.Paste(COMMAND))
        await gate.reached(pilot)
        await pilot.press("ctrl+s", "x")
        assert form.is_held
        assert field(pilot, "tags").value == ""

        gate.is_open.set()
        await settled(pilot)
        assert field(pilot, "model-id").value == "amazon.nova-reel-v1:1"
        assert field(pilot, "tags").value == "team=media"
        assert not form.is_held
        assert sandbox.calls["StartAsyncInvoke"] == 0


@pytest.mark.parametrize("is_there", [True, False])
async def test_the_form_is_held_until_a_file_is_read_and_goes_on_without_it(
    engine: Engine,
    sandbox: Sandbox,
    screen: Screen,
    monkeypatch: pytest.MonkeyPatch,
    gate: Gate,
    tmp_path: Path,
    is_there: bool,
) -> None:
    gate.before(monkeypatch, "read_file")
    path = tmp_path / "request.txt"
    if is_there:
        path.write_text(COMMAND)
    async with screen(engine) as pilot:
        form = await opened(pilot)
        await pilot.press("ctrl+o")
        await pilot.pause()
        field(pilot, "answer").value = str(path)
        await pilot.press("enter")
        await gate.reached(pilot)
        await pilot.press("ctrl+s", "x")
        assert form.is_held

        gate.is_open.set()
        await settled(pilot)
        assert not form.is_held
        assert sandbox.calls["StartAsyncInvoke"] == 0
        uri = "s3://pasted/reel/" if is_there else "s3://media/ray/"
        assert field(pilot, "s3-uri").value == uri
        assert pilot.app.screen.focused is not None


async def test_a_form_that_is_left_takes_in_nothing(
    engine: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch, gate: Gate
) -> None:
    monkeypatch.setattr(pasting, "LARGE", 10)
    gate.before(monkeypatch, "judge")
    async with screen(engine) as pilot:
        form = await opened(pilot)
        editor(pilot).post_message(events.Paste(COMMAND))
        await gate.reached(pilot)
        await pilot.press("escape")
        await pilot.pause()
        gate.is_open.set()
        await settled(pilot)

        assert pilot.app.screen is not form
        assert not pilot.app._notifications


@pytest.mark.parametrize("large", [10, 100_000])
async def test_what_is_pasted_while_the_form_is_sent_changes_nothing_and_that_is_said(
    engine: Engine,
    sandbox: Sandbox,
    screen: Screen,
    monkeypatch: pytest.MonkeyPatch,
    check: Check,
    large: int,
) -> None:
    monkeypatch.setattr(pasting, "LARGE", large)
    async with screen(engine) as pilot:
        form = await opened(pilot)
        check.begin(monkeypatch)
        await pilot.press("ctrl+s")
        await check.reached()
        before = fields(pilot)
        for text in (COMMAND, UNREADABLE, "team=media"):
            field(pilot, "tags").post_message(events.Paste(text))
        await pilot.pause()
        assert len(pilot.app._notifications) == 3
        assert form.is_held
        assert fields(pilot) == before
        assert all("not pasted" in toast.message for toast in pilot.app._notifications)

        check.is_free.set()
        await settled(pilot)
        assert sandbox.calls["StartAsyncInvoke"] == 1


async def test_a_check_that_a_paste_has_stopped_is_made_after_it(
    engine: Engine,
    screen: Screen,
    monkeypatch: pytest.MonkeyPatch,
    gate: Gate,
    check: Check,
) -> None:
    monkeypatch.setattr(pasting, "LARGE", 10)
    gate.before(monkeypatch, "judge")
    async with screen(engine) as pilot:
        await opened(pilot)
        check.begin(monkeypatch)
        editor(pilot).text = '{"prompt": "x", "aspect_ratio": "2:1"}'
        await check.reached()
        field(pilot, "tags").post_message(events.Paste(UNREADABLE))
        await gate.reached(pilot)
        check.is_free.set()
        gate.is_open.set()
        await settled(pilot)
        assert "not pasted" in shown(pilot)
        assert "aspect_ratio: " in shown(pilot)


async def test_a_check_that_ends_late_wipes_no_mark_of_a_field_that_nobody_touched(
    make_engine: MakeEngine, screen: Screen, monkeypatch: pytest.MonkeyPatch, check: Check
) -> None:
    defaults = Defaults(model_id="luma.ray-v2:0", s3_uri="")
    async with screen(make_engine(replace(SETTINGS, defaults=defaults))) as pilot:
        await opened(pilot)
        check.begin(monkeypatch)
        editor(pilot).text = '{"prompt": "typed just now"}'
        await check.reached()
        await pilot.press("ctrl+s")
        while "mend what is marked" not in shown(pilot):
            await pilot.pause()
        assert "is required" in shown(pilot)
        check.is_free.set()
        await settled(pilot)

        assert "is required" in shown(pilot)


async def test_after_a_refusal_a_field_is_typed_on_in_and_not_over(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "throttle")
    async with screen(engine, (100, 30)) as pilot:
        await opened(pilot)
        tags = field(pilot, "tags")
        tags.focus()
        await pilot.press(*"team=a")
        assert "Throttling" in await submitted(pilot)
        await pilot.press("b")

        assert tags.value == "team=ab"


async def test_a_held_form_is_held_once(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        form: FormScreen = await opened(pilot)
        field(pilot, "tags").focus()
        await pilot.pause()
        form.hold()
        await pilot.pause()
        form.hold()
        form.release()
        await settled(pilot)

        assert field(pilot, "tags").has_focus
