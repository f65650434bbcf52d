"""Which invocations were sent again, because they had failed, and as what."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime

from tui.ledger.database import Database
from tui.ledger.journal import State
from tui.model.invocation import Key, key_of_token


class Retries:
    """The second tries in a ledger.

    They are noted before they are sent, and count once the journal has them: who dies in between
    leaves none behind.
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
        rows = [(token, key, at.timestamp()) for token, key in retried.items()]
        query = "INSERT OR REPLACE INTO retry VALUES (?, ?, ?)"
        await self._database.do(lambda db: db.executemany(query, rows))

    async def load(self, keys: Iterable[Key]) -> dict[Key, str]:
        """The id of the last second try of each that has one, by the key of the first.

        One that AWS refused counts as long as its row is there, to be retried in its turn.

        Raises:
            ProblemError: The ledger failed.
        """
        query = (
            "SELECT retry.key, token, arn FROM retry JOIN submission USING (token)"
            " WHERE state != ? OR EXISTS (SELECT 1 FROM invocation"
            " WHERE context = submission.context AND key = ? || token) ORDER BY at, retry.rowid"
        )
        row = (State.REFUSED, key_of_token(""))

        def work(db: sqlite3.Connection) -> dict[Key, str]:
            rows = db.execute(query, row)
            return {key: arn.rpartition("/")[2] or token for key, token, arn in rows}

        found = await self._database.do(work)
        return {key: found[key] for key in keys if key in found}

    async def prune(self, before: datetime) -> None:
        """Drop what was noted before a moment: the journal has dropped it as well."""
        row = (before.timestamp(),)
        await self._database.do(lambda db: db.execute("DELETE FROM retry WHERE at < ?", row))
