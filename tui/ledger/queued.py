"""The journal's queue: submissions that are written down first, and sent by who claims them.

They are rows of the journal, whose drawing says how they go on once they are claimed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

from tui import log
from tui.ledger.database import Database
from tui.ledger.journal import (
    State,
    Submission,
    held_submission,
    select_submissions,
    token_is_taken,
    write_submission,
)
from tui.ledger.known import write_known
from tui.model.invocation import Invocation
from tui.model.problem import Problem, ProblemError
from tui.model.request import Request

ANOTHER_ACCOUNT = "AnotherAccount"
"""The kind of the problem that a queued submission has with another account's credentials."""

_INPUTS_NOT_KEPT = Problem(
    kind="InputsNotKept",
    message="what waits to be sent must be written down, inputs included",
    cause="history.keep-inputs is false",
    remedy="send them one by one, or set keep-inputs = true",
)


class Queued:
    """The submissions in a ledger that wait to be sent."""

    def __init__(self, database: Database, *, keep_inputs: bool = True) -> None:
        """Keep the queue in a database.

        Args:
            database: The ledger.
            keep_inputs: Whether model inputs are written down; without them nothing can wait.
        """
        self._database = database
        self._keep_inputs = keep_inputs

    async def enqueue(
        self, requests: Sequence[Request], context: str, now: datetime, account: str = ""
    ) -> list[Submission]:
        """Write many requests down, in one commit, to be claimed and sent one by one.

        Raises:
            ProblemError: A token stands for another request, inputs are not kept, or the ledger
                failed; none of them is written down then.
        """
        if not self._keep_inputs:
            raise ProblemError(_INPUTS_NOT_KEPT)

        waiting = [
            Submission(
                request=request,
                context=context,
                state=State.QUEUED,
                prepared=now,
                account=account,
            )
            for request in requests
        ]

        def work(db: sqlite3.Connection) -> None:
            for each in waiting:
                held = held_submission(db, each.token)
                if held is not None and held.state is not State.REFUSED:
                    raise ProblemError(token_is_taken(each.token))
                write_submission(db, each)

        await self._database.do(work)
        return waiting

    async def claim(self, token: str, now: datetime, account: str = "") -> Submission | None:
        """Take a submission out of the queue, to be sent now: one program alone gets it.

        Args:
            token: Its client request token.
            now: The time, from which AWS has its while to list it.
            account: Whose credentials would send it, where that is known.

        Returns:
            The row as it was: ``queued`` if it is now the caller's to send. None when there is
            none any more.

        Raises:
            ProblemError: It is not known to be this account's, or the ledger failed.
        """

        def work(db: sqlite3.Connection) -> Submission | None:
            held = held_submission(db, token)
            if held is None or held.state is not State.QUEUED:
                return held
            if held.account != account:
                raise ProblemError(_waits_for(held.account, account))
            db.execute(
                "UPDATE submission SET state = ?, prepared = ?, account = ? WHERE token = ?",
                (State.SENT, now.timestamp(), account, token),
            )
            return held

        held = await self._database.do(work)
        if held is not None and held.state is State.QUEUED:
            log.note("submission", context=held.context, token=token, state=State.SENT.value)
        return held

    async def own(self, tokens: Sequence[str], account: str) -> None:
        """Note whose credentials submitted what was queued, where that was not known at once.

        Raises:
            ProblemError: The ledger failed.
        """
        query = (
            "UPDATE submission SET account = ? WHERE token = ? AND account = '' AND state IN (?, ?)"
        )
        rows = [(account, token, State.QUEUED, State.SENT) for token in tokens]
        await self._database.do(lambda db: db.executemany(query, rows))

    async def unclaim(self, token: str, claimed: datetime) -> None:
        """Put back what was claimed at a moment, and not taken; nothing was created.

        Raises:
            ProblemError: The ledger failed.
        """
        query = "UPDATE submission SET state = ? WHERE token = ? AND state = ? AND prepared = ?"
        row = (State.QUEUED, token, State.SENT, claimed.timestamp())
        if await self._database.do(lambda db: db.execute(query, row).rowcount):
            log.note("submission", token=token, state=State.QUEUED.value)

    async def refuse(self, token: str, problem: Problem, row: Invocation) -> None:
        """Note a refusal of what was queued, together with the row that says so on the board.

        Raises:
            ProblemError: The ledger failed; neither is noted.
        """
        content = msgspec.json.encode(problem)

        def work(db: sqlite3.Connection) -> int:
            query = "UPDATE submission SET state = ?, problem = ? WHERE token = ? AND state = ?"
            is_noted = db.execute(query, (State.REFUSED, content, token, State.SENT)).rowcount
            if is_noted and (held := held_submission(db, token)):
                write_known(db, held.context, [row])
            return is_noted

        if await self._database.do(work):
            log.note("submission", token=token, state=State.REFUSED.value)

    async def dequeue(self, tokens: Sequence[str]) -> set[str]:
        """Drop what was never sent; returns those that were still queued.

        Raises:
            ProblemError: The ledger failed; nothing was dropped.
        """

        def work(db: sqlite3.Connection) -> set[str]:
            query = "DELETE FROM submission WHERE token = ? AND state = ?"
            gone = {token for token in tokens if db.execute(query, (token, State.QUEUED)).rowcount}
            db.executemany("DELETE FROM retry WHERE token = ?", [(token,) for token in gone])
            return gone

        return await self._database.do(work)

    def load(self, context: str) -> list[Submission]:
        """What waits to be sent, the first one first, for the first frame. Waits for the disk."""
        where = "WHERE context = ? AND state = ? ORDER BY rowid"
        return self._database.now(lambda db: select_submissions(db, where, (context, State.QUEUED)))


def _waits_for(account: str, here: str) -> Problem:
    return Problem(
        kind=ANOTHER_ACCOUNT,
        message=f"what is queued was submitted from account {account or 'unknown'};"
        f" this is {here or 'unknown'}",
        remedy="take that account's credentials and start again, or drop it with x",
    )
