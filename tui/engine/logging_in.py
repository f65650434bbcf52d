"""The command that renews credentials, on the person's terminal. Whose that is, is the screen's."""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
from collections.abc import Sequence

from tui.engine.program import end, ending, why
from tui.model.problem import Problem, ProblemError

READ = 4096
"""Bytes of what it complains about that are passed on at once."""

KEPT = 64 * 1024
"""Bytes of that of which the last line is told."""

LAST_SECONDS = 0.2
"""How long the last words of what has ended are waited for; a browser may hold the pipe open."""


async def log_in(command: Sequence[str]) -> None:
    """Run a command until it ends; end it when cancelled.

    What it writes to stderr passes through here to the terminal, for its last line to be told.

    Raises:
        ProblemError: It cannot be started, or says that it failed.
    """
    line = shlex.join(command)
    # Of a pipe of asyncio's own, the end of the process would wait for the end of the pipe.
    reading, writing = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(*command, stderr=writing)
    except OSError as error:
        os.close(reading)
        raise ProblemError(_not_started(command[0], line, error)) from error
    finally:
        os.close(writing)
    complaints = _Complaints()
    passing = asyncio.get_running_loop().create_task(complaints.pass_on(reading))
    _PASSING.add(passing)
    passing.add_done_callback(_PASSING.discard)
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        await end(process)
        raise
    await asyncio.wait({passing}, timeout=LAST_SECONDS)
    complaints.is_over = True
    if code:
        raise ProblemError(_failed(line, code, complaints.last_line))


_PASSING: set[asyncio.Task[None]] = set()
"""What is still read: a browser that the command has opened may write on, and must not fail."""


class _Complaints:
    """What a command writes to stderr, on its way to the terminal.

    Attributes:
        is_over: Whether the command has ended: what comes now is somebody else's.
    """

    def __init__(self) -> None:
        self.is_over = False
        self._kept = b""

    @property
    def last_line(self) -> str:
        """The last line that says something; empty where none does."""
        lines = [line.strip() for line in self._kept.decode("utf-8", "replace").splitlines()]
        return next(filter(None, reversed(lines)), "")

    async def pass_on(self, descriptor: int) -> None:
        """Read a pipe until all have closed it."""
        reader = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", 0)
        )
        try:
            while piece := await reader.read(READ):
                if not self.is_over:
                    self._kept = (self._kept + piece)[-KEPT:]
                    await asyncio.to_thread(_write, piece)
        finally:
            transport.close()


def _write(piece: bytes) -> None:
    stream = sys.__stderr__
    if stream is not None and stream.isatty():
        os.write(stream.fileno(), piece)


def _not_started(name: str, line: str, error: OSError) -> Problem:
    return Problem(
        kind="ProgramNotStarted",
        message=f"{name}: {why(error)}",
        cause="the AWS CLI is not installed here, or not on the PATH",
        remedy=f"install it, or run {line} where it is: new credentials are noticed",
    )


def _failed(line: str, code: int, told: str) -> Problem:
    return Problem(
        kind="LoginFailed",
        message=f"{line}: {ending(code)}" + (f": {told}" if told else ""),
        cause="the command did not log in",
        remedy="mend what it says, then log in again",
    )
