from __future__ import annotations

import asyncio
import gc
import threading

import pytest

from tests.builders import an_invocation
from tests.engine.stored import Stored
from tui.engine import loop
from tui.engine.elsewhere import SourceOf, elsewhere
from tui.engine.session import Engine
from tui.engine.source import Bucket
from tui.model.invocation import Status
from tui.model.problem import Problem, ProblemError

DONE = an_invocation(status=Status.COMPLETED)


async def test_work_is_done_in_another_thread_with_a_loop_of_its_own() -> None:
    async def work() -> tuple[int, asyncio.AbstractEventLoop]:
        return threading.get_ident(), asyncio.get_running_loop()

    thread, its_loop = await loop.elsewhere(work)

    assert thread != threading.get_ident()
    assert its_loop is not asyncio.get_running_loop()
    assert its_loop.is_closed()


async def test_what_goes_wrong_there_is_raised_here() -> None:
    async def work() -> None:
        raise ProblemError(Problem(kind="NoRoom", message="the disk is full"))

    with pytest.raises(ProblemError, match="the disk is full"):
        await loop.elsewhere(work)


async def test_a_cancellation_is_carried_there_and_its_end_is_waited_for() -> None:
    begun, ended = threading.Event(), threading.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.set()

    waiting = asyncio.create_task(loop.elsewhere(work))
    await asyncio.to_thread(begun.wait)
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert ended.is_set()


async def test_a_cancellation_at_the_beginning_leaves_nothing_behind() -> None:
    async def work() -> None:
        await asyncio.Event().wait()

    waiting = asyncio.create_task(loop.elsewhere(work))
    await asyncio.sleep(0)
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    for thread in threading.enumerate():
        if thread.name == "elsewhere":
            await asyncio.to_thread(thread.join, 60)
            assert not thread.is_alive()


async def test_a_bucket_is_read_through_connections_of_that_loop(engine: Engine) -> None:
    here = engine.source_of(DONE)

    async def work(source_of: SourceOf) -> bool:
        there = source_of(DONE)
        assert isinstance(there, Bucket)
        assert isinstance(here, Bucket)
        return there._session is not here._session

    assert await elsewhere(engine, work)


async def test_another_source_is_read_as_it_is(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Stored({"job/a": b"a"})
    monkeypatch.setattr(engine, "source_of", lambda _: source)

    async def work(source_of: SourceOf) -> bool:
        return source_of(DONE) is source

    assert await elsewhere(engine, work)


async def test_what_was_needed_there_can_be_collected(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    monkeypatch.setattr(gc, "freeze", lambda: calls.append("freeze"))

    async def work(source_of: SourceOf) -> None:
        source = source_of(DONE)
        assert isinstance(source, Bucket)
        await source._session.client("s3")

    await elsewhere(engine, work)

    assert not calls
