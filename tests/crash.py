"""Kill the program at random instants during its submissions, and count what is left.

``python -m tests.crash [--kills 200] [--seed N]`` starts a process that submits to a sandbox, kills
it with SIGKILL (at a random instant, or just after the service has created an invocation), starts
the next one on the same ledger, and so on. Some of them get no answer, although the service created
what they asked for. In the end the ledger is recovered, and every request that was journalled must
be at the service exactly once, and nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path

from tests.builders import a_request
from tui.aws import bedrock
from tui.config import Settings
from tui.engine.session import Engine
from tui.engine.submission import SKEW
from tui.ledger.journal import State
from tui.model.clock import utc_now
from tui.model.context import Context
from tui.model.invocation import Status
from tui.sandbox.server import Sandbox

REQUESTS = 50
"""More than a process gets to submit before it is killed."""

QUEUED = 8
"""How many each process puts into the queue, which sends them and what others left there."""


def main() -> int:
    """Kill and count, or be the process that is killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--worker", nargs=5, metavar=("LEDGER", "URL", "PREFIX", "COUNT", "QUEUED"))
    given = parser.parse_args()
    if given.worker:
        ledger, url, prefix, count, queued = given.worker
        asyncio.run(_submit(Path(ledger), url, prefix, int(count), int(queued)))
        return 0
    print(f"seed {given.seed}", flush=True)
    print(crash(given.kills, given.seed))
    return 0


def crash(kills: int, seed: int) -> str:
    """Kill that many processes, recover, and return what was found.

    Raises:
        AssertionError: A request was lost or doubled.
    """
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, Sandbox(job_seconds=3600) as sandbox:
        ledger = Path(folder) / "ledger.sqlite3"
        dropped = 0
        for number in range(kills):
            is_dropping = number == 1 or chance.random() < 0.3
            is_first = number == 0
            dropped += _kill_one(ledger, sandbox, f"run-{number}", chance, is_first, is_dropping)
        assert dropped
        return f"{asyncio.run(_account(ledger, sandbox))}; {dropped} answers dropped"


def _kill_one(
    ledger: Path,
    sandbox: Sandbox,
    prefix: str,
    chance: random.Random,
    is_first: bool,
    is_dropping: bool,
) -> int:
    """Start a process and kill it in the middle of its work.

    Returns:
        How many of its answers were dropped: the first ones, of which it has seen the loss.
    """
    drops = chance.randrange(1, 3) if is_dropping else 0
    if drops:  # before the latency: the first fault that fits is the one that happens
        sandbox.faults.add("StartAsyncInvoke", "drop-after", times=drops)
    sandbox.faults.add("StartAsyncInvoke", "latency", times=None, seconds=chance.uniform(0, 0.02))
    first = 20 if is_first else 1  # one of them at least has had answers
    before = sandbox.calls["StartAsyncInvoke"] + drops + chance.randrange(first, 40)
    is_by_time = not (is_first or drops) and chance.random() < 0.5
    delay = chance.uniform(0, 1.2)
    worker = ["--worker", str(ledger), sandbox.url, prefix, str(REQUESTS), str(QUEUED)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crash", *worker], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()  # it is about to submit
    if is_by_time:
        try:
            process.wait(delay)
        except subprocess.TimeoutExpired:
            process.kill()
    else:
        while sandbox.calls["StartAsyncInvoke"] < before and process.poll() is None:
            os.sched_yield()
        process.kill()
    process.wait()
    process.stdout.close()
    sandbox.faults.clear()
    return drops


async def _submit(ledger: Path, url: str, prefix: str, count: int, queued: int) -> None:
    """What the killed process does."""
    os.environ.update(AWS_ACCESS_KEY_ID="sandbox", AWS_SECRET_ACCESS_KEY="sandbox")
    engine = Engine(Settings(), Context(region="us-west-2", endpoint_url=url), ledger)
    await engine.aws.client("bedrock-runtime", retries=False)
    print("ready", flush=True)
    tokens = [f"{prefix}-queued-{number}" for number in range(queued)]
    await engine.enqueue([a_request(client_request_token=token) for token in tokens])
    sending = asyncio.create_task(engine.queue.run())
    for number in range(count):
        await engine.submit(a_request(client_request_token=f"{prefix}-{number}"))
    await engine.close()
    sending.cancel()


async def _send_queued(engine: Engine) -> None:
    """Send what the killed processes left in the queue."""
    sending = asyncio.create_task(engine.queue.run())
    while engine.board.counts[Status.QUEUED]:
        await asyncio.sleep(0.01)
    sending.cancel()


def _in_an_hour() -> datetime:
    return datetime.now(timezone.utc) + timedelta(hours=1)


async def _account(ledger: Path, sandbox: Sandbox) -> str:
    """Recover as the next start would, later, and hold the ledger against the service."""
    os.environ.update(AWS_ACCESS_KEY_ID="sandbox", AWS_SECRET_ACCESS_KEY="sandbox")
    context = Context(region="us-west-2", endpoint_url=sandbox.url)
    engine = Engine(Settings(), context, ledger, _in_an_hour)
    try:
        left = Counter(found.state.value for found in await engine.journal.all())
        assert left["accepted"], "every kill came before the first answer"
        recovery = await engine.recover()
        assert not recovery.waiting
        for found in recovery.missing:
            await engine.resend(found, is_confirmed=True)
        await asyncio.wait_for(_send_queued(engine), 60)
        journalled = {found.token: found for found in await engine.journal.all()}
        created = [
            row
            async for page in bedrock.list_all(engine.aws, utc_now() - SKEW - timedelta(hours=1))
            for row in page.invocations
        ]
        tokens = Counter(row.client_request_token for row in created)
        doubled = [token for token, count in tokens.items() if count > 1]
        lost = journalled.keys() - tokens.keys()
        stray = tokens.keys() - journalled.keys()
        found_wrong = [*doubled, *lost, *stray]
        assert not found_wrong, {"doubled": doubled, "lost": lost, "stray": stray}
        for row in created:
            found = journalled[row.client_request_token]
            assert (found.state, found.arn) == (State.ACCEPTED, row.invocation_arn)
        assert (await engine.recover()).adopted == ()
        return (
            f"{len(journalled)} journalled, {len(created)} at the service; before recovery "
            f"{dict(left)}; {len(recovery.adopted)} adopted, {len(recovery.missing)} sent again; "
            "none lost, none doubled"
        )
    finally:
        await engine.close()


if __name__ == "__main__":
    sys.exit(main())
