from __future__ import annotations

import socket
import subprocess
import sys
import threading
from datetime import datetime, timezone
from http.client import HTTPConnection
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tui.sandbox import SandboxMissingError
from tui.sandbox.jobs import Clock
from tui.sandbox.server import PortInUseError, Sandbox


def client(sandbox: Sandbox, service: str = "bedrock-runtime") -> Any:
    return boto3.client(
        service,
        region_name="us-west-2",
        endpoint_url=sandbox.url,
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(retries={"total_max_attempts": 1}),
    )


def start(bedrock: Any, bucket: str = "media", prompt: str = "x") -> str:
    arn: str = bedrock.start_async_invoke(
        modelId="luma.ray-v2:0",
        modelInput={"prompt": prompt},
        outputDataConfig={"s3OutputDataConfig": {"s3Uri": f"s3://{bucket}"}},
    )["invocationArn"]
    return arn


def test_it_listens_on_this_machine_only() -> None:
    with Sandbox() as sandbox:
        assert sandbox.url == f"http://127.0.0.1:{sandbox.port}"
        with socket.create_connection(("127.0.0.1", sandbox.port), timeout=5) as connection:
            assert connection.getpeername()[0] == "127.0.0.1"
        with pytest.raises(OSError, match=r"."):
            socket.create_connection(("127.0.0.2", sandbox.port), timeout=5)


def test_a_port_in_use_is_named() -> None:
    with Sandbox() as sandbox, pytest.raises(PortInUseError, match=str(sandbox.port)):
        Sandbox(sandbox.port).start()


def test_a_port_is_free_again_after_the_stop() -> None:
    with Sandbox() as first:
        port = first.port
    with Sandbox(port) as second:
        assert second.port == port
        assert client(second).list_async_invokes()["asyncInvokeSummaries"] == []


def test_stopping_twice_is_harmless() -> None:
    sandbox = Sandbox().start()
    sandbox.stop()
    sandbox.stop()


def test_a_hung_call_does_not_hold_up_the_stop() -> None:
    sandbox = Sandbox().start()
    sandbox.faults.add("ListAsyncInvokes", "latency", seconds=3600)
    arrived = threading.Event()
    take = sandbox.faults.take

    def noticed(operation: str) -> Any:
        arrived.set()
        return take(operation)

    sandbox.faults.take = noticed  # type: ignore[method-assign]

    def call() -> None:
        connection = HTTPConnection("127.0.0.1", sandbox.port)
        headers = {"Authorization": "Bearer x"}
        connection.request("GET", "/async-invoke", headers=headers)
        try:
            connection.getresponse().read()
        except OSError:
            pass
        finally:
            connection.close()

    caller = threading.Thread(target=call)
    caller.start()
    assert arrived.wait(10)
    sandbox.stop()
    caller.join(10)
    assert not caller.is_alive()


def test_a_new_sandbox_finds_no_buckets_of_an_older_one() -> None:
    check = (
        "from tui.sandbox.server import Sandbox\n"
        "from tui.sandbox.storage import Storage\n"
        "with Sandbox() as first:\n"
        "    first.seed(3)\n"
        "    assert Storage().has_bucket('sandbox-output')\n"
        "with Sandbox():\n"
        "    assert not Storage().has_bucket('sandbox-output')\n"
    )
    subprocess.run([sys.executable, "-c", check], check=True)


def test_buckets_need_not_be_created() -> None:
    with Sandbox(create_buckets=False) as sandbox:
        with pytest.raises(ClientError, match="The S3 bucket quarry does not exist"):
            start(client(sandbox), "quarry")
        client(sandbox, "s3").create_bucket(
            Bucket="quarry", CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
        )
        assert start(client(sandbox), "quarry")


def test_a_quota_bounds_the_running_jobs_of_a_model() -> None:
    with Sandbox(quota=1, clock=Clock(datetime(2026, 1, 1, tzinfo=timezone.utc))) as sandbox:
        bedrock = client(sandbox)
        start(bedrock)
        with pytest.raises(ClientError, match="ServiceQuotaExceededException"):
            start(bedrock)
        sandbox.clock.advance(8)
        assert start(bedrock)


def test_a_fixed_clock_makes_everything_repeatable() -> None:
    def arns() -> list[str]:
        clock = Clock(datetime(2026, 1, 1, tzinfo=timezone.utc))
        with Sandbox(clock=clock) as sandbox:
            sandbox.seed(5)
            start(client(sandbox))
            jobs = client(sandbox).list_async_invokes()["asyncInvokeSummaries"]
            return [job["invocationArn"] for job in jobs]

    assert arns() == arns()


def send(sandbox: Sandbox, method: str, path: str, **headers: str) -> tuple[int, str, bytes]:
    connection = HTTPConnection("127.0.0.1", sandbox.port, timeout=10)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    kind = response.getheader("x-amzn-errortype") or ""
    body = response.read()
    connection.close()
    return response.status, kind, body


def test_a_request_without_credentials_is_refused() -> None:
    with Sandbox() as sandbox:
        status, kind, body = send(sandbox, "GET", "/async-invoke")
    assert (status, kind) == (403, "MissingAuthenticationTokenException")
    assert b'"message"' in body


def test_a_bearer_token_is_as_good_as_a_signature() -> None:
    with Sandbox() as sandbox:
        status, _, body = send(sandbox, "GET", "/async-invoke", Authorization="Bearer x")
    assert (status, body) == (200, b'{"asyncInvokeSummaries":[]}')


def test_answers_carry_a_request_id() -> None:
    with Sandbox() as sandbox:
        answer = client(sandbox).list_async_invokes()
        assert len(answer["ResponseMetadata"]["RequestId"]) == 36


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypercorn.middleware", None)
    with pytest.raises(SandboxMissingError, match=r"pip install '\.\[sandbox\]'"):
        Sandbox().start()


def test_importing_the_package_loads_neither_moto_nor_botocore() -> None:
    check = (
        "import sys, tui.sandbox, tui.sandbox.server as s; s.Sandbox();"
        "assert not {'moto', 'botocore', 'flask', 'hypercorn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", check], check=True)
