"""A text on its way through the person's own editor, as a file that nobody else can read.

Whose the terminal is meanwhile is the screen's matter.
"""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tui.engine import program
from tui.engine.attaching import LARGEST
from tui.engine.program import Program, why
from tui.model.document import size_text
from tui.model.problem import Problem, ProblemError

EDITORS = ("VISUAL", "EDITOR")
"""The environment variables that name one, the first that does wins."""


@dataclass(frozen=True, slots=True)
class Edited:
    """What an editor made of a text.

    Attributes:
        text: The text.
        trouble: Why its file is not gone; None when it is.
    """

    text: str
    trouble: Problem | None = None


async def edit(
    text: str, editor: Program, environment: Mapping[str, str], rescue: Callable[[str], None]
) -> Edited:
    """What the editor made of a text. Its file is removed afterwards, whatever happens.

    A line feed at the end that the text did not have is dropped, for most editors add one.

    Args:
        text: What to begin with.
        editor: It is run in the foreground, on the standard streams, until it ends.
        environment: Names the folder for files of this login, if there is one.
        rescue: Is given what was saved, where it is not what comes back: the editor failed or was
            ended, or it is not UTF-8.

    Raises:
        ProblemError: The editor failed, or what it left is no text, or too much; or, as well, its
            file cannot be removed.
    """
    folder = program.new_folder(
        environment
    )  # in no thread: one that is left behind would leave it behind
    try:
        edited = await _edited(text, editor, folder / "input.json", rescue)
    except ProblemError as error:
        raise ProblemError(program.remove(folder) or error.problem) from error
    finally:
        trouble = program.remove(folder)
    is_ended = edited.endswith("\n") and not text.endswith("\n")
    return Edited(edited[:-1].removesuffix("\r") if is_ended else edited, trouble)


async def _edited(text: str, editor: Program, path: Path, rescue: Callable[[str], None]) -> str:
    try:
        content = text.encode()
    except UnicodeEncodeError as error:
        raise ProblemError(program.not_written(error)) from error
    await asyncio.to_thread(program.write, path, content)
    try:
        if code := await program.run(editor, path):
            raise ProblemError(_failed(editor, code))
        return await asyncio.to_thread(_read, path, editor)
    except (ProblemError, asyncio.CancelledError):
        if (saved := _saved(path)) not in ("", text, f"{text}\n"):
            rescue(saved)
        raise


def _read(path: Path, editor: Program) -> str:
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):  # it might hang, or be another file of the person's
            raise ProblemError(_left(editor, "something else in place of the file"))
        if found.st_size > LARGEST:
            raise ProblemError(_too_large(editor, found.st_size))
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise ProblemError(_left(editor, "no file")) from error
    except OSError as error:
        raise ProblemError(_left(editor, f"a file that cannot be read: {why(error)}")) from error
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        what = f"a byte {content[error.start]:#04x} at line {line}, byte {column}, which is no text"
        raise ProblemError(_left(editor, what)) from error


def _saved(path: Path) -> str:
    """As much as can be read of what was saved; bytes that are no text are written out."""
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
            return ""
        return path.read_bytes().decode(errors="backslashreplace")
    except OSError:
        return ""


def _failed(editor: Program, code: int) -> Problem:
    return Problem(
        kind="EditorFailed",
        message=f"{editor.name} ended with {program.ending(code)}",
        cause="the editor failed, or was told to say so",
        remedy="edit it again, and leave the editor as after a success",
        is_retryable=True,
    )


def _left(editor: Program, what: str) -> Problem:
    return Problem(
        kind="EditorLeftNoText",
        message=f"{editor.name} left {what}",
        cause="what it saved is not a file of UTF-8 text",
        remedy="edit it again, and save it as UTF-8 under the same name",
        is_retryable=True,
    )


def _too_large(editor: Program, size: int) -> Problem:
    return Problem(
        kind="EditorLeftTooMuch",
        message=f"{editor.name} left {size_text(size)}",
        cause=f"the service takes {size_text(LARGEST)}",
        remedy='name large content instead: "fileb://NAME" is read at submission',
    )
