"""What the queue takes for a word on the request, and what for one on the caller or the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import SETTINGS, Until
from tests.engine.queued import counts, many
from tests.lone import LoneEngine
from tui.engine.session import Engine
from tui.model.context import Context
from tui.model.invocation import Status
from tui.sandbox.server import Sandbox


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("403", 403),  # the page of a proxy has no error type of AWS's
        ("407", 407),
        ("RegionDisabledException", 403),
        ("SubscriptionRequiredException", 400),
        ("AuthFailure", 401),
    ],
)
async def test_a_refusal_of_the_caller_or_the_line_leaves_the_queue_as_it_is(
    engine: Engine, sandbox: Sandbox, until: Until, code: str, status: int
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "error", code=code, status=status, times=None)
    await engine.enqueue(many(2))

    engine.start(sends_queued=True)
    await until(engine, lambda: engine.dispatch.trouble is not None)

    assert counts(engine) == {Status.QUEUED: 2}


@pytest.mark.parametrize("content", ["", None])
async def test_a_ca_bundle_that_is_none_leaves_the_queue_as_it_is(
    sandbox: Sandbox, aws_environment: None, until: Until, tmp_path: Path, content: str | None
) -> None:
    bundle = tmp_path / "corp.pem"
    if content is not None:
        bundle.write_text(content)
    context = Context(region="us-west-2", endpoint_url=sandbox.url, ca_bundle=str(bundle))
    engine = LoneEngine(SETTINGS, context, tmp_path / "l.sqlite3", sandbox.clock.now)
    await engine.enqueue(many(2))

    engine.start(sends_queued=True)
    await until(engine, lambda: engine.dispatch.trouble is not None)

    assert counts(engine) == {Status.QUEUED: 2}
    await engine.close()
