from __future__ import annotations

import pytest

from tests.builders import a_request
from tui.engine.session import Engine
from tui.model.problem import LEAVING, ProblemError
from tui.sandbox.server import Sandbox


async def test_a_closed_engine_begins_nothing_more(engine: Engine, sandbox: Sandbox) -> None:
    await engine.close()

    with pytest.raises(ProblemError) as refused:
        await engine.submit(a_request())

    assert refused.value.problem == LEAVING
    assert not sandbox.calls


async def test_a_closed_engine_makes_no_connection_that_nobody_would_close(engine: Engine) -> None:
    await engine.close()

    with pytest.raises(ProblemError) as refused:
        await engine.aws.client("bedrock-runtime")

    assert refused.value.problem == LEAVING
