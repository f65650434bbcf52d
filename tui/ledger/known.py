"""The known invocations: what was seen stays known, and is on the screen before AWS answers."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from tui.ledger.database import Database
from tui.model.invocation import Invocation, Key, Status, key_of_token
from tui.model.parts import is_reporting

_DECODER = msgspec.json.Decoder(Invocation)
_ENCODER = msgspec.json.Encoder()


class Known:
    """The invocations in a ledger.

    The words of a model input are written only as long as the journal holds the input itself.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, context: str, most: int = 100_000) -> list[Invocation]:
        """The newest invocations of a context, for the first frame. Waits for the disk."""
        query = "SELECT content FROM invocation WHERE context = ? ORDER BY submitted DESC LIMIT ?"
        contents = self._database.now(lambda db: db.execute(query, (context, most)).fetchall())
        return [row for (content,) in contents if (row := decoded(content)) is not None]

    async def load_unlisted(
        self, context: str, since: datetime, unknown: Sequence[Key] = ()
    ) -> list[Invocation]:
        """The invocations of a context that have no ARN; any copy of the program has begun them.

        No list of AWS's tells of them: they are SageMaker's, or were waited for, refused or never
        answered. A look at the keys that are no ARN spares the many that AWS lists.

        Args:
            context: The key of the context.
            since: Of those that are not watched, the ones that were submitted since this moment.
            unknown: Keys that are looked up as well: another copy may know what became of them.

        Raises:
            ProblemError: The ledger failed.
        """
        query = (
            "SELECT content FROM invocation WHERE context = ? AND key GLOB ?"
            " AND (status IN (?, ?) OR submitted >= ?)"
            " AND key NOT IN (SELECT key FROM forgotten WHERE context = ?)"
        )
        watched = (Status.PENDING, Status.OVERDUE)
        values = (context, key_of_token("*"), *watched, since.timestamp(), context)

        def work(db: sqlite3.Connection) -> list[Invocation]:
            found = [decoded(content) for (content,) in db.execute(query, values)]
            held = (held_known(db, context, key) for key in unknown)
            return [row for row in (*found, *held) if row is not None]

        return await self._database.do(work)

    async def save(
        self, context: str, rows: Sequence[Invocation], gone: Sequence[Key] = ()
    ) -> None:
        """Write the rows that changed and drop the keys that are no more, in one transaction.

        A row with a witness stays: another copy of the program has it by now, and nobody else does.
        """

        def work(db: sqlite3.Connection) -> None:
            held = ((key, held_known(db, context, key)) for key in gone)
            db.executemany(
                "DELETE FROM invocation WHERE context = ? AND key = ?",
                [(context, key) for key, row in held if not (row and row.witness)],
            )
            write_known(db, context, rows)

        await self._database.do(work)

    async def prune(self, before: datetime) -> None:
        """Drop what ended and was submitted before a moment; never what is pending or unknown."""
        row = (before.timestamp(), Status.COMPLETED, Status.FAILED)

        def work(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM invocation WHERE submitted < ? AND status IN (?, ?)", row)
            db.execute("DELETE FROM forgotten WHERE at < ?", row[:1])

        await self._database.do(work)

    async def forget(self, context: str, keys: Sequence[Key], at: datetime) -> None:
        """Drop invocations for good: AWS may go on listing them."""
        await self._database.do(lambda db: drop_known(db, context, keys, at))

    def load_forgotten(self, context: str) -> set[Key]:
        """The keys that are not to be shown again. Waits for the disk."""
        query = "SELECT key FROM forgotten WHERE context = ?"
        return {
            key
            for (key,) in self._database.now(lambda db: db.execute(query, (context,)).fetchall())
        }

    async def purge_inputs(self) -> None:
        """Erase the words of the model inputs."""

        def work(db: sqlite3.Connection) -> None:
            held = db.execute(
                "SELECT rowid, content FROM invocation WHERE instr(content, ?)", (b'"prompt":',)
            ).fetchall()
            db.executemany(
                "UPDATE invocation SET content = ? WHERE rowid = ?",
                [
                    (_encode(replace(row, prompt="")), rowid)
                    for rowid, content in held
                    if (row := decoded(content)) is not None
                ],
            )

        await self._database.do(work)


def renew_known(db: sqlite3.Connection, context: str, key: Key) -> None:
    """Drop a row, and that it was forgotten, as part of a transaction: it begins anew."""
    db.execute("DELETE FROM invocation WHERE context = ? AND key = ?", (context, key))
    remember_known(db, context, key)


def remember_known(db: sqlite3.Connection, context: str, key: Key) -> None:
    """Drop that a row was forgotten, as part of a transaction."""
    db.execute("DELETE FROM forgotten WHERE context = ? AND key = ?", (context, key))


def drop_known(db: sqlite3.Connection, context: str, keys: Sequence[Key], at: datetime) -> None:
    """Drop rows for good, as part of a transaction."""
    names = [(key, context) for key in keys]
    db.executemany("DELETE FROM invocation WHERE key = ? AND context = ?", names)
    db.executemany(
        "INSERT OR REPLACE INTO forgotten VALUES (?, ?, ?)",
        [(*name, at.timestamp()) for name in names],
    )


def held_known(db: sqlite3.Connection, context: str, key: Key) -> Invocation | None:
    """The row that stands under a key, as part of a transaction."""
    query = "SELECT content FROM invocation WHERE context = ? AND key = ?"
    found = db.execute(query, (context, key)).fetchone()
    return decoded(found[0]) if found else None


def write_known(db: sqlite3.Connection, context: str, rows: Sequence[Invocation]) -> None:
    """Write rows, as part of a transaction; what another copy knows better stays."""
    better = (row for row in rows if not _is_known_better(db, context, row))
    kept = [_as_kept(db, _with_parts(db, context, row)) for row in better]
    db.executemany(
        "INSERT OR REPLACE INTO invocation (key, context, submitted, content, status)"
        " VALUES (?, ?, ?, ?, ?)",
        [(row.key, context, row.submit_time.timestamp(), _encode(row), row.status) for row in kept],
    )


def _is_known_better(db: sqlite3.Connection, context: str, row: Invocation) -> bool:
    """Whether the ledger holds where S3 tells of a row, or what it has told, and the row does not.

    Nobody lists these: what is overwritten once is lost.
    """
    if row.is_listed:
        return False
    held = held_known(db, context, row.key)
    if held is None or held.witness is None:
        return False
    return row.witness is None or (held.status.is_terminal and not row.status.is_terminal)


def _with_parts(db: sqlite3.Connection, context: str, row: Invocation) -> Invocation:
    """The row, with what another copy has read of its parts: AWS's list does not tell of them."""
    if row.parts or row.status is not Status.COMPLETED or not is_reporting(row.model_id):
        return row
    held = held_known(db, context, row.key)
    return replace(row, parts=held.parts) if held and held.parts else row


def _as_kept(db: sqlite3.Connection, row: Invocation) -> Invocation:
    """The row, with its prompt if the input is kept: another program may have purged it."""
    if not row.prompt:
        return row
    query = "SELECT 1 FROM submission WHERE token = ? AND has_input"
    is_kept = db.execute(query, (row.client_request_token,)).fetchone()
    return row if is_kept else replace(row, prompt="")


def decoded(content: bytes) -> Invocation | None:
    """The row; None for one that cannot be read: AWS lists it again, so nothing is lost."""
    try:
        return _DECODER.decode(content)
    except msgspec.DecodeError:
        return None


def _encode(row: Invocation) -> bytes:
    """The row as JSON; halves of surrogate pairs, which UTF-8 cannot carry, become ``?``."""
    if row.context:
        row = replace(row, context="")  # the column beside it says that, and may come to be called
    try:
        return _ENCODER.encode(row)
    except UnicodeEncodeError:
        texts = {name: getattr(row, name) for name in row.__struct_fields__}
        clean = {
            name: text.encode("utf-8", "replace").decode()
            for name, text in texts.items()
            if type(text) is str
        }
        return _ENCODER.encode(replace(row, **clean))
