from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import TOKEN, a_note, a_request
from tests.conftest import MakeEngine, Until
from tui.aws import bedrock
from tui.aws.session import Session
from tui.engine.session import Engine
from tui.ledger.database import BUSY_SECONDS
from tui.ledger.drafts import Draft, Drafts
from tui.ledger.journal import Journal, State, Submission
from tui.ledger.queued import Queued
from tui.model.invocation import Status, key_of_token
from tui.model.problem import LEAVING, Problem, ProblemError
from tui.model.request import Request
from tui.sandbox.server import Sandbox


async def test_a_closed_engine_begins_nothing_more(engine: Engine, sandbox: Sandbox) -> None:
    await engine.close()

    with pytest.raises(ProblemError) as refused:
        await engine.submit(a_request())

    assert refused.value.problem == LEAVING
    assert not sandbox.calls


async def test_a_closed_engine_makes_no_connection_that_nobody_would_close(engine: Engine) -> None:
    await engine.close()

    with pytest.raises(ProblemError) as refused:
        await engine.aws.client("bedrock-runtime")

    assert refused.value.problem == LEAVING


async def test_closing_does_not_wait_for_a_locked_ledger(engine: Engine, sandbox: Sandbox) -> None:
    sandbox.seed(3)
    with closing(sqlite3.connect(engine.ledger.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await engine.poller.tick()

        await asyncio.wait_for(engine.close(), BUSY_SECONDS / 2)

        other.execute("ROLLBACK")


async def test_what_the_ledger_has_stands_on_the_board_though_its_caller_is_cancelled(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, enqueue = asyncio.Event(), Queued.enqueue

    async def enqueue_slowly(*given: Any) -> list[Submission]:
        found = await enqueue(*given)
        written.set()
        await asyncio.sleep(0)  # a turn of the loop, in which the signal comes
        return found

    monkeypatch.setattr(Queued, "enqueue", enqueue_slowly)
    queueing = asyncio.create_task(engine.enqueue([a_request()]))
    await written.wait()
    queueing.cancel()

    with pytest.raises(asyncio.CancelledError):
        await queueing

    assert [row.status for row in engine.board] == [Status.QUEUED]
    assert len(engine.queued.load(engine.context.key)) == 1


# What must not hide the answer -------------------------------------------------------------------


async def full(*_: object, **__: object) -> None:
    raise ProblemError(Problem(kind="LedgerError", message="the disk is full"))


async def test_a_draft_that_cannot_be_deleted_does_not_make_an_accepted_request_a_failure(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Drafts, "delete", full)

    row = await engine.submit(a_request(), Draft("draft", {}, engine.clock()))

    assert row.invocation_arn
    assert engine.problem is not None
    assert engine.problem.message == "the disk is full"


async def test_a_draft_that_was_typed_on_while_the_call_lasted_is_not_deleted(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = Draft("draft", {"model_input": "as it was sent"}, engine.clock())
    changed = Draft("draft", {"model_input": "as it was typed on"}, engine.clock())
    start = bedrock.start_async_invoke

    async def meanwhile(aws: Session, request: Request) -> str:
        await engine.drafts.save(changed, sent.saved)
        return await start(aws, request)

    await engine.drafts.save(sent)
    monkeypatch.setattr(bedrock, "start_async_invoke", meanwhile)

    await engine.submit(a_request(), sent)

    assert await engine.drafts.all() == [changed]


async def test_a_ledger_that_fails_does_not_hide_what_aws_refused(
    engine: Engine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.board.apply([a_note()])
    sandbox.faults.add("StartAsyncInvoke", "denied")
    monkeypatch.setattr(Journal, "find", full)

    with pytest.raises(ProblemError) as refused:
        await engine.submit(a_request())

    assert refused.value.problem.kind == "AccessDeniedException"
    assert engine.problem is not None
    assert engine.problem.message == "the disk is full"


async def test_what_cannot_be_written_down_is_not_sent_and_leaves_no_row(
    engine: Engine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "prepare", full)
        with pytest.raises(ProblemError, match="full"):
            await engine.submit(a_request())

    assert sandbox.calls["StartAsyncInvoke"] == 0
    assert await engine.journal.all() == []
    assert len(engine.board) == 0


async def test_a_submission_needs_one_commit_before_its_call(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second one could fail, and leave a row that is sent again after "nothing was created"."""
    record, recorded = Journal.record, []

    async def spy(self: Journal, token: str, state: State, **more: object) -> None:
        recorded.append(state)
        await record(self, token, state, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Journal, "record", spy)

    await engine.submit(a_request())

    assert State.SENT not in recorded


async def test_a_refusal_that_nobody_waits_for_is_told(
    engine: Engine, sandbox: Sandbox, until: Until
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "denied")
    told: list[str] = []
    engine.subscribe(lambda _: told.append(engine.problem.kind if engine.problem else ""))
    caller = asyncio.create_task(engine.submit(a_request()))
    await asyncio.sleep(0)

    caller.cancel()

    await until(engine, lambda: "AccessDeniedException" in told)
    assert caller.cancelled()


# What is dropped ---------------------------------------------------------------------------------


async def test_purging_erases_what_is_settled_and_keeps_what_is_not(
    engine: Engine, sandbox: Sandbox
) -> None:
    row = await engine.submit(a_request("a settled secret", client_request_token="settled"))
    sandbox.faults.add("StartAsyncInvoke", "drop-before")
    await engine.submit(a_request("an open question", client_request_token="open"))

    assert await engine.purge_inputs() == 1

    assert await engine.request_of(row) is None
    content = engine.ledger.path.read_bytes()
    assert b"settled secret" not in content
    assert b"open question" in content


async def test_old_rows_are_dropped_but_never_what_is_pending_or_unknown(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> None:
    ended = await engine.submit(a_request(client_request_token="ended"))
    sandbox.clock.advance(10)
    await engine.poll()
    sandbox.faults.add("StartAsyncInvoke", "drop-before")
    await engine.submit(a_request(client_request_token="open"))
    await engine.close()
    sandbox.clock.advance(timedelta(days=91).total_seconds())

    second = make_engine()
    assert len(second.board) == 2
    second.start()
    await until(second, lambda: bool(second.unanswered.missing))
    while await second.journal.find(token="ended"):
        await asyncio.sleep(0)
    await second.close()

    third = make_engine()
    assert [row.key for row in third.board] == [key_of_token("open")]
    assert await third.journal.find(arn=ended.invocation_arn) is None


async def test_what_is_learnt_while_inputs_are_purged_brings_no_words_back(
    engine: Engine, make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await engine.submit(a_request("xyzzy"))
    purge = Journal.purge_inputs

    async def purge_while_another_copy_saves(journal: Journal) -> int:
        await second.ledger.known.save(second.context.key, [row])
        return await purge(journal)

    second = make_engine()
    monkeypatch.setattr(Journal, "purge_inputs", purge_while_another_copy_saves)
    await engine.purge_inputs()

    assert b"xyzzy" not in engine.ledger.path.read_bytes()


async def test_what_was_queued_and_is_refused_once_more_stays_failed_for_the_new_reason(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> None:
    await engine.enqueue([a_request(s3_uri="s3://missing-bucket/x/")])
    engine.start(sends_queued=True)
    await until(engine, lambda: engine.board.counts[Status.FAILED] == 1)
    sandbox.faults.add("StartAsyncInvoke", "denied")

    with pytest.raises(ProblemError, match="AccessDenied"):
        await engine.submit(a_request())

    for each in (engine, make_engine()):
        row = each.board[key_of_token(TOKEN)]
        assert row.status is Status.FAILED
        assert "AccessDenied" in row.failure_message


# What is begun once ------------------------------------------------------------------------------


def going_on() -> Counter[str]:
    """What goes on in the loop, and how many times."""
    return Counter(str(task.get_coro()).partition(" at ")[0] for task in asyncio.all_tasks())


async def test_an_engine_that_is_started_again_does_nothing_twice(engine: Engine) -> None:
    engine.start(sends_queued=True)
    begun = going_on()

    engine.start()
    engine.start(sends_queued=True)
    engine.watch()

    assert begun.total() > 1
    assert going_on() == begun


async def test_what_waits_goes_on_when_that_is_said_after_the_start(
    engine: Engine, until: Until
) -> None:
    await engine.enqueue([a_request()])
    engine.start()
    await until(engine, lambda: engine.heard is not None)
    assert engine.board.counts[Status.QUEUED] == 1

    engine.start(sends_queued=True)

    await until(engine, lambda: engine.board.counts[Status.IN_PROGRESS] == 1)


async def test_what_only_watched_polls_once_it_is_started(engine: Engine, until: Until) -> None:
    engine.watch()

    engine.start()

    await until(engine, lambda: engine.heard is not None)
