"""The commands as shells run them: pipes, files, closed streams, full disks and signals."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.commands.conftest import ROOT, a_start, add_pending
from tui.sandbox.server import Sandbox

ENDED, RUNNING = "ended-1", "runsonjob001"
"""The client token of one that has written its video, and the id of one that runs for an hour."""

SUBMIT, START = shlex.join(a_start()), shlex.join(a_start("--wait"))
FAIL = shlex.join(a_start("--wait", "--client-request-token=failed-1", prompt="[fail:capacity]"))
INFER = "invoke-endpoint-async --endpoint-name sandbox-echo --body a,b --inference-id run-1"
ASK = "invoke-model --model-id amazon.nova-lite-v1:0 --body '{\"messages\": []}'"

MANY = 150
"""Invocations: of so many, the data is more than a pipe holds."""

IDLE = "watch --all --until-idle --filter !status:pending"

DONE, FAILED, FULL, SENT, INTERRUPTED = 0, 1, 4, 5, 130


@dataclass(frozen=True)
class Shell:
    """Runs command lines in which ``asyncinvoke`` is this program, and its AWS the sandbox."""

    environment: Mapping[str, str]
    folder: Path

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        """What a line leaves; its exit code is that of its first command, also in a pipe."""
        program = f'asyncinvoke() {{ {shlex.quote(sys.executable)} -m tui "$@"; }}'
        done = subprocess.run(
            ["bash", "-c", f"{program}\n{line}\nexit ${{PIPESTATUS[0]}}"],
            env=self.environment,
            cwd=self.folder,
            text=True,
            capture_output=True,
            timeout=120,
        )
        assert "Traceback" not in done.stderr
        assert "Exception ignored" not in done.stderr
        return done

    def spawn(self, *arguments: str) -> subprocess.Popen[str]:
        """The program itself, with both outputs in pipes."""
        return subprocess.Popen(
            [sys.executable, "-m", "tui", *arguments],
            env=self.environment,
            cwd=self.folder,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    folder = tmp_path_factory.mktemp("pipes")
    with Sandbox(job_seconds=0.2) as sandbox:
        sandbox.seed(MANY)
        add_pending(sandbox, RUNNING)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
            **sandbox.environment(),
        }
        shell = Shell(environment, folder)
        assert shell.run(f"asyncinvoke {START} --client-request-token={ENDED}").returncode == DONE
        yield shell


@pytest.fixture(autouse=True)
def _heeded_signals() -> Iterator[None]:
    """Where the suite runs in the background, SIGINT is ignored, and would be by its children."""
    held = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, held)


@pytest.mark.parametrize("command", ["list", f"wait {ENDED}", START])
def test_a_pipe_gets_all_of_the_data_and_nothing_else(shell: Shell, command: str) -> None:
    done = shell.run(f"asyncinvoke {command} | cat")

    assert done.returncode == DONE
    assert json.loads(done.stdout)
    assert "\x1b" not in done.stdout + done.stderr
    assert "\r" not in done.stderr


def test_a_file_gets_all_of_the_data(shell: Shell) -> None:
    done = shell.run(f"asyncinvoke fetch {ENDED} --to saved > data.json 2> narration")

    assert (done.returncode, done.stdout, done.stderr) == (DONE, "", "")
    (saved,) = json.loads((shell.folder / "data.json").read_text())
    assert (shell.folder / saved["path"]).stat().st_size == saved["bytes"]


@pytest.mark.parametrize("command", ["list", f"show {ENDED} {RUNNING}", "watch --all"])
def test_a_reader_that_leaves_early_is_no_error(shell: Shell, command: str) -> None:
    done = shell.run(f"asyncinvoke {command} | head -1")

    assert (done.returncode, done.stderr) == (DONE, "")
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize(
    "line",
    [
        f"asyncinvoke fetch {ENDED} --to saved <&-",
        f"asyncinvoke wait {ENDED} <&- | cat",
        f"asyncinvoke show {ENDED} >&-",
        f"asyncinvoke {IDLE} >&- 2>&-",
        f"asyncinvoke {START} <&- >&- 2>&-",
    ],
)
def test_streams_may_be_closed(shell: Shell, line: str) -> None:
    assert shell.run(line).returncode == DONE


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk always full")
@pytest.mark.parametrize(
    "command",
    [f"show {ENDED} --output table", IDLE, "list", f"fetch {ENDED}"],
)
def test_a_full_disk_is_told_once_and_is_4(shell: Shell, command: str) -> None:
    done = shell.run(f"asyncinvoke {command} > /dev/full")

    assert done.returncode == FULL
    assert done.stderr.count("No space left on device") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk always full")
@pytest.mark.parametrize(
    ("command", "name"),
    [
        (SUBMIT, "it was submitted all the same: arn:aws:bedrock:"),
        (START, "it was submitted all the same: arn:aws:bedrock:"),
        ("retry failed-1", "it was submitted all the same: arn:aws:bedrock:"),
        ("retry failed-1 --wait", "it was submitted all the same: arn:aws:bedrock:"),
        (INFER, 'it was submitted all the same: inference id "run-1"'),
        (f"{ASK} out.json", "the model has answered, and is charged for"),
        (f"{ASK} /dev/stdout", "the model has answered, and is charged for"),
    ],
)
def test_what_was_sent_and_has_an_answer_that_no_disk_takes_is_5_and_named(
    shell: Shell, command: str, name: str
) -> None:
    if command.startswith("retry"):
        assert shell.run(f"asyncinvoke {FAIL}").returncode == FAILED

    done = shell.run(f"asyncinvoke {command} > /dev/full")

    assert done.returncode == SENT
    assert done.stderr.count("No space left on device") == 1
    assert name in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk always full")
def test_what_was_sent_is_5_also_where_nobody_can_be_told(shell: Shell) -> None:
    assert shell.run(f"asyncinvoke {SUBMIT} > /dev/full 2> /dev/full").returncode == SENT


def test_a_model_s_answer_that_nobody_reads_is_no_error(shell: Shell) -> None:
    done = shell.run(f"asyncinvoke {ASK} /dev/stdout | true")

    assert (done.returncode, done.stderr) == (DONE, "")


@pytest.mark.parametrize(
    ("arguments", "number", "stream"),
    [
        (("watch", "--all"), signal.SIGTERM, "stdout"),
        (("wait", "--filter", "status:pending"), signal.SIGTERM, "stderr"),
    ],
)
def test_a_signal_ends_it_cleanly_and_says_that_the_jobs_go_on(
    shell: Shell, arguments: Sequence[str], number: signal.Signals, stream: str
) -> None:
    with shell.spawn(*arguments) as process:
        assert getattr(process, stream).readline()
        process.send_signal(number)
        out, err = process.communicate(timeout=60)

    assert process.returncode == INTERRUPTED
    assert stream == "stdout" or out == ""
    assert "Traceback" not in err
    assert err.endswith("asyncinvoke: interrupted; what was submitted goes on\n")


IMPORTING = """
import sys
class Interrupted:
    def find_spec(self, name, path=None, target=None):
        if name == "tui.config":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupted())
from tui.__main__ import command
command()
"""


def test_an_interruption_while_it_is_imported_leaves_no_traceback(shell: Shell) -> None:
    done = shell.run(f"{shlex.quote(sys.executable)} -c {shlex.quote(IMPORTING)} list")

    assert (done.returncode, done.stdout, done.stderr) == (INTERRUPTED, "", "")


@pytest.mark.parametrize(
    "line",
    [
        "asyncinvoke wait < /dev/null",
        "asyncinvoke fetch nowhere | cat",
        "asyncinvoke show $'\\xff'",
    ],
)
def test_what_says_nothing_is_a_usage_error_without_data(shell: Shell, line: str) -> None:
    done = shell.run(line)

    assert (done.returncode, done.stdout) == (2, "")
    assert "asyncinvoke: " in done.stderr
