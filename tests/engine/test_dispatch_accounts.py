"""Whose the queue is: what waits goes only from the account that it was submitted in."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.conftest import MakeEngine, Until
from tests.engine.queued import counts, many
from tui.engine.session import Engine
from tui.engine.signing_in import SigningIn
from tui.model.invocation import Status
from tui.model.problem import Problem, ProblemError
from tui.sandbox.server import Sandbox


async def test_what_was_queued_in_another_account_is_left_alone_and_holds_up_nothing(
    engine: Engine, sandbox: Sandbox, until: Until
) -> None:
    other, own = many(2)
    now = engine.clock()
    await engine.queued.enqueue([other], engine.context.key, now, account="999999999999")
    await engine.queued.enqueue([own], engine.context.key, now, account="123456789012")
    engine.queue.add([(each.client_request_token, each.model_id) for each in (other, own)])

    engine.start(sends_queued=True)
    await until(engine, lambda: engine.board.counts[Status.IN_PROGRESS] == 1)

    assert [row.client_request_token for row in engine.board] == ["token-1"]
    assert sandbox.calls["StartAsyncInvoke"] == 1


async def test_what_was_queued_in_an_account_waits_until_that_is_known(
    make_engine: MakeEngine, engine: Engine, sandbox: Sandbox, until: Until
) -> None:
    now = engine.clock()
    await engine.queued.enqueue(many(1), engine.context.key, now, account="123456789012")
    await engine.close()
    sandbox.faults.add("GetCallerIdentity", "denied", times=None)

    second = make_engine()
    second.start(sends_queued=True)
    await until(second, lambda: second.dispatch.trouble is not None)

    assert second.dispatch.trouble is not None
    assert second.dispatch.trouble.kind == "AnotherAccount"
    assert counts(second) == {Status.QUEUED: 1}
    assert sandbox.calls["StartAsyncInvoke"] == 0

    sandbox.faults.clear()
    await second.recover()
    await until(second, lambda: second.board.counts[Status.IN_PROGRESS] == 1)
    assert second.dispatch.trouble is None


async def test_what_is_queued_waits_to_know_whose_it_is(engine: Engine) -> None:
    await engine.pause_queue(True)

    await engine.enqueue(many(1))

    (found,) = await engine.journal.all()
    assert found.account == "123456789012"


async def test_what_is_queued_before_aws_says_whose_it_is_gets_its_account_later(
    engine: Engine, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody(_: SigningIn) -> None:
        """AWS takes longer to say it than anybody waits."""

    with monkeypatch.context() as patch:
        patch.setattr(SigningIn, "know", nobody)
        await engine.enqueue(many(1))
    (found,) = await engine.journal.all()
    assert found.account == ""

    engine.start(sends_queued=True)
    await until(engine, lambda: engine.board.counts[Status.IN_PROGRESS] == 1)

    (found,) = await engine.journal.all()
    assert found.account == "123456789012"


async def test_an_account_that_gets_known_while_it_is_written_down_is_noted(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    enqueue = engine.queued.enqueue

    async def meanwhile(*given: object) -> object:
        written = await enqueue(*given)  # type: ignore[arg-type]
        await engine.signing_in.identify()
        return written

    async def nobody() -> None:
        """AWS takes longer to say it than anybody waits."""

    monkeypatch.setattr(engine.signing_in, "know", nobody)
    monkeypatch.setattr(engine.queued, "enqueue", meanwhile)
    await engine.enqueue(many(1))

    (found,) = await engine.journal.all()
    assert found.account == "123456789012"


async def test_an_account_that_gets_known_during_the_call_is_noted(engine: Engine) -> None:
    await engine.queued.enqueue(many(1), engine.context.key, engine.clock())
    now = engine.clock()
    await engine.queued.claim("token-0", now)

    await engine.queued.own(["token-0"], "123456789012")
    await engine.queued.unclaim("token-0", now)

    assert await engine.queued.claim("token-0", now, "123456789012")


async def test_whose_they_are_is_noted_later_when_the_ledger_does_not_take_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await engine.queued.enqueue(many(1), engine.context.key, engine.clock())
    engine.dispatch._unowned = {"token-0"}

    async def full(*_: object) -> None:
        raise ProblemError(Problem(kind="LedgerError", message="full"))

    with monkeypatch.context() as patch:
        patch.setattr(engine.queued, "own", full)
        await engine.signing_in.identify()
    await engine.signing_in.identify()

    (found,) = await engine.journal.all()
    assert found.account == "123456789012"


async def test_what_is_queued_while_others_are_noted_is_noted_next(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = many(2)
    own, noted = engine.queued.own, []

    async def meanwhile(tokens: Sequence[str], account: str) -> None:
        noted.append(list(tokens))
        if len(noted) == 1:
            engine.dispatch._account = ""
            await engine.dispatch.enqueue([second])
            engine.dispatch._account = account
        await own(tokens, account)

    await engine.dispatch.enqueue([first])
    monkeypatch.setattr(engine.queued, "own", meanwhile)
    await engine.dispatch.go_on("123456789012")
    await engine.dispatch.go_on("123456789012")

    assert noted == [["token-0"], ["token-1"]]
    assert {found.account for found in await engine.journal.all()} == {"123456789012"}
