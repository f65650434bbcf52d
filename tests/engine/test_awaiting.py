from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from tests.builders import TOKEN, a_note, a_request, an_inference, an_invocation
from tests.conftest import MakeEngine, Until
from tui.engine.awaiting import Awaited, may_end
from tui.engine.session import Engine
from tui.engine.submission import SETTLE
from tui.model.invocation import Invocation, Status
from tui.model.problem import ProblemError
from tui.model.request import Request
from tui.sandbox.server import Sandbox


class Ends:
    """What was told, and what ended, in its order."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.rows: list[Invocation] = []

    def of(self, engine: Engine, *rows: Invocation) -> Awaited:
        return Awaited(engine, rows, self.told.append, self.rows.append)


@pytest.mark.parametrize(
    ("row", "is_so"),
    [
        (an_invocation(), True),
        (an_invocation(status=Status.COMPLETED), False),
        (an_invocation(status=Status.OVERDUE), False),
        (a_note(), True),
        (a_note(operation="InvokeEndpointAsync"), False),
        (a_note(status=Status.QUEUED), True),
    ],
)
def test_what_may_still_end_is_waited_for(row: Invocation, is_so: bool) -> None:
    assert may_end(row) is is_so


async def test_what_has_ended_before_asks_nothing(engine: Engine, sandbox: Sandbox) -> None:
    ends = Ends()
    row = an_invocation(status=Status.COMPLETED)
    engine.board.apply([row])

    await ends.of(engine, row).end()

    assert [found.key for found in ends.rows] == [row.key]
    assert not sandbox.calls


async def test_each_is_told_once_when_it_ends_and_the_rest_is_counted(
    engine: Engine, sandbox: Sandbox, until: Until
) -> None:
    ends = Ends()
    first = await engine.submit(a_request(client_request_token="one"))
    sandbox.clock.advance(4)
    second = await engine.submit(a_request(client_request_token="two"))
    awaited = ends.of(engine, first, second)
    ending = asyncio.create_task(awaited.end())
    await until(engine, lambda: engine.heard is not None)
    assert awaited.left == 2

    sandbox.clock.advance(4)
    engine.wake()
    while not ends.rows:
        await asyncio.sleep(0)
    assert [row.key for row in ends.rows] == [first.key]
    assert awaited.left == 1

    sandbox.clock.advance(4)
    engine.wake()
    await ending
    assert [row.key for row in ends.rows] == [first.key, second.key]
    assert [row.status for row in awaited.rows] == [Status.COMPLETED] * 2


async def test_one_that_gets_its_arn_meanwhile_is_followed(
    engine: Engine, sandbox: Sandbox
) -> None:
    ends = Ends()
    sandbox.faults.add("StartAsyncInvoke", "drop-after")
    row = await engine.submit(a_request())
    assert row.status is Status.UNKNOWN
    sandbox.clock.advance(8)

    awaited = ends.of(engine, row)
    await awaited.end()

    (ended,) = ends.rows
    assert ended.invocation_arn
    assert ended.status is Status.COMPLETED
    assert awaited.rows == [ended]


async def test_one_that_aws_does_not_list_in_time_is_given_up(
    engine: Engine, sandbox: Sandbox, until: Until
) -> None:
    ends = Ends()
    sandbox.faults.add("StartAsyncInvoke", "drop-before")
    row = await engine.submit(a_request())
    awaited = ends.of(engine, row)
    ending = asyncio.create_task(awaited.end())
    await until(engine, lambda: engine.heard is not None)
    assert not ending.done()

    sandbox.clock.advance(SETTLE.total_seconds())
    engine.board.apply([replace(row, prompt="something that wakes it")])
    await engine.news.learn(engine.board.apply([replace(row, prompt="another")]))

    await ending
    assert [found.status for found in ends.rows] == [Status.UNKNOWN]


async def test_of_several_it_is_told_which_one_s3_does_not_tell_of(
    engine: Engine, sandbox: Sandbox, until: Until
) -> None:
    ends = Ends()
    silent = await engine.submit(
        an_inference(model_id="sandbox-forbidden", input_location="", model_input=b"{}")
    )
    other = await engine.submit(a_request(client_request_token="two"))
    ending = asyncio.create_task(ends.of(engine, silent, other).end())

    await until(engine, lambda: bool(ends.told))
    ending.cancel()

    assert ends.told[0].startswith(f"{TOKEN}: missing or forbidden")


async def test_credentials_that_end_for_good_end_the_waiting(
    make_engine: MakeEngine, sandbox: Sandbox
) -> None:
    engine, ends = make_engine(), Ends()
    row = await engine.submit(a_request())
    sandbox.faults.add("ListAsyncInvokes", "expired", times=None)
    sandbox.faults.add("GetAsyncInvoke", "expired", times=None)

    with pytest.raises(ProblemError, match="Expired") as ended:
        await ends.of(engine, row).end()
    assert "start again with new keys" in ended.value.problem.remedy

    assert any(told.startswith("no news: Expired") for told in ends.told)


@pytest.mark.parametrize(
    "request_",
    [a_request(), an_inference(model_id="sandbox-silent", input_location="", model_input=b"{}")],
    ids=["listed", "watched"],
)
async def test_credentials_that_have_ended_before_end_the_waiting_as_well(
    make_engine: MakeEngine, sandbox: Sandbox, request_: Request
) -> None:
    engine, ends = make_engine(), Ends()
    row = await engine.submit(request_)
    if row.is_listed:
        engine.start()
        await engine._is_recovered.wait()  # what begins once has told what it had to
    sandbox.faults.add("ListAsyncInvokes", "expired", times=None)
    sandbox.faults.add("GetAsyncInvoke", "expired", times=None)
    await engine.poll()
    assert engine.signing_in.problem

    with pytest.raises(ProblemError, match="Expired"):
        await asyncio.wait_for(ends.of(engine, row).end(), 60)

    (told,) = ends.told
    assert told.startswith("no news: Expired")


async def test_that_nobody_sends_what_is_queued_here_is_told_once(
    engine: Engine, sandbox: Sandbox, until: Until
) -> None:
    ends = Ends()
    await engine.enqueue([a_request(client_request_token="one")])
    awaited = ends.of(engine, *engine.board)
    ending = asyncio.create_task(awaited.end())

    await until(engine, lambda: engine.heard is not None)
    engine.wake()
    await until(engine, lambda: sandbox.calls["ListAsyncInvokes"] > 1)
    ending.cancel()

    assert ends.told == ["one is queued here: the screen sends it"]
    assert awaited.left == 1
