"""The drafts: what stands in a form and has not been submitted."""

from __future__ import annotations

import json
import sqlite3
import uuid
from datetime import datetime, timezone

from msgspec import Struct

from tui.ledger.database import Database


class Draft(Struct, frozen=True):
    """What stood in a form.

    Attributes:
        id: Tells it from the other drafts.
        fields: What was typed, by the field's name.
        saved: When it was last kept; aware, UTC.
    """

    id: str
    fields: dict[str, str]
    saved: datetime


class Drafts:
    """The drafts in a ledger, the newest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Draft]:
        """Every draft, the newest first."""
        # Each save gives the row a new id; the clock may have been set back.
        query = "SELECT id, content, saved FROM draft ORDER BY rowid DESC"
        rows = await self._database.do(lambda db: db.execute(query).fetchall())
        return [
            Draft(
                id=id_,
                fields=json.loads(content),
                saved=datetime.fromtimestamp(saved, timezone.utc),
            )
            for id_, content, saved in rows
        ]

    async def save(self, draft: Draft, last: datetime | None = None) -> str:
        """Keep what stands in a form, in place of what was kept under its id.

        Args:
            draft: What to keep.
            last: When this form last kept it; None if it never did.

        Returns:
            The id that it is kept under: another one, if another copy of the program has kept or
            dropped the draft since.
        """
        content, saved = _encode(draft.fields), draft.saved.timestamp()

        def work(db: sqlite3.Connection) -> str:
            held = db.execute("SELECT saved FROM draft WHERE id = ?", (draft.id,)).fetchone()
            is_ours = last is None or (held is not None and held[0] == last.timestamp())
            kept = draft.id if is_ours else str(uuid.uuid4())
            db.execute("INSERT OR REPLACE INTO draft VALUES (?, ?, ?)", (kept, content, saved))
            return kept

        return await self._database.do(work)

    async def delete(self, draft_id: str, fields: dict[str, str] | None = None) -> None:
        """Drop a draft: its request is in the journal now, or it was thrown away.

        Args:
            draft_id: Its id.
            fields: What is not needed any more; if it holds anything else by now, it stays.
        """
        query, row = "DELETE FROM draft WHERE id = ?", (draft_id,)
        if fields is None:
            await self._database.do(lambda db: db.execute(query, row))
        else:
            same = (*row, _encode(fields))
            await self._database.do(lambda db: db.execute(f"{query} AND content = ?", same))

    async def clear(self) -> None:
        """Drop every draft."""
        await self._database.do(lambda db: db.execute("DELETE FROM draft"))


def _encode(fields: dict[str, str]) -> bytes:
    """The fields as ASCII: a pasted text may hold half of a surrogate pair, which is no UTF-8."""
    return json.dumps(fields).encode()
