"""The log that was asked for: JSON lines, written off the event loop. Off, it costs a comparison.

What a line may hold is ``model.redaction``'s matter. The logs of the SDK and of its HTTP client are
not passed on: at their debug level they print credentials and bodies.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import platform
import queue
import shutil
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from tui import __version__
from tui.model import redaction
from tui.model.clock import Clock, utc_now
from tui.model.problem import Problem, ProblemError

MOST_WAITING = 10_000
"""Lines that wait for a slow disk; those that come when there are so many are counted, and lost."""

CLOSE_SECONDS = 0.2
"""How long the end waits for the disk."""

_PRIVATE = 0o600

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}

_LOGGER = logging.getLogger("asyncinvoke")
_LOGGER.addHandler(logging.NullHandler())
_LOGGER.propagate = False
_LOGGER.setLevel(logging.CRITICAL)


class LogError(Exception):
    """The log cannot be opened; its text names the file, the cause and the remedy."""


class _Notices:
    """What a person must hear of the log; kept until somebody listens."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listener: Callable[[str], None] | None = None
        self._kept: list[str] = []

    def tell(self, text: str) -> None:
        with self._lock:
            if self._listener is None:
                self._kept.append(text)
                return
            listener = self._listener
        listener(text)

    def listen(self, listener: Callable[[str], None] | None) -> None:
        with self._lock:
            self._listener = listener
            kept, self._kept = (self._kept, []) if listener else ([], self._kept)
        for text in kept:
            if listener:
                listener(text)


_notices = _Notices()


def listen(listener: Callable[[str], None] | None) -> None:
    """Have what a person must hear of the log told, what was told before included.

    Args:
        listener: Called with each text, in any thread; None keeps them for the next one.
    """
    _notices.listen(listener)


def note(event: str, **fields: object) -> None:
    """Write something down, as far as ``redaction`` lets it; never waits and never raises.

    Args:
        event: One of ``redaction.EVENTS``.
        fields: What there is to say of it.
    """
    level = _LEVELS[redaction.EVENTS[event].level]
    if _LOGGER.isEnabledFor(level):
        _LOGGER.log(level, event, extra={"fields": redaction.written(event, fields)})


def problem(told: Problem, error: BaseException | None = None) -> None:
    """Write down what a person is told of something that went wrong.

    Args:
        told: The problem; its message is not written.
        error: What it was made of.
    """
    note(
        "problem",
        kind=told.kind,
        operation=told.operation,
        action=redaction.action_of(told.message),
        request_id=told.request_id,
        is_retryable=told.is_retryable,
        is_ambiguous=told.is_ambiguous,
        failure=redaction.kinds(error) or None,
    )


def fault(error: BaseException) -> None:
    """Write down where a fault of our own happened; what AWS refused is none."""
    if not isinstance(error, ProblemError):
        note("fault", kinds=redaction.kinds(error), places=redaction.trace(error))


@contextlib.contextmanager
def open_log(
    path: Path | None,
    *,
    is_debug: bool = False,
    is_screen: bool = False,
    beside: Path | None = None,
    command: str = "",
    tell: Callable[[str], None] | None = None,
    clock: Clock = utc_now,
) -> Iterator[None]:
    """Write the log while the block runs, if one was asked for.

    Args:
        path: The file to add to; None is none.
        is_debug: Whether every answer is noted; without a file, on stderr.
        is_screen: Whether stderr is the screen: then a file is used that a notice names.
        beside: A file in whose folder that one is.
        command: What runs.
        tell: Hears what nobody on the screen has heard of, at the end.
        clock: The time.

    Raises:
        LogError: The file cannot be written.
    """
    if path is None and is_debug and is_screen and beside is not None:
        path = beside.with_name("asyncinvoke.log")
        with contextlib.suppress(OSError):  # opening the file says why
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _notices.tell(f"the log is {path}")
    if path is None and not is_debug:
        yield
        return
    writer = _Writer(_opened(path) if path else sys.stderr, path, clock)
    level = _LOGGER.level
    _LOGGER.addHandler(writer)
    _LOGGER.setLevel(logging.DEBUG if is_debug else logging.INFO)
    held, threading.excepthook = threading.excepthook, _noting(threading.excepthook)
    try:
        _note_start(command)
        yield
    except Exception as error:
        fault(error)
        raise
    finally:
        threading.excepthook = held
        _LOGGER.setLevel(level)
        _LOGGER.removeHandler(writer)
        writer.close()
        if tell is not None:
            _notices.listen(tell)
        _notices.listen(None)


def _noting(
    hook: Callable[[threading.ExceptHookArgs], object],
) -> Callable[[threading.ExceptHookArgs], object]:
    def note_and_go_on(raised: threading.ExceptHookArgs) -> object:
        if raised.exc_value is not None:
            fault(raised.exc_value)
        return hook(raised)

    return note_and_go_on


def _note_start(command: str) -> None:
    size = shutil.get_terminal_size((0, 0))
    note(
        "started",
        version=__version__,
        python=platform.python_version(),
        system=platform.system(),
        command=command or "screen",
        terminal=os.environ.get("TERM"),
        program=os.environ.get("TERM_PROGRAM"),
        encoding=sys.stdout.encoding,
        is_tmux=bool(os.environ.get("TMUX")),
        columns=size.columns,
        rows=size.lines,
    )


def _opened(path: Path) -> TextIO:
    """The file, which only its owner may read, to add lines to.

    Raises:
        LogError: It is none of ours, or no file, or there is no place for it.
    """
    path = _expanded(path)
    # Not through a link that somebody else may have laid, nor waiting for a pipe's reader.
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(path, flags, _PRIVATE)
    except (OSError, ValueError) as error:
        raise LogError(_refused(path, error)) from error
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise LogError(_words(path, "it is not a file", "name another file"))
        if found.st_uid != os.geteuid():
            raise LogError(_words(path, "it belongs to somebody else", "name another file"))
        if found.st_mode & 0o077:
            os.fchmod(descriptor, _PRIVATE)
        return os.fdopen(descriptor, "a", encoding="ascii", buffering=1)
    except OSError as error:
        os.close(descriptor)
        raise LogError(_refused(path, error)) from error
    except LogError:
        os.close(descriptor)
        raise


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise LogError(_words(path, str(error), "name another file")) from error


def _refused(path: Path, error: Exception) -> str:
    why = (error.strerror if isinstance(error, OSError) else None) or str(error)
    if isinstance(error, IsADirectoryError):
        return _words(path, "it is a folder", "name a file in it")
    if path.is_symlink():
        return _words(path, "it is a symbolic link", "name the file itself")
    if isinstance(error, FileNotFoundError):
        return _words(path, "there is no such folder", "make the folder, or name another file")
    return _words(path, why, "name a file that you may write")


def _words(path: Path, cause: str, remedy: str) -> str:
    return f"{path}: the log cannot be written: {cause}; {remedy}"


class _Writer(logging.Handler):
    """Takes lines on any thread at once, and writes them on one of its own."""

    def __init__(self, stream: TextIO, path: Path | None, clock: Clock) -> None:
        super().__init__()
        self._stream = stream
        self._path = path
        self._clock = clock
        self._lines: queue.Queue[str | None] = queue.Queue(MOST_WAITING)
        self._lost = 0
        self._is_over = False
        self._thread = threading.Thread(target=self._work, name="log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Take a record of ``note``; what else comes under the logger's name is left out."""
        fields = getattr(record, "fields", None)
        if fields is None or self._is_over:
            return
        lost, self._lost = self._lost, 0  # under the handler's lock
        try:
            if lost:
                self._lines.put_nowait(self._line("warning", "lines lost", {"count": lost}))
                lost = 0
            level = record.levelname.lower()
            self._lines.put_nowait(self._line(level, record.getMessage(), fields))
        except queue.Full:
            self._lost = lost + 1

    def close(self) -> None:
        """Have written what waits, as far as the disk takes it soon."""
        with contextlib.suppress(queue.Full):
            self._lines.put(None, timeout=CLOSE_SECONDS)
        self._thread.join(CLOSE_SECONDS)
        if self._path is not None and not self._thread.is_alive():
            with contextlib.suppress(OSError):  # told already: it is the line that did not fit
                self._stream.close()
        super().close()

    def _line(self, level: str, event: str, fields: dict[str, redaction.Written]) -> str:
        time = self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return json.dumps({"time": time, "level": level, "event": event, **fields}) + "\n"

    def _work(self) -> None:
        try:
            while (line := self._lines.get()) is not None:
                self._stream.write(line)
                self._stream.flush()
        except (OSError, ValueError) as error:  # ValueError: stderr was closed
            self._is_over = True
            if self._path is not None:
                why = getattr(error, "strerror", None) or error
                _notices.tell(f"the log {self._path} ends here: {why}; the program goes on")
