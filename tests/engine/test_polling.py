from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.builders import a_request
from tests.conftest import SETTINGS, START, MakeEngine, Until
from tui.aws import bedrock
from tui.config import Polling
from tui.engine.polling import GETS_AT_ONCE
from tui.engine.session import Engine
from tui.engine.ticking import Heard, Missed
from tui.model.invocation import Status
from tui.sandbox.jobs import Clock, Job
from tui.sandbox.server import Sandbox

POLLING = Polling()
LIST, GET = "ListAsyncInvokes", "GetAsyncInvoke"


def a_job(number: int, seconds: float, age: float = 0) -> Job:
    """A job of somebody else's that ends so many seconds after the start of the test."""
    return Job(
        id=f"{number:012}",
        region="us-west-2",
        model_id="luma.ray-v2:0",
        model_input={"prompt": "a tide pool"},
        bucket="media",
        prefix="ray",
        submitted=START - timedelta(seconds=age + number / 1000),
        ends=START + timedelta(seconds=seconds),
    )


def add_jobs(sandbox: Sandbox, count: int, seconds: float = 10**6, age: float = 0) -> list[Job]:
    first = sandbox.jobs.count("us-west-2")
    jobs = [a_job(first + number, seconds, age) for number in range(count)]
    for job in jobs:
        sandbox.jobs.add(job)
    return jobs


async def test_a_tick_costs_one_list_however_many_run(engine: Engine, sandbox: Sandbox) -> None:
    add_jobs(sandbox, 500)
    await engine.poll()

    for _ in range(3):
        sandbox.calls.clear()
        sandbox.clock.advance(5)
        await engine.poll()

        assert sandbox.calls == {LIST: 1}
    assert engine.problem is None


async def test_each_one_that_ends_costs_one_get(engine: Engine, sandbox: Sandbox) -> None:
    add_jobs(sandbox, 497)
    ending = add_jobs(sandbox, 3, seconds=3)
    await engine.poll()
    sandbox.calls.clear()
    sandbox.clock.advance(5)

    await engine.poll()

    assert sandbox.calls == {LIST: 1, GET: 3}
    assert {engine.board[job.arn].status for job in ending} == {Status.COMPLETED}
    assert len(engine.board.pending()) == 497


async def test_a_list_is_one_call_a_page(engine: Engine, sandbox: Sandbox) -> None:
    add_jobs(sandbox, 2500)
    await engine.poll()
    sandbox.calls.clear()
    sandbox.clock.advance(5)

    await engine.poll()

    assert sandbox.calls == {LIST: 3}
    assert len(engine.board.pending()) == 2500


async def test_while_nothing_is_pending_a_tick_is_one_list_in_the_idle_rhythm(
    engine: Engine, sandbox: Sandbox
) -> None:
    add_jobs(sandbox, 50, seconds=-10, age=60)
    await engine.poll()
    sandbox.calls.clear()

    for ticks in (1, 2, 3):
        assert await engine.poller.tick() == POLLING.idle
        assert sandbox.calls == {LIST: ticks}


async def test_many_that_end_at_once_are_listed_and_not_asked_for_one_by_one(
    engine: Engine, sandbox: Sandbox
) -> None:
    ending = add_jobs(sandbox, 5 * GETS_AT_ONCE, seconds=3)
    await engine.poll()
    sandbox.calls.clear()
    sandbox.clock.advance(5)

    await engine.poll()

    assert sandbox.calls == {LIST: 2}
    assert {engine.board[job.arn].status for job in ending} == {Status.COMPLETED}


async def test_a_list_that_would_cost_more_than_the_gets_is_given_up(
    engine: Engine, sandbox: Sandbox
) -> None:
    old = add_jobs(sandbox, 5, seconds=3, age=3600)
    add_jobs(sandbox, 2500, seconds=-60, age=1800)
    young = add_jobs(sandbox, 5, seconds=3)
    await engine.poll()
    sandbox.calls.clear()
    sandbox.clock.advance(5)

    await engine.poll()

    assert sandbox.calls == {LIST: 2, GET: 5}
    assert {engine.board[job.arn].status for job in old + young} == {Status.COMPLETED}


async def test_what_others_start_and_end_while_ours_runs_is_seen_in_the_idle_rhythm(
    engine: Engine, sandbox: Sandbox
) -> None:
    add_jobs(sandbox, 1)
    await engine.poll()
    (short,) = add_jobs(sandbox, 1, seconds=0)
    sandbox.calls.clear()

    sandbox.clock.advance(POLLING.idle - 1)
    await engine.poll()
    assert short.arn not in engine.board

    sandbox.clock.advance(1)
    await engine.poll()
    assert engine.board[short.arn].status is Status.COMPLETED
    assert sandbox.calls == {LIST: 2}


async def test_what_others_start_and_end_while_ours_runs_is_seen_as_soon_as_all_is_wanted(
    engine: Engine, sandbox: Sandbox
) -> None:
    add_jobs(sandbox, 1)
    await engine.poll()
    (short,) = add_jobs(sandbox, 1, seconds=0)
    sandbox.clock.advance(5)
    sandbox.calls.clear()

    engine.poller.want_all()
    await engine.poll()

    assert engine.board[short.arn].status is Status.COMPLETED
    assert sandbox.calls == {LIST: 1}


async def test_all_is_asked_once_for_those_who_want_it_and_not_in_the_ticks_after(
    engine: Engine, sandbox: Sandbox
) -> None:
    add_jobs(sandbox, 2)
    await engine.poll()
    engine.poller.want_all()
    await engine.poll()
    (short,) = add_jobs(sandbox, 1, seconds=0)
    sandbox.calls.clear()

    await engine.poll()

    assert short.arn not in engine.board
    assert sandbox.calls == {LIST: 1}


async def test_what_is_wanted_while_a_tick_is_under_way_is_asked_in_the_next(
    engine: Engine, sandbox: Sandbox
) -> None:
    add_jobs(sandbox, 1)
    leave = engine.subscribe(lambda _: engine.poller.want_all())
    await engine.poll()
    leave()
    (short,) = add_jobs(sandbox, 1, seconds=0)

    await engine.poll()

    assert engine.board[short.arn].status is Status.COMPLETED


async def test_what_is_wanted_is_asked_again_after_a_tick_that_failed(
    engine: Engine, sandbox: Sandbox
) -> None:
    add_jobs(sandbox, 1)
    await engine.poll()
    (short,) = add_jobs(sandbox, 1, seconds=0)
    engine.poller.want_all()
    sandbox.faults.add(LIST, "denied")
    await engine.poll()
    assert engine.problem is not None

    await engine.poll()

    assert engine.board[short.arn].status is Status.COMPLETED


async def test_what_others_start_and_end_between_two_ticks_appears(
    engine: Engine, sandbox: Sandbox
) -> None:
    await engine.poll()
    arn = await bedrock.start_async_invoke(engine.aws, a_request())
    sandbox.clock.advance(60)

    await engine.poll()

    assert engine.board[arn].status is Status.COMPLETED
    assert not engine.board[arn].is_ours


async def test_while_nothing_is_pending_every_tick_sees_what_others_ended(
    engine: Engine, sandbox: Sandbox
) -> None:
    await engine.poll()
    (short,) = add_jobs(sandbox, 1, seconds=0)
    sandbox.clock.advance(1)

    await engine.poll()

    assert engine.board[short.arn].status is Status.COMPLETED


@pytest.mark.parametrize(("count", "expected"), [(1, {LIST: 1, GET: 1}), (20, {LIST: 2})])
async def test_what_runs_from_before_the_sweep_is_asked_about_as_well(
    engine: Engine, sandbox: Sandbox, count: int, expected: dict[str, int]
) -> None:
    add_jobs(sandbox, count, age=3600)
    add_jobs(sandbox, 1, seconds=-1)
    await engine.poll()
    sandbox.calls.clear()
    sandbox.clock.advance(POLLING.idle)

    await engine.poll()

    assert sandbox.calls == expected


async def test_what_others_start_appears_at_the_next_tick(engine: Engine, sandbox: Sandbox) -> None:
    add_jobs(sandbox, 1)
    await engine.poll()
    (theirs,) = add_jobs(sandbox, 1)

    await engine.poll()

    assert engine.board[theirs.arn].status is Status.IN_PROGRESS


async def test_without_the_right_to_get_the_end_is_seen_in_a_list(
    engine: Engine, sandbox: Sandbox
) -> None:
    (ending,) = add_jobs(sandbox, 1, seconds=3, age=3600)
    add_jobs(sandbox, 1)
    await engine.poll()
    sandbox.faults.add(GET, "denied", times=None)
    sandbox.clock.advance(5)

    await engine.poll()

    assert engine.board[ending.arn].status is Status.COMPLETED
    assert engine.problem is None


async def test_the_end_of_an_invocation_is_seen(engine: Engine, sandbox: Sandbox) -> None:
    row = await engine.submit(a_request())
    sandbox.clock.advance(10)

    await engine.poll()

    ended = engine.board[row.key]
    assert ended.status is Status.COMPLETED
    assert ended.end_time == row.submit_time + timedelta(seconds=8)
    assert ended.is_ours


async def test_what_another_copy_on_the_same_ledger_submits_is_ours(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox
) -> None:
    await engine.poll()
    row = await make_engine().submit(a_request())

    await engine.poll()

    assert engine.board[row.key].is_ours
    assert engine.board[row.key].prompt == row.prompt == "a tide pool"
    (known,) = make_engine().board
    assert (known.is_ours, known.prompt) == (True, "a tide pool")


async def test_a_running_one_from_before_the_horizon_is_followed_to_its_end(
    make_engine: MakeEngine,
) -> None:
    week = timedelta(days=SETTINGS.history.horizon).total_seconds()
    with Sandbox(clock=Clock(START), job_seconds=week + 1000) as slow:
        row = await make_engine(endpoint_url=slow.url, clock=slow.clock.now).submit(a_request())
        slow.clock.advance(week + 500)
        engine = make_engine(endpoint_url=slow.url, clock=slow.clock.now)
        assert await engine.poller.tick() == POLLING.idle
        slow.calls.clear()

        slow.clock.advance(1000)
        await engine.poll()

        assert engine.board[row.key].status is Status.COMPLETED
        assert slow.calls == {LIST: 1, GET: 1}


async def test_a_failing_poll_changes_no_status_and_says_why(
    engine: Engine, sandbox: Sandbox
) -> None:
    row = await engine.submit(a_request())
    await engine.poll()
    heard = engine.heard
    sandbox.faults.add(LIST, "expired", times=None)
    sandbox.clock.advance(20)

    await engine.poll()

    assert engine.board[row.key].status is Status.IN_PROGRESS
    assert engine.problem is not None
    assert engine.problem.kind == "ExpiredTokenException"
    assert engine.problem.cause == "the session ended"
    assert engine.heard == heard


async def test_the_next_good_poll_clears_the_problem(engine: Engine, sandbox: Sandbox) -> None:
    sandbox.faults.add(LIST, "denied")
    await engine.poll()
    assert engine.problem is not None

    await engine.poll()

    assert engine.problem is None


async def test_the_first_look_is_told_page_by_page_newest_first(
    engine: Engine, sandbox: Sandbox
) -> None:
    sandbox.seed(2500)
    pages: list[list[datetime]] = []
    engine.subscribe(lambda news: pages.append(submitted_in(engine, news)))

    await engine.poll()

    assert [len(times) for times in pages if times] == [bedrock.SLICE_SIZE] * (
        2500 // bedrock.SLICE_SIZE
    )
    assert min(pages[0]) >= max(pages[1])
    assert min(pages[1]) >= max(pages[2])
    assert sandbox.calls[LIST] == 3


def submitted_in(engine: Engine, news: Heard | Missed) -> list[datetime]:
    added = news.changes.added if isinstance(news, Heard) else ()
    return [engine.board[key].submit_time for key in added]


async def test_nothing_new_saves_nothing(engine: Engine, sandbox: Sandbox) -> None:
    sandbox.seed(12)
    await engine.poll()
    news: list[bool] = []
    engine.subscribe(lambda told: news.append(bool(getattr(told, "changes", False))))

    await engine.poll()

    assert not any(news)


async def test_the_poller_runs_until_it_is_closed(
    make_engine: MakeEngine, until: Until, sandbox: Sandbox
) -> None:
    engine = make_engine(SETTINGS)
    sandbox.seed(3)

    engine.start()
    await until(engine, lambda: len(engine.board) == 3 and engine.identity is not None)

    assert engine.identity is not None
    assert engine.identity.account == "123456789012"


async def test_a_clock_behind_aws_s_makes_no_young_one_look_unborn(
    make_engine: MakeEngine, sandbox: Sandbox
) -> None:
    engine = make_engine(clock=lambda: sandbox.clock.now() - timedelta(minutes=5))
    add_jobs(sandbox, 1)

    assert await engine.poller.tick() == POLLING.fastest
    sandbox.clock.advance(100)
    assert await engine.poller.tick() == 10


async def test_a_clock_far_ahead_of_aws_s_hides_nothing(
    make_engine: MakeEngine, sandbox: Sandbox
) -> None:
    engine = make_engine(clock=lambda: sandbox.clock.now() + timedelta(hours=3))
    add_jobs(sandbox, 1, seconds=-1)
    await engine.poll()
    arn = await bedrock.start_async_invoke(engine.aws, a_request())
    sandbox.clock.advance(60)

    await engine.poll()

    assert engine.board[arn].status is Status.COMPLETED
