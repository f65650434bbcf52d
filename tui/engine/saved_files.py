"""What was saved into a folder, in a note beside it, so that it is not fetched again.

Fetches nothing, and believes no file that somebody has changed.
"""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from tui.engine import own_file
from tui.engine.part_file import PREFIX
from tui.model.outputs import OutputObject

NOTES = f"{PREFIX}saved.jsonl"
"""The name of a folder's note: a line for each file, the newest last."""


class Line(Struct, frozen=True, rename="kebab"):
    """A file that is an object.

    Attributes:
        uri: The object's URI.
        etag: Its entity tag.
        name: The file's name, in the folder that the object is saved in.
        size: The file's bytes.
        modified: When it was written, in nanoseconds.
    """

    uri: str
    etag: str
    name: str
    size: int
    modified: int


class SavedFiles:
    """The files of one folder and those in it. Safe in several threads, and beside other copies."""

    def __init__(self, folder: Path) -> None:
        """Read the note, if there is one."""
        self._path = folder / NOTES
        self._lock = threading.Lock()
        self._read = 0  # bytes of the note, in whole lines
        self._lines: dict[tuple[str, str], Line] = {}
        self.renew()

    def renew(self) -> None:
        """Read what was noted since, by whomever; nothing of the note is read twice."""
        with self._lock:
            text = _text(self._path, self._read)
            end = text.rfind(b"\n") + 1  # another copy may be about to write the rest
            self._read += end
            for line in _lines(text[:end]):
                self._lines[line.uri, line.etag] = line

    def find(self, thing: OutputObject, target: Path) -> Path | None:
        """The file that is this object and that nobody has touched since it was saved.

        Args:
            thing: The object.
            target: Where it would be saved.
        """
        line = self._lines.get((thing.uri, thing.etag))
        if line is None or line.size != thing.size or "/" in line.name:
            return None
        path = target.with_name(line.name)
        try:
            state = path.lstat()
        except OSError:
            return None
        is_same = (state.st_size, state.st_mtime_ns) == (line.size, line.modified)
        return path if is_same and stat.S_ISREG(state.st_mode) else None

    def note(self, thing: OutputObject, path: Path, state: os.stat_result) -> None:
        """Write down that a file is the object. What cannot be noted is only fetched again.

        Args:
            thing: The object.
            path: The file's name, which it may be about to get.
            state: The file's.
        """
        with contextlib.suppress(OSError):
            line = Line(thing.uri, thing.etag, path.name, state.st_size, state.st_mtime_ns)
            descriptor = own_file.opened(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            try:
                os.write(descriptor, msgspec.json.encode(line) + b"\n")
            finally:
                os.close(descriptor)


def _text(path: Path, start: int) -> bytes:
    """What a note holds from a byte on; nothing where there is none, or none of ours."""
    with contextlib.suppress(OSError, ValueError):  # ValueError: there can be no such folder
        descriptor = own_file.opened(path, os.O_RDONLY)
        with os.fdopen(descriptor, "rb") as file:
            file.seek(start)
            return file.read()
    return b""


def _lines(text: bytes) -> Iterator[Line]:
    for line in text.splitlines():
        with contextlib.suppress(ValueError):  # written halfway, or damaged
            yield msgspec.json.decode(line, type=Line)
