"""Many submissions at once: written down first, then sent as the service has room."""

from __future__ import annotations

from collections.abc import Sequence

from tests.builders import a_request
from tests.conftest import MakeEngine, Until
from tui.engine.session import Engine
from tui.ledger.journal import State
from tui.model.invocation import Status, key_of_token
from tui.model.request import StartAsyncInvoke
from tui.sandbox.server import Sandbox


def many(count: int, prompt: str = "a tide pool") -> list[StartAsyncInvoke]:
    return [a_request(prompt, client_request_token=f"token-{number}") for number in range(count)]


def counts(engine: Engine) -> dict[Status, int]:
    return {status: count for status, count in engine.board.counts.items() if count}


async def states(engine: Engine) -> Sequence[State]:
    return [found.state for found in await engine.journal.all()]


async def test_what_is_queued_is_on_the_board_before_it_is_sent(engine: Engine) -> None:
    await engine.enqueue(many(3))

    assert counts(engine) == {Status.QUEUED: 3}
    assert await states(engine) == [State.QUEUED] * 3


async def test_all_of_them_go_and_none_waits_any_more(engine: Engine, until: Until) -> None:
    await engine.enqueue(many(6))

    engine.start(sends_queued=True)
    await until(engine, lambda: engine.board.counts[Status.IN_PROGRESS] == 6)

    assert counts(engine) == {Status.IN_PROGRESS: 6}
    assert await states(engine) == [State.ACCEPTED] * 6


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
    await until(engine, lambda: engine.problem is not None)

    assert engine.problem is not None
    assert engine.problem.kind == "ExpiredTokenException"

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


async def test_two_programs_send_each_of_them_once(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> None:
    await engine.enqueue(many(20))
    second = make_engine()

    engine.start(sends_queued=True)
    second.start(sends_queued=True)
    await until(engine, lambda: not engine.board.counts[Status.QUEUED])
    await until(second, lambda: not second.board.counts[Status.QUEUED])

    assert sandbox.calls["StartAsyncInvoke"] == 20
    assert await states(engine) == [State.ACCEPTED] * 20


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
