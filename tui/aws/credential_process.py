"""A profile's ``credential_process``: run within bounds. Nothing that it prints is ever shown."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import subprocess
from collections.abc import Sequence

import msgspec

from tui.model.problem import Problem, ProblemError
from tui.model.signed_out import PROCESS_FAILED

SECONDS = 60.0
"""How long it may take: some wait for a person in a browser."""

_TRY = "run it in a shell to see why, then try again"


class Running:
    """The processes under way, so that none outlives the program."""

    def __init__(self) -> None:
        self._under_way: set[subprocess.Popen[bytes]] = set()

    def popen(self, profile: str, command: Sequence[str], **_: object) -> _Process:
        """Start a profile's process, in place of ``Popen``; botocore reads what it prints.

        It gets no terminal: under the screen, it would take the keys.

        Raises:
            ProblemError: It cannot be started.
        """
        try:
            process = subprocess.Popen(  # noqa: S603 - the profile names it
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "its name is none"
            raise ProblemError(
                failed(profile, f"{command[0] if command else 'it'} cannot start: {reason}")
            ) from error
        self._under_way.add(process)
        return _Process(process, profile, self._under_way)

    def kill(self) -> None:
        """End what is under way."""
        for process in list(self._under_way):
            _kill(process)


class _Process:
    """One run, with what botocore asks of a ``Popen``."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        profile: str,
        under_way: set[subprocess.Popen[bytes]],
    ) -> None:
        self._process = process
        self._profile = profile
        self._under_way = under_way

    @property
    def returncode(self) -> int:
        """Always 0: any other is an error by then."""
        return self._process.returncode

    def communicate(self) -> tuple[bytes, bytes]:
        """What it printed, once it is known to be credentials.

        Raises:
            ProblemError: It took too long, failed, or printed something else.
        """
        try:
            printed, _ = self._process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired as error:
            _kill(self._process)
            what = f"it has not ended within {SECONDS:.3g} s, and was killed"
            raise ProblemError(failed(self._profile, what)) from error
        finally:
            self._under_way.discard(self._process)
        if self._process.returncode:
            code = self._process.returncode
            what = f"it ended with exit code {code}" if code > 0 else f"signal {-code} ended it"
            raise ProblemError(failed(self._profile, what))
        if fault := fault_in(printed):
            raise ProblemError(failed(self._profile, fault))
        return printed, b""


def fault_in(printed: bytes) -> str:
    """What is wrong with what a process printed, without a word of it; empty when nothing is."""
    if not printed.strip():
        return "it printed nothing"
    try:
        members = msgspec.json.decode(printed)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "what it printed is not JSON"
    if not isinstance(members, dict):
        return "what it printed is not a JSON object"
    if members.get("Version") != 1:
        return 'what it printed has no "Version": 1'
    for name in ("AccessKeyId", "SecretAccessKey"):
        if not (isinstance(members.get(name), str) and members[name]):
            return f"what it printed has no {name}"
    if not isinstance(members.get("SessionToken", ""), (str, type(None))):
        return "the SessionToken that it printed is no text"
    return "" if _is_time(members.get("Expiration")) else "the Expiration it printed is no time"


def _is_time(text: object) -> bool:
    """Whether the SDK takes it for the time, with its zone, when the credentials end."""
    if text is None:
        return True
    parser = importlib.import_module("dateutil.parser")  # botocore's own
    try:
        return parser.parse(str(text)).tzinfo is not None
    except (ValueError, OverflowError):
        return False


def failed(profile: str, what: str) -> Problem:
    """The problem of a process that brought no credentials.

    Args:
        profile: The profile that names it.
        what: What was wrong, without anything that it printed.
    """
    return Problem(
        kind=PROCESS_FAILED,
        message=f"credential_process of profile {profile}: {what}",
        cause="the program that brings the credentials does not do so",
        remedy=_TRY,
    )


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process with all that it has started; its pipes are not read to their end."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()
