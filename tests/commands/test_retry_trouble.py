"""What keeps some from being sent again: the ledger, the streams, the credentials, a signal."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import io
import json
import sys
from argparse import Namespace
from typing import Any

import pytest

from tests.builders import a_request
from tests.commands.test_retry import queued, two_failed
from tests.conftest import MakeEngine
from tests.lone import contexts_of
from tui.aws.session import Session
from tui.commands import exit_codes, retry
from tui.commands.output import UnwrittenError
from tui.engine import submission
from tui.engine.contexts import Contexts
from tui.ledger.journal import Journal, Submission
from tui.model.invocation import Status
from tui.model.problem import Problem, ProblemError
from tui.sandbox.server import Sandbox


async def full(*_: object, **__: object) -> None:
    raise ProblemError(Problem(kind="LedgerError", message="the disk is full"))


class Full(io.StringIO):
    """A stream that takes nothing."""

    def write(self, _: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


class Gone(io.StringIO):
    """A stream that nobody reads any more."""

    def write(self, _: str) -> int:
        raise BrokenPipeError


@pytest.fixture
async def two(make_engine: MakeEngine, sandbox: Sandbox) -> Contexts:
    """Two contexts with one failed invocation each: one, two."""
    contexts = contexts_of(make_engine(), make_engine(region="eu-west-1"))
    for engine, token in zip(contexts.open_ones, ("one", "two"), strict=True):
        await engine.submit(a_request("[fail:capacity]", client_request_token=token))
    sandbox.clock.advance(60)
    await contexts.poll()
    assert [row.status for row in contexts.board] == [Status.FAILED] * 2
    return contexts


BOTH = Namespace(keys=["one", "two"], filter="", wait=False)


async def test_where_one_context_cannot_queue_what_another_has_queued_is_taken_back(
    two: Contexts, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    west, east = two.open_ones
    monkeypatch.setattr(east, "enqueue", full)

    assert await retry.run(two, BOTH) == exit_codes.USAGE

    out, err = capsys.readouterr()
    assert out == ""
    assert f"in {east.context.label}:\nasyncinvoke: LedgerError: the disk is full" in err
    assert "2 were not sent, and are not queued" in err
    assert queued(two) == []
    assert not west.queued.load(west.context.key)


async def test_what_cannot_be_taken_back_is_named_and_not_waited_for(
    two: Contexts, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    west, east = two.open_ones
    monkeypatch.setattr(east, "enqueue", full)
    monkeypatch.setattr(west, "forget", full)

    given = Namespace(keys=["one", "two"], filter="", wait=True)

    assert await retry.run(two, given) == exit_codes.USAGE

    out, err = capsys.readouterr()
    assert [row["status"] for row in json.loads(out)] == ["Queued"]
    assert "1 waits in the ledger, and is sent once the screen is open" in err
    assert "1 was not sent, and is not queued" in err


@pytest.mark.parametrize(("count", "name"), [(1, "submit"), (2, "enqueue")])
async def test_what_was_not_even_written_down_a_filter_takes_again_at_once(
    contexts: Contexts,
    sandbox: Sandbox,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    count: int,
    name: str,
) -> None:
    keys = (await two_failed(contexts, sandbox))[:count]
    with monkeypatch.context() as broken, contextlib.suppress(ProblemError):
        broken.setattr(contexts.active, name, full)
        await retry.run(contexts, Namespace(keys=keys, filter="", wait=False))
    assert sandbox.calls["StartAsyncInvoke"] == 2
    capsys.readouterr()

    assert await retry.run(contexts, Namespace(keys=[], filter="status:failed", wait=False)) == 0

    assert len(json.loads(capsys.readouterr().out)) == 2


async def test_what_aws_refuses_and_the_ledger_keeps_is_named(
    contexts: Contexts,
    sandbox: Sandbox,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = await two_failed(contexts, sandbox)
    sandbox.faults.add("StartAsyncInvoke", "denied", times=None)
    monkeypatch.setattr(contexts.active, "forget", full)

    given = Namespace(keys=keys, filter="", wait=False)

    assert await retry.run(contexts, given) == exit_codes.REFUSED

    out, err = capsys.readouterr()
    assert "AccessDenied" in err
    assert [row["status"] for row in json.loads(out)] == ["Queued"] * 2
    assert "LedgerError: the disk is full" in err
    assert "2 wait in the ledger" in err


async def test_one_that_was_sent_is_named_where_stderr_takes_nothing(
    contexts: Contexts, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await two_failed(contexts, sandbox)
    monkeypatch.setattr(Journal, "record", full)
    monkeypatch.setattr(sys, "stderr", Full())

    with pytest.raises(UnwrittenError) as unwritten:
        await retry.run(contexts, Namespace(keys=["one"], filter="", wait=False))

    (row,) = (row for row in contexts.board if row.status is Status.IN_PROGRESS)
    assert row.invocation_arn in unwritten.value.problem.cause


async def test_what_was_queued_is_named_where_stderr_takes_nothing(
    contexts: Contexts, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = await two_failed(contexts, sandbox)
    await contexts.active.enqueue([a_request(client_request_token="another")])
    monkeypatch.setattr(sys, "stderr", Full())

    with pytest.raises(UnwrittenError) as unwritten:
        await retry.run(contexts, Namespace(keys=keys, filter="", wait=False))

    tokens = sorted(set(queued(contexts)) - {"another"})
    assert len(tokens) == 2
    assert all(f'"{token}" (queued' in unwritten.value.problem.cause for token in tokens)


async def test_what_one_context_has_queued_is_said_to_wait_when_another_is_interrupted(
    two: Contexts, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    is_reached = asyncio.Event()

    async def hang(_: object) -> None:
        is_reached.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(two.open_ones[1], "enqueue", hang)
    retrying = asyncio.create_task(retry.run(two, BOTH))
    await is_reached.wait()
    retrying.cancel()

    with pytest.raises(asyncio.CancelledError):
        await retrying

    assert "1 waits in the ledger, and is sent once the screen is open" in capsys.readouterr().err
    assert len(queued(two)) == 1


async def test_credentials_that_end_while_it_is_sent_are_told_and_waited_for_by_nobody(
    contexts: Contexts,
    sandbox: Sandbox,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = await two_failed(contexts, sandbox)
    send, one_by_one, sent = submission.send, asyncio.Lock(), list[object]()

    async def send_one(*given: Any) -> object:
        async with one_by_one:
            if sent:
                for operation in ("ListAsyncInvokes", "GetAsyncInvoke", "StartAsyncInvoke"):
                    sandbox.faults.add(operation, "expired", times=None)
            sent.append(given)
            return await send(*given)

    monkeypatch.setattr(submission, "send", send_one)
    given = Namespace(keys=keys, filter="", wait=True)

    code = await asyncio.wait_for(retry.run(contexts, given), 60)

    out, err = capsys.readouterr()
    assert code == exit_codes.REFUSED
    assert [row["status"] for row in json.loads(out)] == ["InProgress"]
    assert "1 was not sent, and is not queued\nasyncinvoke: ExpiredToken" in err
    assert err.count("remedy: ") == 1


async def test_credentials_that_end_in_the_waiting_are_told_also_where_others_ended_before(
    two: Contexts,
    sandbox: Sandbox,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    west, east = two.open_ones
    send, one_by_one = submission.send, asyncio.Lock()

    async def send_in_the_east(found: Submission, session: Session, *more: Any) -> object:
        async with one_by_one:
            if session.context == west.context:
                sandbox.faults.add("StartAsyncInvoke", "expired")
                return await send(found, session, *more)
            sent = await send(found, session, *more)
            for operation in ("ListAsyncInvokes", "GetAsyncInvoke"):
                sandbox.faults.add(operation, "expired", times=None)
            return sent

    monkeypatch.setattr(submission, "send", send_in_the_east)
    given = Namespace(keys=["one", "two"], filter="", wait=True)

    with pytest.raises(ProblemError) as caught:
        await asyncio.wait_for(retry.run(two, given), 10)

    out, err = capsys.readouterr()
    assert caught.value.problem.is_signed_out
    assert [row["region"] for row in json.loads(out)] == [east.context.region]
    assert f"in {west.context.label}:\nasyncinvoke: ExpiredToken" in err
    assert f"in {east.context.label}:" not in err


async def test_what_became_of_it_is_the_code_also_where_nobody_reads_along(
    contexts: Contexts, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = await two_failed(contexts, sandbox)
    sandbox.faults.add("StartAsyncInvoke", "drop-before", times=None)
    monkeypatch.setattr(sys, "stderr", Gone())

    code = await retry.run(contexts, Namespace(keys=keys, filter="", wait=False))

    assert code == exit_codes.TRY_AGAIN
