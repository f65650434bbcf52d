from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.builders import TOKEN, a_request
from tests.conftest import SETTINGS, MakeEngine, Until
from tui.aws import bedrock
from tui.config import History
from tui.engine.recovery import Recovery
from tui.engine.session import Engine
from tui.engine.submission import SETTLE
from tui.ledger.journal import Journal, State
from tui.model.invocation import Invocation, Status, key_of_token
from tui.model.problem import ProblemError
from tui.sandbox.server import Sandbox

SETTLED = SETTLE.total_seconds() + 1


async def unanswered(engine: Engine, sandbox: Sandbox, fault: str) -> None:
    sandbox.faults.add("StartAsyncInvoke", fault)
    row = await engine.submit(a_request())
    assert row.status is Status.UNKNOWN


async def test_what_arrived_is_adopted_and_stays_one(engine: Engine, sandbox: Sandbox) -> None:
    await unanswered(engine, sandbox, "drop-after")

    recovery = await engine.recover()

    (row,) = engine.board
    assert [adopted.key for adopted in recovery.adopted] == [row.key]
    assert row.status is Status.IN_PROGRESS
    assert row.is_ours
    found = await engine.journal.find(token=TOKEN)
    assert found is not None
    assert (found.state, found.arn) == (State.ACCEPTED, row.invocation_arn)
    assert sandbox.calls["StartAsyncInvoke"] == 1


async def test_what_aws_may_still_list_is_waited_for(engine: Engine, sandbox: Sandbox) -> None:
    await unanswered(engine, sandbox, "drop-before")

    recovery = await engine.recover()

    assert [found.token for found in recovery.waiting] == [TOKEN]
    assert engine.unanswered.missing == {}


async def test_what_aws_does_not_list_may_be_sent_again_with_the_same_token(
    engine: Engine, sandbox: Sandbox
) -> None:
    await unanswered(engine, sandbox, "drop-before")
    sandbox.clock.advance(SETTLED)

    recovery = await engine.recover()
    row = await engine.resend(recovery.missing[0])

    assert row.status is Status.IN_PROGRESS
    assert row.client_request_token == TOKEN
    assert [known.key for known in engine.board] == [row.key]
    assert (await engine.recover()) == Recovery()


async def test_a_second_call_that_finds_no_room_says_nothing_of_the_first(
    engine: Engine, sandbox: Sandbox
) -> None:
    await unanswered(engine, sandbox, "drop-before")
    sandbox.clock.advance(SETTLED)
    recovery = await engine.recover()
    sandbox.faults.add("StartAsyncInvoke", "throttle")

    with pytest.raises(ProblemError, match="ThrottlingException"):
        await engine.resend(recovery.missing[0])

    found = await engine.journal.find(token=TOKEN)
    assert found is not None
    assert found.state is State.UNKNOWN
    assert engine.board[key_of_token(TOKEN)].status is Status.UNKNOWN
    sandbox.clock.advance(SETTLED)
    assert [again.token for again in (await engine.recover()).missing] == [TOKEN]


async def test_a_second_call_without_an_answer_has_its_own_while_to_be_listed(
    engine: Engine, sandbox: Sandbox
) -> None:
    await unanswered(engine, sandbox, "drop-before")
    sandbox.clock.advance(SETTLED)
    (found,) = (await engine.recover()).missing
    sandbox.faults.add("StartAsyncInvoke", "drop-before")
    await engine.resend(found)

    recovery = await engine.recover()

    assert [found.token for found in recovery.waiting] == [TOKEN]
    assert recovery.missing == ()


async def test_nothing_is_sent_again_by_itself(engine: Engine, sandbox: Sandbox) -> None:
    await unanswered(engine, sandbox, "drop-before")
    sandbox.clock.advance(SETTLED)

    await engine.recover()
    await engine.poll()

    assert sandbox.calls["StartAsyncInvoke"] == 1
    assert engine.board[key_of_token(TOKEN)].status is Status.UNKNOWN


async def test_a_setting_sends_it_again_at_the_next_start(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> None:
    await unanswered(engine, sandbox, "drop-before")
    await engine.close()
    sandbox.clock.advance(SETTLED)

    second = make_engine(replace(SETTINGS, history=History(resend=True)))
    second.start()
    await until(second, lambda: any(row.invocation_arn for row in second.board))

    assert [row.client_request_token for row in second.board] == [TOKEN]


async def test_a_conflict_on_the_second_call_means_that_the_first_arrived(
    engine: Engine, sandbox: Sandbox
) -> None:
    await bedrock.start_async_invoke(engine.aws, a_request("as the service knows it"))
    await unanswered(engine, sandbox, "drop-before")
    found = await engine.journal.find(token=TOKEN)
    assert found is not None

    row = await engine.resend(found)

    assert row.status is Status.IN_PROGRESS
    assert row.client_request_token == TOKEN
    assert len(engine.board) == 1
    assert len(sandbox.requests) == 2


async def test_a_conflict_on_the_second_call_is_never_written_down_as_a_refusal(
    engine: Engine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill right after that commit would lose the invocation."""
    await bedrock.start_async_invoke(engine.aws, a_request("as the service knows it"))
    await unanswered(engine, sandbox, "drop-before")
    found = await engine.journal.find(token=TOKEN)
    assert found is not None
    record, recorded = Journal.record, []

    async def spy(self: Journal, token: str, state: State, **more: object) -> None:
        recorded.append(state)
        await record(self, token, state, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Journal, "record", spy)

    await engine.resend(found)

    assert recorded[0] is State.UNKNOWN
    assert State.REFUSED not in recorded


# Clocks ------------------------------------------------------------------------------------------


async def test_a_clock_that_was_set_back_a_month_does_not_hold_a_submission_for_a_month(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox
) -> None:
    await unanswered(engine, sandbox, "drop-before")
    later = make_engine(clock=lambda: sandbox.clock.now() - timedelta(days=30))

    recovery = await later.recover()

    assert [found.token for found in recovery.missing] == [TOKEN]


async def test_what_was_sent_with_the_clock_an_hour_ahead_is_found(
    make_engine: MakeEngine, sandbox: Sandbox
) -> None:
    ahead = make_engine(clock=lambda: sandbox.clock.now() + timedelta(hours=1))
    await unanswered(ahead, sandbox, "drop-after")
    sandbox.clock.advance(timedelta(hours=2).total_seconds())

    recovery = await make_engine().recover()

    assert [row.client_request_token for row in recovery.adopted] == [TOKEN]


# Whose it is -------------------------------------------------------------------------------------


async def test_recovery_asks_first_who_we_are_and_leaves_another_account_s_alone(
    engine: Engine, sandbox: Sandbox
) -> None:
    await engine.journal.prepare(
        a_request(), engine.context.key, engine.clock(), account="999999999999"
    )
    sandbox.clock.advance(SETTLED)

    recovery = await engine.recover()

    assert [found.token for found in recovery.elsewhere] == [TOKEN]
    assert recovery == Recovery(elsewhere=recovery.elsewhere)
    assert engine.identity is not None
    assert engine.unanswered.missing == {}


@pytest.mark.parametrize("account", ["", "999999999999"])
async def test_what_is_not_known_to_be_this_account_s_is_sent_again_only_when_confirmed(
    engine: Engine, sandbox: Sandbox, account: str
) -> None:
    await engine.journal.prepare(a_request(), engine.context.key, engine.clock(), account)
    found = await engine.journal.find(token=TOKEN)
    assert found is not None
    await engine.recover()

    with pytest.raises(ProblemError) as refused:
        await engine.resend(found)

    assert refused.value.problem.kind == "AccountNotKnown"
    assert refused.value.problem.remedy
    assert sandbox.calls["StartAsyncInvoke"] == 0
    if account:
        with pytest.raises(ProblemError, match="stands for another request"):
            await engine.resend(found, confirmed=engine.signing_in.account)
        assert sandbox.calls["StartAsyncInvoke"] == 0
    else:
        assert (await engine.resend(found, confirmed=engine.signing_in.account)).invocation_arn
        found = await engine.journal.find(token=TOKEN)
        assert found is not None
        assert found.account == "123456789012"


async def test_a_second_call_that_may_not_be_made_leaves_the_submission_open(
    engine: Engine, sandbox: Sandbox
) -> None:
    await unanswered(engine, sandbox, "drop-before")
    sandbox.clock.advance(SETTLED)
    recovery = await engine.recover()
    sandbox.faults.add("StartAsyncInvoke", "denied")

    with pytest.raises(ProblemError, match="AccessDeniedException"):
        await engine.resend(recovery.missing[0])

    assert engine.board[key_of_token(TOKEN)].status is Status.UNKNOWN
    sandbox.clock.advance(SETTLED)
    assert [again.token for again in (await engine.recover()).missing] == [TOKEN]


async def test_a_second_call_that_is_refused_stays_on_the_screen_as_failed(
    engine: Engine, sandbox: Sandbox
) -> None:
    request = a_request(s3_uri="s3://missing-bucket/x/")
    sandbox.faults.add("StartAsyncInvoke", "drop-before")
    await engine.submit(request)
    sandbox.clock.advance(SETTLED)
    recovery = await engine.recover()

    with pytest.raises(ProblemError, match="ValidationException"):
        await engine.resend(recovery.missing[0])

    row = engine.board[key_of_token(TOKEN)]
    assert row.status is Status.FAILED
    assert row.failure_message.startswith("ValidationException: ")
    assert await engine.request_of(row) == request
    assert engine.unanswered.missing == {}


async def test_without_an_identity_nothing_is_sent_again_by_itself(
    make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> None:
    sandbox.faults.add("GetCallerIdentity", "denied", times=None)
    engine = make_engine(replace(SETTINGS, history=History(resend=True)))
    await unanswered(engine, sandbox, "drop-before")
    sandbox.clock.advance(SETTLED)
    told: list[str] = []
    engine.subscribe(lambda _: told.append(engine.problem.kind if engine.problem else ""))

    engine.start()
    await until(engine, lambda: "AccountNotKnown" in told)

    assert sandbox.calls["StartAsyncInvoke"] == 1


# One that cannot be sent -------------------------------------------------------------------------


async def test_one_that_cannot_be_sent_again_holds_up_neither_the_others_nor_the_pruning(
    make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> None:
    bare = make_engine(replace(SETTINGS, history=History(keep_inputs=False)))
    sandbox.faults.add("StartAsyncInvoke", "drop-before")
    await bare.submit(a_request(client_request_token="without-input"))
    sandbox.clock.advance(1)
    sandbox.faults.add("StartAsyncInvoke", "drop-before")
    first = make_engine()
    await first.submit(a_request(client_request_token="whole"))
    await first.submit(a_request(client_request_token="old"))
    sandbox.clock.advance(timedelta(days=91).total_seconds())
    second = make_engine(replace(SETTINGS, history=History(resend=True)))
    told: list[str] = []
    second.subscribe(lambda _: told.append(second.problem.kind if second.problem else ""))

    second.start()
    await until(second, lambda: any(row.client_request_token == "whole" for row in arrived(second)))
    await asyncio.wait_for(pruned(second, "old"), 10)

    assert "InputNotKept" in told
    assert [found.token for found in await second.journal.unsettled(second.context.key)] == [
        "without-input"
    ]


async def pruned(engine: Engine, token: str) -> None:
    while await engine.journal.find(token=token):
        pass


def arrived(engine: Engine) -> list[Invocation]:
    return [row for row in engine.board if row.invocation_arn]


async def test_a_dead_program_s_submissions_are_on_the_next_one_s_first_frame(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox
) -> None:
    await engine.journal.prepare(a_request(), engine.context.key, engine.clock())
    await engine.journal.record(TOKEN, State.SENT)

    second = make_engine()

    (row,) = second.board
    assert row.key == key_of_token(TOKEN)
    assert row.status is Status.UNKNOWN


async def test_another_context_s_submissions_are_left_alone(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox
) -> None:
    await unanswered(engine, sandbox, "drop-after")

    other = make_engine(region="eu-west-1")

    assert list(other.board) == []
    assert await other.recover() == Recovery()


async def test_without_network_nothing_is_known_any_better(
    engine: Engine, sandbox: Sandbox
) -> None:
    await unanswered(engine, sandbox, "drop-after")
    sandbox.faults.add("ListAsyncInvokes", "denied")

    with pytest.raises(ProblemError):
        await engine.recover()

    assert engine.board[key_of_token(TOKEN)].status is Status.UNKNOWN


async def test_a_submission_without_its_input_can_be_found_but_not_sent_again(
    make_engine: MakeEngine, sandbox: Sandbox
) -> None:
    engine = make_engine(replace(SETTINGS, history=History(keep_inputs=False)))
    await unanswered(engine, sandbox, "drop-before")
    sandbox.clock.advance(SETTLED)
    recovery = await engine.recover()

    with pytest.raises(ProblemError) as caught:
        await engine.resend(recovery.missing[0])

    assert caught.value.problem.kind == "InputNotKept"
    assert sandbox.calls["StartAsyncInvoke"] == 1


async def test_two_programs_on_one_ledger_lose_and_double_nothing(
    engine: Engine, sandbox: Sandbox, tmp_path: Path
) -> None:
    workers = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.crash"),
            *("--worker", str(engine.ledger.path), sandbox.url),
            *(prefix, "100", "0", "0"),
            stdout=asyncio.subprocess.DEVNULL,
        )
        for prefix in ("left", "right")
    ]
    assert [await worker.wait() for worker in workers] == [0, 0]

    await engine.poll()

    tokens = {row.client_request_token for row in engine.board}
    assert len(engine.board) == len(tokens) == 200
    assert len(await engine.journal.all()) == 200
