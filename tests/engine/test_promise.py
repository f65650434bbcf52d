"""Journal, service faults, kills and recovery in any order keep the promise of the journal."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec.structs import replace

from tests.builders import a_request
from tests.conftest import SETTINGS, START
from tests.lone import LoneEngine
from tui.aws import bedrock
from tui.aws.session import Session
from tui.engine.session import Engine
from tui.engine.submission import SETTLE, SKEW
from tui.ledger.journal import State, Submission
from tui.model.context import Context
from tui.model.invocation import Invocation, Status, key_of_token
from tui.model.problem import Problem, ProblemError
from tui.model.request import StartAsyncInvoke
from tui.sandbox.jobs import Clock
from tui.sandbox.server import Sandbox

T = TypeVar("T")
FAULTS = ("none", "throttle", "denied", "server-error", "drop-before", "drop-after")


def a_reel(token: str) -> StartAsyncInvoke:
    """A request to a model of its own: what waits for another does not hold it up."""
    video = {"durationSeconds": 6, "fps": 24, "dimension": "1280x720"}
    params = {"taskType": "TEXT_VIDEO", "textToVideoParams": {"text": "a tide pool"}}
    return a_request(
        client_request_token=token,
        model_id="amazon.nova-reel-v1:0",
        model_input={**params, "videoGenerationConfig": video},
    )


class Promise(RuleBasedStateMachine):
    """A program on a ledger, killed and started again, and the service that it submits to."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp())
        self.sandbox = Sandbox(clock=Clock(START), job_seconds=30).start()
        self.names = itertools.count()
        self.refused: list[Problem] = []
        self.context = Context(region="us-west-2", endpoint_url=self.sandbox.url)
        self.watcher = Session(self.context)
        self.engine = self.start_program()

    def run(self, work: Coroutine[object, object, T]) -> T:
        return self.loop.run_until_complete(work)

    def start_program(self) -> Engine:
        async def start() -> Engine:
            return LoneEngine(
                SETTINGS, self.context, self.folder / "l.sqlite3", self.sandbox.clock.now
            )

        return self.run(start())

    def journalled(self) -> list[Submission]:
        return self.run(self.engine.journal.all())

    def at_the_service(self) -> list[Invocation]:
        async def everything() -> list[Invocation]:
            pages = bedrock.list_all(self.watcher, START - SKEW)
            return [row async for page in pages for row in page.invocations]

        return self.run(everything())

    @rule(fault=st.sampled_from(FAULTS))
    def submit(self, fault: str) -> None:
        if fault != "none":
            self.sandbox.faults.add("StartAsyncInvoke", fault)
        self.ask(a_request(client_request_token=f"token-{next(self.names)}"))

    @precondition(lambda self: self.journalled())
    @rule(fault=st.sampled_from(FAULTS), data=st.data())
    def submit_the_same_again(self, fault: str, data: st.DataObject) -> None:
        if fault != "none":
            self.sandbox.faults.add("StartAsyncInvoke", fault)
        self.ask(data.draw(st.sampled_from(self.journalled())).request)

    def ask(self, request: object) -> None:
        try:
            self.run(self.engine.submit(request))  # type: ignore[arg-type]
        except ProblemError as error:
            self.refused.append(error.problem)
        finally:
            self.sandbox.faults.clear()

    @rule(steps=st.integers(0, 60), fault=st.sampled_from(("none", "drop-after")))
    def killed_in_the_middle(self, steps: int, fault: str) -> None:
        if fault != "none":
            self.sandbox.faults.add("StartAsyncInvoke", fault)
        request = a_request(client_request_token=f"token-{next(self.names)}")

        async def half() -> None:
            submitting = asyncio.get_running_loop().create_task(self.engine.submit(request))
            for _ in range(steps):
                await asyncio.sleep(0)
            await self.engine.close()
            await asyncio.gather(submitting, return_exceptions=True)

        self.run(half())
        self.sandbox.faults.clear()
        self.engine = self.start_program()

    @rule(count=st.integers(1, 3), fault=st.sampled_from(FAULTS), steps=st.integers(0, 60))
    def queue(self, count: int, fault: str, steps: int) -> None:
        if fault != "none":
            self.sandbox.faults.add("StartAsyncInvoke", fault)
        tokens = [f"token-{next(self.names)}" for _ in range(count)]

        async def half() -> None:
            await self.engine.enqueue([a_request(client_request_token=each) for each in tokens])
            running = asyncio.get_running_loop().create_task(self.engine.queue.run())
            for _ in range(steps):
                await asyncio.sleep(0)
            await self.engine.close()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

        self.run(half())
        self.sandbox.faults.clear()
        self.engine = self.start_program()

    @rule(
        is_refused_in_the_queue=st.booleans(),
        is_queued_again=st.booleans(),
        fault=st.sampled_from(FAULTS),
    )
    def a_refused_token_is_mended(
        self, is_refused_in_the_queue: bool, is_queued_again: bool, fault: str
    ) -> None:
        mended = a_reel(f"token-{next(self.names)}")
        wrong = replace(mended, s3_uri="s3://missing-bucket/x/")
        if is_refused_in_the_queue:
            self.run(self.engine.enqueue([wrong]))
            self.send_until(lambda: self.state_of(mended) is State.REFUSED)
        else:
            self.ask(wrong)
        assert self.state_of(mended) is State.REFUSED

        if is_queued_again:
            self.run(self.engine.enqueue([mended]))
            return
        if fault != "none":
            self.sandbox.faults.add("StartAsyncInvoke", fault)
        self.ask(mended)

    @rule(has_called=st.booleans(), is_seen=st.booleans())
    def a_second_copy_claims_and_dies(self, has_called: bool, is_seen: bool) -> None:
        claimed, left = (
            a_request(client_request_token=f"token-{next(self.names)}") for _ in range(2)
        )
        second = self.start_program()

        async def claim_and_die() -> None:
            await self.engine.enqueue([claimed, left])
            token, now = claimed.client_request_token, self.sandbox.clock.now()
            found = await second.journal.find(token=token)
            assert found is not None
            assert await second.queued.claim(token, now, found.account)
            if has_called:
                await bedrock.start_async_invoke(second.aws, claimed)
            await second.close()

        self.run(claim_and_die())
        if is_seen:
            self.run(self.engine.dispatch.send(claimed.client_request_token))

    def state_of(self, request: StartAsyncInvoke) -> State | None:
        found = self.run(self.engine.journal.find(token=request.client_request_token))
        return found.state if found else None

    def send_until(self, is_over: Callable[[], bool]) -> None:
        """Have the queue send what waits until that holds, and end what is under way."""
        queue = self.engine.queue
        queue.resume()

        async def turn() -> None:
            await asyncio.sleep(0.002)

        running = self.loop.create_task(queue.run())
        for _ in range(5000):
            if is_over():
                break
            self.run(turn())
        else:
            raise AssertionError("the queue stands still")

        async def end() -> None:
            await queue.finish(10)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

        self.run(end())
        queue.resume()

    def send_all_that_waits(self) -> None:
        self.send_until(lambda: not self.engine.board.counts[Status.QUEUED])

    @rule()
    def poll(self) -> None:
        self.run(self.engine.poll())

    @rule(seconds=st.sampled_from((1, 20, SETTLE.total_seconds() + 1)))
    def time_passes(self, seconds: float) -> None:
        self.sandbox.clock.advance(seconds)

    @rule(is_resending=st.booleans())
    def recover(self, is_resending: bool) -> None:
        recovery = self.run(self.engine.recover())
        for found in recovery.missing if is_resending else ():
            self.run(self.engine.resend(found, confirmed=self.engine.signing_in.account))

    @invariant()
    def nothing_is_doubled_and_nothing_strays(self) -> None:
        states = {found.token: found.state for found in self.journalled()}
        tokens = [row.client_request_token for row in self.at_the_service()]

        assert len(tokens) == len(set(tokens))
        assert not [problem for problem in self.refused if problem.is_ambiguous]
        assert set(tokens) <= states.keys()
        assert not [token for token in tokens if states[token] is State.REFUSED]
        accepted = {token for token, state in states.items() if state is State.ACCEPTED}
        assert accepted <= set(tokens)
        for token in (token for token, state in states.items() if state is State.QUEUED):
            assert self.engine.board[key_of_token(token)].status is Status.QUEUED
            assert self.engine.queue.waits(token)

    def teardown(self) -> None:
        try:
            self.sandbox.clock.advance(SETTLE.total_seconds() + 1)
            self.recover(is_resending=True)  # now it is known which account this is
            self.send_all_that_waits()
            self.run(self.engine.poll())
            journalled = self.journalled()
            refused = {found.token for found in journalled if found.state is State.REFUSED}
            wanted = {found.token for found in journalled} - refused
            assert {row.client_request_token for row in self.at_the_service()} == wanted
            arrived = [row for row in self.engine.board if row.invocation_arn]
            assert sorted(row.client_request_token for row in arrived) == sorted(wanted)
            assert all(row.is_ours for row in self.engine.board)
            others = [row for row in self.engine.board if not row.invocation_arn]
            assert {row.client_request_token for row in others} <= refused
            assert all(row.status is Status.FAILED for row in others)
        finally:
            self.run(self.engine.close())
            self.run(self.watcher.close())
            self.loop.close()
            self.sandbox.stop()
            shutil.rmtree(self.folder)


@pytest.mark.usefixtures("aws_environment")
class TestPromise(Promise.TestCase):  # type: ignore[misc, valid-type]
    settings = settings(
        max_examples=12,
        stateful_step_count=12,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
