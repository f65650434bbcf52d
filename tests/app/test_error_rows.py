"""Every known error stands on the screen in one line where it happened, and in full on a key."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Iterator
from pathlib import Path

import boto3
import pytest
from textual.pilot import Pilot
from textual.widgets import TextArea

from tests.app.conftest import Screen, settled, shown, table
from tests.builders import a_request, an_inference, an_invocation
from tests.conftest import MakeEngine, Until
from tests.error_rows import ENDPOINT, LIST, ROWS, START, Row, around
from tui.app.screens.form import FormScreen
from tui.app.screens.problem import ProblemScreen
from tui.engine.session import Engine
from tui.engine.source import Bucket
from tui.model.facts import failure_of
from tui.model.problem import Problem, ProblemError
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


@contextlib.contextmanager
def met(row: Row, sandbox: Sandbox, folder: Path) -> Iterator[dict[str, object]]:
    """Have it go wrong in the row's way; the members of the context that meets it."""
    with pytest.MonkeyPatch.context() as patch, around(row.what, folder) as wrong:
        patch.setattr("botocore.credentials.EC", object())  # as with the SDK's crt extra
        if wrong:
            for name, value in wrong.variables:
                patch.setenv(name, value) if value else patch.delenv(name, False)
            yield {
                "profile": wrong.profile,
                "region": wrong.region,
                "read_timeout": wrong.read_timeout,
                "endpoint_url": wrong.endpoint_url or sandbox.url,
            }
            return
        operation = {"start": START, "list": LIST, "endpoint": ENDPOINT}.get(row.way)
        if operation and not row.what.startswith("["):
            sandbox.faults.add(operation, row.what, times=None)
        yield {}
        sandbox.faults.clear()


def check_told(row: Row, seen: str, told: str) -> None:
    """Its line, and what is told in full, say what they must."""
    assert row.remedy.split()[0] in squeezed(seen), row
    assert squeezed(row.cause) in told, row
    assert squeezed(row.remedy) in told, row
    assert ("policystatementtogrant" in told) == bool(row.policy), row
    assert squeezed(row.policy) in told, row


IN_THEIR_PLACE = {
    str(row): row
    for row in ROWS
    if row.what
    in ("not-async", "denied-silently", "expired", "wrong-keys", "no region", "closed port")
    or row.what in ("[fail:filter]", "no-bucket", "no-endpoint", "[fail:model]")
    or (row.way, row.what) == ("output", "denied")
}
"""One for each way to meet an error, and for each way that knows a policy to grant."""


def test_each_way_to_meet_an_error_is_gone_once() -> None:
    assert {row.way for row in IN_THEIR_PLACE.values()} == {row.way for row in ROWS}
    assert len(IN_THEIR_PLACE) == 11


@pytest.mark.parametrize("row", IN_THEIR_PLACE.values(), ids=str)
async def test_an_error_is_shown_where_it_happened_with_cause_and_remedy(
    make_engine: MakeEngine,
    sandbox: Sandbox,
    screen: Screen,
    until: Until,
    tmp_path: Path,
    row: Row,
) -> None:
    with met(row, sandbox, tmp_path) as members:
        engine = make_engine(**members)
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
                await engine.submit(an_inference(input_location="", model_input=row.what.encode()))
                seen = await failed(pilot, engine, sandbox)
            elif row.way == "output":
                seen = await unreadable(pilot, engine, sandbox, row)
            else:
                seen = await refused(pilot, row)
            told = await read_in_full(pilot)

    check_told(row, seen, told)


async def problem_of(row: Row, engine: Engine, sandbox: Sandbox) -> Problem | None:
    """What the engine says of it."""
    if row.way == "list":
        await engine.poll()
        return engine.problem
    if row.way == "job":
        before = {known.key for known in engine.board}
        start(sandbox, row.what)
        sandbox.clock.advance(60)
        await engine.poll()
        (job,) = (known for known in engine.board if known.key not in before)
        return failure_of(job)
    token = f"row-{ROWS.index(row)}"
    asked: Awaitable[object]
    if row.way == "output":
        for name in ("ListObjectsV2", "GetObject", "HeadObject"):
            sandbox.faults.add(name, row.what, times=None)
        asked = Bucket(engine.aws).list_outputs(an_invocation())
    elif row.way == "start":
        asked = engine.submit(a_request(client_request_token=token))
    else:
        asked = engine.submit(an_inference(client_request_token=token))
    with pytest.raises(ProblemError) as caught:
        await asked
    return caught.value.problem


async def test_every_other_known_error_is_shown_with_cause_and_remedy(
    make_engine: MakeEngine, sandbox: Sandbox, screen: Screen, tmp_path: Path
) -> None:
    others = [row for row in ROWS if str(row) not in IN_THEIR_PLACE]
    problems = []
    for row in others:
        with met(row, sandbox, tmp_path) as members:
            problem = await problem_of(row, make_engine(**members), sandbox)
            assert problem, row
            problems.append(problem)

    async with screen(make_engine()) as pilot:
        await pilot.app.push_screen(ProblemScreen(*problems))
        for row, problem in zip(others, problems, strict=True):
            await pilot.pause()
            check_told(row, problem.one_line, await read_in_full(pilot))
            await pilot.press("n")
