"""The answers of models that were waited for: they came to us alone, and nobody else has them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from tui.ledger.database import Database
from tui.ledger.journal import State
from tui.ledger.known import renew_known, write_known
from tui.model.answer import Answer
from tui.model.invocation import Invocation
from tui.model.request import InvokeModel


class Answers:
    """The answers in a ledger, by the client tokens of their requests."""

    def __init__(self, database: Database, *, keep: bool = True) -> None:
        """Keep the answers in a database.

        Args:
            database: The ledger.
            keep: Whether they are written down; otherwise they last as long as the program. An
                answer may repeat what it was asked, so who keeps no inputs keeps no answers.
        """
        self._database = database
        self._keep = keep
        self._unwritten: dict[str, tuple[Answer, Invocation, str]] = {}

    @property
    def unwritten(self) -> int:
        """How many answers the ledger did not take although it should keep them."""
        return len(self._unwritten) if self._keep else 0

    async def flush(self) -> None:
        """Try once more to write down what the ledger did not take.

        Raises:
            ProblemError: It fails still.
        """
        for answer, row, context in list(self._unwritten.values()) if self._keep else ():
            await self.save(answer, row, context)

    async def save(self, answer: Answer, row: Invocation, context: str) -> None:
        """Keep an answer, with the row of the board that says it came, in one commit.

        Raises:
            ProblemError: The ledger failed; the answer is there as long as the program.
        """
        token = row.client_request_token
        self._unwritten[token] = (answer, row, context)

        def work(db: sqlite3.Connection) -> None:
            query = "UPDATE submission SET state = ?, problem = NULL WHERE token = ?"
            db.execute(query, (State.ACCEPTED, token))
            renew_known(db, context, row.key)  # another copy may have dropped it as unanswered
            write_known(db, context, [row])
            if self._keep:
                came = (row.end_time or row.submit_time).timestamp()
                values = (token, answer.content_type, answer.content, came)
                db.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?)", values)

        await self._database.do(work)
        if self._keep:
            del self._unwritten[token]

    async def find(self, token: str) -> Answer | None:
        """The answer to a request, or None when it is not kept.

        Raises:
            ProblemError: The ledger failed.
        """
        if token in self._unwritten:
            return self._unwritten[token][0]
        query = "SELECT content_type, content FROM answer WHERE token = ?"
        rows = await self._database.do(lambda db: db.execute(query, (token,)).fetchall())
        return Answer(*rows[0]) if rows else None

    async def forget(self, tokens: Sequence[str], before: datetime) -> None:
        """Drop the answers to some requests, and that some were never answered.

        Args:
            tokens: The requests' client tokens.
            before: What was sent since may still be waited for, by another copy of the program.

        Raises:
            ProblemError: The ledger failed.
        """
        for token in tokens:
            self._unwritten.pop(token, None)
        names = [(token,) for token in tokens]

        def work(db: sqlite3.Connection) -> None:
            db.executemany("DELETE FROM answer WHERE token = ?", names)
            query = (
                "DELETE FROM submission WHERE token = ? AND operation = ?"
                " AND (state = ? OR (state = ? AND prepared < ?))"
            )
            lost = (InvokeModel.__name__, State.UNKNOWN, State.SENT, before.timestamp())
            db.executemany(query, [(*name, *lost) for name in names])

        await self._database.do(work)

    async def prune(self, before: datetime) -> None:
        """Drop what came before a moment.

        Raises:
            ProblemError: The ledger failed.
        """
        row = (before.timestamp(),)
        await self._database.do(lambda db: db.execute("DELETE FROM answer WHERE came < ?", row))

    async def clear(self) -> None:
        """Drop every answer.

        Raises:
            ProblemError: The ledger failed.
        """
        self._unwritten.clear()
        await self._database.do(lambda db: db.execute("DELETE FROM answer"))
