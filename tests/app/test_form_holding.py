"""The form while it reads a request, or sends one: what comes behind it takes nothing from it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field

import pytest
from msgspec.structs import replace
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from tests.app.conftest import Screen, settled, shown
from tests.app.test_form import editor, field, opened, submitted
from tests.app.test_form_paste import COMMAND
from tests.app.test_typed_ahead import at_once
from tests.conftest import SETTINGS, MakeEngine
from tui.app.screens.form import FormScreen
from tui.app.screens.form_holding import NOT_TYPED
from tui.app.widgets import pasting
from tui.config import Defaults
from tui.engine import opening, submission
from tui.engine.draft import OpenDraft
from tui.engine.opening import Opened
from tui.engine.session import Engine
from tui.model.form import MODEL_INPUT
from tui.model.problem import Problem
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
        call: Callable[..., object] = getattr(opening, name)

        def wait(*read: object) -> object:
            self.is_reached.set()
            self.is_open.wait(60)
            return call(*read)

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


def toasts(pilot: Pilot[int]) -> list[str]:
    return [toast.message for toast in pilot.app._notifications]


def fields(pilot: Pilot[int]) -> dict[str, str]:
    return {each.id or "": each.value for each in pilot.app.screen.query(Input)}


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
        await pilot.press("x")
        assert form.is_held
        assert field(pilot, "tags").value == ""

        gate.is_open.set()
        await at_once(pilot)
        assert field(pilot, "model-id").value == "amazon.nova-reel-v1:1"
        assert field(pilot, "tags").value == "team=mediax"
        assert not form.is_held
        assert sandbox.calls["StartAsyncInvoke"] == 0
        assert not any("not typed" in told for told in toasts(pilot))


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
        while pilot.app.screen is form:
            await pilot.pause()
        gate.is_open.set()
        await settled(pilot)

        told = [notice.message for notice in pilot.app._notifications]
        assert told == ["what was just read was not taken in"]


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
            pilot.app.post_message(events.Paste(text))
            field(pilot, "tags").post_message(events.Paste(text))  # as if it had been on its way
        await pilot.press(*"abc")
        await pilot.pause()
        assert toasts(pilot) == [NOT_TYPED]
        assert form.is_held
        assert fields(pilot) == before

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


async def test_while_it_is_sent_only_what_can_be_done_is_offered_and_explained(
    engine: Engine, sandbox: Sandbox, screen: Screen, monkeypatch: pytest.MonkeyPatch, check: Check
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "denied")
    async with screen(engine, (100, 30)) as pilot:
        form = await opened(pilot)
        check.begin(monkeypatch)
        await pilot.press("ctrl+s")
        await check.reached()
        await pilot.pause()
        assert shown(pilot).splitlines()[-1].split() == ["esc", "back", "F1", "help"]

        await pilot.press("f1")
        await pilot.pause()
        text = shown(pilot)
        assert "While it is sent" in text
        assert "the draft is kept" not in text
        assert "check it and send it" not in text
        await pilot.press("escape")
        check.is_free.set()
        await settled(pilot)

        assert pilot.app.screen is form
        assert "^s submit" in shown(pilot).splitlines()[-1]


async def test_what_is_taken_in_while_the_form_is_left_is_kept_as_well(
    engine: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with screen(engine) as pilot:
        form = await opened(pilot)
        editor(pilot).text = '{"typed": 1}'
        await settled(pilot)
        keep, taken = OpenDraft.keep, [Opened({MODEL_INPUT: '{"taken": 1}'})]

        async def slow(draft: OpenDraft, *arguments: object) -> Problem | None:
            trouble = await keep(draft, *arguments)  # type: ignore[arg-type]
            if taken:
                form._draft.take_in(taken.pop(), is_whole=True)
            return trouble

        monkeypatch.setattr(OpenDraft, "keep", slow)
        await pilot.press("escape")
        await settled(pilot)

        assert pilot.app.screen is not form
    kept = {draft.fields[MODEL_INPUT] for draft in await engine.drafts.all()}
    assert kept == {'{"typed": 1}', '{"taken": 1}'}
