"""A queue that several copies of the program share, one after the other or at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from tests.builders import a_request
from tests.conftest import MakeEngine, Until
from tests.engine.queued import answered, counts, many, states
from tui.engine.session import Engine
from tui.engine.submission import SETTLE
from tui.ledger.journal import State
from tui.model.invocation import Status, key_of_token
from tui.sandbox.server import Sandbox


async def test_what_a_dead_program_left_in_the_queue_goes_on(
    engine: Engine, make_engine: MakeEngine, until: Until
) -> None:
    await engine.enqueue(many(3))
    await engine.close()

    second = make_engine()
    assert counts(second) == {Status.QUEUED: 3}
    second.start(sends_queued=True)
    await until(second, lambda: second.board.counts[Status.IN_PROGRESS] == 3)


async def test_a_program_that_only_waits_for_its_own_leaves_the_queue_alone(
    engine: Engine, until: Until
) -> None:
    await engine.enqueue(many(1))

    engine.start()
    await until(engine, lambda: engine.heard is not None)

    assert await states(engine) == [State.QUEUED]


async def test_two_programs_send_each_of_them_once(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> None:
    await engine.enqueue(many(20))
    second = make_engine()

    engine.start(sends_queued=True)
    second.start(sends_queued=True)
    await until(engine, lambda: not engine.board.counts[Status.QUEUED])
    await until(second, lambda: not second.board.counts[Status.QUEUED])

    assert await answered(engine) == [State.ACCEPTED] * 20
    assert sandbox.calls["StartAsyncInvoke"] == 20


async def test_a_row_that_another_copy_asks_for_stays_in_sight(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> None:
    await engine.enqueue(many(1))
    second = make_engine()
    claimed = await engine.queued.claim("token-0", engine.clock(), "123456789012")
    assert claimed is not None

    turn = await second.dispatch.send("token-0")
    assert not turn.is_over
    assert counts(second) == {Status.QUEUED: 1}

    await engine.queued.unclaim("token-0", engine.clock())
    second.start(sends_queued=True)
    await until(second, lambda: second.board.counts[Status.IN_PROGRESS] == 1)


async def test_what_another_copy_made_of_a_row_is_seen(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> None:
    wrong = a_request(client_request_token="wrong", s3_uri="s3://missing-bucket/x/")
    lost = a_request(client_request_token="lost")
    await engine.enqueue([wrong, lost])
    second = make_engine()
    await engine.dispatch.send("wrong")
    sandbox.faults.add("StartAsyncInvoke", "drop-before")
    await engine.dispatch.send("lost")

    await second.dispatch.send("wrong")
    await second.dispatch.send("lost")

    assert counts(second) == {Status.FAILED: 1, Status.UNKNOWN: 1}
    assert second.board[key_of_token("wrong")].failure_message.startswith("ValidationException")


async def test_what_a_dead_copy_had_claimed_holds_nothing_up_for_good(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> None:
    await engine.enqueue(many(3))
    second = make_engine()
    assert await engine.queued.claim("token-0", engine.clock(), "123456789012")
    await engine.close()
    sandbox.clock.advance(SETTLE.total_seconds())

    second.start(sends_queued=True)
    await until(second, lambda: second.board.counts[Status.IN_PROGRESS] == 2)
    await until(second, lambda: second.board.counts[Status.UNKNOWN] == 1)

    assert not second.board.counts[Status.QUEUED]


async def test_what_a_dead_copy_had_claimed_holds_nothing_up_with_the_clock_set_back(
    engine: Engine, make_engine: MakeEngine
) -> None:
    await engine.enqueue(many(1))
    second = make_engine()
    claimed = engine.clock() + timedelta(hours=5)
    assert await engine.queued.claim("token-0", claimed, "123456789012")

    turn = await second.dispatch.send("token-0")

    assert turn.is_over
    assert counts(second) == {Status.UNKNOWN: 1}


async def test_what_a_dead_copy_had_claimed_is_offered_by_recovery(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox
) -> None:
    await engine.enqueue(many(1))
    second = make_engine()
    assert await engine.queued.claim("token-0", engine.clock(), "123456789012")
    await engine.close()
    sandbox.clock.advance(SETTLE.total_seconds())

    await second.recover()

    assert second.board[key_of_token("token-0")].status is Status.UNKNOWN
    assert not second.queue.waits("token-0")
    assert list(second.unanswered.missing) == [key_of_token("token-0")]


async def test_recovery_leaves_alone_what_this_program_is_just_sending(
    engine: Engine, sandbox: Sandbox, until: Until
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "latency", seconds=30)
    await engine.enqueue(many(1))
    engine.start(sends_queued=True)
    while not engine.queue.is_sending("token-0"):
        await asyncio.sleep(0)
    while sandbox.calls["StartAsyncInvoke"] < 1:
        await asyncio.sleep(0)
    sandbox.clock.advance(SETTLE.total_seconds())

    recovery = await engine.recover()

    assert recovery.missing == ()
    assert [found.token for found in recovery.waiting] == ["token-0"]
    assert engine.board[key_of_token("token-0")].status is Status.QUEUED
    assert engine.queue.waits("token-0")
