"""The command ``asyncinvoke sandbox``: the embedded AWS alone, for this and other clients."""

from __future__ import annotations

import shlex
import signal
import sys
import threading
from types import FrameType

from tui.sandbox.server import PortInUseError, Sandbox, SandboxMissingError


def run(port: int, job_seconds: float, seed_jobs: int) -> int:
    """Serve until SIGINT or SIGTERM; the URL and the environment for clients go to stdout.

    Returns:
        0 after a signal; 2 when the port is taken or the extra ``sandbox`` is not installed.
    """
    sandbox = Sandbox(port, job_seconds=job_seconds)
    is_over = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        is_over.set()

    previous = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        sandbox.start()
        if seed_jobs:
            sandbox.seed(seed_jobs)
        _say(f"An AWS of its own, on this machine only, with {seed_jobs} past jobs.")
        _say("Send a client to it with these lines; Ctrl+C ends it.")
        _print(sandbox.url)
        for name, value in sandbox.environment().items():
            _print(f"export {name}={shlex.quote(value)}")
        is_over.wait()
        _say("The sandbox has ended; nothing of it is left.")
    except PortInUseError as error:
        _say(f"{error.strerror}: choose another with --port, or --port 0 for any free one")
        return 2
    except SandboxMissingError as error:
        _say(str(error))
        return 2
    finally:
        sandbox.stop()
        for number, handler in previous.items():
            signal.signal(number, handler)
    return 0


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
