from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.conftest import Aws, outcome

ASYNC = {
    f"sandbox-{name}"
    for name in (
        "echo",
        "slow",
        "zero",
        "failing",
        "silent",
        "forbidden",
        "unlistable",
        "elsewhere",
    )
}


def described(aws: Aws, name: str) -> dict[str, Any]:
    answer: dict[str, Any] = aws.client("sagemaker").describe_endpoint(EndpointName=name)
    return answer


@pytest.mark.parametrize("region", ["us-west-2", "eu-west-1"])
def test_every_region_has_the_same_endpoints(aws: Aws, region: str) -> None:
    endpoints = aws.client("sagemaker", region).list_endpoints()["Endpoints"]
    assert {endpoint["EndpointName"] for endpoint in endpoints} == {*ASYNC, "sandbox-sync"}
    assert {endpoint["EndpointStatus"] for endpoint in endpoints} == {"InService"}
    assert all(endpoint["CreationTime"] < aws.sandbox.clock.now() for endpoint in endpoints)


def test_the_endpoints_can_be_read_page_by_page(aws: Aws) -> None:
    pages = aws.client("sagemaker").get_paginator("list_endpoints")
    names = [
        endpoint["EndpointName"]
        for page in pages.paginate(PaginationConfig={"PageSize": 2})
        for endpoint in page["Endpoints"]
    ]
    assert len(names) == len(set(names)) == 9


def test_both_descriptions_tell_which_are_asynchronous(aws: Aws) -> None:
    client = aws.client("sagemaker")
    for name in (*ASYNC, "sandbox-sync"):
        endpoint = described(aws, name)
        config = client.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
        assert ("AsyncInferenceConfig" in endpoint) is (name in ASYNC)
        assert endpoint.get("AsyncInferenceConfig") == config.get("AsyncInferenceConfig")


def test_an_endpoint_tells_its_folders_and_its_instances(aws: Aws) -> None:
    slow, zero = described(aws, "sandbox-slow"), described(aws, "sandbox-zero")
    assert slow["AsyncInferenceConfig"] == {
        "ClientConfig": {"MaxConcurrentInvocationsPerInstance": 1},
        "OutputConfig": {
            "S3OutputPath": "s3://sandbox-output/endpoints",
            "S3FailurePath": "s3://sandbox-output/endpoints/failures",
        },
    }
    counts = [
        endpoint["ProductionVariants"][0]["CurrentInstanceCount"] for endpoint in (slow, zero)
    ]
    assert counts == [1, 0]
    silent = described(aws, "sandbox-silent")["AsyncInferenceConfig"]["OutputConfig"]
    assert "S3FailurePath" not in silent


def test_an_endpoint_that_a_client_makes_works_and_one_that_it_deletes_is_gone(aws: Aws) -> None:
    client = aws.client("sagemaker", "eu-west-3")
    client.create_model(ModelName="mine", ExecutionRoleArn="arn:aws:iam::123456789012:role/x")
    variant = {
        "VariantName": "v",
        "ModelName": "mine",
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
    }
    client.create_endpoint_config(
        EndpointConfigName="mine",
        ProductionVariants=[variant],
        AsyncInferenceConfig={"OutputConfig": {"S3OutputPath": "s3://own-bucket/out"}},
    )
    client.create_endpoint(EndpointName="mine", EndpointConfigName="mine")
    runtime = aws.client("sagemaker-runtime", "eu-west-3")
    place = runtime.invoke_endpoint_async(EndpointName="mine", Body=b"x")["OutputLocation"]
    aws.sandbox.clock.advance(8)
    bucket, _, key = place.removeprefix("s3://").partition("/")
    assert aws.client("s3", "eu-west-3").get_object(Bucket=bucket, Key=key)["Body"].read() == b"x"
    client.delete_endpoint(EndpointName="sandbox-echo")
    with pytest.raises(ClientError, match="Endpoint sandbox-echo of account"):
        runtime.invoke_endpoint_async(EndpointName="sandbox-echo", Body=b"x")


def test_a_description_can_be_denied(aws: Aws) -> None:
    aws.sandbox.faults.add("DescribeEndpoint", "denied")
    with pytest.raises(ClientError) as caught:
        described(aws, "sandbox-echo")
    code, status, message = outcome(caught.value.response)
    assert (code, status) == ("AccessDeniedException", 403)
    assert "sagemaker:DescribeEndpoint" in message


# The backlog


def metric(aws: Aws, endpoint: str, name: str = "ApproximateBacklogSize") -> dict[str, Any]:
    dimensions = [{"Name": "EndpointName", "Value": endpoint}]
    return {
        "Namespace": "AWS/SageMaker",
        "MetricName": name,
        "Dimensions": dimensions,
    }


def statistics(aws: Aws, metric: dict[str, Any], minutes: int = 10, **more: Any) -> list[Any]:
    now = aws.sandbox.clock.now()
    window = {"StartTime": now - timedelta(minutes=minutes), "EndTime": now}
    asked = {"Period": 60, "Statistics": ["Maximum"], **window, **more}
    points = aws.client("cloudwatch").get_metric_statistics(**metric, **asked)["Datapoints"]
    return sorted(points, key=lambda point: point["Timestamp"])


def wait_in(aws: Aws, name: str, count: int, seconds: int = 30) -> None:
    client = aws.client("sagemaker-runtime")
    for _ in range(count):
        client.invoke_endpoint_async(EndpointName=name, Body=f"[time:{seconds}]".encode())


def test_the_backlog_is_what_waits_and_what_is_worked_on(aws: Aws) -> None:
    slow = metric(aws, "sandbox-slow")
    wait_in(aws, "sandbox-slow", 3)
    seen = []
    for _ in range(4):
        aws.sandbox.clock.advance(1)
        seen.append(statistics(aws, slow)[-1]["Maximum"])
        aws.sandbox.clock.advance(29)
    assert seen == [3, 2, 1, 0]


def test_the_past_backlog_can_be_asked_for(aws: Aws) -> None:
    wait_in(aws, "sandbox-slow", 4, seconds=120)
    aws.sandbox.clock.advance(3600)
    points = statistics(
        aws, metric(aws, "sandbox-slow"), 70, Period=1200, Statistics=["Maximum", "Average", "Sum"]
    )
    busiest = max(points, key=lambda point: float(point["Maximum"]))
    assert (busiest["Maximum"], points[-1]["Maximum"]) == (4, 0)
    assert 0 < busiest["Average"] < 4 <= busiest["Sum"]


def test_metric_data_tells_the_same_the_newest_first(aws: Aws) -> None:
    wait_in(aws, "sandbox-zero", 2)
    aws.sandbox.clock.advance(1)
    now = aws.sandbox.clock.now()
    stat = {"Metric": metric(aws, "sandbox-zero"), "Period": 60, "Stat": "Maximum"}
    (result,) = aws.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "backlog", "MetricStat": stat}],
        StartTime=now - timedelta(minutes=5),
        EndTime=now,
    )["MetricDataResults"]
    assert result["Id"] == "backlog"
    assert result["Timestamps"] == sorted(result["Timestamps"], reverse=True)
    assert result["Values"][0] == statistics(aws, metric(aws, "sandbox-zero"))[-1]["Maximum"]
    assert result["Values"][0] >= 2


def test_an_idle_endpoint_has_no_backlog(aws: Aws) -> None:
    assert {point["Maximum"] for point in statistics(aws, metric(aws, "sandbox-echo"))} == {0}


def test_another_metric_has_no_values(aws: Aws) -> None:
    assert statistics(aws, metric(aws, "sandbox-slow", "Invocations")) == []


def test_the_backlog_can_be_denied(aws: Aws) -> None:
    aws.sandbox.faults.add("GetMetricStatistics", "denied")
    with pytest.raises(ClientError, match="cloudwatch:GetMetricStatistics") as caught:
        statistics(aws, metric(aws, "sandbox-slow"))
    assert outcome(caught.value.response)[0] == "AccessDeniedException"
