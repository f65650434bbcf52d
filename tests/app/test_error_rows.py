"""Every known error stands on the screen in one line where it happened, and in full on a key."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest
from textual.pilot import Pilot
from textual.widgets import TextArea

from tests.app.conftest import Screen, settled, shown, table
from tests.builders import an_inference
from tests.conftest import MakeEngine, Until
from tests.error_rows import ENDPOINT, LIST, ROWS, START, Row, around
from tui.app.screens.form import FormScreen
from tui.app.screens.problem import ProblemScreen
from tui.engine.session import Engine
from tui.sandbox.server import Sandbox


def squeezed(text: str) -> str:
    """The signs of a screen, however its lines are wrapped."""
    return "".join(text.replace("│", "").replace("\u2581", "").split())


async def read_in_full(pilot: Pilot[int]) -> str:
    """All that the open screen says of the problem, from its beginning to its end."""
    screen = pilot.app.screen
    assert isinstance(screen, ProblemScreen)
    pages = [shown(pilot)]
    scroll = screen.query_one("VerticalScroll")
    while scroll.scroll_y < scroll.max_scroll_y:
        await pilot.press("pagedown")
        await pilot.pause()
        pages.append(shown(pilot))
    await pilot.press("escape")
    await pilot.pause()
    return squeezed(" ".join(pages))


async def refused(pilot: Pilot[int], row: Row) -> str:
    """Submit in the form, and open what it says of the refusal."""
    await pilot.press("n")
    await settled(pilot)
    form = pilot.app.screen
    assert isinstance(form, FormScreen)
    if row.way == "endpoint":
        await pilot.press("ctrl+r")
        await settled(pilot)
        form.query_one("#endpoint-name").value = "sandbox-echo"  # type: ignore[attr-defined]
        form.query_one("#content-type").value = "text/plain"  # type: ignore[attr-defined]
    form.query_one(TextArea).text = '{"prompt": "a tide pool"}'
    await pilot.pause()
    await pilot.press("ctrl+s")
    await settled(pilot)
    seen = shown(pilot)
    await pilot.press("f12")
    await settled(pilot)
    return seen


def start(sandbox: Sandbox, prompt: str) -> None:
    """Start a job, as somebody else would."""
    client = boto3.client("bedrock-runtime", region_name="us-west-2", endpoint_url=sandbox.url)
    client.start_async_invoke(
        modelId="luma.ray-v2:0",
        modelInput={"prompt": prompt},
        outputDataConfig={"s3OutputDataConfig": {"s3Uri": "s3://media/out"}},
    )


async def failed(pilot: Pilot[int], engine: Engine, sandbox: Sandbox) -> str:
    """Let what runs fail, and open its failure from the table."""
    sandbox.clock.advance(60)
    await engine.poll()
    await engine.watcher.tick()
    await settled(pilot)
    table(pilot).focus()
    await pilot.press("enter")
    await settled(pilot)
    seen = shown(pilot)
    await pilot.press("enter")
    await settled(pilot)
    return seen


async def unreadable(pilot: Pilot[int], engine: Engine, sandbox: Sandbox, row: Row) -> str:
    """Open the outputs of a job where S3 refuses them."""
    for name in ("ListObjectsV2", "GetObject", "HeadObject"):
        sandbox.faults.add(name, row.what, times=None)
    sandbox.seed(1)
    sandbox.clock.advance(60)
    await engine.poll()
    await settled(pilot)
    await pilot.press("3")
    await settled(pilot)
    seen = shown(pilot)
    await pilot.press("exclamation_mark")
    await settled(pilot)
    return seen


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_every_known_error_is_shown_with_cause_and_remedy(
    make_engine: MakeEngine,
    sandbox: Sandbox,
    screen: Screen,
    until: Until,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    row: Row,
) -> None:
    monkeypatch.setattr("botocore.credentials.EC", object())  # as with the SDK's crt extra
    with around(row.what, tmp_path) as wrong:
        changes: dict[str, object] = {}
        if wrong:
            for name, value in wrong.variables:
                monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name, False)
            changes = {"profile": wrong.profile, "region": wrong.region}
            changes["read_timeout"] = wrong.read_timeout
            changes["endpoint_url"] = wrong.endpoint_url or sandbox.url
        elif row.way in ("start", "list", "endpoint") and not row.what.startswith("["):
            operation = {"start": START, "list": LIST, "endpoint": ENDPOINT}[row.way]
            sandbox.faults.add(operation, row.what, times=None)
        engine = make_engine(**changes)
        async with screen(engine) as pilot:
            if row.way == "list":
                await until(engine, lambda: engine.problem is not None)
                await settled(pilot)
                seen = shown(pilot)
                await pilot.press("exclamation_mark")
                await settled(pilot)
            elif row.way == "job":
                start(sandbox, row.what)
                seen = await failed(pilot, engine, sandbox)
            elif row.what.startswith("["):
                asked = an_inference(input_location="", model_input=row.what.encode())
                await engine.submit(asked)
                seen = await failed(pilot, engine, sandbox)
            elif row.way == "output":
                seen = await unreadable(pilot, engine, sandbox, row)
            else:
                seen = await refused(pilot, row)
            told = await read_in_full(pilot)

    assert row.remedy.split()[0] in squeezed(seen)
    assert squeezed(row.cause) in told
    assert squeezed(row.remedy) in told
    assert ("policystatementtogrant" in told) == bool(row.policy)
    assert squeezed(row.policy) in told
