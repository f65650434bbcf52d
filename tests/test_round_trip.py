"""Written requests, run by the tools themselves: what arrives is what was asked for."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.builders import TOKEN, a_request
from tui.model.context import Context
from tui.model.request import StartAsyncInvoke, Tag
from tui.model.snippet import Kind, skeleton, write
from tui.sandbox.server import Sandbox

HOSTILE = (
    'it\'s "$HOME" `id` $(id) ${x} !! %PATH% \\n \\ \n\t\x1b\x00 </script> '
    "\u2028\u202e é🌊 -x --y file://z {a,b} * ~ # ; & | < >"
)
DEEP = json.loads("[" * 97 + "1" + "]" * 97)
REQUESTS = {
    "plain": a_request(),
    "hostile text": a_request(HOSTILE),
    "numbers": a_request(
        model_input={
            "a": 2**53 + 1,
            "b": 2**64 + 1,
            "c": -(2**70),
            "d": 0.1,
            "e": 1e300,
            "f": [1.5],
        }
    ),
    "names": a_request(
        model_input={HOSTILE: 1, "__proto__": {"a": None}, "": True, "2": 0, "1": 0}
    ),
    "depth": a_request(model_input={"prompt": "x", "deep": DEEP}),
    "size": a_request("REQUEST\n" * 40_000),
    "tags": a_request(tags=(Tag("team", "media = x"), Tag("note", "-a /:@._"))),
    "token": a_request(client_request_token=""),
    "file as a model": a_request(model_id="file://model"),
    "option as a model": a_request(model_id="--region"),
    "web as a model": a_request(model_id="https://model"),
    "hostile members": a_request(
        model_id=HOSTILE, s3_uri=HOSTILE, kms_key_id=HOSTILE, tags=(Tag(HOSTILE, HOSTILE),)
    ),
}

NODE = shutil.which("node")
JS_SDK = os.environ.get("JS_SDK", "")

needs_javascript = pytest.mark.skipif(
    not NODE or not Path(JS_SDK, "node_modules/@aws-sdk/client-bedrock-runtime").is_dir(),
    reason="needs node, and JS_SDK=a folder with @aws-sdk/client-bedrock-runtime in node_modules",
)
every_request = pytest.mark.parametrize("name", REQUESTS)


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment without settings of the machine's own."""
    nowhere = {"AWS_CONFIG_FILE": "config", "AWS_SHARED_CREDENTIALS_FILE": "credentials"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        **{name: str(tmp_path / file) for name, file in nowhere.items()},
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_PAGER": "",
    }


@dataclass(frozen=True)
class AwsCli:
    """The real one, and what it prints as the skeleton of a request."""

    program: Path
    skeleton: str


@pytest.fixture(scope="module")
def aws_cli() -> AwsCli:
    program = os.environ.get("AWS_CLI") or shutil.which("aws")
    if program:
        command = [program, "bedrock-runtime", "start-async-invoke", "--generate-cli-skeleton"]
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
        if done.returncode == 0:
            return AwsCli(Path(program), done.stdout.decode())
    return pytest.skip("needs an AWS CLI that knows start-async-invoke: AWS_CLI=…/aws")


def script(folder: Path, command: str) -> list[str]:
    """A command line as a file: as an argument of bash it would be bound in length itself."""
    file = folder / "command.sh"
    file.write_text(command, encoding="utf-8")
    return ["bash", str(file)]


def context_of(sandbox: Sandbox) -> Context:
    return Context(
        region="us-west-2",
        endpoint_url=sandbox.url,
        variables=("AWS_ACCESS_KEY_ID=sandbox", 'AWS_SECRET_ACCESS_KEY=it\'s $a "secret"'),
    )


def arrived(
    sandbox: Sandbox, command: list[str], environment: Mapping[str, str]
) -> dict[str, object]:
    """The body that a command sends; that the sandbox may refuse it is another matter."""
    before = len(sandbox.requests)
    done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=300)
    assert len(sandbox.requests) > before, done.stderr.decode()[-2000:]
    return dict(sandbox.requests[-1])


def expected_of(request: StartAsyncInvoke, body: Mapping[str, object]) -> dict[str, object]:
    """What the SDKs send for it; they make up a token where there is none."""
    arguments = request.arguments()
    if not request.client_request_token:
        assert body["clientRequestToken"]
        arguments["clientRequestToken"] = body["clientRequestToken"]
    return arguments


@every_request
def test_bash_splits_the_command_into_the_requests_values(
    name: str, tmp_path: Path, home: dict[str, str]
) -> None:
    program = tmp_path / "aws"
    program.write_text(
        f"#!{sys.executable}\nimport json, sys\n"
        "words = [open('/dev/stdin', newline='').read() if word == 'file:///dev/stdin' else word\n"
        "         for word in sys.argv[1:]]\n"
        "print(json.dumps(words))\n"
    )
    program.chmod(0o755)
    path = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    command = write(REQUESTS[name], Kind.AWS_CLI, Context(profile="it's\x1b[31m \u202e!"))

    printed = subprocess.run(
        script(tmp_path, command), env={**home, **path}, capture_output=True, check=True, timeout=60
    ).stdout

    words: list[str] = json.loads(printed)
    assert words[:2] == ["bedrock-runtime", "start-async-invoke"]
    assert words[-2:] == ["--profile", "it's\x1b[31m \u202e!"]
    assert StartAsyncInvoke.of(members_of(words[2:-2])) == REQUESTS[name]


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
    path = {"PATH": f"{aws_cli.program.parent}{os.pathsep}{os.environ['PATH']}"}
    command = write(REQUESTS[name], Kind.AWS_CLI, context_of(shared))

    body = arrived(shared, script(tmp_path, command), {**home, **path})

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
    assert aws_cli.skeleton.strip() == skeleton()


@every_request
def test_boto3_sends_the_request(name: str, shared: Sandbox, home: dict[str, str]) -> None:
    source = write(REQUESTS[name], Kind.BOTO3, context_of(shared))

    command = [sys.executable, "-W", "ignore", "-"]
    before = len(shared.requests)
    done = subprocess.run(
        command, input=source.encode(), env=home, capture_output=True, check=False, timeout=300
    )

    assert len(shared.requests) > before, done.stderr.decode()[-2000:]
    body = dict(shared.requests[-1])
    assert body == expected_of(REQUESTS[name], body)


@needs_javascript
@every_request
def test_the_javascript_sdk_sends_the_request(
    name: str, shared: Sandbox, tmp_path: Path, home: dict[str, str]
) -> None:
    (tmp_path / "node_modules").symlink_to(Path(JS_SDK, "node_modules").resolve())
    module = tmp_path / "start.mjs"
    module.write_text(write(REQUESTS[name], Kind.JAVASCRIPT, context_of(shared)), encoding="utf-8")

    body = arrived(shared, [NODE or "", str(module)], home)

    assert body == expected_of(REQUESTS[name], body)


def test_a_command_prints_the_arn_that_came_back(shared: Sandbox, home: dict[str, str]) -> None:
    request = a_request(client_request_token=TOKEN.replace("0a1b", "ffff"))
    source = write(request, Kind.BOTO3, context_of(shared))

    command = [sys.executable, "-W", "ignore", "-c", source]
    done = subprocess.run(command, env=home, capture_output=True, check=True, timeout=300)

    assert ":async-invoke/" in done.stdout.decode()
