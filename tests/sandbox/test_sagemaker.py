from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.sandbox.conftest import Aws, outcome
from tui.aws.shapes import members

OPTIONS: dict[str, Any] = {
    "ContentType": "text/csv",
    "Accept": "text/plain",
    "CustomAttributes": "team=media",
    "InferenceId": "an-inference",
    "S3OutputPathExtension": "runs/42",
    "Filename": "answer.txt",
    "RequestTTLSeconds": 600,
    "InvocationTimeoutSeconds": 60,
}


def submit(aws: Aws, name: str = "echo", body: bytes | None = b"{}", **options: Any) -> Any:
    inline = {} if body is None else {"Body": body}
    arguments = {"EndpointName": f"sandbox-{name}", **inline, **options}
    return aws.client("sagemaker-runtime").invoke_endpoint_async(**arguments)


def refused(aws: Aws, name: str = "echo", **options: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as caught:
        submit(aws, name, **options)
    return outcome(caught.value.response)


def found(aws: Aws, uri: str) -> Mapping[str, Any] | None:
    """The object, or None where there is none."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    s3 = aws.client("s3")
    try:
        answer: Mapping[str, Any] = s3.get_object(Bucket=bucket, Key=key)
    except s3.exceptions.NoSuchKey:
        return None
    return answer


def text(aws: Aws, uri: str) -> str:
    thing = found(aws, uri)
    return "" if thing is None else thing["Body"].read().decode()


def failure(aws: Aws, accepted: Mapping[str, Any], seconds: float = 10) -> str:
    """What the failure object says; there is no output."""
    aws.sandbox.clock.advance(seconds)
    assert found(aws, accepted["OutputLocation"]) is None
    return text(aws, accepted["FailureLocation"])


def uploaded(aws: Aws, key: str, body: bytes) -> str:
    aws.client("s3").put_object(Bucket="sandbox-uploads", Key=key, Body=body)
    return f"s3://sandbox-uploads/{key}"


# What is accepted


def test_a_request_is_accepted_with_its_locations(aws: Aws) -> None:
    accepted = submit(aws, InferenceId="mine")
    assert accepted["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert accepted["InferenceId"] == "mine"
    pattern = r"s3://sandbox-output/endpoints/([0-9a-f-]{36})\.out"
    name = re.fullmatch(pattern, accepted["OutputLocation"])
    assert name
    assert name[1] not in ("mine", accepted["InferenceId"])
    place = f"s3://sandbox-output/endpoints/failures/{name[1]}-error.out"
    assert accepted["FailureLocation"] == place


def test_an_inference_id_is_made_where_none_is_given(aws: Aws) -> None:
    first, second = (submit(aws)["InferenceId"] for _ in range(2))
    assert len(first) == len(second) == 36
    assert first != second


def test_extension_and_file_name_decide_where_the_output_goes(aws: Aws) -> None:
    accepted = submit(aws, S3OutputPathExtension="runs/42", Filename="answer.json")
    assert accepted["OutputLocation"] == "s3://sandbox-output/endpoints/runs/42/answer.json"
    extended = submit(aws, S3OutputPathExtension="runs")["OutputLocation"]
    assert re.fullmatch(r"s3://sandbox-output/endpoints/runs/[0-9a-f-]{36}\.out", extended)


def test_every_member_arrives_as_it_was_sent(aws: Aws) -> None:
    submit(aws, body=b"1,2\n", **OPTIONS)
    sent = {"EndpointName": "sandbox-echo", "Body": b"1,2\n", **OPTIONS}
    assert aws.sandbox.requests[-1] == sent


def test_the_service_model_has_no_member_that_this_test_does_not_send() -> None:
    known = {"EndpointName", "Body", "InputLocation", *OPTIONS}
    assert set(members("InvokeEndpointAsync", "sagemaker-runtime")) == known


# What is refused


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere", "Endpoint sandbox-nowhere of account 123456789012 not found."),
        ("sync", "Endpoint sandbox-sync of account 123456789012 is not an asynchronous endpoint."),
    ],
)
def test_only_an_asynchronous_endpoint_takes_requests(aws: Aws, name: str, words: str) -> None:
    assert refused(aws, name) == ("ValidationError", 400, words)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"body": None}, "Either Body or InputLocation"),
        ({"InputLocation": "s3://sandbox-uploads/x"}, "mutually exclusive"),
        ({"body": b"x" * 128_001}, "at 'Body' failed to satisfy constraint"),
        ({"RequestTTLSeconds": 21_601}, "'21601' at 'RequestTTLSeconds'"),
        ({"InvocationTimeoutSeconds": 3601}, "'3601' at 'InvocationTimeoutSeconds'"),
        ({"InferenceId": "x" * 65}, "at 'InferenceId'"),
        ({"CustomAttributes": "x" * 1025}, "at 'CustomAttributes'"),
        ({"CustomAttributes": "für"}, "'für' at 'CustomAttributes'"),
        ({"Filename": "a.b.c"}, "'a.b.c' at 'Filename'"),
        ({"S3OutputPathExtension": "s3://x"}, "at 'S3OutputPathExtension'"),
        ({"body": None, "InputLocation": "ftp://x/y"}, "'ftp://x/y' at 'InputLocation'"),
    ],
)
def test_what_the_service_does_not_take_is_refused(
    aws: Aws, options: dict[str, Any], words: str
) -> None:
    code, status, message = refused(aws, **options)
    assert (code, status) == ("ValidationError", 400)
    assert words in message


@pytest.mark.parametrize(
    ("word", "code", "status"),
    [
        ("[refuse:internal]", "InternalFailure", 500),
        ("[refuse:unavailable]", "ServiceUnavailable", 503),
        ("[refuse:throttle]", "ThrottlingException", 429),
        ("[refuse:iam]", "AccessDeniedException", 403),
    ],
)
def test_words_choose_an_error(aws: Aws, word: str, code: str, status: int) -> None:
    assert refused(aws, body=f"a {word}".encode())[:2] == (code, status)
    assert refused(aws, CustomAttributes=word)[:2] == (code, status)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("throttle", "ThrottlingException"),
        ("server-error", "InternalFailure"),
        ("unavailable", "ServiceUnavailable"),
        ("denied", "AccessDeniedException"),
    ],
)
def test_a_planned_fault_has_the_services_own_name(aws: Aws, kind: str, code: str) -> None:
    aws.sandbox.faults.add("InvokeEndpointAsync", kind)
    assert refused(aws)[0] == code


def test_a_lost_answer_leaves_a_request_behind(aws: Aws) -> None:
    with pytest.raises(ConnectionClosedError):
        submit(aws, body=b"[answer:lost]", Filename="lost.txt")
    aws.sandbox.clock.advance(10)
    assert text(aws, "s3://sandbox-output/endpoints/lost.txt") == "[answer:lost]"


def test_a_connection_dropped_before_leaves_none(aws: Aws) -> None:
    aws.sandbox.faults.add("InvokeEndpointAsync", "drop-before")
    with pytest.raises(ConnectionClosedError):
        submit(aws, Filename="never.txt")
    aws.sandbox.clock.advance(10)
    assert found(aws, "s3://sandbox-output/endpoints/never.txt") is None


# What becomes of it


def test_a_container_echoes_its_input_when_its_time_is_over(aws: Aws) -> None:
    begun = aws.sandbox.clock.now()
    accepted = submit(aws, body=b'{"a": 1}', ContentType="application/json")
    aws.sandbox.clock.advance(7)
    assert found(aws, accepted["OutputLocation"]) is None
    aws.sandbox.clock.advance(60)
    output = found(aws, accepted["OutputLocation"])
    assert output
    assert (json.load(output["Body"]), output["ContentType"]) == ({"a": 1}, "application/json")
    assert output["LastModified"] == whole(begun + timedelta(seconds=8))
    assert found(aws, accepted["FailureLocation"]) is None


def whole(time: datetime) -> datetime:
    return time.replace(microsecond=0)


@pytest.mark.parametrize(
    ("options", "content_type"),
    [
        ({"ContentType": "text/csv", "Accept": "image/png, */*"}, "image/png"),
        ({"ContentType": "text/csv", "Accept": "*/*"}, "text/csv"),
        ({}, "application/octet-stream"),
    ],
)
def test_an_output_is_of_the_kind_that_is_accepted(
    aws: Aws, options: dict[str, Any], content_type: str
) -> None:
    accepted = submit(aws, **options)
    aws.sandbox.clock.advance(10)
    output = found(aws, accepted["OutputLocation"])
    assert output
    assert output["ContentType"] == content_type


@pytest.mark.parametrize(
    "place",
    [
        "s3://sandbox-uploads/in/a b.bin",
        "https://sandbox-uploads.s3.us-west-2.amazonaws.com/in/a b.bin",
        "https://s3.us-west-2.amazonaws.com/sandbox-uploads/in/a b.bin",
    ],
)
def test_an_input_is_read_from_where_it_is(aws: Aws, place: str) -> None:
    uploaded(aws, "in/a b.bin", b"\xff\x00")
    accepted = submit(aws, body=None, InputLocation=place)
    aws.sandbox.clock.advance(10)
    output = found(aws, accepted["OutputLocation"])
    assert output
    assert output["Body"].read() == b"\xff\x00"


@pytest.mark.parametrize("bucket", ["sandbox-uploads", "nowhere"])
def test_an_input_that_is_missing_fails_later(aws: Aws, bucket: str) -> None:
    place = f"s3://{bucket}/missing.json"
    said = failure(aws, submit(aws, body=None, InputLocation=place))
    assert said == f"ClientError: The input was not found: {place}"


def test_words_in_an_uploaded_input_count_too(aws: Aws) -> None:
    place = uploaded(aws, "in/fails.txt", b"a [fail:model]")
    said = failure(aws, submit(aws, body=None, InputLocation=place))
    assert said.startswith("ClientError: Received server error (500) from model.")


def test_the_failing_endpoint_fails(aws: Aws) -> None:
    said = failure(aws, submit(aws, "failing"))
    assert said.startswith("ClientError: Received server error (500) from model.")


def test_without_a_failure_path_nothing_ever_appears(aws: Aws) -> None:
    accepted = submit(aws, "silent")
    assert "FailureLocation" not in accepted
    aws.sandbox.clock.advance(100_000)
    assert found(aws, accepted["OutputLocation"]) is None


def test_a_container_may_not_be_allowed_to_write(aws: Aws) -> None:
    assert failure(aws, submit(aws, body=b"[fail:write]"), seconds=100_000) == ""


def test_a_container_that_takes_too_long_fails(aws: Aws) -> None:
    accepted = submit(aws, body=b"[time:90]", InvocationTimeoutSeconds=30)
    assert failure(aws, accepted, seconds=29) == ""
    said = failure(aws, accepted, seconds=1)
    assert said == "ClientError: The model did not answer within 30 seconds."


def test_a_container_takes_as_long_as_it_is_told(aws: Aws) -> None:
    accepted = submit(aws, body=b"[time:90]")
    aws.sandbox.clock.advance(89)
    assert found(aws, accepted["OutputLocation"]) is None
    aws.sandbox.clock.advance(1)
    assert text(aws, accepted["OutputLocation"]) == "[time:90]"


# The queue


def test_one_instance_works_on_one_after_the_other(aws: Aws) -> None:
    places = [submit(aws, "slow")["OutputLocation"] for _ in range(3)]
    seen = []
    for _ in range(3):
        aws.sandbox.clock.advance(8)
        seen.append([found(aws, place) is not None for place in places])
    assert seen == [[True, False, False], [True, True, False], [True, True, True]]


def test_a_request_expires_in_the_queue(aws: Aws) -> None:
    first = submit(aws, "slow", body=b"[time:90]")
    second = submit(aws, "slow", RequestTTLSeconds=60)
    third = submit(aws, "slow", RequestTTLSeconds=600)
    said = failure(aws, second, seconds=60)
    assert said == "ClientError: The request expired in the queue after 60 seconds."
    aws.sandbox.clock.advance(38)
    assert found(aws, first["OutputLocation"]) is not None
    assert found(aws, third["OutputLocation"]) is not None


def test_without_an_instance_requests_wait_until_they_expire(aws: Aws) -> None:
    accepted = submit(aws, "zero")
    assert failure(aws, accepted, seconds=21_599) == ""
    assert failure(aws, accepted, seconds=1).endswith("expired in the queue after 21600 seconds.")


def test_regions_have_queues_of_their_own(aws: Aws) -> None:
    submit(aws, "slow", body=b"[time:600]")
    far = aws.client("sagemaker-runtime", "eu-west-1")
    accepted = far.invoke_endpoint_async(EndpointName="sandbox-slow", Body=b"far")
    aws.sandbox.clock.advance(8)
    assert text(aws, accepted["OutputLocation"]) == "far"
