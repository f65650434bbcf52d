"""One invocation with outputs of its own, opened as a person does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import boto3
import pytest
from textual.pilot import Pilot

from tests.app.conftest import Screen, main, settled
from tests.builders import an_invocation
from tui.app.screens.viewer import ViewerScreen
from tui.app.widgets.line_view import LineView
from tui.app.widgets.outputs import OutputsPane
from tui.engine.session import Engine
from tui.model.invocation import Status
from tui.sandbox.server import Sandbox

View = Callable[[dict[str, bytes]], AbstractAsyncContextManager[tuple[Pilot[int], LineView]]]
"""Puts objects beside one another, and opens the first one on the whole screen."""

ROW = an_invocation("mm0oexhd8y31", Status.COMPLETED)


def put(sandbox: Sandbox, **objects: bytes) -> None:
    s3 = boto3.client("s3", endpoint_url=sandbox.url, region_name="us-west-2")
    if not s3.list_buckets(Prefix="media")["Buckets"]:
        place = {"LocationConstraint": "us-west-2"}
        s3.create_bucket(Bucket="media", CreateBucketConfiguration=place)
    for name, content in objects.items():
        s3.put_object(Bucket="media", Key=f"ray/{ROW.id}/{name}", Body=content)


async def opened(pilot: Pilot[int]) -> OutputsPane:
    await pilot.press("enter", "3")
    await settled(pilot)
    return main(pilot).query_one(OutputsPane)


async def viewed(pilot: Pilot[int]) -> LineView:
    """The first object, on the whole screen."""
    await opened(pilot)
    await pilot.press("enter")
    await settled(pilot)
    assert isinstance(pilot.app.screen, ViewerScreen)
    return pilot.app.screen.query_one(LineView)


@pytest.fixture
def view(engine: Engine, sandbox: Sandbox, screen: Screen) -> View:
    @asynccontextmanager
    async def view(objects: dict[str, bytes]) -> AsyncIterator[tuple[Pilot[int], LineView]]:
        put(sandbox, **objects)
        engine.board.apply([ROW])
        async with screen(engine) as pilot:
            yield pilot, await viewed(pilot)

    return view
