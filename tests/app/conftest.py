from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import pytest
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from tests.lone import contexts_of
from tui.app.app import AsyncInvokeApp
from tui.app.screens.main import MainScreen
from tui.app.screens.working import ASKING, KEEPING
from tui.app.widgets.table import InvocationTable
from tui.engine.draft import KEEP_SECONDS, OpenDraft
from tui.engine.session import Engine
from tui.model.problem import Problem
from tui.sandbox.server import Sandbox

Screen = Callable[..., AbstractAsyncContextManager[Pilot[int]]]


@pytest.fixture(autouse=True)
def _machine_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a key does, and keeping a draft, may take their time here; what is told stays."""
    monkeypatch.setattr("tui.app.typed_ahead.PATIENCE_SECONDS", 60)
    monkeypatch.setattr(AsyncInvokeApp, "NOTIFICATION_TIMEOUT", 600)
    keep = OpenDraft.keep

    async def wait(
        draft: OpenDraft, fields: dict[str, str], patience: float | None = KEEP_SECONDS
    ) -> Problem | None:
        return await keep(draft, fields, patience and 20 * patience)

    monkeypatch.setattr(OpenDraft, "keep", wait)


@pytest.fixture
def screen() -> Screen:
    """The whole app on a terminal of a size, over an engine."""

    @asynccontextmanager
    async def run(engine: Engine, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[int]]:
        app = AsyncInvokeApp(contexts_of(engine))
        if hasattr(asyncio, "eager_task_factory"):  # as Textual has it outside of its tests
            asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        async with app.run_test(size=size, notifications=True) as pilot:
            await settled(pilot)
            yield pilot

    return run


@pytest.fixture
async def dozen(engine: Engine, sandbox: Sandbox) -> Engine:
    """An engine that knows twelve invocations: 2 pending, 8 completed, 2 failed."""
    sandbox.seed(12)
    await engine.poll()
    return engine


async def settled_plain(pilot: Pilot[None]) -> None:
    """The same for an app of a test."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def settled(pilot: Pilot[int]) -> None:
    """Wait for what is typed, and for the workers but for those that wait for a person."""
    await pilot.pause()
    while pilot.app.typed_ahead.is_going_on:  # type: ignore[attr-defined]
        await asyncio.sleep(0)
    while busy := [
        worker
        for worker in pilot.app.workers
        if worker.group not in (ASKING, KEEPING) and not worker.is_finished
    ]:
        with suppress(WorkerCancelled):  # another of its group took its place
            await pilot.app.workers.wait_for_complete(busy)
        await pilot.pause()


def shown(pilot: Pilot[int]) -> str:
    """What stands on the terminal, line by line."""
    screen = pilot.app.screen
    lines = screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in lines)


def table(pilot: Pilot[int]) -> InvocationTable:
    return main(pilot).query_one(InvocationTable)


def main(pilot: Pilot[int]) -> MainScreen:
    return next(screen for screen in pilot.app.screen_stack if isinstance(screen, MainScreen))
