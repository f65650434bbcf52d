"""The key that asks AWS now."""

from __future__ import annotations

import pytest

from tests.app.conftest import Screen, shown
from tests.conftest import Until
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
        await pilot.pause()

        assert engine.board[short.arn].status is Status.COMPLETED
        assert short.id in shown(pilot)
        assert engine.is_paused is is_paused
