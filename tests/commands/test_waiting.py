from __future__ import annotations

import asyncio
import json

import pytest

from tests.builders import TOKEN, an_inference
from tests.conftest import Until
from tui.commands import exit_codes
from tui.commands.waiting import see_to_its_end
from tui.engine.session import Engine
from tui.model.invocation import Status, key_of_token
from tui.sandbox.server import Sandbox

KEY = key_of_token(TOKEN)


async def test_one_whose_time_is_up_is_waited_for_no_more(
    engine: Engine, sandbox: Sandbox, until: Until, capsys: pytest.CaptureFixture[str]
) -> None:
    request = an_inference(model_id="sandbox-silent", input_location="", model_input=b"{}")
    row = await engine.submit(request)
    waiting = asyncio.create_task(see_to_its_end(engine, row, None))
    await until(engine, lambda: not waiting.done())

    sandbox.clock.advance(21_600 + 900 + 1)
    await engine.watcher.tick()

    assert await waiting == exit_codes.TRY_AGAIN
    out, err = capsys.readouterr()
    assert json.loads(out)["status"] == Status.OVERDUE.value
    assert "neither an output nor a failure" in err


async def test_what_s3_does_not_tell_is_said_once(
    engine: Engine, sandbox: Sandbox, until: Until, capsys: pytest.CaptureFixture[str]
) -> None:
    request = an_inference(model_id="sandbox-forbidden", input_location="", model_input=b"{}")
    row = await engine.submit(request)
    waiting = asyncio.create_task(see_to_its_end(engine, row, None))

    await until(engine, lambda: bool(getattr(engine.board[KEY].witness, "note", "")))
    await engine.watcher.tick()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert capsys.readouterr().err.count("missing or forbidden") == 1
