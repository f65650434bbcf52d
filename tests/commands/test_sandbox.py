from __future__ import annotations

import signal
import socket
import subprocess
from pathlib import Path

import boto3
import pytest

from tests.commands.conftest import Invoke, Spawn, finish
from tui.commands import sandbox as command
from tui.sandbox import SandboxMissingError
from tui.sandbox.server import Sandbox

EXPORTS = {
    "AWS_ENDPOINT_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_EC2_METADATA_DISABLED",
    "ASYNCINVOKE_LEDGER",
}


def announced(process: subprocess.Popen[str]) -> tuple[str, dict[str, str]]:
    """The URL, and the environment for clients, once all of it is printed."""
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    lines = [process.stdout.readline().removeprefix("export ") for _ in EXPORTS]
    return url, dict(line.strip().split("=", 1) for line in lines)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGHUP, 129)]
)
def test_it_serves_other_clients_until_a_signal(
    spawn: Spawn, number: signal.Signals, code: int
) -> None:
    options = ("--port=0", "--seed-jobs=3", "--region=eu-west-1")
    process = spawn("sandbox", *options)
    url, environment = announced(process)
    assert set(environment) == EXPORTS
    assert environment["AWS_ENDPOINT_URL"] == url
    bedrock = boto3.client(
        "bedrock-runtime",
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name=environment["AWS_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )
    jobs = bedrock.list_async_invokes()["asyncInvokeSummaries"]
    assert len(jobs) == 3
    assert all(":eu-west-1:" in job["invocationArn"] for job in jobs)
    folder = Path(environment["ASYNCINVOKE_LEDGER"]).parent
    assert folder.stat().st_mode & 0o777 == 0o700
    process.send_signal(number)
    done = finish(process)
    assert done.code == code
    assert done.out == ""
    assert not folder.exists()
    first, second, *_ = done.err.splitlines()
    assert first.endswith("with 3 past jobs.")
    assert second.endswith("Ctrl+C ends it, and the ledger with it.")
    assert done.err.splitlines()[-1] == "The sandbox has ended; nothing of it is left."
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=5)


def test_a_port_in_use_is_named_with_what_to_do(here: Invoke, sandbox: Sandbox) -> None:
    done = here("sandbox", f"--port={sandbox.port}")
    assert done.code == 2
    assert done.out == ""
    assert f"port {sandbox.port} on 127.0.0.1 is in use" in done.err
    assert "--port 0 for any free one" in done.err


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "Permission denied"), "port 80 on 127.0.0.1: Permission denied"),
        (SandboxMissingError(ImportError("no moto")), "pip install '.[sandbox]'"),
    ],
)
def test_what_keeps_it_from_starting_is_told(
    here: Invoke, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    class Unable(Sandbox):
        def start(self) -> Sandbox:
            raise error

    monkeypatch.setattr(command, "Sandbox", Unable)
    done = here("sandbox", "--port=80")
    assert done.code == 2
    assert words in done.err


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--port=65536", "argument --port: 65536 is not a port"),
        ("--port=http", "argument --port: http is not a port"),
        ("--seed-jobs=-1", "argument --seed-jobs: -1 is not a count"),
        ("--job-seconds=soon", "argument --job-seconds: soon is not a number of seconds"),
        ("--job-seconds=inf", "argument --job-seconds: inf is not a number of seconds"),
    ],
)
def test_a_number_that_is_none_is_refused(here: Invoke, option: str, words: str) -> None:
    done = here("sandbox", option)
    assert done.code == 2
    assert words in done.err
