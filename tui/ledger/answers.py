"""The answers of models that were waited for: they came to us alone, and nobody else has them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from tui.ledger.database import Database
from tui.ledger.journal import State
from tui.ledger.known import drop_known, held_known, renew_known, write_known
from tui.model.answer import Answer
from tui.model.invocation import Invocation, Status, key_of_token
from tui.model.problem import ProblemError
from tui.model.request import StartAsyncInvoke


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
        self._unkept: dict[str, Answer] = {}
        self._changing = asyncio.Lock()  # nothing is dropped while it is written once more

    @property
    def unwritten(self) -> int:
        """How many answers the ledger did not take although it should keep them."""
        return len(self._unwritten) if self._keep else 0

    async def flush(self) -> None:
        """Try once more to write down what the ledger did not take, each by itself.

        Raises:
            ProblemError: Some of it fails still.
        """
        if self._changing.locked():  # a locked ledger may take longer than whoever comes next
            return
        async with self._changing:
            await self._flush()

    async def _flush(self) -> None:
        trouble = None
        for answer, row, context in list(self._unwritten.values()):
            try:
                await self.save(answer, row, context)
            except ProblemError as error:
                trouble = error
        if trouble is not None:
            raise trouble

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
        if not self._keep:
            self._unkept[token] = answer
        self._unwritten.pop(token, None)

    async def find(self, token: str) -> Answer | None:
        """The answer to a request, or None when it is not kept.

        Raises:
            ProblemError: The ledger failed.
        """
        if token in self._unwritten:
            return self._unwritten[token][0]
        if token in self._unkept:
            return self._unkept[token]
        query = "SELECT content_type, content FROM answer WHERE token = ?"
        rows = await self._database.do(lambda db: db.execute(query, (token,)).fetchall())
        return Answer(*rows[0]) if rows else None

    async def forget(
        self, rows: Sequence[Invocation], context: str, at: datetime, before: datetime
    ) -> list[Invocation]:
        """Drop requests for good: their answers, or that they were never answered.

        Args:
            rows: What is seen of them.
            context: The key of the context that they went through.
            at: The time.
            before: See ``give_up``.

        Returns:
            Those that are not dropped: an answer has come that was not seen.

        Raises:
            ProblemError: The ledger failed; nothing is dropped.
        """

        def work(db: sqlite3.Connection) -> list[Invocation]:
            known = ((row, held_known(db, context, row.key)) for row in rows)
            came = [held for row, held in known if held and _is_news(held, row)]
            gone = {row.key: row for row in rows}.keys() - {row.key for row in came}
            drop_known(db, context, list(gone), at)
            tokens = [(row.client_request_token,) for row in rows if row.key in gone]
            db.executemany("DELETE FROM answer WHERE token = ?", tokens)
            _give_up(db, before)
            return came

        async with self._changing:
            came = await self._database.do(work)
            for token in {row.client_request_token for row in rows}:
                self._unwritten.pop(token, None)
                self._unkept.pop(token, None)
        return came

    async def give_up(self, before: datetime) -> None:
        """Settle what has no answer: it is unknown for good, or gone if it was forgotten.

        Args:
            before: What was sent since may still be waited for, by another copy of the program.

        Raises:
            ProblemError: The ledger failed.
        """
        await self._database.do(lambda db: _give_up(db, before))

    async def prune(self, before: datetime) -> None:
        """Drop what came before a moment.

        Raises:
            ProblemError: The ledger failed.
        """
        row = (before.timestamp(),)
        await self._database.do(lambda db: db.execute("DELETE FROM answer WHERE came < ?", row))

    async def clear(self) -> None:
        """Drop every answer, but not that it came.

        Raises:
            ProblemError: The ledger failed.
        """
        async with self._changing:
            await self._flush()
            await self._database.do(lambda db: db.execute("DELETE FROM answer"))
            self._unkept.clear()


def _is_news(held: Invocation, row: Invocation) -> bool:
    """Whether the ledger holds something of a row that was not seen when it was forgotten."""
    if row.status is Status.UNKNOWN or (held.witness and not row.witness):
        return held.status is not row.status
    return held.status.is_terminal and not row.status.is_terminal


def _give_up(db: sqlite3.Connection, before: datetime) -> None:
    lost = (State.UNKNOWN, StartAsyncInvoke.__name__)
    query = "UPDATE submission SET state = ? WHERE operation != ? AND state = ? AND prepared < ?"
    db.execute(query, (*lost, State.SENT, before.timestamp()))
    forgotten = "SELECT 1 FROM forgotten WHERE context = submission.context AND key = ? || token"
    query = f"DELETE FROM submission WHERE state = ? AND operation != ? AND EXISTS ({forgotten})"  # noqa: S608
    db.execute(query, (*lost, key_of_token("")))
