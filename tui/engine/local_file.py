"""A file of this machine that is to be sent: opened without hanging, and known again.

Only regular files are opened, and nothing is read that is not what was looked at. Every function
waits for the disk.
"""

from __future__ import annotations

import io
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_KINDS = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)

_READABLE = "a file that can be read"


class UnusableError(Exception):
    """A file that cannot be sent.

    Attributes:
        expected: What it would have to be.
        actual: What it is.
    """

    def __init__(self, expected: str, actual: str) -> None:
        super().__init__(expected, actual)
        self.expected = expected
        self.actual = actual

    def __str__(self) -> str:
        return f"{self.expected}, not {self.actual}"


class ChangedError(Exception):
    """A file that is not what was looked at any more."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells that a file is still the one that was looked at."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int


def look(name: str, most: int) -> tuple[bytes, Stamp]:
    """The first bytes of a file, at most ``most``, and its state.

    Raises:
        UnusableError: It is no regular file, or cannot be read.
    """
    descriptor, stamp = _open(name)
    with os.fdopen(descriptor, "rb") as file:
        try:
            return file.read(most), stamp
        except OSError as error:
            raise UnusableError(_READABLE, _reason(error)) from error


def read(name: str, stamp: Stamp) -> bytes:
    """All of a file.

    Raises:
        ChangedError: It is not what was looked at.
        UnusableError: It cannot be read.
    """
    with open_steady(name, stamp) as file:
        return file.read(stamp.size)


def open_steady(name: str, stamp: Stamp) -> io.BufferedReader:
    """A file to read from as long as it is what was looked at; reading raises what this raises.

    Raises:
        ChangedError: It is not what was looked at.
        UnusableError: It cannot be read.
    """
    descriptor, found = _open(name)
    if found != stamp:
        os.close(descriptor)
        raise ChangedError(name)
    return io.BufferedReader(_Steady(descriptor, name, stamp))


class _Steady(io.RawIOBase):
    """The bytes of a file; they are only given out if it was still the same after their reading."""

    def __init__(self, descriptor: int, name: str, stamp: Stamp) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._name = name
        self._stamp = stamp

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return os.lseek(self._descriptor, offset, whence)

    def readinto(self, buffer: WriteableBuffer) -> int:
        try:
            count = os.readv(self._descriptor, [buffer])
            found = os.fstat(self._descriptor)
        except OSError as error:
            raise UnusableError(_READABLE, _reason(error)) from error
        if _stamp_of(found) != self._stamp:
            raise ChangedError(self._name)
        return count

    def close(self) -> None:
        if not self.closed:
            os.close(self._descriptor)
        super().close()


def _open(name: str) -> tuple[int, Stamp]:
    """A descriptor of a regular file; anything else is not opened, for it might hang."""
    try:
        path = Path(name).expanduser()
        _refuse_special(path.stat())
        # What takes the file's place meanwhile does not hang either.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: nobody's home
        raise UnusableError(_READABLE, f"{name}: {_reason(error)}") from error
    try:
        found = os.fstat(descriptor)
        _refuse_special(found)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor, _stamp_of(found)


def _stamp_of(found: os.stat_result) -> Stamp:
    return Stamp(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _refuse_special(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        kind = next(
            (words for is_kind, words in _KINDS if is_kind(found.st_mode)), "something else"
        )
        raise UnusableError("a regular file", kind)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
