"""Another program on the person's terminal, with a file that nobody else can read.

Whose the terminal is meanwhile is the screen's matter.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import shutil
import signal
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tui.model.problem import Problem, ProblemError

_EXAMPLES = {"EDITOR": "vim", "PAGER": "less"}

END_SECONDS = 0.2
"""How long a program may take to end when we leave."""


@dataclass(frozen=True, slots=True)
class Program:
    """What is run.

    Attributes:
        variable: The environment variable that names it.
        command: The program and its options; the file's name follows them.
    """

    variable: str
    command: tuple[str, ...]

    @property
    def name(self) -> str:
        """What to call it."""
        return Path(self.command[0]).name


def program_of(environment: Mapping[str, str], *variables: str) -> Program:
    """The program that the first of these variables names that names one.

    Raises:
        ProblemError: None does.
    """
    for variable in variables:
        try:
            command = shlex.split(environment.get(variable, ""))
        except ValueError as error:
            message = f"${variable} is no command: {error}"
            raise ProblemError(_not_set(message, variables[-1])) from error
        if command:
            return Program(variable, tuple(command))
    named = [f"${variable}" for variable in variables]
    told = f"neither {' nor '.join(named)} names a" if named[1:] else f"{named[0]} names no"
    raise ProblemError(_not_set(f"{told} program", variables[-1]))


def remove(folder: Path) -> Problem | None:
    """Remove it with all that is in it; returns why it is still there, if it is."""
    shutil.rmtree(folder, ignore_errors=True)
    return _not_removed(folder) if folder.exists() else None


def new_folder(environment: Mapping[str, str]) -> Path:
    """A folder for this person alone; in memory, where the login has one.

    Raises:
        ProblemError: There is no room for one.
    """
    login = environment.get("XDG_RUNTIME_DIR", "")
    try:
        if Path(login).is_absolute():
            with contextlib.suppress(OSError):  # another person's, after a change of user
                return Path(tempfile.mkdtemp(prefix="asyncinvoke-", dir=login))
        return Path(tempfile.mkdtemp(prefix="asyncinvoke-"))
    except OSError as error:
        raise ProblemError(not_written(error)) from error


def write(path: Path, content: bytes) -> None:
    """Write a file that nobody else can read.

    Raises:
        ProblemError: It cannot be written.
    """
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            file.write(content)
    except OSError as error:
        raise ProblemError(not_written(error)) from error


async def run(program: Program, path: Path) -> int:
    """Run a program on a file until it ends, and return its exit code; end it when cancelled.

    Raises:
        ProblemError: It cannot be started.
    """
    try:
        process = await asyncio.create_subprocess_exec(*program.command, str(path))
    except (OSError, ValueError) as error:
        raise ProblemError(_not_started(program, error)) from error
    try:
        return await process.wait()
    except asyncio.CancelledError:
        await end(process)
        raise


async def end(process: asyncio.subprocess.Process) -> None:
    """End a program, by force where it does not end in time."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), END_SECONDS)
        except asyncio.TimeoutError:
            process.kill()
            await process.wait()


def ending(code: int) -> str:
    """How a program ended, by its exit code as Python tells it: ``exit code 1``, ``SIGTERM``."""
    try:
        return f"exit code {code}" if code > 0 else signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def why(error: Exception) -> str:
    """What went wrong, in the operating system's words where it says it."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _not_set(message: str, variable: str) -> Problem:
    return Problem(
        kind="ProgramNotSet",
        message=message,
        cause="the environment does not say what to run",
        remedy=f"leave, say it, as in export {variable}={_EXAMPLES[variable]}, and start again",
    )


def _not_started(program: Program, error: Exception) -> Problem:
    return Problem(
        kind="ProgramNotStarted",
        message=f"{program.command[0]}: {why(error)}",
        cause=f"${program.variable} names no program that can be started",
        remedy=f"leave, set ${program.variable} to one that can, and start again",
    )


def not_written(error: Exception) -> Problem:
    """Why there is no file to show."""
    return Problem(
        kind="FileNotWritten",
        message=f"the file for it cannot be written: {why(error)}",
        cause="no room for temporary files, or half of a surrogate pair in the text",
        remedy="make room or set TMPDIR to another folder; write the half as an escape",
    )


def _not_removed(folder: Path) -> Problem:
    return Problem(
        kind="FileNotRemoved",
        message=f"what was in the file is still in {folder}",
        cause="the program, or something that it started, still writes there",
        remedy="end it, then remove the folder",
    )
