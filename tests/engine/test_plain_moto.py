"""The program against moto's own server, unextended: it answers at once, and writes at once."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from tests.builders import TOKEN, an_inference
from tests.conftest import SETTINGS
from tests.lone import LoneEngine
from tui.engine import fetching
from tui.engine.session import Engine
from tui.model.context import Context
from tui.model.invocation import Status, key_of_token

KEY = key_of_token(TOKEN)


@pytest.fixture
def moto() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    yield url
    post(f"{url}/moto-api/reset", {})
    server.stop()


@pytest.fixture
async def engine(moto: str, aws_environment: None, tmp_path: Path) -> AsyncIterator[Engine]:
    context = Context(region="us-west-2", endpoint_url=moto)
    engine = LoneEngine(SETTINGS, context, tmp_path / "ledger.sqlite3")
    yield engine
    await engine.close()


def post(url: str, content: object) -> None:
    body = json.dumps(content).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=30).close()


async def test_a_submission_and_its_completion_are_seen(engine: Engine) -> None:
    row = await engine.submit(an_inference())
    assert row.status is Status.PENDING

    await engine.watcher.tick()

    row = engine.board[KEY]
    assert row.status is Status.COMPLETED
    assert row.end_time is not None
    (thing,) = (await engine.source_of(row).list_outputs(row)).objects
    assert thing.name == "response.json"
    content = await fetching.preview(engine.source_of(row), thing)
    assert json.loads(content) == {"default": "response"}


async def test_a_failure_is_seen_with_its_text(engine: Engine, moto: str) -> None:
    results = {"region": "us-west-2", "results": [{"is_failure": True, "data": "out of memory"}]}
    post(f"{moto}/moto-api/static/sagemaker/async-endpoint-results", results)
    await engine.submit(an_inference())

    await engine.watcher.tick()

    row = engine.board[KEY]
    assert row.status is Status.FAILED
    assert "out of memory" in row.failure_message
