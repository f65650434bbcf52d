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


async def log_in(command: Sequence[str]) -> None:
    """Run a command until it ends; end it when cancelled.

    What it writes to stderr passes through here to the terminal, for its last line to be told.

    Raises:
        ProblemError: It cannot be started, or says that it failed.
    """
    line = shlex.join(command)
    try:
        process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    except OSError as error:
        raise ProblemError(_not_started(command[0], line, error)) from error
    try:
        told = await _passed_on(process)
        code = await process.wait()
    except asyncio.CancelledError:
        await end(process)
        raise
    if code:
        raise ProblemError(_failed(line, code, told))


async def _passed_on(process: asyncio.subprocess.Process) -> str:
    """Pass on what is complained about, and return its last line."""
    assert process.stderr is not None
    kept = b""
    while piece := await process.stderr.read(READ):
        kept = (kept + piece)[-KEPT:]
        await asyncio.to_thread(_write, piece)
    lines = [line.strip() for line in kept.decode("utf-8", "replace").splitlines()]
    return next(filter(None, reversed(lines)), "")


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
        remedy="L runs it again",
    )
