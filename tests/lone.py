"""An engine alone over a ledger of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from tui.config import Settings
from tui.engine.contexts import Contexts
from tui.engine.session import Engine
from tui.ledger.ledger import Ledger
from tui.model.clock import Clock, utc_now
from tui.model.context import Context


class LoneEngine(Engine):
    """Opens the ledger file itself, and closes it with the engine."""

    def __init__(
        self,
        settings: Settings,
        context: Context,
        path: Path,
        clock: Clock = utc_now,
        rest: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        ledger = Ledger(path, keep_inputs=settings.history.keep_inputs)
        super().__init__(settings, context, ledger, clock, rest)

    async def close(self) -> None:
        await super().close()
        self.ledger.close()


def contexts_of(*engines: Engine) -> Contexts:
    """The engines as the open contexts; they are over one ledger."""
    first = engines[0]
    contexts = Contexts(first.settings, first.ledger, first.clock)
    for engine in engines:
        contexts.add(engine)
    return contexts
