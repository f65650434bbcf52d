from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import a_request
from tests.conftest import SETTINGS, START, MakeEngine, Until
from tui.aws import bedrock
from tui.config import Polling
from tui.engine.polling import LONGEST_WINDOW, backoff, pause, window
from tui.engine.session import Engine
from tui.engine.submission import SKEW
from tui.model.invocation import Invocation, Status
from tui.sandbox.jobs import Clock
from tui.sandbox.server import Sandbox

POLLING = Polling()


def a_row(age: float, status: Status = Status.IN_PROGRESS) -> Invocation:
    return Invocation(
        key=f"arn:{age}",
        status=status,
        region="us-west-2",
        submit_time=START - timedelta(seconds=age),
        model_id="luma.ray-v2:0",
        invocation_arn=f"arn:{age}",
    )


@pytest.mark.parametrize(
    ("ages", "seconds"),
    [([], 60), ([1], 2), ([50], 5), ([50, 3000], 5), ([3000], 15), ([10**6], 60)],
)
def test_the_pause_follows_the_youngest_running_one(ages: list[float], seconds: float) -> None:
    assert pause([a_row(age) for age in ages], POLLING, START) == seconds


def test_only_ended_ones_make_the_pause_idle() -> None:
    rows = [a_row(5, Status.COMPLETED), a_row(5, Status.FAILED)]

    assert pause(rows, POLLING, START) == POLLING.idle


def test_the_backoff_doubles_up_to_idle_and_honours_retry_after() -> None:
    assert [backoff(n, POLLING, 0) for n in (1, 2, 3, 9)] == [4, 8, 16, 60]
    assert backoff(1, POLLING, 90) == 90


def test_the_window_reaches_back_to_the_oldest_unsettled_one() -> None:
    complete = START - timedelta(seconds=10)

    assert window([], complete, START) == complete - SKEW
    assert window([a_row(600)], complete, START) == START - timedelta(seconds=600) - SKEW
    assert window([a_row(600, Status.FAILED)], complete, START) == complete - SKEW


def test_a_very_old_running_one_does_not_widen_the_window() -> None:
    ancient = a_row(LONGEST_WINDOW.total_seconds() + 60)

    assert window([ancient], START, START) == START - SKEW


async def test_a_tick_costs_one_list_however_many_run(engine: Engine, sandbox: Sandbox) -> None:
    for number in range(5):
        await engine.submit(a_request(client_request_token=f"t{number}"))
    await engine.poll()
    sandbox.calls.clear()

    await engine.poll()

    assert sandbox.calls == {"ListAsyncInvokes": 1}


async def test_the_end_of_an_invocation_is_seen(engine: Engine, sandbox: Sandbox) -> None:
    row = await engine.submit(a_request())
    sandbox.clock.advance(10)

    await engine.poll()

    ended = engine.board[row.key]
    assert ended.status is Status.COMPLETED
    assert ended.end_time == row.submit_time + timedelta(seconds=8)
    assert ended.is_ours


async def test_what_others_start_and_end_between_two_ticks_appears(
    engine: Engine, sandbox: Sandbox
) -> None:
    await engine.poll()
    arn = await bedrock.start_async_invoke(engine.aws, a_request())
    sandbox.clock.advance(60)

    await engine.poll()

    assert engine.board[arn].status is Status.COMPLETED
    assert not engine.board[arn].is_ours


async def test_what_another_copy_on_the_same_ledger_submits_is_ours(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox
) -> None:
    await engine.poll()
    row = await make_engine().submit(a_request())

    await engine.poll()

    assert engine.board[row.key].is_ours
    assert [known.is_ours for known in make_engine().board] == [True]


async def test_a_very_old_running_one_is_asked_for_by_itself(
    make_engine: MakeEngine,
) -> None:
    six_hours = LONGEST_WINDOW.total_seconds()
    with Sandbox(clock=Clock(START), job_seconds=six_hours + 1000) as slow:
        engine = make_engine(endpoint_url=slow.url, clock=slow.clock.now)
        row = await engine.submit(a_request())
        slow.clock.advance(six_hours + 500)
        await engine.poll()
        slow.calls.clear()

        slow.clock.advance(1000)
        await engine.poll()

        assert engine.board[row.key].status is Status.COMPLETED
        assert slow.calls == {"ListAsyncInvokes": 1, "GetAsyncInvoke": 1}


async def test_a_failing_poll_changes_no_status_and_says_why(
    engine: Engine, sandbox: Sandbox
) -> None:
    row = await engine.submit(a_request())
    await engine.poll()
    heard = engine.heard
    sandbox.faults.add("ListAsyncInvokes", "expired", times=None)
    sandbox.clock.advance(20)

    await engine.poll()

    assert engine.board[row.key].status is Status.IN_PROGRESS
    assert engine.problem is not None
    assert engine.problem.kind == "ExpiredTokenException"
    assert engine.problem.cause == "the session ended"
    assert engine.heard == heard


async def test_the_next_good_poll_clears_the_problem(engine: Engine, sandbox: Sandbox) -> None:
    sandbox.faults.add("ListAsyncInvokes", "denied")
    await engine.poll()
    assert engine.problem is not None

    await engine.poll()

    assert engine.problem is None


async def test_pages_are_followed_to_their_end(engine: Engine, sandbox: Sandbox) -> None:
    sandbox.seed(2500)

    await engine.poll()

    assert sandbox.calls["ListAsyncInvokes"] == 3
    assert len(engine.board) == 2500


async def test_nothing_new_saves_nothing(engine: Engine, sandbox: Sandbox) -> None:
    sandbox.seed(12)
    await engine.poll()
    news: list[bool] = []
    engine.subscribe(lambda told: news.append(bool(getattr(told, "changes", False))))

    await engine.poll()

    assert news == [False]


async def test_the_poller_runs_until_it_is_closed(
    make_engine: MakeEngine, until: Until, sandbox: Sandbox
) -> None:
    engine = make_engine(SETTINGS)
    sandbox.seed(3)

    engine.start()
    await until(engine, lambda: len(engine.board) == 3 and engine.identity is not None)

    assert engine.identity is not None
    assert engine.identity.account == "123456789012"
