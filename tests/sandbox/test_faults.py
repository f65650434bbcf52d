from __future__ import annotations

import json
import re
from typing import Any
from urllib.request import Request, urlopen

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.sandbox.conftest import Aws
from tui.sandbox.faults import Faults
from tui.sandbox.refusals import REFUSALS


def failure(error: ClientError) -> tuple[str, int]:
    response: Any = error.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("throttle", ("ThrottlingException", 429)),
        ("server-error", ("InternalServerException", 500)),
        ("unavailable", ("ServiceUnavailableException", 503)),
        ("expired", ("ExpiredTokenException", 403)),
        ("denied", ("AccessDeniedException", 403)),
    ],
)
def test_the_next_call_of_an_operation_is_refused(
    aws: Aws, kind: str, expected: tuple[str, int]
) -> None:
    aws.sandbox.faults.add("ListAsyncInvokes", kind)
    client = aws.client("bedrock-runtime")
    with pytest.raises(ClientError) as caught:
        client.list_async_invokes(maxResults=1)
    assert failure(caught.value) == expected
    assert client.list_async_invokes(maxResults=1)["asyncInvokeSummaries"] is not None


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("throttle", ("SlowDown", 503)),
        ("server-error", ("InternalError", 500)),
        ("expired", ("ExpiredToken", 400)),
        ("denied", ("AccessDenied", 403)),
    ],
)
@pytest.mark.parametrize("operation", ["GetObject", "ListObjectsV2"])
def test_s3_is_refused_in_its_own_way(
    aws: Aws, operation: str, kind: str, expected: tuple[str, int]
) -> None:
    aws.sandbox.faults.add(operation, kind)
    s3 = aws.client("s3")
    calls = {
        "GetObject": lambda: s3.get_object(Bucket="media", Key="x"),
        "ListObjectsV2": lambda: s3.list_objects_v2(Bucket="media"),
    }
    with pytest.raises(ClientError) as caught:
        calls[operation]()
    assert failure(caught.value) == expected


def test_a_forbidden_head_has_a_status_but_no_body(aws: Aws) -> None:
    aws.sandbox.faults.add("HeadObject", "denied")
    with pytest.raises(ClientError) as caught:
        aws.client("s3").head_object(Bucket="media", Key="x")
    assert failure(caught.value) == ("403", 403)


def test_an_expired_session_is_seen_by_sts(aws: Aws) -> None:
    assert aws.client("sts").get_caller_identity()["Account"] == "123456789012"
    aws.sandbox.faults.add("GetCallerIdentity", "expired")
    with pytest.raises(ClientError) as caught:
        aws.client("sts").get_caller_identity()
    assert failure(caught.value) == ("ExpiredToken", 403)


def known(aws: Aws, token: str) -> bool:
    jobs = aws.client("bedrock-runtime").list_async_invokes(maxResults=1000)
    return any(job.get("clientRequestToken") == token for job in jobs["asyncInvokeSummaries"])


def test_a_connection_dropped_before_creates_nothing(aws: Aws) -> None:
    aws.sandbox.faults.add("StartAsyncInvoke", "drop-before")
    with pytest.raises(ConnectionClosedError):
        aws.start(clientRequestToken="dropped-before")
    assert not known(aws, "dropped-before")


def test_a_connection_dropped_after_leaves_a_job(aws: Aws) -> None:
    aws.sandbox.faults.add("StartAsyncInvoke", "drop-after")
    with pytest.raises(ConnectionClosedError):
        aws.start(clientRequestToken="dropped-after")
    assert known(aws, "dropped-after")


def test_a_dropped_upload_may_have_arrived(aws: Aws) -> None:
    aws.finished(aws.start())
    s3 = aws.client("s3")
    for kind, count in (("drop-before", 0), ("drop-after", 1)):
        aws.sandbox.faults.add("PutObject", kind)
        with pytest.raises(ConnectionClosedError):
            s3.put_object(Bucket="media", Key=f"{kind}/x", Body=b"y" * 100_000)
        assert s3.list_objects_v2(Bucket="media", Prefix=f"{kind}/")["KeyCount"] == count


def test_a_fault_can_last_for_some_calls_or_until_it_is_cleared() -> None:
    faults = Faults()
    faults.add("GetAsyncInvoke", "latency", times=2, seconds=0.1)
    faults.add("*", "throttle", times=None)
    taken = [faults.take("GetAsyncInvoke") for _ in range(4)]
    assert [fault.kind if fault else "" for fault in taken] == [
        "latency",
        "latency",
        "throttle",
        "throttle",
    ]
    faults.clear()
    assert faults.take("GetAsyncInvoke") is None


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="latency, throttle"):
        Faults().add("*", "gremlins")


def test_calls_are_counted_by_operation(aws: Aws) -> None:
    aws.sandbox.calls.clear()
    arn = aws.start()
    aws.finished(arn)
    s3 = aws.client("s3")
    s3.list_objects_v2(Bucket="media")
    s3.get_object(Bucket="media", Key=f"out/{arn[-12:]}/output.mp4")
    s3.head_object(Bucket="media", Key=f"out/{arn[-12:]}/output.mp4")
    assert aws.sandbox.calls == {
        "StartAsyncInvoke": 1,
        "GetAsyncInvoke": 1,
        "ListObjectsV2": 1,
        "GetObject": 1,
        "HeadObject": 1,
    }


@pytest.mark.parametrize("times", [0, -1])
def test_a_fault_for_no_call_is_refused(times: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Faults().add("ListAsyncInvokes", "throttle", times=times)


def ask(url: str, method: str = "GET", body: object = None) -> Any:
    data = json.dumps(body).encode() if body is not None else None
    with urlopen(Request(url, data=data, method=method), timeout=10) as response:
        return json.load(response)


def test_people_can_plan_faults_and_move_the_clock_over_http(aws: Aws) -> None:
    faults = f"{aws.sandbox.url}/sandbox/faults"
    plan = {"operation": "GetAsyncInvoke", "kind": "throttle", "times": 3, "seconds": 0.0}
    assert ask(faults, "POST", plan) == [plan]
    assert ask(faults) == [plan]
    assert ask(faults, "DELETE") == []
    before = aws.sandbox.clock.now()
    now = ask(f"{aws.sandbox.url}/sandbox/clock", "POST", {"advance": 90})["now"]
    assert re.fullmatch(r"2026-.*Z", now)
    assert (aws.sandbox.clock.now() - before).total_seconds() == 90


@pytest.mark.parametrize("name", sorted(set(REFUSALS) - {"other-region"}))
def test_every_known_error_can_be_a_call_s_answer(aws: Aws, name: str) -> None:
    aws.sandbox.faults.add("ListAsyncInvokes", name)
    with pytest.raises(ClientError) as caught:
        aws.client("bedrock-runtime").list_async_invokes(maxResults=1)
    assert failure(caught.value) == (REFUSALS[name].code, REFUSALS[name].status)


def test_any_other_error_can_be_a_call_s_answer(aws: Aws) -> None:
    faults = f"{aws.sandbox.url}/sandbox/faults"
    error = {"code": "TeapotException", "message": "short and stout", "status": 418}
    plan = {"operation": "GetAsyncInvoke", "kind": "error", "times": 1, "seconds": 0.0, **error}
    assert ask(faults, "POST", plan) == [plan]
    with pytest.raises(ClientError, match="short and stout") as caught:
        aws.get("arn:aws:bedrock:us-west-2:123456789012:async-invoke/abcdefghijkl")
    assert failure(caught.value) == ("TeapotException", 418)


@pytest.mark.parametrize("members", [{}, {"code": "X", "status": 200}])
def test_an_error_without_a_code_or_with_a_status_of_success_is_refused(
    members: dict[str, Any],
) -> None:
    with pytest.raises(ValueError, match="needs a code"):
        Faults().add("*", "error", **members)
