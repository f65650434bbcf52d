"""An endpoint's inference through the engine: submitted once, then S3 tells."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import TOKEN, an_inference
from tests.conftest import SETTINGS, MakeEngine
from tests.engine.stored import downloaded
from tui.config import History, Settings
from tui.engine.downloading import folder_of
from tui.engine.session import Engine
from tui.ledger.journal import Journal, State
from tui.model.invocation import Status, key_of_token
from tui.model.problem import Problem, ProblemError
from tui.model.request import InvokeEndpointAsync
from tui.sandbox.server import Sandbox

KEY = key_of_token(TOKEN)


def inline(text: str = '{"a": 1}', **changes: object) -> InvokeEndpointAsync:
    """A request with its input in itself."""
    return an_inference(input_location="", model_input=text.encode(), **changes)


def sent(sandbox: Sandbox) -> int:
    return sandbox.calls["InvokeEndpointAsync"]


async def test_it_is_pending_with_the_locations_as_they_were_returned(engine: Engine) -> None:
    row = await engine.submit(inline(request_ttl_seconds=60, invocation_timeout_seconds=5))

    assert row.status is Status.PENDING
    assert (row.key, row.id, row.invocation_arn) == (KEY, TOKEN, "")
    assert row.witness is not None
    assert row.s3_uri == row.witness.output_location
    assert row.witness.output_location.startswith("s3://sandbox-output/endpoints/")
    assert row.witness.failure_location.endswith("-error.out")
    assert row.witness.deadline == row.submit_time + timedelta(seconds=65)
    assert TOKEN not in row.witness.output_location


async def test_its_output_completes_it_and_can_be_read(
    engine: Engine, sandbox: Sandbox, tmp_path: Path
) -> None:
    row = await engine.submit(inline())
    await engine.poll()
    assert engine.board[KEY].status is Status.PENDING

    sandbox.clock.advance(60)
    await engine.poll()

    row = engine.board[KEY]
    assert row.status is Status.COMPLETED
    assert row.end_time is not None
    source = engine.source_of(row)
    (thing,) = (await source.list_outputs(row)).objects
    folder = folder_of(row, tmp_path)
    path = await downloaded(source, thing, folder)
    assert path.parent == tmp_path / TOKEN
    assert b'"a"' in path.read_bytes()


async def test_its_failure_fails_it_with_its_text(engine: Engine, sandbox: Sandbox) -> None:
    await engine.submit(inline(model_id="sandbox-failing"))

    sandbox.clock.advance(60)
    await engine.poll()

    assert engine.board[KEY].status is Status.FAILED
    assert "server error (500) from model" in engine.board[KEY].failure_message


async def test_without_a_failure_location_it_becomes_overdue_and_never_failed(
    engine: Engine, sandbox: Sandbox
) -> None:
    row = await engine.submit(inline(model_id="sandbox-silent"))
    assert row.witness is not None
    assert row.witness.failure_location == ""

    sandbox.clock.advance(21_600 + 900 + 60)
    await engine.poll()

    assert engine.board[KEY].status is Status.OVERDUE


async def test_it_is_watched_on_after_a_restart(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox
) -> None:
    row = await engine.submit(inline())
    await engine.close()
    sandbox.clock.advance(60)

    second = make_engine()
    assert second.board[KEY] == row
    await second.poll()

    assert second.board[KEY].status is Status.COMPLETED
    assert await second.request_of(row) == inline()


async def test_another_copy_of_the_program_sees_it(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox
) -> None:
    other = make_engine()
    await engine.submit(inline())

    await other.poll()

    assert other.board[KEY].status is Status.PENDING
    sandbox.clock.advance(60)
    await other.poll()
    assert other.board[KEY].status is Status.COMPLETED


async def test_a_refusal_raises_its_problem_and_leaves_no_row(
    engine: Engine, sandbox: Sandbox
) -> None:
    with pytest.raises(ProblemError) as caught:
        await engine.submit(inline(model_id="sandbox-sync"))

    assert caught.value.problem.kind == "ValidationError"
    assert caught.value.problem.remedy
    found = await engine.journal.find(token=TOKEN)
    assert found is not None
    assert found.state is State.REFUSED
    assert len(engine.board) == 0
    assert sent(sandbox) == 1


# What has no answer ------------------------------------------------------------------------------


@pytest.fixture
async def lost(engine: Engine, sandbox: Sandbox) -> Engine:
    """An engine whose inference was taken by the endpoint, and whose answer was lost."""
    sandbox.faults.add("InvokeEndpointAsync", "drop-after")
    row = await engine.submit(inline())
    assert row.status is Status.UNKNOWN
    return engine


async def test_without_an_answer_it_is_unknown_and_was_sent_once(
    lost: Engine, sandbox: Sandbox
) -> None:
    assert sent(sandbox) == 1
    assert lost.board[KEY].witness is None
    assert lost.board[KEY].is_over


@pytest.mark.parametrize("resends", [False, True])
async def test_it_stays_unknown_whatever_is_asked_and_is_never_sent_again(
    lost: Engine, make_engine: MakeEngine, sandbox: Sandbox, resends: bool
) -> None:
    await lost.close()
    settings = Settings(history=History(resend=resends), defaults=SETTINGS.defaults)
    for _ in range(2):
        sandbox.clock.advance(3600)
        second = make_engine(settings)
        recovery = await second.recover()
        await second.poll()

        assert (recovery.adopted, recovery.missing, recovery.waiting) == ((), (), ())
        assert second.board[KEY].status is Status.UNKNOWN
        await second.close()
    assert sent(sandbox) == 1


async def test_its_id_is_not_sent_twice(lost: Engine, sandbox: Sandbox) -> None:
    with pytest.raises(ProblemError) as caught:
        await lost.submit(inline())

    assert caught.value.problem.kind == "ConflictException"
    assert "twice" in caught.value.problem.message
    assert sent(sandbox) == 1


async def test_a_person_may_forget_it_and_it_stays_forgotten(
    lost: Engine, make_engine: MakeEngine, sandbox: Sandbox
) -> None:
    assert await lost.forget([KEY]) == 1
    await lost.close()

    sandbox.clock.advance(7200)
    second = make_engine()

    assert KEY not in second.board


async def test_what_is_watched_is_not_forgotten(engine: Engine) -> None:
    await engine.submit(inline())

    assert await engine.forget([KEY]) == 0
    assert KEY in engine.board


async def test_an_answer_that_the_ledger_does_not_take_is_there_once_it_does(
    engine: Engine, make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise ProblemError(Problem(kind="LedgerError", message="the disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "accept", full)
        row = await engine.submit(inline())
    assert row.status is Status.PENDING
    assert engine.problem is not None
    await engine.settle()
    await engine.close()
    second = make_engine()

    assert second.board[KEY].witness == row.witness


# One service's trouble is not the other's --------------------------------------------------------


async def test_trouble_with_s3_does_not_hide_that_of_bedrock(
    engine: Engine, sandbox: Sandbox
) -> None:
    await engine.submit(inline())
    sandbox.faults.add("ListAsyncInvokes", "throttle", times=None)
    await engine.poller.tick()
    await engine.watcher.tick()

    assert engine.problem is not None
    assert engine.problem.operation == "ListAsyncInvokes"
    sandbox.faults.clear()

    await engine.poller.tick()
    assert engine.problem is None
