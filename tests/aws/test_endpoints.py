from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import NOW
from tests.scripted import refusal
from tui.aws import endpoints
from tui.aws.endpoints import AT_ONCE, DESCRIBED
from tui.aws.session import Session
from tui.model.context import Context
from tui.model.problem import ProblemError

if TYPE_CHECKING:
    from aiobotocore.client import AioBaseClient

Answer = Mapping[str, object]

OUTPUT = {"S3OutputPath": "s3://media/out/", "S3FailurePath": "s3://media/failed/"}
ASYNC: dict[str, Any] = {"AsyncInferenceConfig": {"OutputConfig": OUTPUT}}


def described(*instances: int, status: str = "InService", **more: object) -> Answer:
    variants = [{"VariantName": "all", "CurrentInstanceCount": count} for count in instances]
    bare = {"EndpointStatus": status, "EndpointConfigName": "config"}
    return {**bare, "ProductionVariants": variants, **more}


class Region(Session):
    """Its clients answer as functions of the test do, and note what they were asked."""

    def __init__(self, *names: str) -> None:
        super().__init__(Context(region="us-west-2"))
        self.names = list(names)
        self.asked: list[tuple[str, Mapping[str, object]]] = []
        self.describe: Callable[[str], Answer] = lambda _: described(1, **ASYNC)
        self.config: Callable[[], Answer] = dict
        self.points: list[tuple[datetime, float]] = []

    async def client(
        self, service: str, *, retries: bool = True, patience: float = 0.0
    ) -> AioBaseClient:
        return self

    def count(self, operation: str) -> int:
        return sum(asked == operation for asked, _ in self.asked)

    async def list_endpoints(self, **arguments: object) -> Answer:
        self.asked.append(("ListEndpoints", dict(arguments)))
        start = int(str(arguments.get("NextToken", 0)))
        page = self.names[start : start + 100]
        summaries = [{"EndpointName": name, "EndpointStatus": "Updating"} for name in page]
        rest = {"NextToken": str(start + 100)} if start + 100 < len(self.names) else {}
        return {"Endpoints": summaries, **rest}

    async def describe_endpoint(self, **arguments: object) -> Answer:
        self.asked.append(("DescribeEndpoint", arguments))
        return self.describe(str(arguments["EndpointName"]))

    async def describe_endpoint_config(self, **arguments: object) -> Answer:
        self.asked.append(("DescribeEndpointConfig", arguments))
        return self.config()

    async def get_metric_statistics(self, **arguments: object) -> Answer:
        self.asked.append(("GetMetricStatistics", arguments))
        return {"Datapoints": [{"Timestamp": at, "Maximum": value} for at, value in self.points]}


def refuse(_: object = None) -> Answer:
    raise refusal("AccessDeniedException")


async def test_asynchronous_endpoints_are_listed_first() -> None:
    region = Region("chat", "sharpen", "secret")

    def describe(name: str) -> Answer:
        if name == "secret":
            return refuse()
        return described(1, **(ASYNC if name == "sharpen" else {}))

    region.describe = describe

    found = await endpoints.list_endpoints(region)

    kinds = [(each.name, each.status, each.is_async) for each in found]
    assert kinds == [
        ("sharpen", "Updating", True),
        ("secret", "Updating", None),
        ("chat", "Updating", False),
    ]


async def test_a_list_comes_from_every_page_and_describes_only_the_first() -> None:
    region = Region(*(f"endpoint-{number}" for number in range(250)))

    found = await endpoints.list_endpoints(region)

    assert {each.name for each in found} == set(region.names)
    assert sum(each.is_async is True for each in found) == DESCRIBED
    assert (region.count("ListEndpoints"), region.count("DescribeEndpoint")) == (3, DESCRIBED)


async def test_who_may_describe_none_is_not_refused_again_and_again() -> None:
    region = Region(*(f"endpoint-{number}" for number in range(40)))
    region.describe = refuse

    found = await endpoints.list_endpoints(region)

    assert [each.name for each in found] == region.names
    assert region.count("DescribeEndpoint") == AT_ONCE


async def test_a_refusal_to_list_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    region = Region()
    monkeypatch.setattr(region, "list_endpoints", lambda **_: refuse())

    with pytest.raises(ProblemError, match="AccessDeniedException"):
        await endpoints.list_endpoints(region)


async def test_the_state_of_an_endpoint_adds_its_variants_up() -> None:
    region = Region()
    region.describe = lambda _: described(2, 3, **ASYNC)

    found = await endpoints.describe_endpoint(region, "sharpen")

    assert (found.name, found.status, found.is_async, found.instances) == (
        "sharpen",
        "InService",
        True,
        5,
    )
    assert (found.output_path, found.failure_path) == tuple(OUTPUT.values())
    assert region.count("DescribeEndpointConfig") == 0


async def test_a_serverless_endpoint_has_no_number_of_instances() -> None:
    region = Region()
    region.describe = lambda _: described(ProductionVariants=[{"VariantName": "all"}])

    assert (await endpoints.describe_endpoint(region, "chat")).instances is None


async def test_a_failed_endpoint_says_why() -> None:
    region = Region()
    region.describe = lambda _: described(status="Failed", FailureReason="no capacity", **ASYNC)

    assert "no capacity" in (await endpoints.describe_endpoint(region, "sharpen")).state


@pytest.mark.parametrize(("config", "is_async"), [(lambda: ASYNC, True), (dict, False)])
async def test_the_configuration_tells_the_kind_where_the_description_does_not(
    config: Callable[[], Answer], is_async: bool
) -> None:
    region = Region()
    region.describe = lambda _: described(1)
    region.config = config

    assert (await endpoints.describe_endpoint(region, "sharpen")).is_async is is_async
    assert region.asked[-1] == ("DescribeEndpointConfig", {"EndpointConfigName": "config"})


async def test_without_the_right_to_read_the_configuration_the_kind_is_not_known() -> None:
    region = Region()
    region.describe = lambda _: described(1)
    region.config = refuse

    assert (await endpoints.describe_endpoint(region, "sharpen")).is_async is None


async def test_an_answer_that_is_none_of_sagemaker_s_is_a_problem() -> None:
    region = Region()
    region.describe = lambda _: {}

    with pytest.raises(ProblemError, match="UnreadableAnswer"):
        await endpoints.describe_endpoint(region, "sharpen")


async def test_the_backlog_is_what_was_measured_last() -> None:
    region = Region()
    tokyo = timezone(timedelta(hours=9))
    region.points = [
        (NOW - timedelta(minutes=1), 12.0),
        (NOW.astimezone(tokyo) - timedelta(minutes=3), 40.0),
        (NOW - timedelta(minutes=2), 13.0),
    ]

    assert await endpoints.backlog(region, "sharpen", NOW) == 12
    _, asked = region.asked[0]
    assert (asked["StartTime"], asked["EndTime"]) == (NOW - timedelta(minutes=10), NOW)
    assert asked["Dimensions"] == [{"Name": "EndpointName", "Value": "sharpen"}]


async def test_a_backlog_that_was_not_measured_is_not_known() -> None:
    assert await endpoints.backlog(Region(), "sharpen", NOW) is None
