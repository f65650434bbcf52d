from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.builders import a_question, a_request
from tests.conftest import MakeEngine, Until
from tests.engine.asked import KEY, answer_of, begun
from tests.engine.queued import states
from tui.aws.bedrock import PATIENCE
from tui.engine.session import Engine
from tui.model.invocation import Status
from tui.model.problem import Problem, ProblemError
from tui.sandbox.server import Sandbox


async def test_an_answer_that_came_unseen_is_shown_rather_than_forgotten(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> None:
    asking = await begun(engine, until, "[answer:slow]")
    await until(engine, lambda: KEY in engine.calls)
    second = make_engine()
    while not asking.done():  # the sandbox may not have begun to wait
        sandbox.clock.advance(60)
        await asyncio.sleep(0)
    row = asking.result()
    assert second.board[KEY].status is Status.UNKNOWN

    assert await second.forget([KEY]) == 0

    assert second.board[KEY].status is Status.COMPLETED
    assert await answer_of(second, row)
    assert await second.forget([KEY]) == 1
    assert (await second.source_of(row).list_outputs(row)).objects == ()
    assert KEY not in make_engine().board


async def killed(engine: Engine, until: Until, text: str) -> None:
    """Leave what a program leaves that dies while it waits for an answer."""
    asking = await begun(engine, until, text)
    await until(engine, lambda: KEY in engine.calls)
    await engine.close()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_purging_erases_the_input_of_what_a_dead_program_asked(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> None:
    await killed(engine, until, "xyzzy [answer:never]")

    second = make_engine()
    assert await second.purge_inputs() == 0  # another copy may still wait for it
    sandbox.clock.advance(PATIENCE + 1)

    assert await second.purge_inputs() == 1
    assert b"xyzzy" not in second.ledger.path.read_bytes()
    assert second.board[KEY].status is Status.UNKNOWN


async def test_what_a_dead_program_asked_and_was_forgotten_at_once_is_erased_by_a_later_start(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> None:
    await killed(engine, until, "xyzzy [answer:never]")
    second = make_engine()
    assert await second.forget([KEY]) == 1
    await second.close()
    sandbox.clock.advance(timedelta(days=91).total_seconds())

    third = make_engine()
    assert KEY not in third.board
    await third._look_after()

    assert await states(third) == []
    assert b"xyzzy" not in third.ledger.path.read_bytes()
    assert KEY not in make_engine().board


@pytest.mark.parametrize(
    ("room", "work", "left"),
    [("known", "forget", ["StartAsyncInvoke"]), ("queued", "dequeue", [])],
)
async def test_what_is_forgotten_is_off_the_board_although_the_rest_cannot_be(
    engine: Engine,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    room: str,
    work: str,
    left: list[str],
) -> None:
    async def full(*_: object) -> None:
        raise ProblemError(Problem(kind="LedgerError", message="full"))

    await engine.submit(a_question())
    await engine.submit(a_request(client_request_token="another"))
    sandbox.clock.advance(60)
    await engine.poll()
    monkeypatch.setattr(getattr(engine.ledger, room), work, full)

    with pytest.raises(ProblemError, match="full"):
        await engine.forget([row.key for row in engine.board])

    assert [row.operation for row in engine.board] == left
    assert [row.operation for row in engine.ledger.known.load(engine.context.key)] == left


async def test_what_was_retried_long_ago_is_known_no_longer(engine: Engine) -> None:
    row = await engine.submit(a_request())
    retries = engine.ledger.retries
    await retries.note({row.client_request_token: "first"}, engine.clock() - timedelta(days=2))
    assert await retries.load(["first"])

    await engine._retention.prune(1)

    assert await retries.load(["first"]) == {}
