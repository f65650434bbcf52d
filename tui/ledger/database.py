"""The SQLite file itself: where it lives, its schema, its one thread. Knows no invocation.

All statements run on one thread that belongs to the database, so that no wait for the disk is a
wait of the screen. The journal mode is DELETE, which also works on a network home directory, and
``synchronous=FULL``: a commit is on the disk when it returns.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import itertools
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import datetime, timezone
from pathlib import Path
from typing import TypeVar

import msgspec

from tui.model.problem import LEAVING, Problem, ProblemError

T = TypeVar("T")

APPLICATION_ID = 0x61696E76  # "ainv": tells our files from other SQLite files
BUSY_SECONDS = 10.0
CLOSE_SECONDS = 0.1

MIGRATIONS = (
    """
    CREATE TABLE submission (
        token TEXT PRIMARY KEY,
        context TEXT NOT NULL,
        state TEXT NOT NULL,
        request BLOB NOT NULL,
        prepared REAL NOT NULL,
        arn TEXT NOT NULL DEFAULT '',
        problem BLOB
    );
    CREATE INDEX submission_arn ON submission (arn);
    CREATE TABLE invocation (
        key TEXT NOT NULL,
        context TEXT NOT NULL,
        submitted REAL NOT NULL,
        content BLOB NOT NULL,
        PRIMARY KEY (context, key)
    );
    CREATE INDEX invocation_context ON invocation (context, submitted);
    CREATE TABLE draft (
        form TEXT PRIMARY KEY,
        content BLOB NOT NULL,
        saved REAL NOT NULL
    );
    """,
    """
    ALTER TABLE submission ADD COLUMN has_input INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE submission ADD COLUMN account TEXT NOT NULL DEFAULT '';
    ALTER TABLE invocation ADD COLUMN status TEXT NOT NULL DEFAULT '';
    DROP TABLE draft;
    CREATE TABLE draft (
        id TEXT PRIMARY KEY,
        content BLOB NOT NULL,
        saved REAL NOT NULL
    );
    """,
    """
    CREATE TABLE forgotten (
        key TEXT NOT NULL,
        context TEXT NOT NULL,
        at REAL NOT NULL,
        PRIMARY KEY (context, key)
    );
    CREATE TABLE choice (
        name TEXT PRIMARY KEY,
        content BLOB NOT NULL
    );
    """,
    "",  # a submission may be queued: older programs would not know that state
    """
    ALTER TABLE submission ADD COLUMN operation TEXT NOT NULL DEFAULT 'StartAsyncInvoke';
    CREATE TABLE answer (
        token TEXT PRIMARY KEY,
        content_type TEXT NOT NULL,
        content BLOB NOT NULL,
        came REAL NOT NULL
    );
    """,
    """
    CREATE TABLE retry (
        token TEXT PRIMARY KEY,
        key TEXT NOT NULL,
        at REAL NOT NULL
    );
    """,
)
"""What brings a file from version N to version N + 1, in order."""


class LedgerError(Exception):
    """The ledger cannot be used; the text says why and what to do, and the file is untouched."""


class _DamagedError(Exception):
    """The file is ours, and SQLite cannot read it."""


class Database:
    """An open ledger file. Its work is given to it as functions over a connection."""

    def __init__(self, path: Path) -> None:
        """Open or create the file; one of ours that is damaged is set aside, and a new one begun.

        Attributes:
            set_aside: Where the damaged file went; None when there was none.

        Raises:
            LedgerError: It is another program's, from a newer version, or unreachable.
        """
        self.path = path
        self.set_aside: Path | None = None
        self._is_closed = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")
        try:
            self._connection = self._thread.submit(self._open).result()
        except (OSError, ValueError, sqlite3.Error) as error:
            self._thread.shutdown()
            raise LedgerError(
                f"{path}: the ledger cannot be opened: {error}; name another with --ledger"
            ) from error
        except LedgerError:
            self._thread.shutdown()
            raise

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite would create the file, and its journal beside it, as the umask says.
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            return _open(self.path)
        except _DamagedError:
            self.set_aside = _put_aside(self.path, file)
        finally:
            self._opened = os.fstat(file)
            os.close(file)
        return self._open()

    def now(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do the work in one transaction and wait for it: for before there is an event loop.

        Raises:
            ProblemError: SQLite failed; nothing of the work was done.
        """
        return self._thread.submit(self._transact, work).result()

    async def do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do the work in one transaction, off the event loop.

        Cancelling the caller does not undo the work.

        Raises:
            ProblemError: SQLite failed, or the ledger is closed; nothing of the work was done.
        """
        if self._is_closed:
            raise ProblemError(LEAVING)
        return await asyncio.shield(asyncio.wrap_future(self._thread.submit(self._transact, work)))

    def close(self) -> None:
        """Finish what was given, then close the file; a second call does nothing.

        A file that another program holds is not waited for: what is not written yet was not
        promised, and the next start finds it out.
        """
        if self._is_closed:
            return
        self._is_closed = True
        closing = self._thread.submit(self._connection.close)
        self._thread.shutdown(wait=False)
        with contextlib.suppress(TimeoutError, FutureTimeoutError):
            closing.result(CLOSE_SECONDS)

    def _transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with _transaction(self._connection):
                return work(self._connection)
        except (sqlite3.Error, msgspec.MsgspecError) as error:
            raise ProblemError(self._problem(error)) from error

    def _problem(self, error: Exception) -> Problem:
        """Why nothing could be read or written; of a file that is gone SQLite has odd words."""
        if not self._is_there():
            return Problem(
                kind="LedgerError",
                message=f"{self.path}: the file was moved or deleted since it was opened",
                cause="what is written now would be lost",
                remedy="put it back; or copy what stands in a form, and start again with a new one",
                is_retryable=True,
            )
        return Problem(
            kind="LedgerError",
            message=f"{self.path}: {error}",
            cause="the ledger could not be read or written",
            remedy="make room on the disk, check the file's rights, or name another with --ledger",
            is_retryable=True,
        )

    def _is_there(self) -> bool:
        """Whether the file that was opened stands under its name, as far as that is told."""
        try:
            return os.path.samestat(self.path.stat(), self._opened)
        except FileNotFoundError:
            return False
        except OSError:
            return True


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction that takes the write lock at once, so that it never fails half-way."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk makes SQLite roll back by itself
            connection.execute("ROLLBACK")
        raise


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")  # a purged input is not left in free pages
        with _transaction(connection):
            _migrate(connection, path)
        connection.execute("PRAGMA journal_mode = DELETE")  # only now: it changes the file
        _close_to_others(path)
        _read_through(connection)
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.DatabaseError) and _is_damage(error) and _is_ours(path):
            raise _DamagedError from error
        raise
    return connection


def _read_through(connection: sqlite3.Connection) -> None:
    """Read what cannot be had again: damage shows here rather than in the middle of a session.

    Each row is visited, and what has no answer is read whole: 1 ms for 1,000 requests of 10 kB.
    """
    connection.execute(
        "SELECT max(request) FROM submission NOT INDEXED WHERE arn = '' AND state != 'accepted'"
    ).fetchone()
    connection.execute("SELECT max(content) FROM draft NOT INDEXED").fetchone()
    connection.execute(
        "SELECT content FROM invocation ORDER BY submitted DESC LIMIT 100"
    ).fetchall()


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file itself is broken, rather than locked, full or out of reach."""
    return not isinstance(error, sqlite3.OperationalError) or "malformed" in str(error)


def _is_ours(path: Path) -> bool:
    """Whether the file's header bears our application id (SQLite's file format, offset 68)."""
    with path.open("rb") as file:
        head = file.read(72)
    return head[:16] == b"SQLite format 3\0" and head[68:] == APPLICATION_ID.to_bytes(4, "big")


def _close_to_others(path: Path) -> None:
    """Take away the rights that others have to a ledger of our own."""
    held = path.stat()
    if held.st_mode & 0o077 and held.st_uid == os.geteuid():
        path.chmod(stat.S_IMODE(held.st_mode) & 0o700)


def _put_aside(path: Path, file: int) -> Path | None:
    """Give a damaged file a dated name of its own; nothing is overwritten.

    Returns:
        The name; None when another copy of the program has done so already.
    """
    fcntl.flock(file, fcntl.LOCK_EX)  # ends when the file is closed
    try:
        is_still_there = os.path.samestat(path.stat(), os.fstat(file))
    except FileNotFoundError:
        is_still_there = False
    if not is_still_there:
        return None
    stamp = datetime.now(timezone.utc).strftime("%Y%m%d-%H%M%S")
    for number in itertools.count():
        aside = path.with_name(f"{path.name}.damaged-{stamp}{f'-{number}' if number else ''}")
        try:
            os.link(path, aside)
        except FileExistsError:
            continue
        path.unlink()
        return aside
    raise AssertionError


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and owner != APPLICATION_ID:
        raise LedgerError(f"{path}: is another program's database; name another with --ledger")
    if version > len(MIGRATIONS):
        raise LedgerError(
            f"{path}: was written by a newer asyncinvoke (version {version}, this one knows "
            f"{len(MIGRATIONS)}); update, or name another with --ledger"
        )
    for script in MIGRATIONS[version:]:
        for statement in filter(str.strip, script.split(";")):
            connection.execute(statement)
    if version < len(MIGRATIONS):
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
