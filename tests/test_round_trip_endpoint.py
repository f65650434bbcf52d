"""Written requests to an endpoint, run by the tools themselves: they arrive byte by byte."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.hard_requests import AT_ENDPOINTS
from tests.real_tools import (
    AwsCli,
    arrived,
    context_of,
    javascript,
    needs_javascript,
    python,
    script,
    sent_by_python,
)
from tui.model.context import Context
from tui.model.operation import INVOKE_ENDPOINT_ASYNC
from tui.model.request import InvokeEndpointAsync
from tui.model.snippet import Kind, skeleton, write
from tui.sandbox.server import Sandbox

TEXTS = [name for name, request in AT_ENDPOINTS.items() if "bytes" not in name]
every_request = pytest.mark.parametrize("name", AT_ENDPOINTS)


@pytest.fixture(scope="module")
def new_cli(aws_cli: AwsCli) -> AwsCli:
    if "Body" in aws_cli.skeleton(INVOKE_ENDPOINT_ASYNC):
        return aws_cli
    return pytest.skip("needs an AWS CLI that knows invoke-endpoint-async --body: AWS_CLI=…/aws")


def test_the_skeleton_is_the_aws_clis_own(new_cli: AwsCli) -> None:
    assert new_cli.skeleton(INVOKE_ENDPOINT_ASYNC) == skeleton(INVOKE_ENDPOINT_ASYNC)


@every_request
def test_the_aws_cli_sends_the_request(
    name: str, new_cli: AwsCli, shared: Sandbox, tmp_path: Path, home: dict[str, str]
) -> None:
    command = write(AT_ENDPOINTS[name], Kind.AWS_CLI, context_of(shared))

    came = arrived(shared, script(tmp_path, command), {**home, **new_cli.path})

    assert InvokeEndpointAsync.of(came) == AT_ENDPOINTS[name]


@pytest.mark.parametrize("name", TEXTS)
def test_the_aws_cli_takes_the_document_from_a_file(
    name: str, new_cli: AwsCli, shared: Sandbox, tmp_path: Path, home: dict[str, str]
) -> None:
    file = tmp_path / "request.json"
    file.write_text(write(AT_ENDPOINTS[name], Kind.CLI_INPUT_JSON, Context()), encoding="utf-8")
    # Version 1 does not know the setting, and does what it says.
    settings = "[default]\ncli_binary_format = raw-in-base64-out\n"
    (tmp_path / "config").write_text(settings, encoding="utf-8")
    words = ["sagemaker-runtime", "invoke-endpoint-async", "--cli-input-json", f"file://{file}"]

    came = arrived(shared, [str(new_cli.program), *words], {**home, **shared.environment()})

    assert InvokeEndpointAsync.of(came) == AT_ENDPOINTS[name]


@every_request
def test_boto3_sends_the_request(name: str, shared: Sandbox, home: dict[str, str]) -> None:
    source = write(AT_ENDPOINTS[name], Kind.BOTO3, context_of(shared))

    came = sent_by_python(shared, source, home)

    assert InvokeEndpointAsync.of(came) == AT_ENDPOINTS[name]


@pytest.mark.parametrize("name", TEXTS)
def test_boto3_takes_the_document_of_members(
    name: str, shared: Sandbox, home: dict[str, str]
) -> None:
    members = json.loads(write(AT_ENDPOINTS[name], Kind.CLI_INPUT_JSON, Context()))
    source = "import boto3\nboto3.client('sagemaker-runtime').invoke_endpoint_async(**members)"

    came = sent_by_python(shared, source, {**home, **shared.environment()}, members=members)

    assert InvokeEndpointAsync.of(came) == AT_ENDPOINTS[name]


@needs_javascript(INVOKE_ENDPOINT_ASYNC)
@every_request
def test_the_javascript_sdk_sends_the_request(
    name: str, shared: Sandbox, tmp_path: Path, home: dict[str, str]
) -> None:
    source = write(AT_ENDPOINTS[name], Kind.JAVASCRIPT, context_of(shared))

    came = arrived(shared, javascript(tmp_path, source), home)

    assert InvokeEndpointAsync.of(came) == AT_ENDPOINTS[name]


def test_boto3_prints_where_the_output_goes(
    shared: Sandbox, tmp_path: Path, home: dict[str, str]
) -> None:
    source = write(AT_ENDPOINTS["JSON"], Kind.BOTO3, context_of(shared))

    command = python(tmp_path, source)
    done = subprocess.run(command, env=home, capture_output=True, check=True, timeout=300)

    assert done.stdout.startswith(b"s3://")


def test_the_aws_cli_prints_where_the_output_goes(
    new_cli: AwsCli, shared: Sandbox, tmp_path: Path, home: dict[str, str]
) -> None:
    command = script(tmp_path, write(AT_ENDPOINTS["JSON"], Kind.AWS_CLI, context_of(shared)))

    environment = {**home, **new_cli.path}
    done = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=300)

    assert json.loads(done.stdout)["OutputLocation"].startswith("s3://")


@needs_javascript(INVOKE_ENDPOINT_ASYNC)
def test_javascript_prints_where_the_output_goes(
    shared: Sandbox, tmp_path: Path, home: dict[str, str]
) -> None:
    source = write(AT_ENDPOINTS["JSON"], Kind.JAVASCRIPT, context_of(shared))

    command = javascript(tmp_path, source)
    done = subprocess.run(command, env=home, capture_output=True, check=True, timeout=300)

    assert done.stdout.startswith(b"s3://")
