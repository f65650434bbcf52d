from __future__ import annotations

import asyncio

from tui.engine.tasks import Task, Tasks


class Run:
    def __init__(self) -> None:
        self.times = 0

    async def once(self) -> None:
        self.times += 1


async def test_what_has_ended_is_told_and_not_under_way_any_more() -> None:
    ended: list[Task] = []
    tasks = Tasks(ended.append)

    task = tasks.begin(Run().once())
    assert tasks.under_way == {task}
    await task
    await asyncio.sleep(0)

    assert (tasks.under_way, ended) == (set(), [task])


async def test_what_is_done_once_is_not_done_again_even_when_it_has_ended() -> None:
    tasks, run = Tasks(lambda _: None), Run()
    tasks.begin_once(run.once)
    await asyncio.gather(*tasks.under_way)

    tasks.begin_once(run.once)
    await asyncio.gather(*tasks.under_way)

    assert run.times == 1
