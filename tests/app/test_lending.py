from __future__ import annotations

import pytest

from tests.conftest import MakeEngine
from tests.lone import contexts_of
from tui.app.app import AsyncInvokeApp
from tui.model.problem import ProblemError


async def test_no_context_asks_aws_while_the_terminal_is_lent(make_engine: MakeEngine) -> None:
    contexts = contexts_of(make_engine(), make_engine(region="eu-west-1"))
    app = AsyncInvokeApp(contexts)
    async with app.run_test():
        with app.suspend():
            assert [engine.is_paused for engine in contexts.open_ones] == [True, True]
        assert [engine.is_paused for engine in contexts.open_ones] == [False, False]


async def test_what_was_paused_before_stays_so_when_the_terminal_is_back(
    make_engine: MakeEngine,
) -> None:
    contexts = contexts_of(make_engine())
    app = AsyncInvokeApp(contexts)
    async with app.run_test():
        contexts.pause(True)
        with app.suspend():
            pass
        assert contexts.is_paused


async def test_in_a_browser_there_is_no_terminal_to_lend(
    make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AsyncInvokeApp, "is_web", True)
    contexts = contexts_of(make_engine())
    app = AsyncInvokeApp(contexts)
    async with app.run_test():
        with pytest.raises(ProblemError) as raised, app.suspend():
            pass
        assert "in a browser there is no terminal" in raised.value.problem.message
        assert not contexts.is_paused
