"""Buckets that say no: where nothing may be read, nothing listed, or which are elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.conftest import Aws


def written(aws: Aws, name: str) -> tuple[str, str]:
    """Bucket and key of the output of a request that has completed."""
    accepted = aws.client("sagemaker-runtime").invoke_endpoint_async(
        EndpointName=f"sandbox-{name}", Body=b"x"
    )
    aws.sandbox.clock.advance(8)
    bucket, _, key = accepted["OutputLocation"].removeprefix("s3://").partition("/")
    return bucket, key


def status(call: Callable[[], Any]) -> int:
    try:
        answer: Any = call()
    except ClientError as error:
        answer = error.response
    code: int = answer["ResponseMetadata"]["HTTPStatusCode"]
    return code


def test_in_a_forbidden_bucket_everything_is_denied(aws: Aws) -> None:
    bucket, key = written(aws, "forbidden")
    s3 = aws.client("s3")
    assert status(lambda: s3.head_object(Bucket=bucket, Key=key)) == 403
    assert status(lambda: s3.head_object(Bucket=bucket, Key="missing")) == 403
    assert status(lambda: s3.put_object(Bucket=bucket, Key="mine", Body=b"x")) == 403
    assert status(lambda: s3.head_bucket(Bucket=bucket)) == 403
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.get_object(Bucket=bucket, Key=key)
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.list_objects_v2(Bucket=bucket, Prefix="endpoints/")


def test_without_the_right_to_list_what_is_missing_is_forbidden(aws: Aws) -> None:
    bucket, key = written(aws, "unlistable")
    s3 = aws.client("s3")
    assert status(lambda: s3.head_object(Bucket=bucket, Key=key)) == 200
    assert status(lambda: s3.head_object(Bucket=bucket, Key="missing")) == 403
    assert status(lambda: s3.get_object(Bucket=bucket, Key="missing")) == 403
    assert status(lambda: s3.list_objects_v2(Bucket=bucket)) == 403
    assert status(lambda: s3.list_objects(Bucket=bucket)) == 403
    assert status(lambda: s3.put_object(Bucket=bucket, Key="a b/ü", Body=b"x")) == 200
    assert status(lambda: s3.head_object(Bucket=bucket, Key="a b/ü")) == 200


def raw(aws: Aws, path: str) -> tuple[int, str | None, bytes]:
    connection = HTTPConnection("127.0.0.1", aws.sandbox.port, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    told = response.status, response.getheader("x-amz-bucket-region"), response.read()
    connection.close()
    return told


def test_a_bucket_elsewhere_names_its_region(aws: Aws) -> None:
    bucket, key = written(aws, "elsewhere")
    code, region, body = raw(aws, f"/{bucket}/{key}")
    assert (code, region) == (301, "eu-central-1")
    assert b"<Code>PermanentRedirect</Code>" in body


def test_the_sdk_follows_to_the_region(aws: Aws) -> None:
    bucket, key = written(aws, "elsewhere")
    assert status(lambda: aws.client("s3").head_object(Bucket=bucket, Key=key)) == 200
    assert aws.sandbox.calls["HeadObject"] == 2
    there = aws.client("s3", "eu-central-1")
    assert there.get_object(Bucket=bucket, Key=key)["Body"].read() == b"x"
    assert aws.sandbox.calls["GetObject"] == 1


@pytest.mark.parametrize("bucket", ["sandbox-output", "sandbox-uploads"])
def test_the_sandboxs_own_buckets_are_there_when_they_are_named(aws: Aws, bucket: str) -> None:
    assert status(lambda: aws.client("s3").head_bucket(Bucket=bucket)) == 200
    assert status(lambda: aws.client("s3").head_bucket(Bucket=f"{bucket}-missing")) == 404
