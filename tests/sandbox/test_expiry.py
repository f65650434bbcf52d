"""Credentials that end in the sandbox, as other clients see it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.request import Request, urlopen

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.conftest import Aws
from tests.signed_in import ROLE, SERIAL


@pytest.fixture(autouse=True)
def _none_ends_after(aws: Aws) -> Iterator[None]:
    yield
    aws.sandbox.expiry.clear()


def ask(aws: Aws, method: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = Request(f"{aws.sandbox.url}/sandbox/credentials", data, method=method)
    with urlopen(request) as answer:
        return json.load(answer)


def code_of(call: Any, **arguments: object) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Code"])


def test_a_key_ends_on_the_sandbox_s_clock_for_every_service(aws: Aws) -> None:
    ask(aws, "POST", {"access_key": "sandbox", "seconds": 60})
    bedrock, s3, sts = (aws.client(name) for name in ("bedrock-runtime", "s3", "sts"))
    bedrock.list_async_invokes()

    aws.sandbox.clock.advance(60)

    assert code_of(bedrock.list_async_invokes) == "ExpiredTokenException"
    assert code_of(s3.list_buckets) == "ExpiredToken"
    assert code_of(sts.get_caller_identity) == "ExpiredToken"
    assert list(ask(aws, "GET")) == ["sandbox"]
    assert ask(aws, "DELETE") == {}
    bedrock.list_async_invokes()


def test_a_role_s_key_ends_when_it_was_to(aws: Aws) -> None:
    role = {"RoleArn": ROLE, "RoleSessionName": "test", "DurationSeconds": 900}
    key = aws.client("sts").assume_role(**role)["Credentials"]["AccessKeyId"]

    assert key in aws.sandbox.expiry.describe()


def test_one_code_of_an_mfa_device_is_never_right(aws: Aws) -> None:
    role = {"RoleArn": ROLE, "RoleSessionName": "test", "SerialNumber": SERIAL}
    assume = aws.client("sts").assume_role

    assert code_of(assume, **role, TokenCode="000000") == "AccessDenied"
    assert assume(**role, TokenCode="123456")["Credentials"]
