"""Endpoint's inferences between several copies of the program, and a ledger that fails."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest
from msgspec.structs import replace

from tests.builders import TOKEN, a_request, an_inference
from tests.conftest import MakeEngine
from tui.aws import bedrock, sagemaker
from tui.aws.sagemaker import Accepted
from tui.engine.session import Engine
from tui.ledger import known
from tui.ledger.journal import State, token_is_taken
from tui.model.invocation import Invocation, Status, key_of_token
from tui.model.problem import ProblemError
from tui.model.request import InvokeEndpointAsync
from tui.sandbox.server import Sandbox

KEY = key_of_token(TOKEN)


def inline(**changes: object) -> InvokeEndpointAsync:
    return replace(an_inference(input_location="", model_input=b'{"a": 1}'), **changes)


def kept(engine: Engine) -> list[Invocation]:
    """What the ledger holds of the endpoints' rows."""
    rows = engine.ledger.known.load(engine.context.key)
    return [row for row in rows if row.is_at_endpoint]


async def full(*_: object, **__: object) -> None:
    raise ProblemError(token_is_taken("x"))


async def account_of(engine: Engine) -> None:
    await engine.recover()  # as every start does: it asks who we are


async def test_what_another_copy_has_sent_from_the_queue_is_not_dropped(
    engine: Engine, make_engine: MakeEngine
) -> None:
    await engine.enqueue([inline()])
    other = make_engine()
    await account_of(other)
    await engine.dispatch.send(TOKEN)

    await other.dispatch.send(TOKEN)
    await other.settle()

    (row,) = kept(engine)
    assert row.witness == engine.board[KEY].witness
    await other.watcher.tick()
    assert other.board[KEY].status is Status.PENDING


async def test_many_are_sent_from_the_queue_once_each(engine: Engine, sandbox: Sandbox) -> None:
    tokens = [f"token-{number}" for number in range(5)]

    await engine.enqueue([inline(client_request_token=token) for token in tokens])
    for token in tokens:
        await engine.dispatch.send(token)

    assert {row.status for row in engine.board} == {Status.PENDING}
    assert len(kept(engine)) == sandbox.calls["InvokeEndpointAsync"] == 5


async def test_one_without_an_answer_is_not_sent_from_the_queue_again(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox
) -> None:
    sandbox.faults.add("InvokeEndpointAsync", "drop-after")
    await engine.enqueue([inline()])
    await engine.dispatch.send(TOKEN)
    assert engine.board[KEY].status is Status.UNKNOWN
    await engine.close()

    second = make_engine()
    await second.dispatch.send(TOKEN)

    assert second.board[KEY].status is Status.UNKNOWN
    assert sandbox.calls["InvokeEndpointAsync"] == 1


@pytest.fixture
async def refused(engine: Engine) -> Engine:
    """An engine whose inference was refused out of the queue: its row stays as Failed."""
    await engine.enqueue([inline(model_id="no-such-endpoint")])
    await engine.dispatch.send(TOKEN)
    assert engine.board[KEY].status is Status.FAILED
    return engine


async def test_one_that_was_refused_is_kept_from_the_moment_it_is_accepted(
    refused: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    real = refused.ledger.known.save

    async def save(*arguments: object) -> None:
        await real(*arguments)  # type: ignore[arg-type]
        seen.append(len(kept(refused)))

    monkeypatch.setattr(refused.ledger.known, "save", save)

    await refused.submit(inline())
    await refused.settle()

    assert seen
    assert set(seen) == {1}


async def test_a_copy_that_shows_a_refusal_learns_that_it_was_sent_again(
    refused: Engine, make_engine: MakeEngine
) -> None:
    other = make_engine()
    assert other.board[KEY].status is Status.FAILED
    await refused.submit(inline())
    await refused.settle()

    await other.watcher.tick()
    await other.settle()

    assert other.board[KEY].status is Status.PENDING
    assert [row.status for row in kept(refused)] == [Status.PENDING]


async def test_a_copy_that_shows_a_refusal_does_not_forget_what_was_sent_again(
    refused: Engine, make_engine: MakeEngine
) -> None:
    other = make_engine()
    await refused.submit(inline())
    await refused.settle()

    assert await other.forget([KEY]) == 0

    assert [row.status for row in kept(refused)] == [Status.PENDING]
    assert other.board[KEY].status is Status.PENDING


async def test_what_another_copy_saw_complete_is_not_forgotten_as_overdue(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox
) -> None:
    await engine.submit(inline())
    other = make_engine()
    late = replace(other.board[KEY], status=Status.OVERDUE)
    other.board.apply([late])
    sandbox.clock.advance(60)
    await engine.poll()

    assert await other.forget([KEY]) == 0

    assert [row.status for row in kept(engine)] == [Status.COMPLETED]
    assert other.board[KEY].status is Status.COMPLETED


async def test_a_copy_that_began_during_the_call_learns_its_end(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answered = asyncio.Event(), asyncio.Event()
    real = sagemaker.invoke_endpoint_async

    async def held(*arguments: object) -> Accepted:
        asked.set()
        await answered.wait()
        return await real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(sagemaker, "invoke_endpoint_async", held)
    submitting = asyncio.create_task(engine.submit(inline()))
    await asked.wait()
    other = make_engine()
    assert other.board[KEY].status is Status.UNKNOWN
    answered.set()
    await submitting
    sandbox.clock.advance(60)
    await engine.poll()

    await other.watcher.tick()

    assert engine.board[KEY].status is Status.COMPLETED
    assert other.board[KEY].status is Status.COMPLETED


async def test_what_another_copy_began_and_saw_end_is_seen_here(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox
) -> None:
    other = make_engine()
    await other.watcher.tick()
    await engine.submit(inline())
    sandbox.faults.add("InvokeEndpointAsync", "drop-after")
    await engine.submit(inline(client_request_token="lost"))
    sandbox.clock.advance(60)
    await engine.poll()
    await engine.settle()

    await other.watcher.tick()

    assert other.board[KEY].status is Status.COMPLETED
    assert other.board["token:lost"].status is Status.UNKNOWN


async def test_an_object_that_ended_another_copy_s_inference_ends_none_here(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox
) -> None:
    other = make_engine()
    await other.submit(inline(client_request_token="mine", filename="x.json"))
    sandbox.clock.advance(1)
    await other.watcher.tick()
    theirs = replace(other.board["token:mine"], client_request_token="theirs", key="token:theirs")
    sandbox.clock.advance(60)
    ended = replace(theirs, status=Status.COMPLETED, end_time=sandbox.clock.now())
    await engine.ledger.known.save(engine.context.key, [ended])
    sandbox.clock.advance(60)

    await other.watcher.tick()

    assert other.board["token:theirs"].status is Status.COMPLETED
    assert other.board["token:mine"].status is Status.PENDING


async def test_a_refusal_that_another_copy_saw_settles_what_is_unknown_here(
    engine: Engine, make_engine: MakeEngine
) -> None:
    await engine.journal.prepare(
        inline(model_id="no-such-endpoint"), engine.context.key, engine.clock()
    )
    other = make_engine()
    assert other.board[KEY].status is Status.UNKNOWN
    unknown = other.board[KEY]
    failed = replace(unknown, status=Status.FAILED, failure_message="no", end_time=engine.clock())
    await engine.ledger.known.save(engine.context.key, [failed])

    await other.watcher.tick()

    assert other.board[KEY].status is Status.FAILED


async def test_an_end_that_was_not_written_down_does_not_keep_a_row_from_being_forgotten(
    engine: Engine, sandbox: Sandbox
) -> None:
    await engine.submit(inline())
    pending = engine.board[KEY]
    sandbox.clock.advance(60)
    await engine.poll()
    with closing(sqlite3.connect(engine.ledger.path)) as db:
        db.execute("DELETE FROM invocation")
        db.commit()
    await engine.ledger.known.save(engine.context.key, [pending])

    assert await engine.forget([KEY]) == 1


async def test_an_inference_id_that_reads_like_a_client_token_is_another_thing(
    engine: Engine,
) -> None:
    await bedrock.start_async_invoke(engine.aws, a_request())
    await engine.submit(inline())

    await engine.poll()
    await engine.settle()

    rows = {row.operation: row for row in engine.board}
    assert rows.keys() == {"StartAsyncInvoke", "InvokeEndpointAsync"}
    assert rows["StartAsyncInvoke"].is_ours is False
    assert rows["InvokeEndpointAsync"].witness is not None
    assert len(kept(engine)) == 1


# A ledger that fails ------------------------------------------------------------------------------


@pytest.fixture
def is_full(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the ledger takes no answer of an endpoint."""
    state, real = [True], known.write_known

    def write(*arguments: object) -> None:
        if state[0]:
            raise sqlite3.OperationalError("database or disk is full")
        real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("tui.ledger.journal.write_known", write)
    return state


async def test_what_is_written_late_takes_nothing_back(
    engine: Engine, sandbox: Sandbox, is_full: list[bool]
) -> None:
    await engine.submit(inline())
    sandbox.clock.advance(60)
    await engine.poll()
    assert engine.journal.unwritten == 1
    assert engine.unkept_answers == 1
    is_full[0] = False

    await engine.ledger.flush()

    assert engine.unkept_answers == 0
    assert [row.status for row in kept(engine)] == [Status.COMPLETED]


async def test_what_was_forgotten_is_not_written_late(
    engine: Engine, sandbox: Sandbox, is_full: list[bool]
) -> None:
    await engine.submit(inline())
    sandbox.clock.advance(60)
    await engine.poll()
    assert await engine.forget([KEY]) == 1
    is_full[0] = False

    await engine.ledger.flush()

    assert kept(engine) == []


async def test_what_could_not_be_forgotten_is_written_late(
    engine: Engine, sandbox: Sandbox, is_full: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    await engine.submit(inline())
    sandbox.clock.advance(60)
    await engine.poll()
    with monkeypatch.context() as patch:
        patch.setattr(engine.ledger.answers, "forget", full)
        with pytest.raises(ProblemError):
            await engine.forget([KEY])
    is_full[0] = False

    await engine.ledger.flush()

    assert [row.status for row in kept(engine)] == [Status.COMPLETED]


async def test_a_refusal_that_cannot_be_noted_says_so(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine.journal, "record", full)
    with pytest.raises(ProblemError) as caught:
        await engine.submit(inline(model_id="sandbox-sync"))

    assert caught.value.problem.kind == "ValidationError"
    assert "another name" in caught.value.problem.remedy


# The end ------------------------------------------------------------------------------------------


async def test_leaving_waits_a_moment_for_the_one_answer(
    engine: Engine, make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()
    real = sagemaker.invoke_endpoint_async

    async def slow(*arguments: object) -> Accepted:
        asked.set()
        return await real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(sagemaker, "invoke_endpoint_async", slow)
    submitting = asyncio.create_task(engine.submit(inline()))
    await asked.wait()
    assert engine.unkept_answers == 1

    await engine.close()

    with closing(sqlite3.connect(engine.ledger.path)) as db:
        states = [state for (state,) in db.execute("SELECT state FROM submission")]
    assert states == [State.ACCEPTED.value]
    submitting.cancel()
    await asyncio.gather(submitting, return_exceptions=True)


async def test_what_is_watched_keeps_its_request_however_old_it_is(
    engine: Engine, sandbox: Sandbox
) -> None:
    await engine.submit(inline(model_id="sandbox-silent"))
    sandbox.clock.advance(86_400 * 400)
    await engine.poll()
    assert engine.board[KEY].status is Status.OVERDUE

    await engine._retention.prune(1)

    assert await engine.request_of(engine.board[KEY]) is not None
    with pytest.raises(ProblemError, match=r"twice|another request"):
        await engine.submit(inline(model_id="sandbox-silent"))


async def test_an_id_that_is_free_again_begins_anew(engine: Engine, sandbox: Sandbox) -> None:
    await engine.submit(inline())
    first = engine.board[KEY]
    sandbox.clock.advance(86_400 * 400)
    await engine.poll()
    await engine.ledger.journal.prune(engine.clock())

    await engine.submit(inline())

    assert engine.board[KEY].status is Status.PENDING
    assert engine.board[KEY].witness != first.witness
