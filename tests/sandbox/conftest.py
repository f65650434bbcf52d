from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tui.sandbox.jobs import Clock
from tui.sandbox.server import Sandbox

START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
NOVA = "amazon.nova-lite-v1:0"


@dataclass(frozen=True)
class Aws:
    """boto3 against a sandbox: an independent client, without retries."""

    sandbox: Sandbox

    def client(self, service: str, region: str = "us-west-2") -> Any:
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.sandbox.url,
            aws_access_key_id="sandbox",
            aws_secret_access_key="sandbox",
            config=Config(retries={"total_max_attempts": 1}),
        )

    def start(self, prompt: str = "a tide pool", /, **changes: object) -> str:
        arn: str = self.client("bedrock-runtime").start_async_invoke(**request(prompt, **changes))[
            "invocationArn"
        ]
        return arn

    def get(self, arn: str) -> dict[str, Any]:
        summary: dict[str, Any] = self.client("bedrock-runtime").get_async_invoke(invocationArn=arn)
        return summary

    def finished(self, arn: str) -> dict[str, Any]:
        self.sandbox.clock.advance(10)
        return self.get(arn)

    def objects(self, arn: str) -> dict[str, bytes]:
        """What the job wrote, by name below its folder."""
        uri = self.get(arn)["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"]
        bucket, _, prefix = uri.removeprefix("s3://").partition("/")
        s3 = self.client("s3")
        keys = s3.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/").get("Contents", [])
        return {
            item["Key"].removeprefix(f"{prefix}/"): s3.get_object(Bucket=bucket, Key=item["Key"])[
                "Body"
            ].read()
            for item in keys
        }


def request(prompt: str = "a tide pool", **changes: object) -> dict[str, object]:
    config = {"s3OutputDataConfig": {"s3Uri": "s3://media/out"}}
    luma: dict[str, object] = {
        "modelId": "luma.ray-v2:0",
        "modelInput": {"prompt": prompt},
        "outputDataConfig": config,
    }
    return {**luma, **changes}


@pytest.fixture(scope="package")
def shared_sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=Clock(START)) as sandbox:
        yield sandbox


@pytest.fixture
def aws(shared_sandbox: Sandbox) -> Iterator[Aws]:
    shared_sandbox.clock.advance(3600)
    shared_sandbox.calls.clear()
    yield Aws(shared_sandbox)
    shared_sandbox.faults.clear()


Refused = Callable[..., tuple[str, int, str]]


@pytest.fixture
def refused(aws: Aws) -> Refused:
    """Start an invocation that is refused: the error's code, HTTP status and message."""

    def start(**changes: object) -> tuple[str, int, str]:
        client = aws.client("bedrock-runtime")
        with pytest.raises(client.exceptions.ClientError) as caught:
            client.start_async_invoke(**{**request(), **changes})
        return outcome(caught.value.response)

    return start


def outcome(response: Mapping[str, Any]) -> tuple[str, int, str]:
    error = response["Error"]
    return error["Code"], response["ResponseMetadata"]["HTTPStatusCode"], error["Message"]


def invoke(aws: Aws, model_id: str = NOVA, /, prompt: str = "x", **options: object) -> Any:
    arguments = {"modelId": model_id, "body": json.dumps({"prompt": prompt}), **options}
    return aws.client("bedrock-runtime").invoke_model(**arguments)


def refusal(aws: Aws, model_id: str = NOVA, /, **changes: Any) -> Mapping[str, Any]:
    with pytest.raises(ClientError) as caught:
        invoke(aws, model_id, **changes)
    response: Mapping[str, Any] = caught.value.response
    return response


def answer(response: Any) -> dict[str, Any]:
    """The document that InvokeModel answered with."""
    assert response["contentType"] == "application/json"
    document: dict[str, Any] = json.loads(response["body"].read())
    return document


def body_of(response: Any, content_type: str) -> bytes:
    assert response["contentType"] == content_type
    body: bytes = response["body"].read()
    return body
