from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from tests.conftest import START
from tests.scripted import Answer, Polled, ScriptedSession, a_page, old, refusal, turns
from tui.model.problem import ProblemError


def in_window(*jobs: dict[str, object], size: int = 2) -> Callable[[Mapping[str, object]], Answer]:
    """A list of jobs, newest first, with pages of ``size`` and tokens that are places."""

    def answer(asked: Mapping[str, object]) -> Answer:
        after, before = asked.get("submitTimeAfter"), asked.get("submitTimeBefore")
        found = [
            job
            for job in jobs
            if (after is None or job["submitTime"] > after)  # type: ignore[operator]
            and (before is None or job["submitTime"] < before)  # type: ignore[operator]
        ]
        start = int(str(asked.get("nextToken", 0)))
        token = str(start + size) if len(found) > start + size else ""
        return a_page(*found[start : start + size], next_token=token)

    return answer


async def test_a_look_back_lists_the_next_stretch_page_by_page() -> None:
    jobs = [old(f"{day}", days=day) for day in range(1, 30)]
    polled = Polled(ScriptedSession(in_window(*jobs)), days=7.5)
    await polled.poller.tick()
    assert len(polled.board) == 7
    polled.news.clear()

    older = await polled.poller.look_back()

    assert older.horizon == START - timedelta(days=17)
    assert older.added == 10
    assert not older.is_all
    assert len(polled.news) == 5
    assert polled.poller.horizon == older.horizon


async def test_a_look_back_goes_over_a_gap_and_ends_where_aws_has_nothing_older() -> None:
    jobs = [old("new", days=1), old("a", days=100), old("b", days=101), old("c", days=102)]
    session = ScriptedSession(in_window(*jobs))
    polled = Polled(session)
    await polled.poller.tick()

    first = await polled.poller.look_back()
    asked = len(session.lists)
    second = await polled.poller.look_back()

    assert (first.added, first.is_all) == (3, True)
    assert (second.added, second.is_all) == (0, True)
    assert len(session.lists) == asked
    assert len(polled.board) == 4


async def test_those_of_one_instant_are_found_although_the_stretch_ends_among_them() -> None:
    jobs = [old("a", days=10), *(old(f"same{number}", days=30) for number in range(4))]
    polled = Polled(ScriptedSession(in_window(*jobs)))

    first = await polled.poller.look_back()
    second = await polled.poller.look_back()

    assert (first.added, first.is_all) == (2, False)
    assert (second.added, second.is_all) == (3, True)


async def test_a_look_back_that_fails_leaves_the_horizon_where_it_was() -> None:
    answer = in_window(*(old(f"{day}", days=day) for day in range(8, 20)))

    def failing(asked: Mapping[str, object]) -> Answer:
        if "nextToken" in asked and len(session.lists) == 2:
            raise refusal("ThrottlingException")
        return answer(asked)

    session = ScriptedSession(failing)
    polled = Polled(session)
    horizon = polled.poller.horizon

    with pytest.raises(ProblemError) as caught:
        await polled.poller.look_back()
    assert caught.value.problem.kind == "ThrottlingException"
    assert polled.poller.horizon == horizon

    await polled.poller.look_back()
    assert len(polled.board) == 8


async def test_two_looks_back_at_once_do_not_list_the_same_stretch() -> None:
    session = ScriptedSession(in_window(*(old(f"{day}", days=day) for day in range(8, 40))))
    polled = Polled(session)

    first, second = await asyncio.gather(polled.poller.look_back(), polled.poller.look_back())

    assert len({asked["submitTimeBefore"] for asked in session.lists}) == 2
    assert second.horizon < first.horizon
    assert first.added + second.added == len(polled.board)


async def test_a_tick_goes_on_while_a_look_back_is_under_way() -> None:
    session = ScriptedSession(in_window(old("new", days=1), old("a", days=8)))
    session.gate.clear()
    polled = Polled(session)

    looking = asyncio.create_task(polled.poller.look_back())
    ticking = asyncio.create_task(polled.poller.tick())
    await turns()
    assert len(session.lists) == 2

    session.gate.set()
    await asyncio.gather(looking, ticking)
    assert {row.id for row in polled.board} == {"new", "a"}
