"""Which invocations were sent again, because they had failed, and as what."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from tui.ledger.database import Database
from tui.ledger.journal import State
from tui.model.invocation import Key, key_of_token

CLAIMED = timedelta(minutes=2)
"""How long a note alone keeps others off: who made it is about to write down what it sends."""


class Retries:
    """The second tries in a ledger.

    They are noted before they are sent, and count once the journal has them: who dies in between
    leaves none behind, but keeps others off for as long as ``CLAIMED``.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, retried: Mapping[str, Key], at: datetime) -> None:
        """Note what will be sent again.

        Args:
            retried: By the client token of each second try, the key of the first.
            at: The time.

        Raises:
            ProblemError: The ledger failed; nothing may be sent then.
        """
        await self._database.do(lambda db: _write(db, retried, at))

    async def claim(self, retried: Mapping[str, Key], at: datetime) -> set[str]:
        """Note what will be sent again, unless it was already or is about to be: one program alone.

        Args:
            retried: See ``note``.
            at: The time.

        Returns:
            The client tokens of those that are noted: they are now the caller's to send.

        Raises:
            ProblemError: The ledger failed; nothing may be sent then.
        """

        def work(db: sqlite3.Connection) -> set[str]:
            taken = _second_tries(db).keys() | _claimed(db, at)
            free = {token: key for token, key in retried.items() if key not in taken}
            _write(db, free, at)
            return set(free)

        return await self._database.do(work)

    async def unclaim(self, tokens: Iterable[str]) -> None:
        """Drop what was noted, and then never written down.

        Raises:
            ProblemError: The ledger failed.
        """
        query = "DELETE FROM retry WHERE token = ? AND token NOT IN (SELECT token FROM submission)"
        rows = [(token,) for token in tokens]
        await self._database.do(lambda db: db.executemany(query, rows))

    async def load(self, keys: Iterable[Key]) -> dict[Key, str]:
        """The id of the last second try of each that has one, by the key of the first.

        One that AWS refused counts as long as its row is there, to be retried in its turn.

        Raises:
            ProblemError: The ledger failed.
        """
        found = await self._database.do(_second_tries)
        return {key: found[key] for key in keys if key in found}

    async def prune(self, before: datetime) -> None:
        """Drop what was noted before a moment: the journal has dropped it as well."""
        row = (before.timestamp(),)
        await self._database.do(lambda db: db.execute("DELETE FROM retry WHERE at < ?", row))


def _write(db: sqlite3.Connection, retried: Mapping[str, Key], at: datetime) -> None:
    rows = [(token, key, at.timestamp()) for token, key in retried.items()]
    db.executemany("INSERT OR REPLACE INTO retry VALUES (?, ?, ?)", rows)


def _second_tries(db: sqlite3.Connection) -> dict[Key, str]:
    """See ``Retries.load``; of all of them."""
    query = (
        "SELECT retry.key, token, arn FROM retry JOIN submission USING (token)"
        " WHERE state != ? OR EXISTS (SELECT 1 FROM invocation"
        " WHERE context = submission.context AND key = ? || token) ORDER BY at, retry.rowid"
    )
    rows = db.execute(query, (State.REFUSED, key_of_token("")))
    return {key: arn.rpartition("/")[2] or token for key, token, arn in rows}


def _claimed(db: sqlite3.Connection, now: datetime) -> set[Key]:
    """What somebody is about to send again; a clock may have been set back since."""
    query = (
        "SELECT key FROM retry WHERE abs(at - ?) < ?"
        " AND token NOT IN (SELECT token FROM submission)"
    )
    return {key for (key,) in db.execute(query, (now.timestamp(), CLAIMED.total_seconds()))}
