"""Kill the program at random instants during its submissions, and count what is left.

``python -m tests.crash [--kills 200] [--seed N]`` starts a process that submits to a sandbox, kills
it with SIGKILL (at a random instant, or just after the service has created an invocation), starts
the next one on the same ledger, and so on. Some of them get no answer, although the service created
what they asked for. In the end the ledger is recovered, and every request that was journalled must
be at the service exactly once, and nothing else. A share of them are InvokeModel, which must be
answered or Unknown, and at the service at most once; another share are InvokeEndpointAsync, which
must be Pending at the place that the service answered, or Unknown, and there at most once as well.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path

from msgspec.structs import replace

from tests.builders import a_question, a_request, an_inference
from tests.lone import LoneEngine
from tui.aws import bedrock
from tui.config import Settings
from tui.engine.session import Engine
from tui.engine.submission import SKEW
from tui.ledger.journal import State, Submission
from tui.model.clock import utc_now
from tui.model.context import Context
from tui.model.invocation import Status, key_of_token
from tui.model.request import InvokeEndpointAsync, InvokeModel
from tui.sandbox.server import Sandbox

REQUESTS = 50
"""More than a process gets to submit before it is killed."""

QUEUED = 8
"""How many each process puts into the queue, which sends them and what others left there."""

CALLS = ("StartAsyncInvoke", "InvokeModel", "InvokeEndpointAsync")

QUESTIONS = 12
"""How many InvokeModel each process calls meanwhile, one after the other; and how many
InvokeEndpointAsync."""


def main() -> int:
    """Kill and count, or be the process that is killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    counts = ("COUNT", "QUEUED", "QUESTIONS")
    parser.add_argument("--worker", nargs=6, metavar=("LEDGER", "URL", "PREFIX", *counts))
    given = parser.parse_args()
    if given.worker:
        ledger, url, prefix, *numbers = given.worker
        asyncio.run(_submit(Path(ledger), url, prefix, *map(int, numbers)))
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
        dropped, asked = 0, Counter[str]()
        for number in range(kills):
            is_dropping = number == 1 or chance.random() < 0.3
            is_first = number == 0
            dropped += _kill_one(ledger, sandbox, f"run-{number}", chance, is_first, is_dropping)
            asked |= _asked(sandbox)
        assert dropped
        return f"{asyncio.run(_account(ledger, sandbox, asked))}; {dropped} answers dropped"


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
        sandbox.faults.add("InvokeEndpointAsync", "drop-after", times=drops)
    for operation in CALLS:
        sandbox.faults.add(operation, "latency", times=None, seconds=chance.uniform(0, 0.02))
    first = 20 if is_first else 1  # one of them at least has had answers
    before = _calls(sandbox) + drops + chance.randrange(first, 40)
    is_by_time = not (is_first or drops) and chance.random() < 0.5
    delay = chance.uniform(0, 1.2)
    worker = ["--worker", str(ledger), sandbox.url, prefix]
    counts = map(str, (REQUESTS, QUEUED, QUESTIONS))
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crash", *worker, *counts], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()  # it is about to submit
    if is_by_time:
        try:
            process.wait(delay)
        except subprocess.TimeoutExpired:
            process.kill()
    else:
        while _calls(sandbox) < before and process.poll() is None:
            os.sched_yield()
        process.kill()
    process.wait()
    process.stdout.close()
    sandbox.faults.clear()
    return drops


def _calls(sandbox: Sandbox) -> int:
    return sum(sandbox.calls[operation] for operation in CALLS)


def _asked(sandbox: Sandbox) -> Counter[str]:
    """How often the service got what it does not list, by the tokens."""
    bodies = (request["body"] for request in sandbox.requests if "body" in request)
    asked = Counter(json.loads(body)["inputText"] for body in bodies if isinstance(body, bytes))
    ids = (request["InferenceId"] for request in sandbox.requests if "InferenceId" in request)
    return asked + Counter(map(str, ids))


async def _submit(
    ledger: Path, url: str, prefix: str, count: int, queued: int, questions: int
) -> None:
    """What the killed process does."""
    os.environ.update(AWS_ACCESS_KEY_ID="sandbox", AWS_SECRET_ACCESS_KEY="sandbox")
    engine = LoneEngine(Settings(), Context(region="us-west-2", endpoint_url=url), ledger)
    await engine.aws.client("bedrock-runtime", retries=False)
    print("ready", flush=True)
    tokens = [f"{prefix}-queued-{number}" for number in range(queued)]
    waiting = [f"{prefix}-sm-queued-{number}" for number in range(queued // 2)]
    listed = [a_request(client_request_token=token) for token in tokens]
    await engine.enqueue([*map(_inference, waiting), *listed])
    sending = asyncio.create_task(engine.queue.run())
    asking = asyncio.create_task(_ask(engine, [f"{prefix}-asked-{n}" for n in range(questions)]))
    inferring = asyncio.create_task(_infer(engine, [f"{prefix}-sm-{n}" for n in range(questions)]))
    for number in range(count):
        await engine.submit(a_request(client_request_token=f"{prefix}-{number}"))
    await asyncio.gather(asking, inferring)
    await engine.close()
    sending.cancel()


async def _ask(engine: Engine, tokens: list[str]) -> None:
    for token in tokens:
        await engine.submit(a_question(token, client_request_token=token))


async def _infer(engine: Engine, tokens: list[str]) -> None:
    for token in tokens:
        await engine.submit(_inference(token))


def _inference(token: str) -> InvokeEndpointAsync:
    """A request to an endpoint where it waits."""
    request = an_inference(client_request_token=token, input_location="")
    return replace(request, model_id="sandbox-zero", model_input=token.encode())


async def _send_queued(engine: Engine) -> None:
    """Send what the killed processes left in the queue."""
    sending = asyncio.create_task(engine.queue.run())
    while engine.board.counts[Status.QUEUED]:
        await asyncio.sleep(0.01)
    sending.cancel()


def _in_an_hour() -> datetime:
    return datetime.now(timezone.utc) + timedelta(hours=1)


async def _answered(engine: Engine, questions: list[Submission], asked: Counter[str]) -> int:
    """How many InvokeModel were answered; the others are Unknown, and none was asked twice."""
    assert not [token for token, count in asked.items() if count > 1]
    answered = 0
    for found in questions:
        row = engine.board[key_of_token(found.token)]
        answers = (await engine.source_of(row).list_outputs(row)).objects
        is_answered = found.state is State.ACCEPTED and asked[found.token] == 1
        assert (row.status, len(answers)) == (
            (Status.COMPLETED, 1) if is_answered else (Status.UNKNOWN, 0)
        )
        answered += is_answered
    assert answered
    return answered


async def _watched(engine: Engine, entries: list[Submission], asked: Counter[str]) -> int:
    """How many InvokeEndpointAsync are known where they are; the others stay Unknown."""
    await engine.watcher.tick()
    known = 0
    for found in entries:
        row = engine.board[key_of_token(found.token)]
        is_known = found.state is State.ACCEPTED
        expected = Status.PENDING if is_known else Status.UNKNOWN
        assert (row.status, row.witness is not None) == (expected, is_known)
        assert asked[found.token] == 1 if is_known else asked[found.token] <= 1
        known += is_known
    assert known
    return known


async def _account(ledger: Path, sandbox: Sandbox, asked: Counter[str]) -> str:
    """Recover as the next start would, later, and hold the ledger against the service."""
    os.environ.update(AWS_ACCESS_KEY_ID="sandbox", AWS_SECRET_ACCESS_KEY="sandbox")
    context = Context(region="us-west-2", endpoint_url=sandbox.url)
    engine = LoneEngine(Settings(), context, ledger, _in_an_hour)
    try:
        left = Counter(found.state.value for found in await engine.journal.all())
        assert left["accepted"], "every kill came before the first answer"
        recovery = await engine.recover()
        assert not recovery.waiting
        for found in recovery.missing:
            await engine.resend(found, confirmed=engine.signing_in.account)
        await asyncio.wait_for(_send_queued(engine), 60)
        entries = await engine.journal.all()
        asked |= _asked(sandbox)
        questions = [found for found in entries if isinstance(found.request, InvokeModel)]
        inferences = [found for found in entries if isinstance(found.request, InvokeEndpointAsync)]
        unlisted = {found.token for found in (*questions, *inferences)}
        assert asked.keys() <= unlisted
        answered = await _answered(engine, questions, asked)
        watched = await _watched(engine, inferences, asked)
        journalled = {found.token: found for found in entries if found.token not in unlisted}
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
            f"{answered} of {len(questions)} questions answered; "
            f"{watched} of {len(inferences)} inferences known; "
            "none lost, none doubled"
        )
    finally:
        await engine.close()


if __name__ == "__main__":
    sys.exit(main())
