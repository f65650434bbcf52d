from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from tui.sandbox.jobs import Clock
from tui.sandbox.server import Sandbox, environment


@pytest.fixture(scope="module")
def crowded() -> Iterator[Sandbox]:
    from datetime import datetime, timezone

    with Sandbox(clock=Clock(datetime(2026, 5, 1, tzinfo=timezone.utc))) as sandbox:
        sandbox.seed(1500)
        yield sandbox


@pytest.fixture
def client(crowded: Sandbox) -> Any:
    return boto3.client(
        "bedrock-runtime",
        region_name="us-west-2",
        endpoint_url=crowded.url,
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )


def everything(client: Any, **params: object) -> list[dict[str, Any]]:
    pages = client.get_paginator("list_async_invokes").paginate(**params)
    return [job for page in pages for job in page["asyncInvokeSummaries"]]


def test_pages_hold_up_to_a_thousand_and_cover_all(client: Any) -> None:
    first = client.list_async_invokes(maxResults=1000)
    assert len(first["asyncInvokeSummaries"]) == 1000
    rest = client.list_async_invokes(maxResults=1000, nextToken=first["nextToken"])
    assert len(rest["asyncInvokeSummaries"]) == 500
    assert "nextToken" not in rest


def test_the_newest_come_first_unless_asked_otherwise(client: Any) -> None:
    down = [job["invocationArn"] for job in everything(client, maxResults=400)]
    up = everything(client, maxResults=700, sortBy="SubmissionTime", sortOrder="Ascending")
    assert len(set(down)) == 1500
    assert [job["invocationArn"] for job in up] == down[::-1]
    times = [job["submitTime"] for job in up]
    assert times == sorted(times)


def test_jobs_submitted_between_pages_neither_repeat_nor_hide_others(
    client: Any, crowded: Sandbox
) -> None:
    before = [job["invocationArn"] for job in everything(client, maxResults=1000)]
    page = client.list_async_invokes(maxResults=10)
    crowded.clock.advance(60)
    client.start_async_invoke(
        modelId="luma.ray-v2:0",
        modelInput={"prompt": "x"},
        outputDataConfig={"s3OutputDataConfig": {"s3Uri": "s3://sandbox-output"}},
    )
    following = client.list_async_invokes(maxResults=10, nextToken=page["nextToken"])
    listed = [
        job["invocationArn"] for part in (page, following) for job in part["asyncInvokeSummaries"]
    ]
    assert listed == before[:20]


@pytest.mark.parametrize("status", ["InProgress", "Completed", "Failed"])
def test_a_status_can_be_picked(client: Any, status: str) -> None:
    found = everything(client, statusEquals=status, maxResults=1000)
    assert found
    assert {job["status"] for job in found} == {status}
    assert all(("failureMessage" in job) == (status == "Failed") for job in found)


def test_a_time_window_can_be_picked(client: Any, crowded: Sandbox) -> None:
    end = crowded.clock.now() - timedelta(days=1)
    begin = end - timedelta(days=2)
    found = everything(client, submitTimeAfter=begin, submitTimeBefore=end, maxResults=1000)
    assert found
    assert all(begin < job["submitTime"] < end for job in found)
    all_of_them = everything(client, maxResults=1000)
    assert len(found) == sum(begin < job["submitTime"] < end for job in all_of_them)


@pytest.mark.parametrize(
    "params",
    [
        {"nextToken": "rubbish"},
        {"nextToken": "W10="},
        {"maxResults": 1001},
        {"statusEquals": "Done"},
        {"sortOrder": "Sideways"},
    ],
)
def test_bad_parameters_are_refused(client: Any, params: dict[str, object]) -> None:
    with pytest.raises(client.exceptions.ValidationException):
        client.list_async_invokes(**params)


def test_a_token_belongs_to_its_sort_order(client: Any) -> None:
    token = client.list_async_invokes(maxResults=1)["nextToken"]
    with pytest.raises(client.exceptions.ValidationException):
        client.list_async_invokes(sortOrder="Ascending", nextToken=token)


def test_without_max_results_a_page_holds_a_hundred(client: Any) -> None:
    assert len(client.list_async_invokes()["asyncInvokeSummaries"]) == 100


def test_seeding_again_adds_other_jobs(crowded: Sandbox) -> None:
    before = crowded.jobs.count("us-west-2")
    crowded.seed(12)
    crowded.seed(12)
    assert crowded.jobs.count("us-west-2") == before + 24


def test_every_seeded_job_has_its_outputs_when_asked(client: Any, crowded: Sandbox) -> None:
    s3 = boto3.client(
        "s3",
        region_name="us-west-2",
        endpoint_url=crowded.url,
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )
    completed = everything(client, statusEquals="Completed", maxResults=1000)
    for job in (completed[0], completed[-1]):
        uri = job["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"]
        bucket, _, prefix = uri.removeprefix("s3://").partition("/")
        assert s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"] > 0


def test_the_environment_leads_other_clients_here() -> None:
    variables = environment("http://127.0.0.1:1")
    assert variables["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert variables["AWS_REGION"] == variables["AWS_DEFAULT_REGION"] == "us-west-2"
