from __future__ import annotations

import json
import re
import signal
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.commands.conftest import Invoke, Spawn, finish
from tests.engine.stored import files_in
from tests.terminal import PATIENCE
from tui.ledger.journal import Journal
from tui.model.problem import Problem, ProblemError
from tui.sandbox.server import Sandbox

BUCKET = "s3://sandbox-output"


def command(*options: str, endpoint: str = "echo") -> tuple[str, ...]:
    return ("invoke-endpoint-async", f"--endpoint-name=sandbox-{endpoint}", *options)


def the_request(sandbox: Sandbox) -> Mapping[str, object]:
    (request,) = sandbox.requests
    return request


def calls(sandbox: Sandbox) -> int:
    return sandbox.calls["InvokeEndpointAsync"]


@pytest.fixture
def payload(machine: Path) -> Path:
    file = machine / "payload.json"
    file.write_text('{"inputs": "a tide pool"}')
    return file


def test_it_prints_what_the_aws_cli_does_and_nothing_else(invoke: Invoke, sandbox: Sandbox) -> None:
    done = invoke(*command("--body", "{}", "--inference-id", "run-42"))

    assert done.code == 0
    assert done.err == ""
    assert list(done.data) == ["OutputLocation", "FailureLocation", "InferenceId"]
    assert done.data["InferenceId"] == "run-42"
    assert done.data["OutputLocation"].startswith(f"{BUCKET}/endpoints/")


def test_every_option_arrives(invoke: Invoke, sandbox: Sandbox) -> None:
    options = {
        "--content-type": "text/csv",
        "--accept": "text/plain",
        "--custom-attributes": "trace=1",
        "--inference-id": "run-42",
        "--input-location": f"{BUCKET}/in/x.csv",
        "--s3-output-path-extension": "today",
        "--filename": "x.txt",
        "--request-ttl-seconds": "600",
        "--invocation-timeout-seconds": "60",
    }

    done = invoke(*command(*(word for pair in options.items() for word in pair)))

    assert done.code == 0
    assert {**the_request(sandbox)} == {
        "EndpointName": "sandbox-echo",
        "ContentType": "text/csv",
        "Accept": "text/plain",
        "CustomAttributes": "trace=1",
        "InferenceId": "run-42",
        "InputLocation": f"{BUCKET}/in/x.csv",
        "S3OutputPathExtension": "today",
        "Filename": "x.txt",
        "RequestTTLSeconds": 600,
        "InvocationTimeoutSeconds": 60,
    }


def test_a_whole_request_comes_as_json_and_options_go_before(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    members = {"EndpointName": "sandbox-zero", "Body": "{}", "RequestTTLSeconds": 600}
    Path("request.json").write_text(json.dumps(members))

    done = invoke(*command("--cli-input-json", "file://request.json"))

    assert done.code == 0
    request = the_request(sandbox)
    assert (request["EndpointName"], request["RequestTTLSeconds"]) == ("sandbox-echo", 600)
    assert request["Body"] == b"{}"


def test_a_file_is_uploaded_waited_for_and_downloaded(
    invoke: Invoke, payload: Path, machine: Path
) -> None:
    upload = ("--input-location", "./payload.json", "--upload-to", f"{BUCKET}/in/")

    done = invoke(*command(*upload, "--wait", "--download", "out"))

    assert done.code == 0
    assert done.data["status"] == "Completed"
    token = done.data["inferenceId"]
    assert re.search(rf"uploaded to {BUCKET}/in/{token}-\w{{8}}/payload\.json\n", done.err)
    (saved,) = files_in(machine / "out" / token)
    assert json.loads(saved.read_bytes()) == json.loads(payload.read_bytes())


def test_the_journey_in_a_process_of_its_own(spawn: Spawn, payload: Path, machine: Path) -> None:
    upload = (f"--input-location={payload}", f"--upload-to={BUCKET}/in/{{date}}/")
    where = ("--sandbox", "--job-seconds=0.2")

    done = finish(spawn(*where, *command(*upload, "--wait", "--download=./out")))

    assert done.code == 0
    (saved,) = (machine / "out").glob("*/*.out")
    assert json.loads(saved.read_bytes()) == {"inputs": "a tide pool"}


def test_a_small_file_is_sent_with_the_request_where_no_folder_is_named(
    invoke: Invoke, payload: Path, sandbox: Sandbox
) -> None:
    assert invoke(*command("--input-location", str(payload))).code == 0

    request = the_request(sandbox)
    assert request["Body"] == payload.read_bytes()
    assert "InputLocation" not in request


def test_bytes_are_sent_as_they_are(invoke: Invoke, machine: Path, sandbox: Sandbox) -> None:
    (machine / "image").write_bytes(b"\xff\xd8\xff\x00")

    assert invoke(*command("--body", "fileb://image")).code == 0

    assert the_request(sandbox)["Body"] == b"\xff\xd8\xff\x00"


def test_base64_is_decoded_as_in_the_aws_cli_and_that_is_told(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    done = invoke(*command("--body", "aGVsbG8="))

    assert done.code == 0
    assert the_request(sandbox)["Body"] == b"hello"
    assert "--body: Body is read as base64" in done.err


def test_the_binary_format_of_a_body_may_be_said(invoke: Invoke, sandbox: Sandbox) -> None:
    raw = "--cli-binary-format=raw-in-base64-out"
    whole = json.dumps({"Body": "aGVsbG8=", "EndpointName": "sandbox-echo"})

    assert invoke(*command("--body", "aGVsbG8=", raw)).err == ""
    assert invoke(*command("--cli-input-json", whole, raw)).err == ""
    assert (
        "--cli-input-json: Body is read as base64"
        in invoke(*command("--cli-input-json", whole)).err
    )

    bodies = [request["Body"] for request in sandbox.requests]
    assert bodies == [b"aGVsbG8=", b"aGVsbG8=", b"hello"]


def test_the_configured_folder_is_for_files_and_not_for_a_body(
    invoke: Invoke, machine: Path, payload: Path, sandbox: Sandbox
) -> None:
    config = machine / "settings.toml"
    config.write_text(f"{config.read_text()}[defaults]\nupload-to = '{BUCKET}/in/'\n")

    assert "uploaded" not in invoke(*command("--body", "{}")).err
    assert "uploaded" in invoke(*command("--input-location=payload.json")).err
    assert "uploaded" in invoke(*command("--body", "{}", f"--upload-to={BUCKET}/x/")).err
    assert "uploaded" not in invoke(*command("--input-location=payload.json", "--upload-to=")).err

    inline = ["Body" in request for request in sandbox.requests]
    assert inline == [True, False, False, True]


@pytest.mark.parametrize("token", ["..", "a/b", "a b"])
def test_an_odd_inference_id_keeps_its_output_below_the_folder(
    invoke: Invoke, machine: Path, token: str
) -> None:
    done = invoke(*command("--body", "{}", "--inference-id", token, "--download", "out"))

    assert done.code == 0
    (folder,) = (machine / "out").iterdir()
    assert [path.is_file() for path in files_in(folder)] == [True]


def test_an_answer_that_the_ledger_does_not_take_is_told(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise ProblemError(Problem(kind="LedgerError", message="the disk is full", remedy="room"))

    monkeypatch.setattr(Journal, "accept", full)

    done = invoke(*command("--body", "{}"))

    assert done.code == 0
    assert done.data["OutputLocation"]
    assert "LedgerError: the disk is full" in done.err
    assert "remedy: room" in done.err


def test_a_failed_one_is_told_with_its_text_and_exits_with_one(invoke: Invoke) -> None:
    done = invoke(*command("--body", "{}", "--wait", endpoint="failing"))

    assert done.code == 1
    assert done.data["status"] == "Failed"
    assert "server error (500) from model" in done.err
    assert "remedy:" in done.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "InputLocation: "),
        (("--body", "{}", "--input-location", f"{BUCKET}/x"), "not both"),
        (("--input-location", "nowhere.json"), "--input-location: "),
        (("--body", "fileb://nowhere"), "--body: "),
        (("--body", "\ud800"), "--body: holds bytes that are not UTF-8"),
        (("--body", "{}", "--custom-attributes", "a\nb"), "CustomAttributes"),
        (("--body", "{}", "--custom-attributes", "ümlaut"), "CustomAttributes"),
        (("--body", "{}", "--request-ttl-seconds", "59"), "RequestTTLSeconds"),
        (("--body", "{}", "--request-ttl-seconds", "0"), "wants a whole number from 60, not 0"),
        (("--body", "{}", "--invocation-timeout-seconds=0"), "wants a whole number from 1, not 0"),
        (("--body", "x" * 128_001), "Body"),
        (("--body", "{}", "--upload-to", "s3://b/{nobody}/"), "--upload-to: "),
        (("--body", "{}", "--inference-id", ""), "--inference-id: "),
        (("--body", "a,b", "--cli-binary-format", "base64"), "--body: is no base64"),
        (("--cli-input-json", "[]"), "--cli-input-json: wants an object"),
        (("--body", "{}", "--download", "/dev/null"), "--download: "),
    ],
)
def test_what_cannot_be_sent_is_said_and_nothing_is(
    invoke: Invoke, sandbox: Sandbox, options: tuple[str, ...], said: str
) -> None:
    done = invoke(*command(*options))

    assert done.code == 2
    assert said in done.err
    assert done.out == ""
    assert calls(sandbox) == 0


def test_a_refusal_is_told_with_its_remedy(invoke: Invoke) -> None:
    done = invoke(*command("--body", "{}", endpoint="sync"))

    assert done.code == 3
    assert "ValidationError" in done.err
    assert "remedy:" in done.err


def test_without_an_answer_it_says_so_and_is_not_sent_again(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    sandbox.faults.add("InvokeEndpointAsync", "drop-after")

    done = invoke(*command("--body", "{}", "--inference-id", "run-42", "--wait"))

    assert done.code == 5
    assert done.data["status"] == "Unknown"
    assert 'its inference id is "run-42"' in done.err
    assert "AWS keeps no list of these" in done.err
    assert calls(sandbox) == 1


def test_an_id_that_was_sent_is_refused_before_its_input_is_uploaded(
    invoke: Invoke, payload: Path, sandbox: Sandbox
) -> None:
    upload = ("--input-location=payload.json", f"--upload-to={BUCKET}/in/", "--inference-id=run-42")
    first = invoke(*command(*upload, "--wait", "--download=out"))
    payload.write_text("another")

    second = invoke(*command(*upload))

    assert (first.code, second.code) == (0, 2)
    assert "run-42 was sent already" in second.err
    assert "uploaded" not in second.err
    assert calls(sandbox) == 1


def test_interrupted_it_leaves_the_inference_alone(
    spawn: Spawn, sandbox: Sandbox, machine: Path
) -> None:
    where = ("--endpoint-url", sandbox.url, "--region", "us-west-2")
    process = spawn(*command("--body", "{}", "--wait", endpoint="zero"), *where)
    assert process.stderr is not None
    assert "waiting for it to end" in process.stderr.readline()

    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)

    assert process.returncode == 130
    assert "what was submitted goes on" in err
