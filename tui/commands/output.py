"""stdout is data, stderr is narration. Foreign text reaches a terminal only through here."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TextIO

from tui import log
from tui.commands import formats, progress
from tui.config import Color, Output, Settings
from tui.model import export
from tui.model.columns import COLUMNS, SHOWN
from tui.model.invocation import Invocation
from tui.model.problem import Problem, again
from tui.model.text import printable


class UnwrittenError(Exception):
    """AWS did what it was asked, and the answer was not written: nobody may just ask again.

    Attributes:
        problem: What did not take it, and how what was sent is found.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@contextlib.contextmanager
def writing(unwritten: Callable[[str], Problem | None]) -> Iterator[None]:
    """Have it told what was done, should the ``with`` block fail to write.

    Args:
        unwritten: Makes a problem of the reason; None where nothing was done.

    Raises:
        UnwrittenError: The ``with`` block failed to write.
        BrokenPipeError: The reader of stdout left, which is no failure.
        OSError: The ``with`` block failed to write, and nothing was done.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if (problem := unwritten(error.strerror or str(error))) is None:
            raise
        raise UnwrittenError(problem) from error


def narrate(text: str) -> None:
    """Say something to the person, on stderr; the work goes on where nobody reads that any more."""
    progress.lift()
    try:
        sys.stderr.write(printable(text, keep_lines=True) + "\n")
        sys.stderr.flush()
    except OSError as error:
        is_terminal_gone = error.errno == errno.EIO
        if not (is_terminal_gone or isinstance(error, BrokenPipeError)):
            raise
        drop(sys.stderr)


def complain(problem: Problem) -> None:
    """Say what went wrong: type, message, cause, remedy, what to grant, whether to try again."""
    log.problem(problem)
    narrate(f"asyncinvoke: {problem}")
    if problem.cause:
        narrate(f"  cause:  {problem.cause}")
    if problem.remedy:
        narrate(f"  remedy: {problem.remedy}")
    if problem.policy:
        narrate("  policy: " + problem.policy.replace("\n", "\n  "))
    if problem.request_id:
        narrate(f"  request id: {problem.request_id}")
    if problem.is_retryable:
        narrate(f"  trying again {again(problem)}")


def put(value: object, settings: Settings, usual: Output = Output.JSON) -> None:
    """Write a value to stdout: what ``--query`` makes of it, as ``--output`` says.

    Where the expression does not fit the value, all of it is written: what was done cannot be asked
    for again.

    Args:
        value: What JSON can say.
        settings: The settings in use.
        usual: The format where none is asked for.
    """
    if settings.query:
        try:
            value = export.ask(settings.query, value)
        except export.ExpressionFault as error:
            narrate(f"asyncinvoke: --query: {error}; this is all of it")
    form = settings.output or usual
    if form is Output.TABLE:
        write(formats.as_table(value, is_colored=is_colored(settings.color)))
    else:
        write(_WRITERS[form](value))


def drop(stream: TextIO | None = None) -> None:
    """Throw away what stdout did not take, or the interpreter fails on it once more at its end.

    Args:
        stream: The stream, where it is not stdout.
    """
    with contextlib.suppress(io.UnsupportedOperation):  # it is no file: nothing fails at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), (stream or sys.stdout).fileno())


def put_bytes(content: bytes) -> None:
    """Write bytes to stdout, before what else comes there; what a terminal gets is harmless."""
    sys.stdout.flush()
    if sys.stdout.isatty():
        write(printable(content.decode(errors="replace"), keep_lines=True) + "\n")
        return
    sys.stdout.buffer.write(content)
    sys.stdout.flush()


def is_stdout(path: Path) -> bool:
    """Whether a file is where stdout goes; to open it anew would write over what is there."""
    try:
        return os.path.samestat(path.stat(), os.fstat(sys.stdout.fileno()))
    except (OSError, ValueError):  # ValueError: stdout is no file
        return False


def put_invocations(
    rows: Sequence[Invocation], settings: Settings, now: datetime, shown: Sequence[str] = SHOWN
) -> None:
    """Write invocations to stdout; their table has the screen's columns, unless it is queried."""
    if settings.output is not Output.TABLE or settings.query:
        put([export.members(row) for row in rows], settings)
        return
    columns = [COLUMNS[name] for name in shown]
    lines = [[column.title for column in columns]]
    lines += [[column.text(row, now) for column in columns] for row in rows]
    write(formats.aligned(lines, is_colored=is_colored(settings.color)))


def is_colored(color: Color) -> bool:
    """Whether stdout gets colours: by itself on a terminal, unless ``NO_COLOR`` is set."""
    if color is not Color.AUTO:
        return color is Color.ON
    is_plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not is_plain


_WRITERS: Mapping[Output, Callable[[object], str]] = {
    Output.JSON: export.as_json,
    Output.TEXT: formats.as_text,
    Output.YAML: formats.as_yaml,
    Output.YAML_STREAM: lambda value: formats.as_yaml([value]),
    Output.OFF: lambda _: "",
}


def write(text: str) -> None:
    """Write to stdout what harms no terminal."""
    progress.lift()
    sys.stdout.write(text)
    sys.stdout.flush()
