"""The same command lines, run by the AWS CLI and by us: the same requests, the same output."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.commands.conftest import Finished, Invoke
from tests.conftest import START
from tests.real_tools import AwsCli
from tests.recorder import Arrived, Recorder
from tui.model.operation import OPERATIONS, QUESTIONS
from tui.sandbox.jobs import Clock
from tui.sandbox.server import Sandbox

SERVICES = {each.command: each.service for each in (*OPERATIONS, *QUESTIONS)}
PATHS = ("/async-invoke", "/model/", "/endpoints/")
"""Where the operations are; all else, such as who we are, is asked beside them."""

HEADERS = re.compile(r"accept|content-type|x-amzn-(bedrock|sagemaker)-.*")
MADE_UP = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")

MODEL = "amazon.nova-lite-v1:0"
BODY = '{"messages":[{"role":"user","content":[{"text":"Wie hoch ist die Flut?"}]}]}'
S3 = {"s3OutputDataConfig": {"s3Uri": "s3://media/a/", "bucketOwner": "123456789012"}}
START_LINE = ("start-async-invoke", "--model-id", "luma.ray-v2:0")
OUTPUT = ("--output-data-config", "s3OutputDataConfig={s3Uri=s3://media/a/}")
LIST = "list-async-invokes"
ASK = ("invoke-model", "--model-id", MODEL)
ENDPOINT = ("invoke-endpoint-async", "--endpoint-name", "sandbox-echo")

FILES: Mapping[str, bytes] = {
    "input.json": '{\n  "prompt": "Gezeiten ≈ 10⁻³",\n  "seed": 42\n}\n'.encode(),
    "tags.json": b'[{"key": "team", "value": "media"}]',
    "start.json": json.dumps(
        {"modelId": "no", "modelInput": {"prompt": "x"}, "outputDataConfig": S3}
    ).encode(),
    "list.json": b'{"statusEquals": "Completed", "sortOrder": "Ascending"}',
    "body.json": BODY.encode(),
    "payload.bin": bytes(range(256)),
    "endpoint.json": b'{"EndpointName": "sandbox-echo", "RequestTTLSeconds": 60, "Body": "a,b"}',
    "id.txt": b"run-42",
}

LINES: Mapping[str, Sequence[str]] = {
    "start": (
        *(*START_LINE, "--model-input", '{"prompt": "x", "loop": true, "seed": 0.10}'),
        *(*OUTPUT, "--tags", "key=team,value=media", "key=run,value=a=b"),
        *("--client-request-token", "one"),
    ),
    "start with a token made up": (
        *(*START_LINE, "--model-input", '{"prompt": "x"}', *OUTPUT),
        *("--query", "length(invocationArn)"),
    ),
    "start from files": (
        *(*START_LINE, "--model-input", "file://input.json", "--tags", "file://tags.json"),
        *("--output-data-config", json.dumps(S3), "--client-request-token", "two"),
    ),
    "start from one file": (
        *(*START_LINE, "--cli-input-json", "file://start.json", "--client-request-token=three"),
        *("--query", "invocationArn", "--output", "text"),
    ),
    "list": (LIST,),
    "list cut": (LIST, "--max-items", "3", "--page-size", "2"),
    "list cut, as text": (LIST, "--max-items", "3", "--page-size", "2", "--output", "text"),
    "list one page": (LIST, "--max-results", "2"),
    "list what is chosen": (
        *(LIST, "--submit-time-after", "2026-02-01T00:00:00+01:00", "--status-equals", "Completed"),
        *("--submit-time-before", "2026-03-02", "--sort-by", "SubmissionTime"),
        *("--sort-order", "Ascending", "--no-paginate"),
    ),
    "list from one file": (LIST, "--cli-input-json", "file://list.json"),
    "list asked": (
        *(LIST, "--query", "asyncInvokeSummaries[?status=='Failed'].[failureMessage, submitTime]"),
        *("--output", "json"),
    ),
    "list of nothing": (LIST, "--submit-time-after", "1893456000"),
    "ask": (*ASK, "--body", BODY, "out", "--accept", "application/json"),
    "ask with all": (
        *(*ASK, "--body", "file://body.json", "--content-type", "application/json"),
        *("--trace", "ENABLED", "--guardrail-identifier", "abcdefghij", "--guardrail-version"),
        *("DRAFT", "--performance-config-latency", "optimized", "--service-tier", "flex"),
        *("--request-metadata", '{"team": "media"}', "--query", "contentType", "out"),
    ),
    "ask from bytes": ("invoke-model", "out", "--body", "fileb://body.json", "--model-id", MODEL),
    "endpoint": (
        *(*ENDPOINT, "--body", "fileb://payload.bin", "--content-type", "application/x-raw"),
        *("--accept", "text/csv", "--custom-attributes", "a=b", "--inference-id", "file://id.txt"),
        *("--request-ttl-seconds", "60", "--invocation-timeout-seconds", "30"),
        *("--s3-output-path-extension", "here", "--filename", "out.bin"),
    ),
    "endpoint, input in S3": (*ENDPOINT, "--input-location", "s3://sandbox-uploads/x"),
    "endpoint from one file": ("invoke-endpoint-async", "--cli-input-json", "file://endpoint.json"),
    "skeleton of a start": ("start-async-invoke", "--generate-cli-skeleton"),
    "skeleton of an inference": ("invoke-endpoint-async", "--generate-cli-skeleton", "input"),
    "skeleton of a list": (LIST, "--generate-cli-skeleton", "output"),
}
"""Command lines of the AWS CLI, but for the name of the service."""


@dataclass(frozen=True)
class Ran:
    """What a command line left.

    Attributes:
        code: Its exit code.
        out: What it printed.
        sent: What it asked of the operations: method, target, headers of theirs, body.
        file: What it wrote to the file ``out``; None where there is none.
    """

    code: int
    out: str
    sent: Sequence[tuple[str, str, Mapping[str, str], object]]
    file: bytes | None


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=Clock(START), job_seconds=8) as running:
        running.seed(7)
        yield running


@pytest.fixture(scope="module")
def recorder(sandbox: Sandbox) -> Iterator[Recorder]:
    with Recorder(sandbox.url) as running:
        yield running


@pytest.fixture
def files(machine: Path) -> Path:
    for name, content in FILES.items():
        (machine / name).write_bytes(content)
    return machine


class Both:
    """Runs a command line in either program."""

    def __init__(
        self, here: Invoke, cli: AwsCli, home: dict[str, str], recorder: Recorder, files: Path
    ) -> None:
        self._here, self._cli, self._recorder, self._files = here, cli, recorder, files
        self._environment = {
            **home,
            "AWS_ENDPOINT_URL": recorder.url,
            "AWS_DEFAULT_REGION": "us-west-2",
            "AWS_ACCESS_KEY_ID": "sandbox",
            "AWS_SECRET_ACCESS_KEY": "sandbox",
        }

    def theirs(self, *line: str) -> Ran:
        done = subprocess.run(
            [str(self._cli.program), SERVICES[line[0]], *line],
            env=self._environment,
            cwd=self._files,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return self._ran(Finished(done.returncode, done.stdout, done.stderr), line)

    def ours(self, *line: str) -> Ran:
        where = ("--endpoint-url", self._recorder.url, "--region", "us-west-2")
        done = self._here(*line, *where)
        assert done.err == ""
        return self._ran(done, line)

    def _ran(self, done: Finished, line: Sequence[str]) -> Ran:
        sent = [_told(each, line) for each in self._recorder.arrived if _is_asked(each)]
        self._recorder.arrived.clear()
        out = self._files / "out"
        file = out.read_bytes() if out.exists() else None
        out.unlink(missing_ok=True)
        return Ran(done.code, MADE_UP.sub("UUID", done.out), sent, file)


def _is_asked(request: Arrived) -> bool:
    return request.target.startswith(PATHS)


def _told(request: Arrived, line: Sequence[str]) -> tuple[str, str, Mapping[str, str], object]:
    """A request without what either program makes up, or says of itself."""
    headers = {name: value for name, value in request.headers.items() if HEADERS.fullmatch(name)}
    body: object = request.body
    if headers.get("accept") == "*/*":
        del headers["accept"]  # as where none is said
    if "--inference-id" not in line:
        headers.pop("x-amzn-sagemaker-inference-id", None)
    if line[0] == "start-async-invoke" and "--client-request-token" not in " ".join(line):
        assert MADE_UP.fullmatch(json.loads(request.body).pop("clientRequestToken"))
        body = {**json.loads(request.body), "clientRequestToken": "made up"}
    return request.method, request.target, headers, body


@pytest.fixture
def both(
    here: Invoke, aws_cli: AwsCli, home: dict[str, str], recorder: Recorder, files: Path
) -> Both:
    return Both(here, aws_cli, home, recorder, files)


def rows(ran: Ran) -> list[object]:
    return list(json.loads(ran.out)["asyncInvokeSummaries"])


@pytest.mark.parametrize("name", LINES)
def test_the_same_is_sent_and_the_same_is_printed(both: Both, name: str) -> None:
    line = LINES[name]

    theirs, ours = both.theirs(*line), both.ours(*line)

    assert ours == theirs
    assert bool(ours.sent) == ("--generate-cli-skeleton" not in line)


def test_one_invocation_is_told_alike(both: Both) -> None:
    arn = both.ours(LIST, "--max-items", "1", "--query", "*[].invocationArn", "--output", "text")
    line = ("get-async-invoke", "--invocation-arn", arn.out.strip())

    for options in ((), ("--output", "text"), ("--query", "outputDataConfig")):
        assert both.ours(*line, *options) == both.theirs(*line, *options)


def test_either_goes_on_where_the_other_cut_the_list(both: Both) -> None:
    cut = (LIST, "--max-items", "3", "--page-size", "2")
    begun = both.theirs(*cut)
    assert both.ours(*cut) == begun
    token = json.loads(begun.out)["NextToken"]

    rest = both.ours(LIST, "--starting-token", token)

    assert rest == both.theirs(LIST, "--starting-token", token)
    assert rows(begun) + rows(rest) == rows(both.ours(LIST))
    assert len(rows(begun)) == 3


def test_a_whole_request_for_one_page_gets_one_as_with_version_2(both: Both) -> None:
    by_option = both.theirs(LIST, "--max-results", "2")
    token = json.loads(by_option.out)["nextToken"]

    assert both.ours(LIST, "--cli-input-json", '{"maxResults": 2}') == by_option
    assert both.ours(LIST, "--cli-input-yaml", f"nextToken: {token}") == both.theirs(
        LIST, "--next-token", token
    )


def test_times_are_written_as_the_aws_files_say(both: Both, files: Path) -> None:
    line = (LIST, "--max-items", "2", "--query", "asyncInvokeSummaries[].[submitTime, endTime]")
    as_they_came = both.ours(*line)
    for name in ("config", "no-config"):
        (files / name).write_text("[default]\ncli_timestamp_format = iso8601\n")

    assert both.ours(*line) == both.theirs(*line) != as_they_came
