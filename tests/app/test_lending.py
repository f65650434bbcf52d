from __future__ import annotations

from tests.conftest import MakeEngine
from tests.lone import contexts_of
from tui.app.app import AsyncInvokeApp


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
