"""What several copies of the program on one ledger see of each other that AWS does not list."""

from __future__ import annotations

import asyncio

import pytest

from tests.builders import a_question, a_request
from tests.conftest import MakeEngine, Until
from tests.engine.asked import KEY, answer_of, begun
from tui.config import Polling
from tui.engine.session import Engine
from tui.engine.ticking import Heard, Missed
from tui.model.invocation import Status, key_of_token
from tui.model.problem import ProblemError
from tui.sandbox.server import Sandbox


@pytest.fixture
async def other(engine: Engine, make_engine: MakeEngine) -> Engine:
    """Another copy, which has read the ledger before anything was in it, and does so on demand."""
    copy = make_engine()
    await copy.watcher.tick()
    copy.watcher.want_all()
    return copy


async def test_an_answer_that_another_copy_got_is_seen_and_read_here(
    engine: Engine, other: Engine
) -> None:
    row = await engine.submit(a_question())

    await other.watcher.tick()

    assert other.board[KEY] == row
    assert await answer_of(other, row) == await answer_of(engine, row)
    assert await other.request_of(row) == a_question()


async def test_an_answer_that_took_its_time_is_seen_in_the_idle_rhythm(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> None:
    other = make_engine()
    await other.watcher.tick()
    asking = await begun(engine, until, "[answer:never]")
    await until(engine, lambda: KEY in engine.calls)
    sandbox.clock.advance(3000)
    await other.watcher.tick()
    assert KEY not in other.board

    engine.calls.cancel(KEY)
    await asking
    sandbox.clock.advance(Polling().idle)
    await other.watcher.tick()

    assert other.board[KEY].status is Status.UNKNOWN


async def test_a_copy_that_began_during_a_call_learns_that_its_answer_came(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> None:
    asking = await begun(engine, until, "[answer:slow]")
    await until(engine, lambda: KEY in engine.calls)
    other = make_engine()
    await other.watcher.tick()
    assert other.board[KEY].status is Status.UNKNOWN
    while not asking.done():  # the sandbox may not have begun to wait
        sandbox.clock.advance(6000)
        await asyncio.sleep(0)

    await other.watcher.tick()

    assert other.board[KEY].status is Status.COMPLETED
    assert other.board[KEY].failure_message == ""


async def test_an_answer_after_a_refusal_is_seen_here(engine: Engine, other: Engine) -> None:
    with pytest.raises(ProblemError):
        await engine.submit(a_question("[refuse:throttle]"))
    await other.watcher.tick()
    assert other.board[KEY].status is Status.FAILED

    await engine.submit(a_question())
    other.watcher.want_all()
    await other.watcher.tick()

    assert other.board[KEY].status is Status.COMPLETED
    assert other.board[KEY].failure_message == ""


async def test_what_was_refused_out_of_another_copy_s_queue_is_seen_here(
    engine: Engine, other: Engine
) -> None:
    await engine.recover()  # as every start does: it asks who we are
    wrong = a_request(client_request_token="wrong", s3_uri="s3://missing-bucket/x/")
    await engine.enqueue([wrong, a_request(client_request_token="waits")])
    await engine.dispatch.send("wrong")

    await other.watcher.tick()

    assert {row.key: row.status for row in other.board} == {key_of_token("wrong"): Status.FAILED}
    assert not other.queue.waits("waits")


async def test_what_got_no_answer_in_another_copy_is_seen_here_and_is_one_with_what_aws_lists(
    engine: Engine, other: Engine, sandbox: Sandbox
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "drop-after")
    lost = await engine.submit(a_request())

    await other.watcher.tick()
    assert [(row.key, row.status) for row in other.board] == [(lost.key, Status.UNKNOWN)]

    await other.poll()
    await engine.poll()
    assert [row.status for row in other.board] == [Status.IN_PROGRESS]
    assert {row.key for row in engine.ledger.known.load(engine.context.key)} == {
        row.key for row in other.board
    }


async def test_what_was_forgotten_here_or_there_is_not_brought_back(
    engine: Engine, other: Engine
) -> None:
    await engine.submit(a_question(client_request_token="there"))
    await engine.submit(a_question(client_request_token="here"))
    await engine.forget([key_of_token("there")])
    await other.watcher.tick()
    assert {row.id for row in other.board} == {"here"}

    await other.forget([key_of_token("here")])
    other.watcher.want_all()
    await other.watcher.tick()

    assert len(other.board) == 0
    assert engine.ledger.known.load(engine.context.key) == []


async def test_what_comes_from_the_ledger_is_no_word_of_aws_and_is_told_once(
    engine: Engine, other: Engine
) -> None:
    told: list[Heard | Missed] = []
    other.subscribe(told.append)
    await engine.submit(a_question())

    await other.watcher.tick()
    other.watcher.want_all()
    await other.watcher.tick()

    (news,) = told
    assert isinstance(news, Heard)
    assert news.changes.added == {KEY}
    assert other.heard is None
    assert not other.news.saving
