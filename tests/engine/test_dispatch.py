"""Many submissions at once: written down first, then sent as the service has room."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.builders import NOW, a_note, a_request
from tests.conftest import SETTINGS, MakeEngine, Until
from tests.engine.queued import answered, counts, many, states
from tests.lone import LoneEngine
from tui.aws import bedrock
from tui.aws.session import Session
from tui.config import Polling
from tui.engine import session
from tui.engine.queue import AT_ONCE, SHORTEST
from tui.engine.session import Engine
from tui.engine.submission import SETTLE
from tui.engine.ticking import interval
from tui.ledger.journal import State
from tui.ledger.queued import Queued
from tui.model.context import Context
from tui.model.invocation import Status, key_of_token
from tui.model.problem import Problem, ProblemError
from tui.model.request import Request
from tui.sandbox.server import Sandbox


async def test_what_is_queued_is_on_the_board_before_it_is_sent(engine: Engine) -> None:
    await engine.enqueue(many(3))

    assert counts(engine) == {Status.QUEUED: 3}
    assert await states(engine) == [State.QUEUED] * 3


async def test_all_of_them_go_and_none_waits_any_more(engine: Engine, until: Until) -> None:
    await engine.enqueue(many(6))

    engine.start(sends_queued=True)
    await until(engine, lambda: engine.board.counts[Status.IN_PROGRESS] == 6)

    assert counts(engine) == {Status.IN_PROGRESS: 6}
    assert await answered(engine) == [State.ACCEPTED] * 6


async def test_one_that_aws_refuses_stays_with_the_reason_and_the_others_go(
    engine: Engine, until: Until
) -> None:
    wrong = a_request(client_request_token="wrong", s3_uri="s3://missing-bucket/x/")
    await engine.enqueue([wrong, *many(2)])

    engine.start(sends_queued=True)
    await until(engine, lambda: not engine.board.counts[Status.QUEUED])

    row = engine.board[key_of_token("wrong")]
    assert row.status is Status.FAILED
    assert row.failure_message.startswith("ValidationException: ")
    assert counts(engine) == {Status.FAILED: 1, Status.IN_PROGRESS: 2}


async def test_lost_credentials_refuse_nothing(
    engine: Engine, sandbox: Sandbox, until: Until
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "expired", times=None)
    await engine.enqueue(many(2))

    engine.start(sends_queued=True)
    await until(engine, lambda: engine.dispatch.trouble is not None)

    assert engine.dispatch.trouble is not None
    assert engine.dispatch.trouble.kind == "ExpiredTokenException"
    assert engine.problem is None

    assert counts(engine) == {Status.QUEUED: 2}


async def test_an_answer_that_never_comes_is_not_asked_for_again(
    engine: Engine, sandbox: Sandbox, until: Until
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "drop-before")
    await engine.enqueue(many(1))

    engine.start(sends_queued=True)
    await until(engine, lambda: not engine.board.counts[Status.QUEUED])

    assert counts(engine) == {Status.UNKNOWN: 1}
    assert sandbox.calls["StartAsyncInvoke"] == 1


async def test_what_waits_is_dropped_and_what_was_sent_is_not(engine: Engine, until: Until) -> None:
    sent = await engine.submit(a_request())
    await engine.enqueue(many(2))

    dropped = await engine.forget([sent.key, key_of_token("token-0")])

    assert dropped == 1
    assert counts(engine) == {Status.IN_PROGRESS: 1, Status.QUEUED: 1}


async def test_a_paused_queue_is_paused_at_the_next_start(
    engine: Engine, make_engine: MakeEngine, until: Until
) -> None:
    await engine.enqueue(many(1))
    await engine.pause_queue(True)
    await engine.close()

    second = make_engine()
    second.start(sends_queued=True)
    await until(second, lambda: second.heard is not None)
    assert second.queue.is_paused
    assert counts(second) == {Status.QUEUED: 1}

    await second.pause_queue(False)
    await until(second, lambda: second.board.counts[Status.IN_PROGRESS] == 1)


async def test_what_is_about_the_caller_is_told_until_the_queue_goes_on(
    engine: Engine, sandbox: Sandbox, until: Until
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "denied")
    await engine.enqueue(many(1))
    engine.start(sends_queued=True)
    await until(engine, lambda: engine.dispatch.trouble is not None)
    assert counts(engine) == {Status.QUEUED: 1}

    engine.queue.make_room(["luma.ray-v2:0"])
    await until(engine, lambda: engine.board.counts[Status.IN_PROGRESS] == 1)

    assert engine.dispatch.trouble is None


class Rest:
    """In place of the wait for room: each one lasts until it is told to end."""

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self._begun, self._over = asyncio.Event(), asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self._begun.set()
        await self._over.wait()
        self._over.clear()

    async def begins(self) -> None:
        await asyncio.wait_for(self._begun.wait(), 10)

    def end(self) -> None:
        self._begun.clear()
        self._over.set()


@pytest.fixture
async def rest() -> Rest:
    return Rest()


@pytest.fixture
async def resting(
    sandbox: Sandbox, aws_environment: None, waits_for_account: None, tmp_path: Path, rest: Rest
) -> AsyncIterator[Engine]:
    """An engine whose queue rests as it is told to."""
    context = Context(region="us-west-2", endpoint_url=sandbox.url)
    engine = LoneEngine(SETTINGS, context, tmp_path / "l.sqlite3", sandbox.clock.now, rest)
    yield engine
    await engine.close()


async def test_an_outage_does_not_make_the_whole_queue_unknown(
    resting: Engine, rest: Rest, sandbox: Sandbox, until: Until
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "unavailable", times=None)
    await resting.enqueue(many(20))

    resting.start(sends_queued=True)
    await until(resting, lambda: resting.board.counts[Status.UNKNOWN] >= AT_ONCE)
    await rest.begins()
    await resting.settle()
    assert counts(resting) == {Status.UNKNOWN: AT_ONCE, Status.QUEUED: 20 - AT_ONCE}

    rest.end()
    await rest.begins()

    assert counts(resting) == {Status.UNKNOWN: AT_ONCE + 1, Status.QUEUED: 19 - AT_ONCE}
    assert rest.pauses == [SHORTEST, 2 * SHORTEST]
    assert sandbox.calls["StartAsyncInvoke"] == AT_ONCE + 1


async def test_a_ledger_that_does_not_take_a_row_back_does_not_hide_it(
    engine: Engine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise ProblemError(Problem(kind="LedgerError", message="the disk is full"))

    monkeypatch.setattr(Queued, "unclaim", full)
    sandbox.faults.add("StartAsyncInvoke", "throttle")
    await engine.enqueue(many(1))

    turn = await engine.dispatch.send("token-0")

    assert turn.is_over
    assert counts(engine) == {Status.UNKNOWN: 1}
    assert engine.problem is not None
    assert engine.problem.message == "the disk is full"


async def test_a_ledger_that_fails_is_told_and_the_row_waits(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def locked(*_: object) -> None:
        raise ProblemError(Problem(kind="LedgerError", message="locked", is_retryable=True))

    await engine.enqueue(many(1))
    monkeypatch.setattr(Queued, "claim", locked)

    turn = await engine.dispatch.send("token-0")

    assert not turn.is_over
    assert engine.dispatch.trouble is not None
    assert engine.dispatch.trouble.message == "locked"


async def test_the_two_minutes_count_from_the_call_and_not_from_the_queueing(
    engine: Engine, sandbox: Sandbox
) -> None:
    await engine.enqueue(many(1))
    sandbox.clock.advance(SETTLE.total_seconds() + 1)
    sandbox.faults.add("StartAsyncInvoke", "drop-before")
    await engine.dispatch.send("token-0")

    recovery = await engine.recover()

    assert [found.token for found in recovery.waiting] == ["token-0"]
    assert recovery.missing == ()


async def test_what_is_dropped_while_it_is_sent_is_not_sent_again(
    engine: Engine, sandbox: Sandbox, until: Until
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "throttle", seconds=0.5)
    await engine.enqueue(many(1))
    engine.start(sends_queued=True)
    await until(engine, lambda: engine.heard is not None)
    claimed = State.QUEUED
    while claimed is State.QUEUED:
        (claimed,) = await states(engine)

    assert await engine.forget([key_of_token("token-0")]) == 0
    await until(engine, lambda: not engine.board.counts[Status.QUEUED])

    assert await states(engine) == []
    assert sandbox.calls["StartAsyncInvoke"] == 1


async def test_a_refused_one_is_still_there_at_the_next_start(
    engine: Engine, make_engine: MakeEngine
) -> None:
    wrong = a_request(client_request_token="wrong", s3_uri="s3://missing-bucket/x/")
    await engine.enqueue([wrong])
    await engine.dispatch.send("wrong")
    await engine.close()

    second = make_engine()

    assert counts(second) == {Status.FAILED: 1}
    assert await second.request_of(second.board[key_of_token("wrong")]) == wrong


async def test_another_context_s_queue_is_not_paused(
    engine: Engine, make_engine: MakeEngine
) -> None:
    await engine.pause_queue(True)

    assert make_engine().queue.is_paused
    assert not make_engine(region="eu-west-1").queue.is_paused


def test_what_waits_here_makes_nobody_ask_more_often() -> None:
    rows = [a_note(status=Status.QUEUED, submit_time=NOW)]

    assert interval(rows, Polling(), NOW) == Polling().idle


async def test_what_was_refused_is_queued_again_under_its_token_and_goes(
    engine: Engine, make_engine: MakeEngine, until: Until
) -> None:
    wrong = a_request(s3_uri="s3://missing-bucket/x/")
    engine.start(sends_queued=True)
    await engine.enqueue([wrong])
    await until(engine, lambda: engine.board.counts[Status.FAILED] == 1)

    await engine.enqueue([a_request()])
    await until(engine, lambda: engine.board.counts[Status.IN_PROGRESS] == 1)

    assert counts(engine) == {Status.IN_PROGRESS: 1}
    await engine.settle()
    await engine.close()
    assert counts(make_engine()) == {Status.IN_PROGRESS: 1}


@pytest.mark.parametrize("is_queued", [True, False])
async def test_what_was_refused_and_forgotten_may_be_sent_under_its_token(
    engine: Engine, make_engine: MakeEngine, until: Until, is_queued: bool
) -> None:
    engine.start(sends_queued=True)
    await engine.enqueue([a_request(s3_uri="s3://missing-bucket/x/")])
    await until(engine, lambda: engine.board.counts[Status.FAILED] == 1)
    await engine.forget([key_of_token(a_request().client_request_token)])

    if is_queued:
        await engine.enqueue([a_request()])
    else:
        await engine.submit(a_request())
    await until(engine, lambda: engine.board.counts[Status.IN_PROGRESS] == 1)

    assert counts(engine) == {Status.IN_PROGRESS: 1}


async def test_a_refused_token_that_is_sent_again_shows_what_comes_of_it_now(
    engine: Engine, sandbox: Sandbox, until: Until
) -> None:
    engine.start(sends_queued=True)
    await engine.enqueue([a_request(s3_uri="s3://missing-bucket/x/")])
    await until(engine, lambda: engine.board.counts[Status.FAILED] == 1)

    sandbox.faults.add("StartAsyncInvoke", "drop-before")
    row = await engine.submit(a_request())

    assert row.status is Status.UNKNOWN
    assert counts(engine) == {Status.UNKNOWN: 1}


async def test_a_fault_of_our_own_is_told_and_does_not_ask_for_ever(
    engine: Engine, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    async def broken(*_: object) -> None:
        asked.append(1)
        raise RuntimeError("a fault")

    monkeypatch.setattr(engine.queued, "claim", broken)
    await engine.enqueue(many(1))
    engine.start(sends_queued=True)
    await until(engine, lambda: engine.dispatch.trouble is not None)
    for _ in range(50):
        await asyncio.sleep(0)

    assert len(asked) == 1
    assert engine.dispatch.trouble is not None
    assert engine.dispatch.trouble.kind == "RuntimeError"


async def test_what_waits_is_in_the_journal_alone_and_leaves_no_second_trace(
    engine: Engine, make_engine: MakeEngine
) -> None:
    await engine.enqueue(many(2))
    await engine.close()

    second = make_engine()
    assert counts(second) == {Status.QUEUED: 2}
    await second.queued.dequeue(["token-0", "token-1"])

    assert counts(make_engine()) == {}


async def test_leaving_waits_for_the_answer_of_what_is_being_sent(
    engine: Engine, make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, is_reached, is_free = bedrock.start_async_invoke, asyncio.Event(), asyncio.Event()

    async def slow(aws: Session, request: Request) -> str:
        is_reached.set()
        await is_free.wait()
        return await start(aws, request)

    monkeypatch.setattr(bedrock, "start_async_invoke", slow)
    monkeypatch.setattr(session, "CLOSE_SECONDS", 10)
    await engine.enqueue(many(1))
    engine.start(sends_queued=True)
    await asyncio.wait_for(is_reached.wait(), 10)

    closing = asyncio.create_task(engine.close())
    for _ in range(20):
        await asyncio.sleep(0)
    is_free.set()
    await closing

    assert await states(make_engine()) == [State.ACCEPTED]
