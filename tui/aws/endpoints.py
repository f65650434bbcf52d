"""SageMaker's endpoints: which there are, what state they are in, how long their queues are.

Reads only. One function for each thing we ask; each needs a right that many callers do not have.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tui.aws.errors import problems, unreadable
from tui.aws.session import Session
from tui.model.endpoint import Endpoint, async_first
from tui.model.problem import ProblemError

if TYPE_CHECKING:
    from aiobotocore.client import AioBaseClient

MOST = 1000
"""Endpoints of a list, at most."""

DESCRIBED = 48
"""Of how many of a list, the newest, the kind is asked for."""

AT_ONCE = 8
"""How many are described at a time."""

RECENT = timedelta(minutes=10)
"""How far back a backlog is looked for: it is measured each minute, and comes late."""


async def list_endpoints(session: Session) -> list[Endpoint]:
    """The region's endpoints, asynchronous ones first, the newest of each kind first.

    Their kind is known of the newest ``DESCRIBED``, and not known where the caller may not ask.

    Raises:
        ProblemError: AWS refused (``sagemaker:ListEndpoints``) or could not be reached.
    """
    found: list[Endpoint] = []
    arguments: dict[str, object] = {"MaxResults": 100}
    with problems("ListEndpoints", session.context):
        client = await session.client("sagemaker")
        while len(found) < MOST:
            answer = await client.list_endpoints(**arguments)
            found += [
                Endpoint(name=entry["EndpointName"], status=entry.get("EndpointStatus", ""))
                for entry in answer.get("Endpoints", [])
            ]
            if not answer.get("NextToken"):
                break
            arguments["NextToken"] = answer["NextToken"]
    found = found[:MOST]
    return async_first([*await _described(session, found[:DESCRIBED]), *found[DESCRIBED:]])


async def describe_endpoint(session: Session, name: str) -> Endpoint:
    """The state of an endpoint, without its backlog.

    Raises:
        ProblemError: AWS refused (``sagemaker:DescribeEndpoint``), there is no such endpoint, or
            nothing answered.
    """
    with problems("DescribeEndpoint", session.context):
        client = await session.client("sagemaker")
        answer = await client.describe_endpoint(EndpointName=name)
    if not answer.get("EndpointStatus"):
        raise ProblemError(unreadable("DescribeEndpoint"))
    config = answer.get("AsyncInferenceConfig") or await _async_config(client, answer)
    output = (config or {}).get("OutputConfig") or {}
    return Endpoint(
        name=name,
        status=answer["EndpointStatus"],
        is_async=None if config is None else bool(config),
        instances=_instances(answer.get("ProductionVariants") or ()),
        failure_reason=answer.get("FailureReason") or "",
        output_path=output.get("S3OutputPath") or "",
        failure_path=output.get("S3FailurePath") or "",
    )


async def backlog(session: Session, name: str, now: datetime) -> int | None:
    """How many requests queue or run at an endpoint, as last measured; None where nothing was.

    Raises:
        ProblemError: AWS refused (``cloudwatch:GetMetricStatistics``) or could not be reached.
    """
    with problems("GetMetricStatistics", session.context):
        client = await session.client("cloudwatch")
        answer = await client.get_metric_statistics(
            Namespace="AWS/SageMaker",
            MetricName="ApproximateBacklogSize",
            Dimensions=[{"Name": "EndpointName", "Value": name}],
            StartTime=now - RECENT,
            EndTime=now,
            Period=60,
            Statistics=["Maximum"],
        )
        points = answer.get("Datapoints") or ()
        last = max(points, key=lambda point: point["Timestamp"], default=None)
        return None if last is None else round(last["Maximum"])


async def _described(session: Session, endpoints: list[Endpoint]) -> list[Endpoint]:
    """The endpoints with their kinds, a few asked for at a time.

    Where all of those are refused, the others would be, too.
    """
    described: list[Endpoint] = []
    for start in range(0, len(endpoints), AT_ONCE):
        few = endpoints[start : start + AT_ONCE]
        kinds = await asyncio.gather(*(_kind(session, endpoint) for endpoint in few))
        if not any(kinds):
            break
        described += [found or endpoint for found, endpoint in zip(kinds, few, strict=True)]
    return described + endpoints[len(described) :]


async def _kind(session: Session, endpoint: Endpoint) -> Endpoint | None:
    """The endpoint as it is described; None where it cannot be."""
    try:
        found = await describe_endpoint(session, endpoint.name)
    except ProblemError:
        return None
    return replace(found, status=endpoint.status or found.status)


async def _async_config(
    client: AioBaseClient, described: Mapping[str, str]
) -> Mapping[str, Mapping[str, str]] | None:
    """What the endpoint's configuration says, if its description does not; None where refused."""
    try:
        with problems("DescribeEndpointConfig"):
            name = described.get("EndpointConfigName", "")
            answer = await client.describe_endpoint_config(EndpointConfigName=name)
    except ProblemError:
        return None
    config: Mapping[str, Mapping[str, str]] = answer.get("AsyncInferenceConfig") or {}
    return config


def _instances(variants: Iterable[Mapping[str, int]]) -> int | None:
    """How many run, of all variants; None where none says, as serverless ones do not."""
    counts = [each["CurrentInstanceCount"] for each in variants if "CurrentInstanceCount" in each]
    return sum(counts) if counts else None
