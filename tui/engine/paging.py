"""What has been read, shown by the person's own pager or editor. Nothing comes back."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping

from tui.engine import program
from tui.engine.program import Program, program_of
from tui.model.outputs import safe_parts
from tui.model.problem import Problem, ProblemError

_PAGERS = ("less", "more")
"""What is there where no variable names a pager."""


def pager_of(environment: Mapping[str, str]) -> Program:
    """``$PAGER`` or, where it names none, what every system has.

    Raises:
        ProblemError: There is none, or the variable is no command.
    """
    if not environment.get("PAGER", "").strip():
        for name in _PAGERS:
            if found := shutil.which(name, path=environment.get("PATH")):
                return Program("PAGER", (found,))
    return program_of(environment, "PAGER")


async def show(content: bytes, name: str, viewer: Program, environment: Mapping[str, str]) -> None:
    """Run a program on a copy that nobody else can read, and that takes no change.

    Args:
        content: What it is shown.
        name: The object's name; a program goes by its ending.
        viewer: It is run in the foreground, on the standard streams, until it ends.
        environment: Names the folder for files of this login, if there is one.

    Raises:
        ProblemError: The program cannot be started, or failed; or the copy cannot be written, or
            removed.
    """
    folder, code = program.new_folder(environment), 0
    try:
        path = folder / _file_name(name)
        await asyncio.to_thread(program.write, path, content)
        path.chmod(0o400)
        code = await program.run(viewer, path)
    finally:
        trouble = program.remove(folder)
    if code or trouble:
        raise ProblemError(trouble or _failed(viewer, code))


def _file_name(name: str) -> str:
    try:
        return safe_parts(name)[-1]
    except ValueError:
        return "object"


def _failed(viewer: Program, code: int) -> Problem:
    return Problem(
        kind="ProgramFailed",
        message=f"{viewer.name} ended with {program.ending(code)}",
        cause="it failed, or was told to say so",
        remedy=f"leave, set ${viewer.variable} to another one, and start again",
    )
