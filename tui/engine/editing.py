"""A text on its way through the person's own editor, as a file that nobody else can read.

Whose the terminal is meanwhile is the screen's matter.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import shutil
import signal
import stat
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tui.engine.attaching import LARGEST
from tui.model.document import size_text
from tui.model.problem import Problem, ProblemError

END_SECONDS = 0.2
"""How long an editor may take to end when the program leaves."""


@dataclass(frozen=True, slots=True)
class Editor:
    """What a person edits with.

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


@dataclass(frozen=True, slots=True)
class Edited:
    """What an editor made of a text.

    Attributes:
        text: The text.
        trouble: Why its file is not gone; None when it is.
    """

    text: str
    trouble: Problem | None = None


def editor_of(environment: Mapping[str, str]) -> Editor:
    """The editor that an environment names: ``$VISUAL``, else ``$EDITOR``.

    Raises:
        ProblemError: It names none.
    """
    for variable in ("VISUAL", "EDITOR"):
        try:
            command = shlex.split(environment.get(variable, ""))
        except ValueError as error:
            raise ProblemError(_not_set(f"${variable} is no command: {error}")) from error
        if command:
            return Editor(variable, tuple(command))
    raise ProblemError(_not_set("neither $VISUAL nor $EDITOR names an editor"))


async def edit(
    text: str, editor: Editor, environment: Mapping[str, str], rescue: Callable[[str], None]
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
    folder = _new_folder(environment)  # in no thread: one that is left behind would leave it behind
    try:
        edited = await _edited(text, editor, folder / "input.json", rescue)
    except ProblemError as error:
        raise ProblemError(_remove(folder) or error.problem) from error
    finally:
        trouble = _remove(folder)
    is_ended = edited.endswith("\n") and not text.endswith("\n")
    return Edited(edited[:-1].removesuffix("\r") if is_ended else edited, trouble)


async def _edited(text: str, editor: Editor, path: Path, rescue: Callable[[str], None]) -> str:
    await asyncio.to_thread(_write, path, text)
    try:
        await _run(editor, path)
        return await asyncio.to_thread(_read, path, editor)
    except (ProblemError, asyncio.CancelledError):
        if (saved := _saved(path)) not in ("", text, f"{text}\n"):
            rescue(saved)
        raise


def _remove(folder: Path) -> Problem | None:
    """Remove it with all that is in it; returns why it is still there, if it is."""
    shutil.rmtree(folder, ignore_errors=True)
    return _not_removed(folder) if folder.exists() else None


def _new_folder(environment: Mapping[str, str]) -> Path:
    """A folder for this person alone; in memory, where the login has one."""
    login = environment.get("XDG_RUNTIME_DIR", "")
    try:
        if Path(login).is_absolute():
            with contextlib.suppress(OSError):  # another person's, after a change of user
                return Path(tempfile.mkdtemp(prefix="asyncinvoke-", dir=login))
        return Path(tempfile.mkdtemp(prefix="asyncinvoke-"))
    except OSError as error:
        raise ProblemError(_not_written(error)) from error


def _write(path: Path, text: str) -> None:
    try:
        content = text.encode()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            file.write(content)
    except (OSError, UnicodeEncodeError) as error:
        raise ProblemError(_not_written(error)) from error


async def _run(editor: Editor, path: Path) -> None:
    """Run the editor until it ends; end it when this is cancelled."""
    try:
        process = await asyncio.create_subprocess_exec(*editor.command, str(path))
    except (OSError, ValueError) as error:
        raise ProblemError(_not_started(editor, error)) from error
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        await _end(process)
        raise
    if code:
        raise ProblemError(_failed(editor, code))


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), END_SECONDS)
        except asyncio.TimeoutError:
            process.kill()
            await process.wait()


def _read(path: Path, editor: Editor) -> str:
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
        raise ProblemError(_left(editor, f"a file that cannot be read: {_why(error)}")) from error
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


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _not_set(message: str) -> Problem:
    return Problem(
        kind="EditorNotSet",
        message=message,
        cause="the environment does not say what to edit with",
        remedy="leave, say it, as in export EDITOR=vim, and start again",
    )


def _not_started(editor: Editor, error: Exception) -> Problem:
    return Problem(
        kind="EditorNotStarted",
        message=f"{editor.command[0]}: {_why(error)}",
        cause=f"${editor.variable} names no program that can be started",
        remedy=f"leave, set ${editor.variable} to one that can, and start again",
    )


def _failed(editor: Editor, code: int) -> Problem:
    try:
        how = f"exit code {code}" if code > 0 else signal.Signals(-code).name
    except ValueError:
        how = f"signal {-code}"
    return Problem(
        kind="EditorFailed",
        message=f"{editor.name} ended with {how}",
        cause="the editor failed, or was told to say so",
        remedy="edit it again, and leave the editor as after a success",
        is_retryable=True,
    )


def _left(editor: Editor, what: str) -> Problem:
    return Problem(
        kind="EditorLeftNoText",
        message=f"{editor.name} left {what}",
        cause="what it saved is not a file of UTF-8 text",
        remedy="edit it again, and save it as UTF-8 under the same name",
        is_retryable=True,
    )


def _too_large(editor: Editor, size: int) -> Problem:
    return Problem(
        kind="EditorLeftTooMuch",
        message=f"{editor.name} left {size_text(size)}",
        cause=f"the service takes {size_text(LARGEST)}",
        remedy='name large content instead: "fileb://NAME" is read at submission',
    )


def _not_written(error: Exception) -> Problem:
    return Problem(
        kind="EditFileNotWritten",
        message=f"the file to edit cannot be written: {_why(error)}",
        cause="no room for temporary files, or half of a surrogate pair in the text",
        remedy="make room or set TMPDIR to another folder; write the half as an escape",
    )


def _not_removed(folder: Path) -> Problem:
    return Problem(
        kind="EditFileNotRemoved",
        message=f"what was edited is still in {folder}",
        cause="the editor, or something that it started, still writes there",
        remedy="end it, then remove the folder",
    )
