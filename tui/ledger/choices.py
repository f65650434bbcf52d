"""What a person chose on the screen and expects to find again: the table's columns and order."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from tui.ledger.database import Database

T = TypeVar("T")


class Choices:
    """The choices in a ledger, by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, name: str, default: T) -> T:
        """What was chosen last; the default for what was never chosen or cannot be read any more.

        Waits for the disk: it is read for the first frame.
        """
        query = "SELECT content FROM choice WHERE name = ?"
        found = self._database.now(lambda db: db.execute(query, (name,)).fetchone())
        if found is None:
            return default
        try:
            return msgspec.json.decode(found[0], type=type(default))
        except msgspec.MsgspecError:
            return default

    async def save(self, name: str, chosen: object) -> None:
        """Keep a choice in place of the last one."""
        row = (name, msgspec.json.encode(chosen))
        await self._database.do(
            lambda db: db.execute("INSERT OR REPLACE INTO choice VALUES (?, ?)", row)
        )
