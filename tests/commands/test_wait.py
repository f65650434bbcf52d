from __future__ import annotations

import asyncio
import json
from argparse import Namespace
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from tests.builders import a_request, a_watched, an_inference, an_invocation
from tests.commands.conftest import Begin, Invoke, a_start, add_job, add_pending
from tests.conftest import Until
from tui.commands import exit_codes, wait
from tui.commands.wait import all_end, until_all_end, verdict
from tui.engine.awaiting import Awaited
from tui.engine.contexts import Contexts
from tui.engine.session import Engine
from tui.model.board import Changes
from tui.model.invocation import Invocation, Status
from tui.model.problem import Problem, ProblemError
from tui.sandbox.server import Sandbox


def started(invoke: Invoke, prompt: str = "a tide pool") -> str:
    arn: str = invoke(*a_start(prompt=prompt)).data["invocationArn"]
    return arn


def ids(rows: list[dict[str, str]]) -> list[str]:
    return [row["invocationArn"].rpartition("/")[2] for row in rows]


def test_until_all_have_completed(invoke: Invoke, sandbox: Sandbox) -> None:
    arns = [started(invoke), started(invoke)]

    done = invoke("wait", *arns)

    assert done.code == 0
    assert [row["invocationArn"] for row in done.data] == arns
    assert {row["status"] for row in done.data} == {"Completed"}
    for arn in arns:
        assert f"{arn.rpartition('/')[2]} Completed after" in done.err


def test_one_that_failed_makes_it_1_and_is_told_with_why(invoke: Invoke) -> None:
    good, bad = started(invoke), started(invoke, "[fail:filter]")

    done = invoke("wait", good, bad)

    assert done.code == 1
    assert [row["status"] for row in done.data] == ["Completed", "Failed"]
    assert f"{bad.rpartition('/')[2]} Failed after" in done.err
    assert "blocked by our content filters" in done.err


def test_what_has_ended_costs_no_question(invoke: Invoke, sandbox: Sandbox) -> None:
    add_job(sandbox, "westjob00001")
    add_job(sandbox, "westjob00002", failure="no")
    invoke("list")
    asked = sandbox.calls["ListAsyncInvokes"]

    assert invoke("wait", "westjob00001").code == 0
    assert invoke("wait", "westjob00001", "westjob00002").code == 1
    assert sandbox.calls["ListAsyncInvokes"] == asked
    assert sandbox.calls["GetAsyncInvoke"] == 0


async def test_many_are_asked_for_by_lists_and_not_one_by_one(
    begin: Begin, contexts: Contexts, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(30):
        add_pending(sandbox, f"westjob{number:05}", 60)
    waiting = await begin(wait.run, filter="model:luma", timeout=None)
    asked = sandbox.calls["ListAsyncInvokes"]

    sandbox.clock.advance(60)
    contexts.wake()

    assert await waiting == 0
    assert len(json.loads(capsys.readouterr().out)) == 30
    assert sandbox.calls["GetAsyncInvoke"] == 0
    assert sandbox.calls["ListAsyncInvokes"] - asked < 5


async def test_a_filter_waits_for_what_is_pending_alone(
    begin: Begin, contexts: Contexts, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    add_job(sandbox, "westjob00001")
    add_pending(sandbox, "westjob00002", 60)
    waiting = await begin(wait.run, filter="model:luma", timeout=None)

    sandbox.clock.advance(60)
    contexts.wake()

    assert await waiting == 0
    out, err = capsys.readouterr()
    assert ids(json.loads(out)) == ["westjob00002"]
    assert "waiting for 1 invocation\n" in err


def test_a_filter_with_nothing_pending_waits_for_nothing(invoke: Invoke, sandbox: Sandbox) -> None:
    add_job(sandbox, "westjob00001")

    done = invoke("wait", "--filter", "model:luma")

    assert (done.code, done.data) == (0, [])
    assert "none of them is pending" in done.err


async def test_of_a_filter_what_had_failed_before_counts_as_what_fails_now(
    begin: Begin, contexts: Contexts, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    add_job(sandbox, "westjob00001")
    add_job(sandbox, "westjob00002", failure="no room")
    add_pending(sandbox, "westjob00003", 60)
    waiting = await begin(wait.run, filter="model:luma", timeout=None)

    sandbox.clock.advance(60)
    contexts.wake()

    assert await waiting == 1
    during, told = capsys.readouterr()
    assert ids(json.loads(during)) == ["westjob00003", "westjob00002"]
    assert "westjob00003 Completed" in told
    assert await wait.run(contexts, named(filter="model:luma")) == 1
    after, told_after = capsys.readouterr()
    assert ids(json.loads(after)) == ["westjob00002"]
    for err in (told, told_after):
        assert "westjob00002 Failed after 1m00s: no room\n" in err
    assert await wait.run(contexts, named(keys=["westjob00002"])) == 1
    assert await wait.run(contexts, named(filter="model:luma since:3m")) == 0


def named(keys: Sequence[str] = (), filter: str = "") -> Namespace:  # noqa: A002 - as the option
    return Namespace(keys=keys, filter=filter, timeout=None)


def test_of_many_that_had_failed_before_only_a_few_are_named(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    for number in range(5):
        add_job(sandbox, f"westjob0000{number}", failure="no room")

    done = invoke("wait", "--filter", "model:luma")

    assert (done.code, len(done.data)) == (1, 5)
    assert done.err.count("no room") == 3
    assert "… and 2 more had ended, and not completed" in done.err


def test_what_had_no_answer_before_counts_and_is_told_in_a_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lost = an_invocation("lost", Status.UNKNOWN, operation="InvokeEndpointAsync")

    assert verdict([], [lost]) == exit_codes.NOT_KNOWN
    assert verdict([], [a_watched(status=Status.OVERDUE)]) == exit_codes.NOT_KNOWN
    assert capsys.readouterr().err == ""


def test_a_time_that_is_up_is_4_and_leaves_them_alone(invoke: Invoke, sandbox: Sandbox) -> None:
    add_pending(sandbox, "westjob00001")

    done = invoke("wait", "westjob00001", "--timeout", "0")

    assert done.code == 4
    assert [row["status"] for row in done.data] == ["InProgress"]
    assert "the time is up: 1 of 1 has not ended, and goes on" in done.err
    assert invoke("show", "westjob00001").data[0]["status"] == "InProgress"


def test_what_has_ended_takes_no_time(invoke: Invoke, sandbox: Sandbox) -> None:
    add_job(sandbox, "westjob00001")
    add_job(sandbox, "westjob00002", failure="no")

    done = invoke("wait", "westjob00001", "--timeout", "0")

    assert done.code == 0
    assert "westjob00001 Completed" in done.err
    assert "the time is up" not in done.err
    assert invoke("wait", "westjob00001", "westjob00002", "--timeout", "0").code == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("wait",), "expected KEY… or --filter WORDS"),
        (("wait", "--filter", ""), "expected KEY… or --filter WORDS"),
        (("wait", "west", "--filter", "x"), "KEY… and --filter both say which"),
        (("wait", "--filter", "statu:x"), "--filter: there is no field statu"),
        (("wait", "nowhere"), "no invocation is called 'nowhere'"),
        (("fetch",), "expected KEY… or --filter WORDS"),
        (("retry",), "expected KEY… or --filter WORDS"),
    ],
)
def test_what_names_nothing_is_a_usage_error(
    invoke: Invoke, arguments: tuple[str, ...], words: str
) -> None:
    done = invoke(*arguments)

    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_a_time_that_is_none_is_a_usage_error(invoke: Invoke) -> None:
    done = invoke("wait", "west", "--timeout", "soon")

    assert (done.code, done.out) == (2, "")
    assert "soon is not a number of seconds" in done.err


def test_a_filter_that_cannot_be_looked_up_is_aws_s_word(invoke: Invoke, sandbox: Sandbox) -> None:
    sandbox.faults.add("ListAsyncInvokes", "throttle", times=None)

    done = invoke("wait", "--filter", "model:luma")

    assert (done.code, done.out) == (4, "")
    assert "ThrottlingException" in done.err


async def test_an_outage_is_told_once_and_waited_out(
    begin: Begin, contexts: Contexts, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    add_pending(sandbox, "westjob00001", 60)
    await contexts.poll()
    sandbox.faults.add("ListAsyncInvokes", "denied", times=3)
    sandbox.faults.add("GetAsyncInvoke", "denied", times=3)
    waiting = await begin(wait.run, keys=["westjob00001"], timeout=None)
    sandbox.clock.advance(60)
    while sandbox.calls["ListAsyncInvokes"] < 6 and not waiting.done():
        contexts.wake()
        await contexts.active.news.learn(Changes())  # of another copy of the program, say
        await asyncio.sleep(0)

    assert await waiting == 0
    err = capsys.readouterr().err
    assert err.count("not authorized to perform: bedrock:ListAsyncInvokes") == 1
    assert "westjob00001 Completed" in err


def test_of_several_contexts_the_one_without_news_is_named(
    here: Invoke, west_and_east: tuple[str, ...], sandbox: Sandbox
) -> None:
    add_pending(sandbox, "westpend0001", 1)
    here("list", *west_and_east)
    sandbox.faults.add("ListAsyncInvokes", "denied")

    done = here("wait", "westpend0001", *west_and_east)

    assert done.code == 0
    assert done.err.startswith("no news of west us-west-2: AccessDeniedException")


async def test_one_that_nobody_can_tell_of_is_5(
    engine: Engine,
    contexts: Contexts,
    sandbox: Sandbox,
    until: Until,
    capsys: pytest.CaptureFixture[str],
) -> None:
    request = an_inference(model_id="sandbox-silent", input_location="", model_input=b"{}")
    row = await engine.submit(request)
    waiting = asyncio.create_task(until_all_end(contexts, [row]))
    await until(engine, lambda: not waiting.done())

    sandbox.clock.advance(21_600 + 901)
    await engine.watcher.tick()

    assert await waiting == exit_codes.NOT_KNOWN
    out, err = capsys.readouterr()
    assert [row["status"] for row in json.loads(out)] == ["Overdue"]
    assert "its time is up: look for the inference id in /aws/sagemaker" in err


async def test_what_was_overdue_and_ends_meanwhile_counts_as_it_is_printed(
    engine: Engine, contexts: Contexts, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    late, row = a_watched("late", status=Status.OVERDUE), await engine.submit(a_request())
    engine.board.apply([late])
    waiting = asyncio.create_task(until_all_end(contexts, [row], spoilt=[late]))
    engine.board.apply([replace(late, status=Status.COMPLETED)])
    sandbox.clock.advance(60)

    assert await waiting == exit_codes.OK
    rows = json.loads(capsys.readouterr().out)
    assert [row["status"] for row in rows] == ["Completed", "Completed"]


class Endless(Awaited):
    is_waiting = False

    async def end(self) -> None:
        self.is_waiting = True
        try:
            await asyncio.Event().wait()
        finally:
            self.is_waiting = False


class Failing(Awaited):
    async def end(self) -> None:
        await asyncio.sleep(0)
        raise ProblemError(Problem(kind="ExpiredToken", message="it has ended"))


async def test_credentials_that_end_in_one_context_end_the_waiting_in_all(engine: Engine) -> None:
    other = Endless(engine, [], print)

    with pytest.raises(ProblemError, match="ExpiredToken"):
        await all_end([other, Failing(engine, [], print)])

    assert not other.is_waiting


def of(status: Status) -> Invocation:
    return an_invocation(status.value, status)


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        ((), 0),
        ((Status.COMPLETED, Status.COMPLETED), 0),
        ((Status.COMPLETED, Status.FAILED), 1),
        ((Status.UNKNOWN, Status.COMPLETED), 4),
        ((Status.UNKNOWN, Status.FAILED), 1),
    ],
)
def test_the_worst_end_says_the_code(statuses: tuple[Status, ...], code: int) -> None:
    assert verdict(list(map(of, statuses))) == code
