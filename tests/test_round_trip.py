"""Written requests, run by the tools themselves: what arrives is what was asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.builders import TOKEN, a_request
from tests.hard_requests import INFERENCES
from tests.hard_requests import REQUESTS as HARD
from tests.real_tools import (
    AwsCli,
    arrived,
    context_of,
    javascript,
    python,
    script,
    sent_by_python,
)
from tests.real_tools import needs_javascript as needs_javascript_for
from tui.model.context import Context
from tui.model.operation import START_ASYNC_INVOKE, dashed
from tui.model.request import InvokeModel, Request, StartAsyncInvoke
from tui.model.snippet import Kind, skeleton, write
from tui.sandbox.server import Sandbox

needs_javascript = needs_javascript_for(START_ASYNC_INVOKE)
PUBLISHED = (
    "luma-frames",
    "marengo-2.7-video",
    "marengo-3.0-multi-input",
    "nova-embeddings-video",
    "reel-1.0-image",
    "reel-1.1-manual",
)
"""One of each model; that all come through the forms is tests/engine/test_opening.py's."""

REQUESTS = {
    **HARD,
    **{
        name: StartAsyncInvoke.of(
            json.loads((Path(__file__).parent / "requests" / f"{name}.json").read_text())
        )
        for name in PUBLISHED
    },
}
every_request = pytest.mark.parametrize("name", REQUESTS)
every_inference = pytest.mark.parametrize("name", INFERENCES)


def expected_of(request: StartAsyncInvoke, body: Mapping[str, object]) -> dict[str, object]:
    """What the SDKs send for it; they make up a token where there is none."""
    arguments = request.arguments()
    if not request.client_request_token:
        assert body["clientRequestToken"]
        arguments["clientRequestToken"] = body["clientRequestToken"]
    return arguments


def inference_of(arrived: Mapping[str, object]) -> InvokeModel:
    """What arrived as a request; the SDKs make up what is accepted where nothing says it."""
    body = arrived["body"]
    assert isinstance(body, bytes)
    members = {name: value for name, value in arrived.items() if value != "*/*"}
    return InvokeModel.of({**members, "body": json.loads(body)})


def exact(request: Request) -> str:
    """Tells 1 from 1.0 and from True, which are equal in Python."""
    return repr(request)


def words_in_bash(command: str, tmp_path: Path, home: Mapping[str, str]) -> list[str]:
    """What bash gives to the AWS CLI, whose standard input is read where it is named."""
    program = tmp_path / "aws"
    program.write_text(
        f"#!{sys.executable}\nimport json, sys\n"
        "words = [open('/dev/stdin', newline='').read() if word.endswith('/dev/stdin') else word\n"
        "         for word in sys.argv[1:]]\n"
        "print(json.dumps(words))\n"
    )
    program.chmod(0o755)
    path = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    printed = subprocess.run(
        script(tmp_path, command), env={**home, **path}, capture_output=True, check=True, timeout=60
    ).stdout
    words: list[str] = json.loads(printed)
    return words


@every_request
def test_bash_splits_the_command_into_the_requests_values(
    name: str, tmp_path: Path, home: dict[str, str]
) -> None:
    command = write(REQUESTS[name], Kind.AWS_CLI, Context(profile="it's\x1b[31m \u202e!"))

    words = words_in_bash(command, tmp_path, home)

    assert words[:2] == ["bedrock-runtime", "start-async-invoke"]
    assert words[-2:] == ["--profile", "it's\x1b[31m \u202e!"]
    assert StartAsyncInvoke.of(members_of(words[2:-2])) == REQUESTS[name]


@every_inference
def test_bash_splits_the_command_and_passes_the_body_on(
    name: str, tmp_path: Path, home: dict[str, str]
) -> None:
    request = INFERENCES[name]
    command = write(request, Kind.AWS_CLI, Context())

    words = words_in_bash(command, tmp_path, home)

    options = {f"--{dashed(name)}": value for name, value in request.arguments().items()}
    body = options.pop("--body")
    at = words.index("--body")
    given = " ".join(words[2:at]).replace("--trace=", "--trace ")
    assert words[:2] == ["bedrock-runtime", "invoke-model"]
    assert given == " ".join(f"{option} {value}" for option, value in options.items())
    assert exact(replace(request, model_input=json.loads(words[at + 1]))) == exact(request)
    assert json.loads(words[at + 1]) == body
    assert words[at + 2 :] == ["answer.json"]


def members_of(words: list[str]) -> dict[str, object]:
    pairs = [word.partition("=")[::2] for word in words if word.startswith("--model-id=")]
    rest = [word for word in words if not word.startswith("--model-id=")]
    options = dict([*pairs, *zip(rest[::2], rest[1::2], strict=True)])
    if "--cli-input-json" in options:
        assert len(options) == 1
        members: dict[str, object] = json.loads(options["--cli-input-json"])
        return members
    members = {
        "modelId": options.pop("--model-id"),
        "modelInput": json.loads(options.pop("--model-input")),
        "outputDataConfig": json.loads(options.pop("--output-data-config")),
        "tags": json.loads(options.pop("--tags", "[]")),
        "clientRequestToken": options.pop("--client-request-token", ""),
    }
    assert not options
    return members


@every_request
def test_the_aws_cli_sends_the_request(
    name: str, aws_cli: AwsCli, shared: Sandbox, tmp_path: Path, home: dict[str, str]
) -> None:
    command = write(REQUESTS[name], Kind.AWS_CLI, context_of(shared))

    body = arrived(shared, script(tmp_path, command), {**home, **aws_cli.path})

    assert body == expected_of(REQUESTS[name], body)


def test_the_aws_cli_takes_the_document_from_a_file(
    aws_cli: AwsCli, shared: Sandbox, tmp_path: Path, home: dict[str, str]
) -> None:
    request = REQUESTS["hostile members"]
    file = tmp_path / "request.json"
    file.write_text(write(request, Kind.CLI_INPUT_JSON, Context()), encoding="utf-8")
    program = str(aws_cli.program)
    command = [program, "bedrock-runtime", "start-async-invoke", "--cli-input-json"]

    body = arrived(shared, [*command, f"file://{file}"], {**home, **shared.environment()})

    assert body == expected_of(request, body)


def test_the_skeleton_is_the_aws_clis_own(aws_cli: AwsCli) -> None:
    assert aws_cli.skeleton(START_ASYNC_INVOKE) == skeleton()


@every_request
def test_boto3_sends_the_request(name: str, shared: Sandbox, home: dict[str, str]) -> None:
    source = write(REQUESTS[name], Kind.BOTO3, context_of(shared))

    body = sent_by_python(shared, source, home)

    assert body == expected_of(REQUESTS[name], body)


@every_inference
def test_the_aws_cli_sends_the_body(
    name: str, aws_cli: AwsCli, shared: Sandbox, tmp_path: Path, home: dict[str, str]
) -> None:
    command = f"cd {tmp_path}\n{write(INFERENCES[name], Kind.AWS_CLI, context_of(shared))}"

    came = arrived(shared, script(tmp_path, command), {**home, **aws_cli.path})

    assert exact(inference_of(came)) == exact(INFERENCES[name])


@every_inference
def test_boto3_sends_the_body(name: str, shared: Sandbox, home: dict[str, str]) -> None:
    source = write(INFERENCES[name], Kind.BOTO3, context_of(shared))

    came = sent_by_python(shared, source, home)

    assert exact(inference_of(came)) == exact(INFERENCES[name])


@every_inference
def test_boto3_takes_the_document_of_members(
    name: str, shared: Sandbox, home: dict[str, str]
) -> None:
    members = json.loads(write(INFERENCES[name], Kind.CLI_INPUT_JSON, Context()))
    source = "import boto3\nboto3.client('bedrock-runtime').invoke_model(**members)"

    came = sent_by_python(shared, source, {**home, **shared.environment()}, members=members)

    assert exact(inference_of(came)) == exact(INFERENCES[name])


@needs_javascript
@every_inference
def test_the_javascript_sdk_sends_the_body(
    name: str, shared: Sandbox, tmp_path: Path, home: dict[str, str]
) -> None:
    source = write(INFERENCES[name], Kind.JAVASCRIPT, context_of(shared))

    came = arrived(shared, javascript(tmp_path, source), home)

    assert exact(inference_of(came)) == exact(INFERENCES[name])


@needs_javascript
@every_request
def test_the_javascript_sdk_sends_the_request(
    name: str, shared: Sandbox, tmp_path: Path, home: dict[str, str]
) -> None:
    source = write(REQUESTS[name], Kind.JAVASCRIPT, context_of(shared))

    body = arrived(shared, javascript(tmp_path, source), home)

    assert body == expected_of(REQUESTS[name], body)


def test_a_command_prints_the_arn_that_came_back(shared: Sandbox, home: dict[str, str]) -> None:
    request = a_request(client_request_token=TOKEN.replace("0a1b", "ffff"))
    source = write(request, Kind.BOTO3, context_of(shared))

    command = [sys.executable, "-W", "ignore", "-c", source]
    done = subprocess.run(command, env=home, capture_output=True, check=True, timeout=300)

    assert ":async-invoke/" in done.stdout.decode()


def test_a_command_prints_the_answer_that_came_back(
    shared: Sandbox, tmp_path: Path, home: dict[str, str]
) -> None:
    source = write(INFERENCES["plain"], Kind.BOTO3, context_of(shared))

    command = python(tmp_path, source)
    done = subprocess.run(command, env=home, capture_output=True, check=True, timeout=300)

    assert isinstance(json.loads(done.stdout), dict)


def test_the_aws_cli_keeps_the_answer_in_a_file(
    aws_cli: AwsCli, shared: Sandbox, tmp_path: Path, home: dict[str, str]
) -> None:
    command = f"cd {tmp_path}\n{write(INFERENCES['plain'], Kind.AWS_CLI, context_of(shared))}"

    arrived(shared, script(tmp_path, command), {**home, **aws_cli.path})

    assert isinstance(json.loads((tmp_path / "answer.json").read_text()), dict)


@needs_javascript
def test_javascript_prints_the_answer_that_came_back(
    shared: Sandbox, tmp_path: Path, home: dict[str, str]
) -> None:
    source = write(INFERENCES["plain"], Kind.JAVASCRIPT, context_of(shared))

    command = javascript(tmp_path, source)
    done = subprocess.run(command, env=home, capture_output=True, check=True, timeout=300)

    assert isinstance(json.loads(done.stdout), dict)
