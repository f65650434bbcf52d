"""The command ``asyncinvoke sandbox``: the embedded AWS alone, for this and other clients."""

from __future__ import annotations

import shlex
import signal
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from tui.commands import exit_codes
from tui.commands.output import narrate
from tui.sandbox import SandboxMissingError
from tui.sandbox.server import PortInUseError, Sandbox


def run(port: int, job_seconds: float, seed_jobs: int, region: str) -> int:
    """Serve until a signal; the URL and the environment for clients go to stdout.

    For ours, there is a ledger besides: what is done here touches no draft and no row of elsewhere.

    Returns:
        0 after SIGINT or SIGTERM; 129 when the terminal is gone; 2 when the port cannot be had
        or the extra ``sandbox`` is missing.
    """
    sandbox = Sandbox(port, job_seconds=job_seconds, region=region)
    is_over, code = threading.Event(), exit_codes.OK

    def end(number: int, _frame: FrameType | None) -> None:
        nonlocal code
        code = exit_codes.HUNG_UP if number == signal.SIGHUP else code
        is_over.set()

    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # nohup has it ignored
        numbers.append(signal.SIGHUP)
    previous = {number: signal.signal(number, end) for number in numbers}
    ledgers = TemporaryDirectory(prefix="asyncinvoke-", ignore_cleanup_errors=True)
    try:
        sandbox.start()
        if seed_jobs:
            sandbox.seed(seed_jobs)
        narrate(f"An AWS of its own, on this machine only, with {seed_jobs} past jobs.")
        narrate("Send a client to it with these lines; Ctrl+C ends it, and the ledger with it.")
        _print(sandbox.url)
        own = {"ASYNCINVOKE_LEDGER": str(Path(ledgers.name) / "ledger.sqlite3")}
        for name, value in {**sandbox.environment(), **own}.items():
            _print(f"export {name}={shlex.quote(value)}")
        is_over.wait()
        narrate("The sandbox has ended; nothing of it is left.")
    except PortInUseError as error:
        return _refuse(str(error.strerror))
    except PermissionError as error:
        return _refuse(f"port {port} on 127.0.0.1: {error.strerror}")
    except SandboxMissingError as error:
        narrate(f"asyncinvoke: {error}")
        return exit_codes.USAGE
    finally:
        sandbox.stop()
        ledgers.cleanup()
        for number, handler in previous.items():
            signal.signal(number, handler)
    return code


def _refuse(why: str) -> int:
    narrate(f"asyncinvoke: {why}: choose another with --port, or --port 0 for any free one")
    return exit_codes.USAGE


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
