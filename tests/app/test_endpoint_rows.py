"""Inferences at endpoints on the main screen: tabs, detail, and what the keys do with them."""

from __future__ import annotations

import boto3
import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from tests.app.conftest import Screen, main, settled, shown, table
from tests.builders import TOKEN, a_note, a_watched, an_inference, an_invocation
from tests.conftest import START, MakeEngine, Until
from tui.app.screens.confirm import ConfirmScreen
from tui.app.screens.form import FormScreen
from tui.app.screens.main import MainScreen
from tui.app.widgets.status_tabs import StatusTabs
from tui.engine.session import Engine
from tui.model.invocation import Invocation, Status
from tui.model.request import InvokeEndpointAsync
from tui.sandbox.server import Sandbox


def asked(endpoint: str = "sandbox-echo", **changes: object) -> InvokeEndpointAsync:
    request = an_inference(
        model_id=endpoint,
        input_location="",
        model_input=b'{"text": "a tide pool"}',
        content_type="application/json",
    )
    return replace(request, **changes)


def late(token: str = "late", **changes: object) -> Invocation:
    row = a_watched(token, status=Status.OVERDUE, submit_time=START, **changes)
    assert row.witness
    return replace(row, witness=replace(row.witness, deadline=START))


LOST = a_note(operation="InvokeEndpointAsync", model_id="sharpen", s3_uri="")


def words(pilot: Pilot[int]) -> str:
    """What stands on the terminal, however it is wrapped."""
    return " ".join(shown(pilot).replace("│", " ").split())


async def ended(engine: Engine, sandbox: Sandbox, row: Invocation) -> None:
    sandbox.clock.advance(60)
    await engine.poll()
    assert engine.board[row.key].status.is_terminal


async def test_the_tabs_count_inferences_among_what_is_pending(
    engine: Engine, screen: Screen
) -> None:
    engine.board.apply([a_watched("one"), a_watched("two"), an_invocation("three"), LOST])

    async with screen(engine) as pilot:
        text = shown(pilot)
        assert "◐ Pending 3" in text
        assert "? Unknown 1" in text
        assert "3 pending" in text.splitlines()[0]
        assert "Overdue" not in text


async def test_what_is_overdue_has_a_tab_while_there_is_something(
    engine: Engine, screen: Screen
) -> None:
    engine.board.apply([a_watched("one"), late()])

    async with screen(engine) as pilot:
        assert "! Overdue 1" in shown(pilot)
        await pilot.press("]", "]")
        await pilot.pause()
        assert main(pilot).query_one(StatusTabs).active is Status.OVERDUE
        assert list(table(pilot).listing) == [late().key]


async def test_the_overview_tells_the_state_of_the_endpoint(engine: Engine, screen: Screen) -> None:
    await engine.submit(asked("sandbox-zero"))

    async with screen(engine) as pilot:
        await pilot.press("enter")
        await settled(pilot)

        text = words(pilot)
        assert "endpoint sandbox-zero state InService · 0 instances · 1 queued" in text
        assert "HasBacklogWithoutCapacity" in text
        assert "content application/json" in text


async def test_without_the_right_to_ask_the_overview_names_it(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    await engine.submit(asked())
    sandbox.faults.add("DescribeEndpoint", "denied", times=None)

    async with screen(engine) as pilot:
        await pilot.press("enter")
        await settled(pilot)

        assert "state not shown: no sagemaker:DescribeEndpoint" in words(pilot)


async def test_nobody_is_asked_about_the_endpoint_of_what_is_over(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    await ended(engine, sandbox, await engine.submit(asked()))

    async with screen(engine) as pilot:
        await pilot.press("enter")
        await settled(pilot)

        assert "endpoint sandbox-echo operation" in words(pilot)
        assert sandbox.calls["DescribeEndpoint"] == 0


async def test_the_input_and_the_output_of_an_inference_are_shown(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    await ended(engine, sandbox, await engine.submit(asked()))

    async with screen(engine) as pilot:
        await pilot.press("2")
        await settled(pilot)
        assert '{"text": "a tide pool"}' in shown(pilot)

        await pilot.press("3")
        await settled(pilot)
        assert "1 object" in shown(pilot)
        assert "a tide pool" in shown(pilot)

        await pilot.press("4")
        await settled(pilot)
        assert "aws sagemaker-runtime invoke-endpoint-async" in shown(pilot)
        assert "aws s3 cp s3://sandbox-output/" in words(pilot)


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (asked(model_input=b"\xff\xfe\x00"), "00000000 ff fe 00"),
        (an_inference(), "The input is in S3: s3://media/in/x.json"),
    ],
)
async def test_an_input_is_shown_as_what_it_is(
    engine: Engine, screen: Screen, request_: InvokeEndpointAsync, text: str
) -> None:
    await engine.submit(request_)

    async with screen(engine) as pilot:
        await pilot.press("2")
        await settled(pilot)

        assert text in words(pilot)


async def test_a_failure_is_shown_with_its_object(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    await ended(engine, sandbox, await engine.submit(asked("sandbox-failing")))

    async with screen(engine) as pilot:
        await pilot.press("enter")
        await settled(pilot)
        assert "remedy read the failure object" in words(pilot)

        await pilot.press("3")
        await settled(pilot)
        assert "-error.out" in shown(pilot)


async def test_an_output_that_is_not_there_says_why(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    row = await engine.submit(asked())

    async with screen(engine) as pilot:
        await pilot.press("3")
        await settled(pilot)
        assert "not there yet" in shown(pilot)

        await ended(engine, sandbox, row)
        bucket, _, key = row.s3_uri.removeprefix("s3://").partition("/")
        s3 = boto3.client("s3", endpoint_url=sandbox.url, region_name="us-west-2")
        s3.delete_object(Bucket=bucket, Key=key)
        await pilot.press("r")
        await settled(pilot)
        assert "deleted since: it was there at 2026-03-01" in words(pilot)


async def test_an_output_that_s3_does_not_speak_of_is_missing_or_forbidden(
    engine: Engine, screen: Screen
) -> None:
    await engine.submit(asked("sandbox-forbidden"))

    async with screen(engine) as pilot:
        await pilot.press("3")
        await settled(pilot)

        assert "missing or forbidden" in words(pilot)


async def test_its_output_location_is_copied_or_the_inference_id(
    engine: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    engine.board.apply([a_watched("one"), LOST])

    async with screen(engine, (120, 30)) as pilot:
        table(pilot).move_to(a_watched("one").key)
        await pilot.press("y")
        await pilot.pause()
        assert pilot.app.clipboard == "s3://media/out/one.out"
        assert "output location of one sent" in shown(pilot)

        await pilot.press("ctrl+a", "y")
        await pilot.pause()
        assert set(pilot.app.clipboard.splitlines()) == {"s3://media/out/one.out", TOKEN}
        assert "2 names (inference id and output location)" in shown(pilot)


async def test_an_unanswered_one_is_not_looked_up_but_opened_in_the_form(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    sandbox.faults.add("InvokeEndpointAsync", "drop-after")
    row = await engine.submit(asked())
    assert row.status is Status.UNKNOWN

    async with screen(engine) as pilot:
        await pilot.press("R")
        await settled(pilot)

        assert isinstance(pilot.app.screen, FormScreen)
        assert TOKEN not in shown(pilot)
        assert sandbox.calls["InvokeEndpointAsync"] == 1


async def test_a_failed_one_is_retried_with_another_inference_id(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    await ended(engine, sandbox, await engine.submit(asked("sandbox-failing")))

    async with screen(engine) as pilot:
        await pilot.press("t")
        await settled(pilot)
        assert "with the same input" in words(pilot)
        await pilot.press("y")
        await settled(pilot)

        again = engine.board[table(pilot).cursor or ""]
        assert again.status is Status.PENDING
        assert again.client_request_token != TOKEN
        assert sandbox.calls["InvokeEndpointAsync"] == 2


async def test_failed_ones_are_retried_together(
    engine: Engine, sandbox: Sandbox, screen: Screen, until: Until
) -> None:
    for token in ("one", "two"):
        row = await engine.submit(asked("sandbox-failing", client_request_token=token))
    await ended(engine, sandbox, row)

    async with screen(engine) as pilot:
        await pilot.press("ctrl+a", "t")
        await settled(pilot)
        assert "Retry 2 failed invocations?" in shown(pilot)
        await pilot.press("y")
        await until(engine, lambda: engine.board.counts[Status.PENDING] == 2)


async def test_what_is_watched_is_not_forgotten(engine: Engine, screen: Screen) -> None:
    await engine.submit(asked())

    async with screen(engine) as pilot:
        await pilot.press("x")
        await settled(pilot)

        assert isinstance(pilot.app.screen, MainScreen)
        assert any("not forgotten" in toast.message for toast in pilot.app._notifications)
        assert len(engine.board) == 1


async def test_what_is_overdue_is_forgotten_once_it_is_clear_that_nobody_else_has_it(
    engine: Engine, make_engine: MakeEngine, screen: Screen, sandbox: Sandbox
) -> None:
    await engine.submit(asked("sandbox-silent"))
    sandbox.clock.advance(8 * 3600)
    await engine.poll()
    assert engine.board.counts[Status.OVERDUE] == 1

    async with screen(engine) as pilot:
        await pilot.press("x")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ConfirmScreen)
        assert "where its output is, nobody knows then" in words(pilot)
        assert "What is overdue may end yet, unseen." in words(pilot)
        await pilot.press("y")
        await settled(pilot)
        await engine.poll()
        assert len(engine.board) == 0

    assert len(make_engine().board) == 0


async def test_an_unanswered_one_is_forgotten_once_it_is_clear_that_it_may_run(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    sandbox.faults.add("InvokeEndpointAsync", "drop-after")
    await engine.submit(asked())

    async with screen(engine) as pilot:
        await pilot.press("x")
        await settled(pilot)
        assert "may run all the same" in words(pilot)
        await pilot.press("y")
        await settled(pilot)

        assert len(engine.board) == 0


async def test_it_is_told_once_that_the_time_of_one_is_up(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    await engine.submit(asked("sandbox-silent"))

    async with screen(engine, (120, 30)) as pilot:
        sandbox.clock.advance(8 * 3600)
        for _ in range(2):
            await engine.poll()
            await settled(pilot)

        told = [toast.message for toast in pilot.app._notifications]
        assert sum(text.startswith("Overdue: sandbox-silent") for text in told) == 1
