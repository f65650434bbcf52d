"""What tests of a question whose answer is waited for share."""

from __future__ import annotations

import asyncio

from tests.builders import TOKEN, a_question
from tests.conftest import Until
from tui.engine import fetching
from tui.engine.session import Engine
from tui.model.invocation import Invocation, key_of_token

KEY = key_of_token(TOKEN)


async def answer_of(engine: Engine, row: Invocation) -> bytes:
    source = engine.source_of(row)
    (thing,) = (await source.list_outputs(row)).objects
    return await fetching.preview(source, thing)


async def begun(engine: Engine, until: Until, text: str) -> asyncio.Task[Invocation]:
    asking = asyncio.get_running_loop().create_task(engine.submit(a_question(text)))
    await until(engine, lambda: KEY in engine.board)
    return asking
