"""The drafts: what stands in a form and has not been submitted."""

from __future__ import annotations

from datetime import datetime

import msgspec

from tui.ledger.database import Database


class Drafts:
    """The drafts in a ledger, one a form."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, form: str) -> dict[str, str]:
        """The fields of a form's draft by name; empty when there is none."""
        row = await self._database.do(
            lambda db: db.execute("SELECT content FROM draft WHERE form = ?", (form,)).fetchone()
        )
        return msgspec.json.decode(row[0], type=dict[str, str]) if row else {}

    async def save(self, form: str, fields: dict[str, str], now: datetime) -> None:
        """Keep what stands in a form."""
        row = (form, msgspec.json.encode(fields), now.timestamp())
        await self._database.do(
            lambda db: db.execute("INSERT OR REPLACE INTO draft VALUES (?, ?, ?)", row)
        )

    async def clear(self, form: str) -> None:
        """Drop a form's draft: its request is in the journal now, or it was thrown away."""
        await self._database.do(lambda db: db.execute("DELETE FROM draft WHERE form = ?", (form,)))
