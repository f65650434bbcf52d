"""Words in an input that are heeded: an error, or an answer that is late, lost or held."""

from __future__ import annotations

import asyncio
import json
import math
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from tests.sandbox.conftest import NOVA, START, Aws, answer, body_of, invoke, outcome, refusal
from tui.sandbox.jobs import Clock
from tui.sandbox.server import Sandbox


@pytest.mark.parametrize(
    ("word", "code", "status", "message"),
    [
        ("[refuse:throttle]", "ThrottlingException", 429, "Too many requests"),
        ("[refuse:quota]", "ServiceQuotaExceededException", 400, "Your request exceeds"),
        ("[refuse:timeout]", "ModelTimeoutException", 408, "Model has timed out"),
        ("[refuse:not-ready]", "ModelNotReadyException", 429, "Model is not ready"),
        ("[refuse:model]", "ModelErrorException", 424, "The system encountered"),
        ("[refuse:access]", "AccessDeniedException", 403, "You don't have access"),
    ],
)
def test_words_in_a_prompt_choose_an_error(
    aws: Aws, word: str, code: str, status: int, message: str
) -> None:
    got_code, got_status, words = outcome(refusal(aws, prompt=f"a {word} b"))
    assert (got_code, got_status) == (code, status)
    assert words.startswith(message)


def test_a_models_error_has_its_own_status_and_its_resource(aws: Aws) -> None:
    error = refusal(aws, prompt="[refuse:model]")
    assert (error["originalStatusCode"], error["resourceName"]) == (500, NOVA)


@pytest.mark.parametrize("word", ["[answer:never]", "[answer:lost]", "[refuse:timeout]"])
def test_an_invocation_that_is_a_job_does_not_mind_the_words_for_answers(
    aws: Aws, word: str
) -> None:
    assert aws.finished(aws.start(word))["status"] == "Completed"


def test_an_answer_does_not_mind_the_words_for_jobs(aws: Aws) -> None:
    assert answer(invoke(aws, prompt="[fail:filter]"))


# Answers that take time, or never come


class Watched(Clock):
    """A clock that tells who waits on it, and until when somebody does."""

    def __init__(self) -> None:
        super().__init__(START)
        self.asked = 0.0
        self.has_begun = threading.Event()
        self.has_ended = threading.Event()

    async def wait(self, seconds: float) -> None:
        waiting = asyncio.ensure_future(super().wait(seconds))
        await asyncio.sleep(0)
        self.asked = seconds
        self.has_begun.set()
        try:
            await waiting
        finally:
            self.has_ended.set()


@pytest.fixture
def clock() -> Watched:
    return Watched()


@pytest.fixture
def timed(clock: Watched) -> Iterator[Aws]:
    with Sandbox(clock=clock) as sandbox:
        yield Aws(sandbox)


Later = Callable[..., Any]


@pytest.fixture
def later() -> Iterator[Later]:
    """Call a function in another thread."""
    with ThreadPoolExecutor() as pool:
        yield pool.submit


def test_a_slow_answer_takes_thirty_seconds(timed: Aws, clock: Watched, later: Later) -> None:
    pending = later(invoke, timed, prompt="[answer:slow]", accept="text/plain")
    assert clock.has_begun.wait(10)
    assert clock.asked == 30
    assert timed.sandbox.requests[-1]["accept"] == "text/plain"
    clock.advance(29)
    assert timed.client("bedrock-runtime").list_async_invokes()
    assert not clock.has_ended.is_set()
    clock.advance(1)
    assert body_of(pending.result(10), "text/plain")


def test_a_slow_answer_holds_up_no_other(timed: Aws, clock: Watched, later: Later) -> None:
    pending = later(invoke, timed, prompt="[answer:slow]")
    assert clock.has_begun.wait(10)
    assert answer(invoke(timed))
    clock.advance(30)
    assert answer(pending.result(10))


def test_an_answer_may_never_come(timed: Aws, clock: Watched, later: Later) -> None:
    pending = later(invoke, timed, prompt="[answer:never]")
    assert clock.has_begun.wait(10)
    assert clock.asked == math.inf
    clock.advance(10**6)
    assert timed.client("bedrock-runtime").list_async_invokes()
    timed.sandbox.stop()
    with pytest.raises(ConnectionClosedError):
        pending.result(10)


def test_a_client_that_goes_is_waited_for_no_more(timed: Aws, clock: Watched) -> None:
    connection = HTTPConnection("127.0.0.1", timed.sandbox.port)
    body = json.dumps({"prompt": "[answer:never]"})
    connection.request("POST", f"/model/{NOVA}/invoke", body, {"Authorization": "Bearer x"})
    assert clock.has_begun.wait(10)
    connection.close()
    assert clock.has_ended.wait(10)


def test_an_answer_can_be_lost_after_the_model_ran(aws: Aws) -> None:
    with pytest.raises(ConnectionClosedError):
        invoke(aws, prompt="[answer:lost]")
    assert aws.sandbox.requests[-1]["modelId"] == NOVA
    assert answer(invoke(aws))


def test_an_endpoint_may_work_and_never_answer(timed: Aws, clock: Watched, later: Later) -> None:
    client = timed.client("sagemaker-runtime")
    asked = {"EndpointName": "sandbox-echo", "Body": b"[answer:never]", "Filename": "held.txt"}
    pending = later(client.invoke_endpoint_async, **asked)
    assert clock.has_begun.wait(10)
    assert clock.asked == math.inf
    clock.advance(10**6)
    output = timed.client("s3").get_object(Bucket="sandbox-output", Key="endpoints/held.txt")
    assert output["Body"].read() == b"[answer:never]"
    timed.sandbox.stop()
    with pytest.raises(ConnectionClosedError):
        pending.result(10)


def test_an_answer_that_is_lost_twice_leaves_nothing_running() -> None:
    before = set(threading.enumerate())
    with Sandbox() as sandbox:
        sandbox.faults.add("InvokeModel", "drop-after")
        with pytest.raises(ConnectionClosedError):
            invoke(Aws(sandbox), prompt="[answer:lost]")
    assert not [thread for thread in threading.enumerate() if thread not in before]
