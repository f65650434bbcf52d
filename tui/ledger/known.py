"""The known invocations: what was seen stays known, and is on the screen before AWS answers."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import msgspec

from tui.ledger.database import Database
from tui.model.invocation import Invocation, Key

_DECODER = msgspec.json.Decoder(Invocation)
_ENCODER = msgspec.json.Encoder()


class Known:
    """The invocations in a ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, context: str, most: int = 100_000) -> list[Invocation]:
        """The newest invocations of a context, for the first frame. Waits for the disk."""
        query = "SELECT content FROM invocation WHERE context = ? ORDER BY submitted DESC LIMIT ?"
        decode = _DECODER.decode
        return self._database.now(
            lambda db: [decode(content) for (content,) in db.execute(query, (context, most))]
        )

    async def save(
        self, context: str, rows: Sequence[Invocation], gone: Sequence[Key] = ()
    ) -> None:
        """Write the rows that changed and drop the keys that are no more, in one transaction."""
        values = [
            (row.key, context, row.submit_time.timestamp(), _ENCODER.encode(row)) for row in rows
        ]

        def work(db: sqlite3.Connection) -> None:
            db.executemany(
                "DELETE FROM invocation WHERE context = ? AND key = ?",
                [(context, key) for key in gone],
            )
            db.executemany("INSERT OR REPLACE INTO invocation VALUES (?, ?, ?, ?)", values)

        await self._database.do(work)
