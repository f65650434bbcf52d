"""The headless front end against a sandbox on the real clock, in this process and in its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from argparse import Namespace
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

from tests.conftest import Until
from tests.two_contexts import AWS_CONFIG
from tui.__main__ import main
from tui.engine.contexts import Contexts
from tui.engine.session import Engine
from tui.sandbox.jobs import Job
from tui.sandbox.server import Sandbox

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Finished:
    """What a command left: its exit code, data and narration."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


Invoke = Callable[..., Finished]
Spawn = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(job_seconds=0.2) as running:
        yield running


@pytest.fixture
def machine(aws_environment: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home directory without files but for a config.toml that lets nothing wait."""
    for name in [name for name in os.environ if name.startswith(("XDG_", "ASYNCINVOKE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    config = tmp_path / "settings.toml"
    config.write_text("[polling]\nfastest = 0.05\n")
    monkeypatch.setenv("ASYNCINVOKE_CONFIG", str(config))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def here(machine: Path, capsys: pytest.CaptureFixture[str]) -> Invoke:
    """A command line in this process."""

    def invoke(*arguments: str) -> Finished:
        capsys.readouterr()
        code = main(arguments)
        out, err = capsys.readouterr()
        return Finished(code, out, err)

    return invoke


@pytest.fixture
def invoke(here: Invoke, sandbox: Sandbox) -> Invoke:
    """A command line in this process, whose AWS is the sandbox."""

    def run(*arguments: str) -> Finished:
        return here(*arguments, "--endpoint-url", sandbox.url, "--region", "us-west-2")

    return run


@pytest.fixture
def west_and_east(
    machine: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, ...]:
    """The options for two contexts with a job each, in the sandbox's two regions."""
    add_job(sandbox, "westjob00001", region="us-west-2")
    add_job(sandbox, "eastjob00001", region="eu-west-1")
    (machine / "aws-config").write_text(AWS_CONFIG)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(machine / "aws-config"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", sandbox.url)
    return ("--context", "west", "--context", "east")


@pytest.fixture
def spawn(machine: Path) -> Iterator[Spawn]:
    """A command line in a process of its own, with both outputs in pipes."""
    spawned: list[subprocess.Popen[str]] = []
    # Where the suite runs in the background, or under nohup, its children would ignore these.
    held = {
        signal.SIGINT: signal.signal(signal.SIGINT, signal.default_int_handler),
        signal.SIGHUP: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    }

    def start(*arguments: str, **options: Any) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tui", *arguments],
            text=True,
            **{"stdin": subprocess.DEVNULL, "stdout": PIPE, "stderr": PIPE, **options},
        )
        spawned.append(process)
        return process

    yield start
    for process in spawned:
        with process:
            process.kill()
    for number, handler in held.items():
        signal.signal(number, handler)


@pytest.fixture
def contexts(engine: Engine) -> Contexts:
    """The one context of the engine, on the sandbox's clock."""
    found = Contexts(engine.settings, engine.ledger, engine.clock)
    found.add(engine)
    return found


Begin = Callable[..., Awaitable["asyncio.Task[int]"]]


@pytest.fixture
async def begin(contexts: Contexts, sandbox: Sandbox, until: Until) -> AsyncIterator[Begin]:
    """Begins a command in this loop; it has asked AWS twice, and goes on asking, when it comes."""
    tasks = []

    async def run(command: Callable[..., Coroutine[Any, Any, int]], **given: Any) -> Any:
        members = {"keys": [], "filter": "", **given}
        tasks.append(task := asyncio.create_task(command(contexts, Namespace(**members))))
        await until(contexts.active, lambda: task.done() or sandbox.calls["ListAsyncInvokes"] > 1)
        return task

    yield run
    for task in tasks:
        task.cancel()


def finish(process: subprocess.Popen[str]) -> Finished:
    out, err = process.communicate(timeout=30)
    assert "Traceback" not in err
    return Finished(process.returncode, out, err)


def a_start(*options: str, prompt: str = "a tide pool", bucket: str = "media") -> Sequence[str]:
    """The command line of a submission that the service takes, and more options."""
    return (
        "start-async-invoke",
        "--model-id=luma.ray-v2:0",
        f"--model-input={json.dumps({'prompt': prompt})}",
        f"--output-data-config=s3OutputDataConfig={{s3Uri=s3://{bucket}/videos/}}",
        *options,
    )


def add_job(sandbox: Sandbox, job_id: str, **members: object) -> None:
    """A job that was submitted five minutes ago, by nobody here."""
    submitted = sandbox.clock.now() - timedelta(minutes=5)
    job: dict[str, object] = {
        "id": job_id,
        "region": "us-west-2",
        "model_id": "luma.ray-v2:0",
        "model_input": {"prompt": "x"},
        "bucket": "media",
        "prefix": "videos",
        "submitted": submitted,
        "ends": submitted + timedelta(minutes=1),
        **members,
    }
    sandbox.jobs.add(Job(**job))  # type: ignore[arg-type]


def add_pending(sandbox: Sandbox, job_id: str, seconds: float = 3600, **members: object) -> None:
    """A job that was submitted just now, by nobody here, and runs for a while."""
    now = sandbox.clock.now()
    add_job(sandbox, job_id, submitted=now, ends=now + timedelta(seconds=seconds), **members)
