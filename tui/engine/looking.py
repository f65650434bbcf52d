"""Asking AWS for one invocation by its name, whether it is known here or not."""

from __future__ import annotations

from msgspec.structs import replace

from tui.aws import bedrock
from tui.engine.session import Engine
from tui.model.invocation import Invocation


async def look(engine: Engine, arn: str) -> Invocation:
    """Ask for an invocation as it is now, and keep what AWS says.

    Raises:
        ProblemError: AWS refused, knows none of that name, or could not be reached.
    """
    seen = await bedrock.get_async_invoke(engine.aws, arn)
    await engine.news.learn(engine.board.apply([seen]))
    return engine.board.get(seen.key) or replace(seen, context=engine.context.label)
