"""Fifty at once where three may run: all of them run, also when the program is killed half-way.

``python -m tests.engine.test_many LEDGER URL`` is the program that is killed.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.builders import a_request
from tests.conftest import SETTINGS, START, Until
from tests.lone import LoneEngine
from tui.config import Polling, Settings
from tui.engine.session import Engine
from tui.engine.submission import SETTLE
from tui.engine.ticking import Heard, Missed
from tui.model.context import Context
from tui.model.invocation import Status
from tui.sandbox.jobs import Clock, Job, Query
from tui.sandbox.server import Sandbox

MANY, QUOTA, JOB_SECONDS = 50, 3, 8
REQUESTS = [a_request(client_request_token=f"many-{number}") for number in range(MANY)]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def narrow() -> Iterator[Sandbox]:
    """A service that runs three of a model at a time, and whose time only the test moves."""
    with Sandbox(clock=Clock(START), job_seconds=JOB_SECONDS, quota=QUOTA) as running:
        yield running


def jobs(sandbox: Sandbox) -> list[Job]:
    """All that the service has created."""
    found, _ = sandbox.jobs.page("us-west-2", Query(limit=1000))
    return found


def most_at_once(sandbox: Sandbox) -> int:
    """How many ran at the same time at the most, by the service's own times."""
    found = jobs(sandbox)
    return max(
        sum(other.submitted <= job.submitted < other.ends for other in found) for job in found
    )


class Rests:
    """The queue's pauses while the service is full; only the test ends them."""

    def __init__(self) -> None:
        self.has_begun = asyncio.Event()
        self._is_over = asyncio.Event()

    async def rest(self, _: float) -> None:
        self.has_begun.set()
        try:
            await self._is_over.wait()
        finally:
            self.has_begun.clear()

    def end(self) -> None:
        self._is_over.set()
        self._is_over = asyncio.Event()


def engine_at(
    sandbox: Sandbox, ledger: Path, rests: Rests, settings: Settings = SETTINGS
) -> Engine:
    context = Context(region="us-west-2", endpoint_url=sandbox.url)
    return LoneEngine(settings, context, ledger, sandbox.clock.now, rests.rest)


async def see_them_through(
    engine: Engine, sandbox: Sandbox, rests: Rests, until: Until, done: int
) -> None:
    """Let time pass whenever the service is full, until so many have completed."""

    def is_full_or_done() -> bool:
        counts = engine.board.counts
        rest = done - counts[Status.COMPLETED]
        return counts[Status.IN_PROGRESS] >= min(QUOTA, rest)

    while engine.board.counts[Status.COMPLETED] < done:
        await until(engine, is_full_or_done)
        if engine.board.counts[Status.QUEUED]:
            await asyncio.wait_for(rests.has_begun.wait(), 10)
        sandbox.clock.advance(JOB_SECONDS + 1)
        await engine.poll()
        rests.end()


async def test_fifty_run_and_never_more_than_the_quota_at_once(
    narrow: Sandbox, aws_environment: None, tmp_path: Path, until: Until
) -> None:
    rests = Rests()
    engine = engine_at(narrow, tmp_path / "ledger.sqlite3", rests)
    try:
        await engine.enqueue(REQUESTS)
        engine.start(sends_queued=True)
        await see_them_through(engine, narrow, rests, until, MANY)
    finally:
        await engine.close()

    assert {job.token for job in jobs(narrow)} == {each.client_request_token for each in REQUESTS}
    assert len(jobs(narrow)) == MANY
    assert most_at_once(narrow) == QUOTA


async def test_fifty_run_once_each_also_when_the_program_is_killed_half_way(
    narrow: Sandbox, aws_environment: None, tmp_path: Path, until: Until
) -> None:
    ledger = tmp_path / "ledger.sqlite3"
    await asyncio.to_thread(kill_half_way, narrow, ledger)
    before = len(jobs(narrow))
    assert MANY // 2 <= before < MANY
    narrow.clock.advance(SETTLE.total_seconds() + JOB_SECONDS)

    rests = Rests()
    history = replace(SETTINGS.history, resend=True)
    engine = engine_at(narrow, ledger, rests, replace(SETTINGS, history=history))
    try:
        assert engine.board.counts[Status.QUEUED] > 0
        engine.start(sends_queued=True)
        await see_them_through(engine, narrow, rests, until, MANY)
    finally:
        await engine.close()

    assert sorted(job.token for job in jobs(narrow)) == sorted(
        each.client_request_token for each in REQUESTS
    )
    assert most_at_once(narrow) == QUOTA


def kill_half_way(sandbox: Sandbox, ledger: Path) -> None:
    """Run the program until half of them have been created, and kill it without a warning."""
    command = [sys.executable, "-m", "tests.engine.test_many", str(ledger), sandbox.url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in process.stdout:  # a line for each piece of news
            if len(jobs(sandbox)) >= MANY // 2:
                process.kill()
                break
            if sandbox.jobs.in_progress("us-west-2", REQUESTS[0].model_id) == QUOTA:
                sandbox.clock.advance(JOB_SECONDS + 1)


async def _send(ledger: Path, url: str) -> None:
    """What the killed program does."""
    often = Polling(fastest=0.02, slowest=0.02, idle=0.02)
    context = Context(region="us-west-2", endpoint_url=url)

    async def no_rest(_: float) -> None:
        await asyncio.sleep(0.02)

    def tell(_: Heard | Missed) -> None:
        print("news", flush=True)

    engine = LoneEngine(replace(SETTINGS, polling=often), context, ledger, lambda: START, no_rest)
    await engine.enqueue(REQUESTS)
    engine.subscribe(tell)
    engine.start(sends_queued=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    os.environ.update(AWS_ACCESS_KEY_ID="sandbox", AWS_SECRET_ACCESS_KEY="sandbox")
    asyncio.run(_send(Path(sys.argv[1]), sys.argv[2]))
