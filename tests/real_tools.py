"""The real AWS CLI, boto3 and AWS SDK for JavaScript, and what they send to a sandbox."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from tui.model.context import Context
from tui.model.operation import OPERATIONS, QUESTIONS, Operation
from tui.sandbox.server import Sandbox

NODE = shutil.which("node")
JS_SDK = os.environ.get("JS_SDK") or str(Path(__file__).parents[1] / ".javascript")


def needs_javascript(operation: Operation) -> pytest.MarkDecorator:
    """Skips a test where node, or the package of the operation's client, is missing."""
    package = operation.javascript_package
    return pytest.mark.skipif(
        not NODE or not Path(JS_SDK, "node_modules", package).is_dir(),
        reason=f"needs node, and the SDK: npm install --prefix .javascript {package},"
        " or JS_SDK=another folder with its node_modules",
    )


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
    """The real one."""

    program: Path

    @property
    def path(self) -> dict[str, str]:
        """Where a shell finds it as ``aws``."""
        return {"PATH": f"{self.program.parent}{os.pathsep}{os.environ['PATH']}"}

    @property
    def is_new(self) -> bool:
        """Whether it knows all that the operations take; of a stream it prints no skeleton."""
        told = [each for each in (*OPERATIONS, *QUESTIONS) if not each.is_streamed]
        return all(each.members.keys() <= self._members(each) for each in told)

    def _members(self, operation: Operation) -> set[str]:
        return set(json.loads(self.skeleton(operation) or "{}"))

    def skeleton(self, operation: Operation) -> str:
        """What it prints as the skeleton of a request; empty if it does not know the operation."""
        command = [
            str(self.program),
            operation.service,
            operation.command,
            "--generate-cli-skeleton",
        ]
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
        return done.stdout.decode().strip() if done.returncode == 0 else ""


@pytest.fixture(scope="session")
def aws_cli(tmp_path_factory: pytest.TempPathFactory) -> AwsCli:
    program = os.environ.get("AWS_CLI") or shutil.which("aws")
    folder = tmp_path_factory.getbasetemp()
    shared_folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    if program and is_new_by(AwsCli(Path(program)), shared_folder / "aws-cli-is-new"):
        return AwsCli(Path(program))
    return pytest.skip("needs an AWS CLI that knows all that is sent: AWS_CLI=…/aws")


def is_new_by(cli: AwsCli, verdict: Path) -> bool:
    """The same as it says, asked once for all the processes of a run."""
    with verdict.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        if not (said := file.read()):
            said = str(cli.is_new)
            file.write(said)
    return said == "True"


def script(folder: Path, command: str) -> list[str]:
    """A command line as a file: as an argument of bash it would be bound in length itself."""
    file = folder / "command.sh"
    file.write_text(command, encoding="utf-8")
    return ["bash", str(file)]


def python(folder: Path, source: str) -> list[str]:
    """A script of Python as a file."""
    file = folder / "request.py"
    file.write_text(source, encoding="utf-8")
    return [sys.executable, "-W", "ignore", str(file)]


def sent_by_python(
    sandbox: Sandbox, source: str, environment: Mapping[str, str], **names: object
) -> dict[str, object]:
    """The body that a script sends, run here: to start Python and boto3 would take a second.

    What the sandbox answers does not matter, be it a refusal.
    """
    before = len(sandbox.requests)
    with pytest.MonkeyPatch.context() as patch, contextlib.suppress(ClientError):
        patch.setattr(os, "environ", dict(environment))
        patch.setattr(boto3, "DEFAULT_SESSION", None)
        exec(compile(source, "request.py", "exec"), {"__name__": "__main__", **names})
    assert len(sandbox.requests) > before
    return dict(sandbox.requests[-1])


def javascript(folder: Path, source: str) -> list[str]:
    """A module of JavaScript as a file, beside the SDK."""
    (folder / "node_modules").symlink_to(Path(JS_SDK, "node_modules").resolve())
    file = folder / "request.mjs"
    file.write_text(source, encoding="utf-8")
    return [NODE or "", str(file)]


def context_of(sandbox: Sandbox) -> Context:
    """Where the sandbox is, with credentials that a shell could trip over."""
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
