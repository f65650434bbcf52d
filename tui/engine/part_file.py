"""An object that is being saved: a file of its own and a note of what is in it, beside the target.

Both stay when a download ends early, so that the next one fetches only what lacks. Survives the end
of the process, whatever ends it. Fetches nothing.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import itertools
import os
import stat
import threading
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from tui.engine import own_file
from tui.model.coverage import Coverage, Span
from tui.model.outputs import OutputObject, safe_parts
from tui.model.problem import Problem, ProblemError

PREFIX = ".asyncinvoke-"
"""What our own files' names begin with; no object is saved under such a name."""

BEING_SAVED = "BeingSaved"
"""The kind of the problem that another download of the same object is under way."""

NOTED = 8 * 1024 * 1024
"""Bytes that are written between two notes: no more comes twice after a kill."""

_PRIVATE = 0o600

_PIECES = 1024
"""How many pieces one call writes at most: IOV_MAX of Linux and of macOS."""

_TRIES = 5
"""How often a part file is opened that somebody replaces meanwhile, or that is not ours alone."""

_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)

T = TypeVar("T")


class Note(Struct, frozen=True, rename="kebab"):
    """What is written beside a part file.

    Attributes:
        uri: The object's URI.
        etag: The entity tag of the object that the bytes are of.
        size: The object's bytes.
        spans: Those that are there.
    """

    uri: str
    etag: str
    size: int
    spans: tuple[Span, ...]


class PartFile:
    """The bytes of an object that are there already. Safe in several threads.

    Attributes:
        coverage: What is there.
        is_begun_anew: Whether bytes of an earlier download were thrown away: they were of an
            object that has changed since.
    """

    def __init__(self, thing: OutputObject, target: Path) -> None:
        """Open it, or take up what an earlier download left of the same object.

        Raises:
            OSError: The disk does not take it.
            ProblemError: Another download of the object into the same folder is under way.
        """
        self._thing = thing
        self._target = target
        self._path = part_path(thing, target)
        self._note = self._path.with_suffix(".json")
        self._lock = threading.Lock()
        self.coverage = Coverage()
        self.is_begun_anew = False
        self._is_over = False
        self._is_left = False
        self._users = 0
        self._noted = self._unnoted = 0
        target.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = _opened(self._path)
        try:
            self._take_up()
        except BaseException:
            os.close(self._descriptor)
            raise

    @property
    def path(self) -> Path:
        """Where the bytes are."""
        return self._path

    @property
    def is_whole(self) -> bool:
        """Whether nothing lacks."""
        return self.coverage.size == self._thing.size

    def write(self, pieces: Sequence[bytes], offset: int) -> None:
        """Write all of the pieces, one after the other, from an offset on.

        Raises:
            OSError: The disk does not take them.
        """
        end = self._write(pieces, offset)
        with self._lock:
            self.coverage = self.coverage.adding(offset, end)
            self._unnoted += end - offset
            if self._unnoted >= NOTED and not self.is_whole:
                with contextlib.suppress(OSError):  # only who goes on after a kill would miss it
                    self._write_note()

    def read(self, offset: int, size: int) -> bytes:
        """So many bytes of what is there.

        Raises:
            OSError: The disk does not give them.
        """
        return os.pread(self._descriptor, size, offset)

    def _write_note(self) -> None:
        """Write down what is there.

        Raises:
            OSError: The disk does not take it.
        """
        thing = self._thing
        text = msgspec.json.encode(Note(thing.uri, thing.etag, thing.size, self.coverage.spans))
        # In one call, over all of the note before: a rename costs milliseconds.
        self._noted = max(self._noted, len(text))
        descriptor = own_file.opened(self._note, os.O_WRONLY | os.O_CREAT)
        try:
            os.pwrite(descriptor, text.ljust(self._noted), 0)
        finally:
            os.close(descriptor)
        self._unnoted = 0

    def settle(self, named: Callable[[Path, os.stat_result], None]) -> Path:
        """Give the file its name, or the next free one; what is there is never replaced.

        Args:
            named: Is told the name and the state of the file while nobody else can begin the
                object: who opens its part file later sees what was written down of it.

        Raises:
            OSError: The disk does not take it.
        """
        os.fchmod(self._descriptor, _usual_mode(self._path.with_suffix(".new")))
        state = os.fstat(self._descriptor)
        for number in itertools.count(1):
            target = self._target
            free = target if number == 1 else target.with_stem(f"{target.stem}-{number}")
            try:
                _rename(self._path, free, partial(named, free, state))
            except FileExistsError:
                continue
            self._is_over = True
            self._note.unlink(missing_ok=True)
            return free
        raise AssertionError

    def begin_use(self) -> None:
        """Count in one who is about to work on it in a thread, until ``use`` has."""
        with self._lock:
            self._users += 1

    def use(self, work: Callable[..., T], *arguments: object) -> T:
        """Work on it; the last one closes what was left meanwhile."""
        try:
            return work(*arguments)
        finally:
            with self._lock:
                self._users -= 1
                is_last = self._is_left and not self._users
            if is_last:
                self._close()

    def leave(self) -> None:
        """Close it, once nobody works on it any more.

        What came stays, with its note; without one it would be of no use.
        """
        with self._lock:
            self._is_left = True
            is_last = not self._users
        if is_last:
            self._close()

    def _close(self) -> None:
        try:
            with contextlib.suppress(OSError):
                if not self._is_over and not (self.coverage.size and self._has_note()):
                    self.discard()
        finally:
            os.close(self._descriptor)

    def _has_note(self) -> bool:
        """Whether what is there is written down; where the disk is full, its room is given back."""
        try:
            self._write_note()
        except OSError:
            return False
        return True

    def discard(self) -> None:
        """Throw away what came."""
        self._is_over = True
        self._note.unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)

    def _write(self, pieces: Sequence[bytes], offset: int) -> int:
        """Write all of the pieces, and return where they end; one call may write only a part."""
        rest = deque(memoryview(piece) for piece in pieces)
        while rest:
            written = os.pwritev(self._descriptor, [*itertools.islice(rest, _PIECES)], offset)
            offset += written
            while rest and written >= len(rest[0]):
                written -= len(rest.popleft())
            if rest:
                rest[0] = rest[0][written:]
        return offset

    def _take_up(self) -> None:
        thing, state = self._thing, os.fstat(self._descriptor)
        note = _read(self._note)
        same = (thing.uri, thing.etag, thing.size)
        if note and (note.uri, note.etag, note.size) == same:
            coverage = Coverage()
            for start, end in note.spans:
                coverage = coverage.adding(max(0, start), min(end, state.st_size))
            self.coverage = coverage
            self._noted = self._note.stat().st_size
        else:
            self.is_begun_anew = note is not None and note.etag != thing.etag
            self._note.unlink(missing_ok=True)
            if state.st_size:  # of a file cut to nothing, ext4 writes all to the disk as it closes
                os.ftruncate(self._descriptor, 0)


def target_of(thing: OutputObject, folder: Path) -> Path:
    """Where an object is saved: its name, slashes included, starts in the folder.

    S3 may have both ``a`` and ``a/b``, which no disk has: where a file is in the way, the folder
    gets the next free name.

    Raises:
        OSError: It cannot be told where the folder really is.
        ValueError: The name leads out of the folder, by itself or by a link in it, or is none.
    """
    parts = safe_parts(thing.name)
    *above, name = (f"_{part}" if part.startswith(PREFIX) else part for part in parts)
    place = folder
    for part in above:
        place = _folder_at(place / part)
    target = place / name
    # Before Python 3.13, Path.resolve raises a RuntimeError for a link to itself.
    if not Path(os.path.realpath(target.parent)).is_relative_to(os.path.realpath(folder)):
        raise ValueError(f"{target} leads out of {folder}")
    return target


def _folder_at(path: Path) -> Path:
    """A folder or, where something else has its name, the first one like it that is free."""
    for number in itertools.count(1):
        named = path if number == 1 else path.with_name(f"{path.name}-{number}")
        if named.is_dir() or not os.path.lexists(named):
            return named
    raise AssertionError


def part_path(thing: OutputObject, target: Path) -> Path:
    """Where an object's bytes are until they are all there."""
    digest = hashlib.sha256(thing.uri.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return target.with_name(f"{PREFIX}{digest}.part")


def _rename(path: Path, free: Path, named: Callable[[], None]) -> None:
    """Give a file another name that nobody has.

    Args:
        path: What it is called.
        free: What it shall be called.
        named: Is called when that is sure, while the file has its old name still.

    Raises:
        FileExistsError: Somebody has it.
        OSError: The disk does not take it.
    """
    try:
        os.link(path, free, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # The name is taken first, then given away.
        os.close(os.open(free, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        try:
            named()
            path.replace(free)
        except OSError:
            free.unlink(missing_ok=True)
            raise
    else:
        named()
        path.unlink()


def _usual_mode(new: Path) -> int:
    """The permissions of a file as the umask has them."""
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        return stat.S_IMODE(os.fstat(descriptor).st_mode)
    finally:
        os.close(descriptor)
        new.unlink(missing_ok=True)


def _opened(path: Path) -> int:
    """A descriptor of the file that is under the path, and that nobody else has.

    One that has another name as well is a finished file, whose saver was killed right then; that
    one, and what others could have written, makes room for a new one.

    Raises:
        OSError: It cannot be opened.
        ProblemError: Somebody has it.
    """
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
    for _ in range(_TRIES):
        is_new = not path.exists()
        try:
            created = os.O_CREAT | os.O_EXCL if is_new else 0
            descriptor = os.open(path, flags | created, _PRIVATE)
        except (FileExistsError, FileNotFoundError):
            continue  # another was quicker
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            state = os.fstat(descriptor)
            is_there = os.path.samestat(state, path.stat())
            if is_there and (is_new or _is_private(state)):
                return descriptor
            if is_there:
                path.unlink()
        except FileNotFoundError:
            pass  # it was finished, and got its name, between the two calls
        except BlockingIOError:
            os.close(descriptor)
            raise ProblemError(_UNDER_WAY) from None
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(path))


def _is_private(state: os.stat_result) -> bool:
    """Whether it is ours alone, under one name."""
    is_ours = state.st_uid == os.getuid() and not state.st_mode & 0o077
    return is_ours and state.st_nlink == 1


def _read(path: Path) -> Note | None:
    try:
        with os.fdopen(own_file.opened(path, os.O_RDONLY), "rb") as file:
            return msgspec.json.decode(file.read(), type=Note)
    except (OSError, ValueError):  # ValueError: no JSON, or no UTF-8
        return None


_UNDER_WAY = Problem(
    kind=BEING_SAVED,
    message="it is being saved into this folder already",
    cause="another download of the same object is under way",
    remedy="wait for it, or choose another folder",
    is_retryable=True,
)
