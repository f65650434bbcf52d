"""The journal of submissions: what we mean to ask is on the disk before we ask it.

::

                    the call is made        AWS answers with an ARN
    prepared ───────────────────────▶ sent ─────────────────────────▶ accepted
        │                              │ ├── AWS refuses ───────────▶ refused
        │ the call could not be made   │ └── no answer ─────────────▶ unknown
        └────────────▶ refused         │                                │
                                       └─ the program died: read as ────┘
                                          unknown at the next start

An ``unknown`` one becomes ``accepted`` when its token is found at the service. Sent again under its
token, it stays ``unknown`` until it is accepted: a refusal of the second call says nothing of the
first. An ``accepted`` one stays accepted.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timezone
from enum import Enum

import msgspec
from msgspec import Struct

from tui.ledger.database import Database
from tui.model.problem import Problem, ProblemError, explained
from tui.model.request import StartAsyncInvoke


class State(str, Enum):
    """How far a submission came; see the module's drawing."""

    PREPARED = "prepared"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


_RANK = {State.UNKNOWN: 1, State.ACCEPTED: 2}
"""What may have arrived stays so until it is known to have arrived; all other states are 0."""


class Submission(Struct, frozen=True, kw_only=True):
    """One row of the journal.

    Attributes:
        request: The whole request, client token included.
        context: The key of the context that it goes through.
        state: See ``State``.
        prepared: When it was written down; aware, UTC.
        arn: The invocation's ARN once it is accepted.
        problem: Why it was refused or is unknown.
    """

    request: StartAsyncInvoke
    context: str
    state: State
    prepared: datetime
    arn: str = ""
    problem: Problem | None = None


class Journal:
    """The submissions in a ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prepare(self, request: StartAsyncInvoke, context: str, now: datetime) -> None:
        """Write a request down, on the disk, before anything is sent.

        A request that was refused may be written down again under its token, changed or not; one
        that may have arrived only unchanged and to the same context, since AWS would answer with
        the first.

        Raises:
            ProblemError: The token stands for another request here, or the ledger failed; nothing
                may be sent then.
        """
        token, content = request.client_request_token, msgspec.json.encode(request)

        def work(db: sqlite3.Connection) -> None:
            held = db.execute(
                "SELECT state, request, context FROM submission WHERE token = ?", (token,)
            ).fetchone()
            state = held[0] if held else State.REFUSED
            if state != State.REFUSED and held[1:] != (content, context):
                raise ProblemError(_token_is_taken(token))
            if state in (State.ACCEPTED, State.UNKNOWN, State.SENT):
                db.execute(
                    "UPDATE submission SET state = ? WHERE token = ? AND state = ?",
                    (State.UNKNOWN, token, State.SENT),
                )
                return
            db.execute(
                "INSERT OR REPLACE INTO submission (token, context, state, request, prepared)"
                " VALUES (?, ?, ?, ?, ?)",
                (token, context, State.PREPARED, content, now.timestamp()),
            )

        await self._database.do(work)

    async def record(
        self, token: str, state: State, *, arn: str = "", problem: Problem | None = None
    ) -> None:
        """Note how far a submission came; it never goes back, see the module's drawing.

        Raises:
            ProblemError: The ledger failed.
        """
        row = (state, arn, msgspec.json.encode(problem) if problem else None, token)

        def work(db: sqlite3.Connection) -> None:
            held = db.execute("SELECT state FROM submission WHERE token = ?", (token,)).fetchone()
            if held and _RANK.get(State(held[0]), 0) > _RANK.get(state, 0):
                return
            db.execute("UPDATE submission SET state = ?, arn = ?, problem = ? WHERE token = ?", row)

        await self._database.do(work)

    async def find(self, token: str = "", arn: str = "") -> Submission | None:
        """The submission with that token or that ARN."""
        rows = await self._database.do(
            lambda db: _select(db, "WHERE token = ? OR (arn = ? AND arn != '')", (token, arn))
        )
        return rows[0] if rows else None


def _token_is_taken(token: str) -> Problem:
    message = f"the client request token {token} stands for another request in the ledger"
    return explained(Problem(kind="ConflictException", message=message))


def _select(db: sqlite3.Connection, where: str, values: tuple[str, ...]) -> list[Submission]:
    query = f"SELECT request, context, state, prepared, arn, problem FROM submission {where}"  # noqa: S608
    return [
        Submission(
            request=msgspec.json.decode(request, type=StartAsyncInvoke),
            context=context,
            state=State(state),
            prepared=datetime.fromtimestamp(prepared, timezone.utc),
            arn=arn,
            problem=msgspec.json.decode(problem, type=Problem) if problem else None,
        )
        for request, context, state, prepared, arn, problem in db.execute(query, values)
    ]
