from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

import boto3
import pytest

from tests.builders import NOW
from tests.conftest import MakeEngine
from tests.scripted import refusal
from tui.aws.session import Session
from tui.engine.offering import FORGIVEN, FRESH, MOST, STATE_FRESH, Memory, Offers
from tui.engine.session import Engine
from tui.model.context import Context
from tui.model.problem import Problem, ProblemError
from tui.sandbox.server import Sandbox

if TYPE_CHECKING:
    from aiobotocore.client import AioBaseClient


class Source:
    """Answers with how often it was asked, or fails; waits for its gate first."""

    def __init__(self) -> None:
        self.now = NOW
        self.count = 0
        self.problem: Problem | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def ask(self) -> int:
        self.count += 1
        await self.gate.wait()
        if self.problem:
            raise ProblemError(self.problem)
        return self.count


@pytest.fixture
async def source() -> Source:
    return Source()


async def test_an_answer_is_kept_while_it_is_fresh(source: Source) -> None:
    memory: Memory[int] = Memory(lambda: source.now)

    assert [await memory.recall("x", source.ask) for _ in range(2)] == [1, 1]
    source.now += FRESH
    assert await memory.recall("x", source.ask) == 2


async def test_each_question_has_its_own_answer(source: Source) -> None:
    memory: Memory[int] = Memory(lambda: source.now)

    assert [await memory.recall(question, source.ask) for question in "xyx"] == [1, 2, 1]


async def test_an_answer_may_be_kept_for_always(source: Source) -> None:
    memory: Memory[int] = Memory(lambda: source.now, fresh=None)
    await memory.recall("x", source.ask)
    source.now += timedelta(days=1000)

    assert await memory.recall("x", source.ask) == 1


async def test_a_refusal_is_kept_only_for_a_moment(source: Source) -> None:
    memory: Memory[int] = Memory(lambda: source.now, fresh=None)
    source.problem = Problem(kind="AccessDeniedException", message="no")
    for _ in range(3):
        with pytest.raises(ProblemError, match="no"):
            await memory.recall("x", source.ask)
    assert source.count == 1

    source.problem = None
    source.now += FORGIVEN
    assert await memory.recall("x", source.ask) == 2


async def test_the_same_question_waits_for_the_answer_under_way(source: Source) -> None:
    memory: Memory[int] = Memory(lambda: source.now)
    source.gate.clear()
    asking = [asyncio.create_task(memory.recall("x", source.ask)) for _ in range(5)]
    await asyncio.sleep(0)
    source.gate.set()

    assert await asyncio.gather(*asking) == [1] * 5


async def test_who_stops_waiting_leaves_the_question_to_the_next(source: Source) -> None:
    memory: Memory[int] = Memory(lambda: source.now)
    source.gate.clear()
    hung = asyncio.create_task(memory.recall("x", source.ask))
    await asyncio.sleep(0)
    hung.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hung
    source.gate.set()

    assert await memory.recall("x", source.ask) == 2


async def test_old_answers_make_room(source: Source) -> None:
    memory: Memory[int] = Memory(lambda: source.now)
    for number in range(MOST + 1):
        await memory.recall(str(number), source.ask)

    assert await memory.recall("1", source.ask) == 2
    assert await memory.recall("0", source.ask) == MOST + 2


async def test_the_models_are_asked_for_once(engine: Engine, sandbox: Sandbox) -> None:
    assert engine.offers.listed is None
    first = await engine.offers.models()
    again = await engine.offers.models()

    assert first == again == engine.offers.listed
    assert sandbox.calls["ListFoundationModels"] == 1


class Described(Session):
    """SageMaker's and CloudWatch's client: what there is of one endpoint, and how often asked."""

    def __init__(self, *, tells_backlog: bool = True) -> None:
        super().__init__(Context(region="us-west-2"))
        self.count = 0
        self.tells_backlog = tells_backlog

    async def client(
        self, service: str, *, retries: bool = True, patience: float = 0.0
    ) -> AioBaseClient:
        return self

    async def describe_endpoint(self, **_: str) -> Mapping[str, object]:
        self.count += 1
        return {"EndpointStatus": "InService", "AsyncInferenceConfig": {"OutputConfig": {}}}

    async def get_metric_statistics(self, **_: object) -> Mapping[str, object]:
        if not self.tells_backlog:
            raise refusal("AccessDenied")
        return {"Datapoints": [{"Timestamp": NOW, "Maximum": 7.0}]}


async def test_the_state_of_an_endpoint_is_kept_for_a_moment(source: Source) -> None:
    session = Described()
    offers = Offers(session, lambda: source.now)

    first = await offers.endpoint("sharpen")
    source.now += STATE_FRESH - timedelta(seconds=1)
    assert await offers.endpoint("sharpen") is first
    source.now += timedelta(seconds=1)
    await offers.endpoint("sharpen")

    assert first.backlog == 7
    assert session.count == 2


async def test_who_may_not_read_metrics_sees_the_state_without_a_backlog(source: Source) -> None:
    offers = Offers(Described(tells_backlog=False), lambda: source.now)

    found = await offers.endpoint("sharpen")

    assert (found.status, found.backlog) == ("InService", None)


async def test_a_folder_is_asked_for_once_however_much_is_typed_in_it(
    engine: Engine, sandbox: Sandbox
) -> None:
    sandbox.seed(3)

    for typed in ("", "c", "ca", "cam", "camp"):
        assert "campaign/" in await engine.offers.prefixes("sandbox-output", typed)

    assert sandbox.calls["ListObjectsV2"] == 1


async def test_a_folder_with_too_many_is_asked_for_by_what_is_typed(
    engine: Engine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.aws.s3.PAGE", 2)
    client = boto3.client("s3", endpoint_url=sandbox.url, region_name="us-west-2")
    client.create_bucket(
        Bucket="many", CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
    )
    for name in "abcd":
        client.put_object(Bucket="many", Key=f"{name}/x", Body=b"")

    assert await engine.offers.prefixes("many", "d") == ("d/",)


async def test_without_the_line_there_is_a_problem(make_engine: MakeEngine) -> None:
    engine = make_engine(endpoint_url="http://127.0.0.1:9")

    with pytest.raises(ProblemError, match="EndpointConnectionError"):
        await engine.offers.buckets()
    assert engine.offers.warnings("luma.ray-v2:0") == []
