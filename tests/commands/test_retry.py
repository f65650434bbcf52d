from __future__ import annotations

import asyncio
import json
from argparse import Namespace

import pytest

from tests.builders import a_question, a_request, an_invocation
from tests.commands.conftest import Invoke, a_start, add_job
from tui.commands import retry
from tui.engine.contexts import Contexts
from tui.engine.session import Engine
from tui.model.board import Board
from tui.model.invocation import Status, key_of_token
from tui.model.problem import ProblemError
from tui.sandbox.server import Sandbox


def failed(invoke: Invoke, prompt: str = "[fail:capacity]", *options: str) -> str:
    done = invoke(*a_start("--wait", *options, prompt=prompt))
    assert done.code == 1
    return str(done.data["invocationArn"])


def test_one_is_sent_again_as_a_new_one_with_its_input_and_another_token(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    arn = failed(invoke, "a storm [fail:capacity]", "--client-request-token=mine-1")

    done = invoke("retry", arn)

    assert done.code == 0
    (row,) = done.data
    assert row["retryOf"] == arn
    assert row["invocationArn"] != arn
    assert row["clientRequestToken"] != "mine-1"
    assert row["prompt"] == "a storm [fail:capacity]"
    assert sandbox.calls["StartAsyncInvoke"] == 2
    assert f"{arn.rpartition('/')[2]} again as " in done.err


def test_several_go_through_the_queue_each_once(invoke: Invoke, sandbox: Sandbox) -> None:
    arns = [failed(invoke), failed(invoke), failed(invoke)]

    done = invoke("retry", *arns)

    assert done.code == 0
    assert [row["retryOf"] for row in done.data] == arns
    assert all(row["invocationArn"] for row in done.data)
    assert len({row["invocationArn"] for row in done.data} | set(arns)) == 6
    assert sandbox.calls["StartAsyncInvoke"] == 6


def test_a_filter_takes_what_has_failed_and_has_an_input(invoke: Invoke, sandbox: Sandbox) -> None:
    add_job(sandbox, "westjob00001", failure="no")
    add_job(sandbox, "westjob00002")
    arn = failed(invoke)

    done = invoke("retry", "--filter", "model:luma")

    assert done.code == 2
    assert [row["retryOf"] for row in done.data] == [arn]
    assert "westjob00001: its input is not known" in done.err
    assert "westjob00002" not in done.err


def test_a_filter_with_nothing_failed_sends_nothing_and_is_no_error(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    add_job(sandbox, "westjob00002")

    done = invoke("retry", "--filter", "model:luma")

    assert (done.code, done.data) == (0, [])
    assert "none of them has failed" in done.err


def test_a_filter_leaves_out_what_was_retried_already_and_says_so(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    first, second = (arn.rpartition("/")[2] for arn in (failed(invoke), failed(invoke)))
    (tried,) = invoke("retry", first, "--wait").data
    third = tried["invocationArn"].rpartition("/")[2]

    done = invoke("retry", "--filter", "status:failed", "--wait")
    after = invoke("retry", "--filter", f"status:failed id:{first}")

    assert sorted(each.split()[0] for each in again_lines(done.err)) == sorted([second, third])
    assert f"1 was retried already, and is left out ({first} as {third}): retry KEY" in done.err
    assert (after.code, after.data) == (0, [])
    assert "none of them has failed" not in after.err
    assert (
        "3 were retried already, and are left out ("
        in invoke("retry", "--filter", "status:failed").err
    )
    assert sandbox.calls["StartAsyncInvoke"] == 7


async def test_a_filter_leaves_out_what_another_program_is_about_to_send(
    contexts: Contexts, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    await two_failed(contexts, sandbox)
    first, second = sorted(contexts.board, key=lambda row: row.client_request_token)
    await contexts.ledger.retries.note({"theirs": first.key}, contexts.clock())

    assert await retry.run(contexts, Namespace(keys=[], filter="status:failed", wait=False)) == 0

    out, err = capsys.readouterr()
    assert [row["retryOf"] for row in json.loads(out)] == [second.invocation_arn]
    assert f"1 was taken by another retry just now, and is left out ({first.id}): retry KEY" in err
    assert await retry.run(contexts, Namespace(keys=[], filter="status:failed", wait=False)) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert await retry.run(contexts, Namespace(keys=[first.id], filter="", wait=False)) == 0
    assert sandbox.calls["StartAsyncInvoke"] == 4


def again_lines(err: str) -> list[str]:
    return [line for line in err.splitlines() if " again as " in line]


def test_a_key_is_retried_once_more_and_that_it_was_before_is_told(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    first = failed(invoke).rpartition("/")[2]
    (tried,) = invoke("retry", first).data

    done = invoke("retry", first)

    assert done.code == 0
    second = tried["invocationArn"].rpartition("/")[2]
    assert f"{first} was retried already, as {second}\n{first} again as " in done.err
    assert sandbox.calls["StartAsyncInvoke"] == 3


def test_what_was_never_sent_again_was_not_retried(invoke: Invoke, sandbox: Sandbox) -> None:
    failed(invoke)
    sandbox.faults.add("StartAsyncInvoke", "denied")
    assert invoke("retry", "--filter", "status:failed").code == 3

    done = invoke("retry", "--filter", "status:failed")

    assert (done.code, len(done.data)) == (0, 1)
    assert "retried already" not in done.err


@pytest.mark.parametrize(
    ("failure", "why"),
    [
        ("", "westjob00001 is Completed: only what failed is retried"),
        ("no", "westjob00001: its input is not known: AWS returns none, and none is kept"),
    ],
)
def test_a_key_that_cannot_be_retried_keeps_all_from_being_sent(
    invoke: Invoke, sandbox: Sandbox, failure: str, why: str
) -> None:
    add_job(sandbox, "westjob00001", failure=failure)
    arn = failed(invoke)

    done = invoke("retry", arn, "westjob00001")

    assert (done.code, done.out) == (2, "")
    assert f"asyncinvoke: {why}\nnothing was sent\n" in done.err
    assert sandbox.calls["StartAsyncInvoke"] == 1


def test_an_input_that_was_not_kept_is_refused(invoke: Invoke, sandbox: Sandbox) -> None:
    arn = failed(invoke)
    assert invoke("purge-inputs").code == 0

    done = invoke("retry", arn)

    assert (done.code, done.out) == (2, "")
    assert "its input is not known" in done.err


def test_waiting_prints_how_they_ended_and_says_it_by_the_code(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    arns = [failed(invoke), failed(invoke)]

    done = invoke("retry", *arns, "--wait")

    assert done.code == 1
    assert [row["status"] for row in done.data] == ["Failed", "Failed"]
    assert not {row["invocationArn"] for row in done.data} & set(arns)


def test_one_that_aws_refuses_is_3_and_nothing_is_doubled(invoke: Invoke, sandbox: Sandbox) -> None:
    arn = failed(invoke)
    sandbox.faults.add("StartAsyncInvoke", "denied", times=None)

    done = invoke("retry", arn)

    assert (done.code, done.out) == (3, "")
    assert "AccessDeniedException" in done.err
    assert sandbox.calls["StartAsyncInvoke"] == 2


def test_of_several_one_that_aws_refuses_stops_no_other(invoke: Invoke, sandbox: Sandbox) -> None:
    arns = [failed(invoke), failed(invoke)]
    sandbox.faults.add("StartAsyncInvoke", "not-valid")

    done = invoke("retry", *arns)

    assert done.code == 3
    refused = [row for row in done.data if "invocationArn" not in row]
    assert [row["status"] for row in refused] == ["Failed"]
    assert len(done.data) == 2
    assert "Failed: ValidationException" in done.err


def test_what_aws_would_refuse_for_good_waits_for_nobody(invoke: Invoke, sandbox: Sandbox) -> None:
    arns = [failed(invoke), failed(invoke)]
    sandbox.faults.add("StartAsyncInvoke", "denied", times=None)

    done = invoke("retry", *arns)

    assert (done.code, done.out) == (3, "")
    assert "2 were not sent, and are not queued" in done.err
    assert "AccessDeniedException" in done.err
    assert {row["status"] for row in invoke("list").data} == {"Failed"}


def test_one_without_an_answer_is_unknown_and_not_sent_twice(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    arn = failed(invoke)
    sandbox.faults.add("StartAsyncInvoke", "drop-after")

    done = invoke("retry", arn)

    assert done.code == 4
    assert [row["status"] for row in done.data] == ["Unknown"]
    assert "no answer came back" in done.err
    assert invoke("recover").code == 0
    listed = [row["clientRequestToken"] for row in invoke("list").data]
    assert len(listed) == len(set(listed)) == 2


async def two_failed(contexts: Contexts, sandbox: Sandbox) -> list[str]:
    engine = contexts.active
    for token in ("one", "two"):
        await engine.submit(a_request("[fail:capacity]", client_request_token=token))
    sandbox.clock.advance(60)
    await engine.poll()
    assert {row.status for row in engine.board} == {Status.FAILED}
    return ["one", "two"]


def queued(contexts: Contexts) -> list[str]:
    rows = (row for row in contexts.board if row.status is Status.QUEUED)
    return [row.client_request_token for row in rows]


async def test_what_waits_for_room_when_it_is_interrupted_is_said_to_wait_on(
    contexts: Contexts, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = await two_failed(contexts, sandbox)
    sandbox.faults.add("StartAsyncInvoke", "quota", times=None)
    given = Namespace(keys=keys, filter="", wait=False)
    retrying = asyncio.create_task(retry.run(contexts, given))
    queue = contexts.active.queue
    while sandbox.calls["StartAsyncInvoke"] < 4 or any(map(queue.is_sending, queued(contexts))):
        await asyncio.sleep(0)
    retrying.cancel()

    with pytest.raises(asyncio.CancelledError):
        await retrying
    out, err = capsys.readouterr()
    assert out == ""
    assert "2 wait in the ledger, and are sent once the screen is open" in err
    assert len(queued(contexts)) == 2


async def test_several_are_refused_while_the_queue_is_paused(
    contexts: Contexts, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = await two_failed(contexts, sandbox)
    await contexts.pause_queue(True)

    assert await retry.run(contexts, Namespace(keys=keys, filter="", wait=False)) == 2

    assert "the queue is paused: the screen lets it go on" in capsys.readouterr().err
    assert sandbox.calls["StartAsyncInvoke"] == 2


async def test_an_invoke_model_is_retried_alone(
    contexts: Contexts, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = contexts.active
    for token in ("one", "two"):
        with pytest.raises(ProblemError):
            await engine.submit(a_question("[refuse:not-ready]", client_request_token=token))
    both = Namespace(keys=["one", "two"], filter="", wait=False)

    assert await retry.run(contexts, both) == 2

    assert "one is an InvokeModel: retry it alone" in capsys.readouterr().err


def test_what_was_sent_is_not_searched_for_among_all_rows(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.board.apply([an_invocation(client_request_token="one")])
    monkeypatch.delattr(Board, "__iter__")

    assert retry._queued(engine, [key_of_token("one")]) == []


def test_while_waiting_why_one_was_refused_is_told_once(invoke: Invoke, sandbox: Sandbox) -> None:
    arns = [failed(invoke), failed(invoke)]
    sandbox.faults.add("StartAsyncInvoke", "not-valid")

    done = invoke("retry", *arns, "--wait")

    assert done.code == 3
    assert len(done.data) == 2
    assert done.err.count("ValidationException") == 1
