from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from tests.builders import a_note, an_invocation, arn_of
from tests.conftest import START
from tests.scripted import (
    SELDOM,
    Answer,
    Polled,
    ScriptedSession,
    a_page,
    a_summary,
    old,
    refusal,
)
from tui.engine.polling import GETS_AT_ONCE
from tui.engine.ticking import Heard
from tui.model.invocation import Invocation, Status


def empty(_: Mapping[str, object]) -> Answer:
    return a_page()


def pages(*scripted: Answer) -> Callable[[Mapping[str, object]], Answer]:
    """A list whose tokens are the numbers of its pages."""
    return lambda asked: scripted[int(str(asked.get("nextToken", 0)))]


# Odd answers ---------------------------------------------------------------------------------


async def test_an_empty_page_with_a_token_does_not_end_the_list() -> None:
    session = ScriptedSession(
        pages(a_page(next_token="1"), a_page(next_token="2"), a_page(old("last", hours=1)))
    )
    polled = Polled(session)

    await polled.poller.tick()

    assert [row.id for row in polled.board] == ["last"]
    assert len(session.lists) == 3


async def test_a_token_that_repeats_itself_ends_the_list_without_an_error() -> None:
    session = ScriptedSession(
        pages(a_page(old("a", hours=1), next_token="1"), a_page(old("b", hours=2), next_token="1"))
    )
    polled = Polled(session)

    await polled.poller.tick()

    assert {row.id for row in polled.board} == {"a", "b"}
    assert len(session.lists) == 2
    assert not polled.problems


async def test_one_that_stands_on_two_pages_is_one_row() -> None:
    twice = old("twice", hours=1)
    session = ScriptedSession(pages(a_page(twice, twice, next_token="1"), a_page(twice)))
    polled = Polled(session)

    await polled.poller.tick()

    assert [row.id for row in polled.board] == ["twice"]
    assert [len(news.changes.added) for news in polled.news if isinstance(news, Heard)] == [1, 0]


async def test_a_summary_without_a_status_is_asked_for_by_itself() -> None:
    odd = a_summary("odd", START, status="")
    session = ScriptedSession(
        lambda asked: a_page() if "statusEquals" in asked else a_page(odd),
        lambda _: a_summary("odd", START, "Failed"),
    )
    polled = Polled(session)
    await polled.poller.tick()
    assert polled.board[arn_of("odd")].status is Status.UNKNOWN

    await polled.poller.tick()

    assert polled.board[arn_of("odd")].status is Status.FAILED
    assert session.gets == [arn_of("odd")]


async def test_an_id_of_ten_thousand_characters_is_a_row_like_any_other() -> None:
    long = a_summary("x" * 10_000, START)
    session = ScriptedSession(lambda _: a_page(long))
    polled = Polled(session)

    await polled.poller.tick()
    await polled.poller.tick()

    assert [row.id for row in polled.board] == ["x" * 10_000]
    assert not polled.problems


async def test_one_that_seems_to_be_from_the_future_hides_nothing_that_comes_after_it() -> None:
    session = ScriptedSession(lambda _: a_page(a_summary("odd", START + timedelta(days=900))))
    polled = Polled(session)

    assert await polled.poller.tick() == SELDOM.slowest
    polled.now += timedelta(seconds=SELDOM.idle)
    await polled.poller.tick()

    assert str(session.lists[-1]["submitTimeAfter"]) < str(START)


# What the lists leave out --------------------------------------------------------------------


async def test_a_new_one_that_is_not_listed_yet_is_asked_for() -> None:
    new = an_invocation("new", submit_time=START)
    session = ScriptedSession(empty, lambda _: a_summary("new", START, "Completed"))
    polled = Polled(session, new)

    await polled.poller.tick()

    assert polled.board[new.key].status is Status.COMPLETED


async def test_what_neither_get_nor_list_knows_is_not_asked_for_again() -> None:
    def forgotten(_: str) -> Answer:
        raise refusal("ValidationException")

    session = ScriptedSession(empty, forgotten)
    polled = Polled(session, an_invocation("gone", submit_time=START - timedelta(days=2)))

    await polled.poller.tick()
    asked = len(session.gets)
    await polled.poller.tick()

    assert asked == len(session.gets) == 1
    assert polled.board[arn_of("gone")].status is Status.IN_PROGRESS
    assert not polled.problems


async def test_what_is_listed_again_is_asked_for_again() -> None:
    summary = a_summary("back", START)
    listed: list[Answer] = []

    def refused_at_first(_: str) -> Answer:
        if len(session.gets) == 1:
            raise refusal("ValidationException")
        return a_summary("back", START, "Completed")

    session = ScriptedSession(lambda _: a_page(*listed), refused_at_first)
    polled = Polled(session, an_invocation("back", submit_time=START))
    await polled.poller.tick()
    listed.append(summary)
    await polled.poller.tick()
    listed.clear()

    await polled.poller.tick()

    assert polled.board[arn_of("back")].status is Status.COMPLETED


async def test_a_get_that_fails_in_passing_is_a_problem_and_is_tried_again() -> None:
    def failing(_: str) -> Answer:
        if len(session.gets) == 1:
            raise refusal("InternalServerException")
        return a_summary("new", START, "Completed")

    session = ScriptedSession(empty, failing)
    polled = Polled(session, an_invocation("new", submit_time=START))

    await polled.poller.tick()
    await polled.poller.tick()

    assert polled.problems == ["InternalServerException"]
    assert polled.board[arn_of("new")].status is Status.COMPLETED


async def test_without_the_right_to_list_each_pending_one_is_asked_for() -> None:
    def denied(_: Mapping[str, object]) -> Answer:
        raise refusal("AccessDeniedException")

    many = [an_invocation(f"{number}", submit_time=START) for number in range(GETS_AT_ONCE + 2)]
    session = ScriptedSession(
        denied, lambda arn: a_summary(arn.rpartition("/")[2], START, "Completed")
    )
    polled = Polled(session, *many)

    await polled.poller.tick()

    assert {row.status for row in polled.board} == {Status.COMPLETED}
    assert polled.problems == ["AccessDeniedException"]


async def test_a_refused_tick_waits_as_long_as_aws_asks() -> None:
    def throttled(_: Mapping[str, object]) -> Answer:
        raise refusal("ThrottlingException", **{"retry-after": "2400"})

    polled = Polled(ScriptedSession(throttled))

    assert await polled.poller.tick() == 2400
    assert polled.problems == ["ThrottlingException"]


async def test_a_row_that_is_forgotten_during_a_tick_does_no_harm() -> None:
    many = [an_invocation(f"{number}", submit_time=START) for number in range(GETS_AT_ONCE + 2)]

    def forgetting(asked: Mapping[str, object]) -> Answer:
        if "statusEquals" in asked:
            polled.board.forget([row.key for row in many])
        return a_page()

    session = ScriptedSession(
        forgetting, lambda arn: a_summary(arn.rpartition("/")[2], START, "Completed")
    )
    polled = Polled(session, *many)

    await polled.poller.tick()

    assert len(polled.board) == 0
    assert not polled.problems


# The rhythm ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        a_note(submit_time=START, operation="InvokeEndpointAsync"),
        a_note(submit_time=START, operation="InvokeModel"),
        a_note(submit_time=START, operation="InvokeModel", status=Status.IN_PROGRESS),
        a_note(submit_time=START, operation="InvokeEndpointAsync", status=Status.PENDING),
    ],
)
async def test_what_no_list_holds_sets_no_rhythm_and_is_not_asked_for(row: Invocation) -> None:
    polled = Polled(ScriptedSession(empty), row)

    assert await polled.poller.tick() == SELDOM.idle
    assert len(polled.session.lists) == 1
    assert not polled.session.gets


async def test_a_submission_without_an_answer_sets_the_rhythm() -> None:
    polled = Polled(ScriptedSession(empty), a_note(submit_time=START))

    assert await polled.poller.tick() == SELDOM.fastest
