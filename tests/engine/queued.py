"""What tests of what waits to be sent share."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tests.builders import a_request
from tui.engine.session import Engine
from tui.ledger.journal import State
from tui.model.invocation import Status
from tui.model.request import StartAsyncInvoke


def many(count: int, prompt: str = "a tide pool") -> list[StartAsyncInvoke]:
    return [a_request(prompt, client_request_token=f"token-{number}") for number in range(count)]


def counts(engine: Engine) -> dict[Status, int]:
    return {status: count for status, count in engine.board.counts.items() if count}


async def states(engine: Engine) -> Sequence[State]:
    return [found.state for found in await engine.journal.all()]


async def answered(engine: Engine) -> Sequence[State]:
    """The states once no call is under way: a poll may find an invocation before its answer."""
    while State.SENT in await states(engine):
        await asyncio.sleep(0)
    return await states(engine)
