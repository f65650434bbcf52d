"""The key that asks AWS now."""

from __future__ import annotations

import pytest

from tests.app.conftest import Screen, settled, shown
from tests.builders import a_question
from tests.conftest import MakeEngine, Until
from tests.engine.test_polling import add_jobs
from tui.engine.session import Engine
from tui.model.invocation import Status
from tui.sandbox.server import Sandbox


@pytest.mark.parametrize("is_paused", [False, True])
async def test_what_began_and_ended_elsewhere_is_shown_at_once_while_ours_runs(
    engine: Engine, sandbox: Sandbox, screen: Screen, until: Until, is_paused: bool
) -> None:
    (running,) = add_jobs(sandbox, 1)

    async with screen(engine) as pilot:
        await until(engine, lambda: running.arn in engine.board)
        if is_paused:
            await pilot.press("p")
            assert engine.is_paused
        (short,) = add_jobs(sandbox, 1, seconds=0)

        await pilot.press("r")
        await until(engine, lambda: short.arn in engine.board)
        await settled(pilot)

        assert engine.board[short.arn].status is Status.COMPLETED
        assert short.id in shown(pilot)
        assert engine.is_paused is is_paused


async def test_an_answer_that_came_to_another_copy_on_the_ledger_is_shown_at_once(
    engine: Engine, make_engine: MakeEngine, screen: Screen, until: Until
) -> None:
    other = make_engine()

    async with screen(engine) as pilot:
        await until(engine, lambda: engine.heard is not None)
        await engine.watcher.tick()  # the next one comes in the idle rhythm
        row = await other.submit(a_question())
        assert row.key not in engine.board

        await pilot.press("r")
        await until(engine, lambda: row.key in engine.board)
        await settled(pilot)

        assert row.id[:11] in shown(pilot)
