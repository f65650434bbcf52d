"""The form while its request is on the way: nothing covers it, nothing typed is lost with it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from textual.pilot import Pilot
from textual.widgets import TextArea

from tests.app.conftest import Screen, settled, shown, table
from tests.conftest import Until
from tui.app.screens.form import FormScreen
from tui.app.screens.help import HelpScreen
from tui.app.screens.main import MainScreen
from tui.aws import bedrock
from tui.aws.session import Session
from tui.engine.session import Engine
from tui.model.request import StartAsyncInvoke
from tui.sandbox.server import Sandbox


@dataclass
class Line:
    """A line to AWS on which submissions wait until it is free."""

    is_reached: asyncio.Event = field(default_factory=asyncio.Event)
    is_free: asyncio.Event = field(default_factory=asyncio.Event)


@pytest.fixture
async def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    line, start = Line(), bedrock.start_async_invoke

    async def wait(session: Session, request: StartAsyncInvoke) -> str:
        line.is_reached.set()
        await line.is_free.wait()
        return await start(session, request)

    monkeypatch.setattr(bedrock, "start_async_invoke", wait)
    return line


async def sending(pilot: Pilot[int], line: Line) -> FormScreen:
    await pilot.press("n")
    await settled(pilot)
    form = pilot.app.screen
    assert isinstance(form, FormScreen)
    form.query_one(TextArea).text = '{"prompt": "on its way"}'
    await pilot.pause()
    await pilot.press("ctrl+s")
    try:
        await asyncio.wait_for(line.is_reached.wait(), 20)
    except asyncio.TimeoutError:
        raise AssertionError(f"nothing was sent:\n{shown(pilot)}") from None
    await pilot.pause()
    return form


async def free(pilot: Pilot[int], line: Line) -> None:
    line.is_free.set()
    await settled(pilot)


@pytest.mark.parametrize("key", ["f2", "f3", "ctrl+o", "ctrl+n", "ctrl+s", "f4"])
async def test_no_key_changes_or_covers_what_is_being_sent(
    engine: Engine, sandbox: Sandbox, screen: Screen, line: Line, key: str
) -> None:
    async with screen(engine) as pilot:
        form = await sending(pilot, line)

        await pilot.press(key)
        await pilot.pause()

        assert pilot.app.screen is form
        assert form.query_one(TextArea).text == '{"prompt": "on its way"}'
        assert "sending" in shown(pilot)
        await free(pilot, line)
        assert isinstance(pilot.app.screen, MainScreen)
        assert sandbox.calls["StartAsyncInvoke"] == 1


async def test_an_answer_that_comes_under_the_help_closes_the_form_after_it(
    engine: Engine, screen: Screen, line: Line
) -> None:
    async with screen(engine) as pilot:
        await sending(pilot, line)
        await pilot.press("f1")
        await free(pilot, line)
        assert isinstance(pilot.app.screen, HelpScreen)

        await pilot.press("escape")
        await settled(pilot)

        assert isinstance(pilot.app.screen, MainScreen)
        (row,) = engine.board
        assert table(pilot).cursor == row.key
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MainScreen)


async def test_letters_wait_for_the_answer_and_go_on_where_they_went(
    engine: Engine, sandbox: Sandbox, screen: Screen, line: Line
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "denied")
    async with screen(engine) as pilot:
        form = await sending(pilot, line)
        area = form.query_one(TextArea)

        await pilot.press("x")
        assert area.text == '{"prompt": "on its way"}'

        await free(pilot, line)
        await pilot.press("y")
        assert area.text == 'y{"prompt": "on its way"}'


async def test_a_hung_call_can_be_left_and_a_later_refusal_is_told_and_keeps_the_draft(
    engine: Engine, sandbox: Sandbox, screen: Screen, line: Line, until: Until
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "denied")
    async with screen(engine, (100, 30)) as pilot:
        await sending(pilot, line)

        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MainScreen)
        assert "sending goes on" in shown(pilot)

        told: list[str] = []
        engine.subscribe(lambda _: told.append(engine.problem.kind if engine.problem else ""))
        line.is_free.set()
        await until(engine, lambda: "AccessDeniedException" in told)
        (draft,) = await engine.drafts.all()
        assert draft.fields["model_input"] == '{"prompt": "on its way"}'


async def test_what_was_left_on_its_way_appears_when_it_is_answered(
    engine: Engine, screen: Screen, line: Line, until: Until
) -> None:
    async with screen(engine) as pilot:
        await sending(pilot, line)
        await pilot.press("escape")
        await settled(pilot)

        line.is_free.set()
        await until(engine, lambda: any(row.invocation_arn for row in engine.board))

        assert isinstance(pilot.app.screen, MainScreen)


async def test_what_is_on_its_way_is_offered_as_sent_although_it_was_asked_and_refused_before(
    engine: Engine, sandbox: Sandbox, screen: Screen, line: Line
) -> None:
    sandbox.faults.add("InvokeModel", "denied")
    async with screen(engine, (100, 45)) as pilot:
        await pilot.press("n")
        await settled(pilot)
        await pilot.press("ctrl+r", "ctrl+r", "ctrl+s")
        await settled(pilot)
        await pilot.press("ctrl+s")  # the model is known for taking StartAsyncInvoke alone
        await settled(pilot)
        assert "AccessDeniedException" in shown(pilot)

        await pilot.press("ctrl+r", "ctrl+s")
        await asyncio.wait_for(line.is_reached.wait(), 20)
        await pilot.press("escape")
        await settled(pilot)
        await pilot.press("n")
        await settled(pilot)
        assert "sent already" in shown(pilot)
        await free(pilot, line)
