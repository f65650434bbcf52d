"""The journal of submissions: what we mean to ask is on the disk before we ask it.

::

                 its turn comes
     queued ─────────────────────┐
        ▲    AWS has no room,    │
        │    or does not know us ▼     AWS answers with an ARN
        └────────────────────── sent ─────────────────────────▶ accepted
    prepared ──────────────────▶ │ ├── AWS refuses ───────────▶ refused
        ▲      it is sent again  │ └── no answer ──┐
        │ AWS does not list it,  │                 ▼
        └─ and had time to ──────┴───────────── unknown ──────▶ accepted (AWS lists its token)

A new request is written down as ``sent`` in one commit, just before the call: what could not be
written was never sent, and leaves no row. One of many waits as ``queued`` first, and is sent only
by the program that claims it. A program that dies leaves ``sent`` behind, which the next one takes
for ``unknown``. An ``accepted`` row stays accepted, and an ``unknown`` one never becomes
``refused`` as it is: a refusal of a second call says nothing of the first. Only when AWS has had
time to list it and does not, it is ``prepared``: to be sent once more.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timezone
from enum import Enum

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tui.ledger.database import Database
from tui.ledger.known import forget_known, write_known
from tui.model.invocation import Invocation, key_of_token
from tui.model.problem import Problem, ProblemError, explained
from tui.model.request import InvokeModel, Request, StartAsyncInvoke


class State(str, Enum):
    """How far a submission came; see the module's drawing."""

    QUEUED = "queued"
    PREPARED = "prepared"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


ANOTHER_ACCOUNT = "AnotherAccount"
"""The kind of the problem that a queued submission has with another account's credentials."""

_RANK = {State.UNKNOWN: 1, State.ACCEPTED: 2}
"""What may have arrived stays so until it is known to have arrived; all other states are 0."""

_SENT_AGAIN = {State.PREPARED: State.SENT, State.SENT: State.UNKNOWN}
"""What another call with the same token makes of a row; other states stay."""


class Submission(Struct, frozen=True, kw_only=True):
    """One row of the journal.

    Attributes:
        request: The whole request, client token included.
        context: The key of the context that it goes through.
        state: See ``State``.
        prepared: When it was written down or, of a queued one, claimed; aware, UTC.
        arn: The invocation's ARN once it is accepted.
        problem: Why it was refused or is unknown.
        has_input: Whether the request's model input was kept; if not, it is None here.
        account: Whose credentials sent it; empty where that was not known.
    """

    request: Request
    context: str
    state: State
    prepared: datetime
    arn: str = ""
    problem: Problem | None = None
    has_input: bool = True
    account: str = ""

    @property
    def token(self) -> str:
        """Its client request token."""
        return self.request.client_request_token


class Journal:
    """The submissions in a ledger."""

    def __init__(self, database: Database, *, keep_inputs: bool = True) -> None:
        """Keep the journal in a database.

        Args:
            database: The ledger.
            keep_inputs: Whether model inputs are written down; without them a request whose
                answer never came can be found again, but not sent again.
        """
        self._database = database
        self._keep_inputs = keep_inputs

    async def prepare(
        self, request: Request, context: str, now: datetime, account: str = ""
    ) -> bool:
        """Write a request down as sent, on the disk, before it is.

        A request that was refused may be written down again under its token, changed or not; one
        that may have arrived only unchanged and to the same context and account, since there AWS
        would answer with the first. An input that was not kept, or that was purged, is not
        compared.

        Returns:
            Whether an earlier call with the token may have arrived.

        Raises:
            ProblemError: The token stands for another request here, or the ledger failed; nothing
                may be sent then.
        """
        token = request.client_request_token
        written = request if self._keep_inputs else replace(request, model_input=None)
        content = msgspec.json.encode(written)

        def work(db: sqlite3.Connection) -> bool:
            held = _held(db, token)
            if held is None or held.state is State.REFUSED:
                row = (token, context, State.SENT, content, now.timestamp())
                _insert(db, (*row, self._keep_inputs, account, type(request).__name__))
                return False
            is_elsewhere = held.context != context or _are_known_to_differ(held.account, account)
            if is_elsewhere or held.state is State.QUEUED or not self._is_same(written, held):
                raise ProblemError(_token_is_taken(token))
            if (following := _SENT_AGAIN.get(held.state)) is not None:
                query = "UPDATE submission SET state = ?, account = ? WHERE token = ?"
                db.execute(query, (following, account or held.account, token))
            return True

        return await self._database.do(work)

    def _is_same(self, written: Request, held: Submission) -> bool:
        """Whether a row holds the request, as far as both of them have their inputs."""
        theirs = held.request
        if not (self._keep_inputs and held.has_input):
            written, theirs = (replace(each, model_input=None) for each in (written, theirs))
        return msgspec.json.encode(written) == msgspec.json.encode(theirs)

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

        def work(db: sqlite3.Connection) -> None:
            for request in requests:
                token = request.client_request_token
                held = _held(db, token)
                if held is not None and held.state is not State.REFUSED:
                    raise ProblemError(_token_is_taken(token))
                content = msgspec.json.encode(request)
                row = (token, context, State.QUEUED, content, now.timestamp())
                _insert(db, (*row, True, account, type(request).__name__))

        await self._database.do(work)
        return [
            Submission(
                request=request,
                context=context,
                state=State.QUEUED,
                prepared=now,
                account=account,
            )
            for request in requests
        ]

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
            held = _held(db, token)
            if held is None or held.state is not State.QUEUED:
                return held
            if held.account != account:
                raise ProblemError(_waits_for(held.account, account))
            db.execute(
                "UPDATE submission SET state = ?, prepared = ?, account = ? WHERE token = ?",
                (State.SENT, now.timestamp(), account, token),
            )
            return held

        return await self._database.do(work)

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
        await self._database.do(lambda db: db.execute(query, row))

    async def refuse(self, token: str, problem: Problem, row: Invocation) -> None:
        """Note a refusal of what was queued, together with the row that says so on the board.

        Raises:
            ProblemError: The ledger failed; neither is noted.
        """
        content = msgspec.json.encode(problem)

        def work(db: sqlite3.Connection) -> None:
            query = "UPDATE submission SET state = ?, problem = ? WHERE token = ? AND state = ?"
            is_noted = db.execute(query, (State.REFUSED, content, token, State.SENT)).rowcount
            if is_noted and (held := _held(db, token)):
                write_known(db, held.context, [row])

        await self._database.do(work)

    async def dequeue(self, tokens: Sequence[str]) -> set[str]:
        """Drop what was never sent; returns those that were still queued.

        Raises:
            ProblemError: The ledger failed; nothing was dropped.
        """

        def work(db: sqlite3.Connection) -> set[str]:
            query = "DELETE FROM submission WHERE token = ? AND state = ?"
            return {token for token in tokens if db.execute(query, (token, State.QUEUED)).rowcount}

        return await self._database.do(work)

    def load_queued(self, context: str) -> list[Submission]:
        """What waits to be sent, the first one first, for the first frame. Waits for the disk."""
        where = "WHERE context = ? AND state = ? ORDER BY rowid"
        return self._database.now(lambda db: _select(db, where, (context, State.QUEUED)))

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

    async def reopen(self, token: str) -> None:
        """Note that AWS does not list a submission and had time to: it may be sent again.

        Raises:
            ProblemError: The ledger failed.
        """
        row = (State.PREPARED, token, State.SENT, State.UNKNOWN)
        query = "UPDATE submission SET state = ? WHERE token = ? AND state IN (?, ?)"
        await self._database.do(lambda db: db.execute(query, row))

    async def unsettled(self, context: str) -> list[Submission]:
        """The submissions of a context of which we do not know what became of them."""
        return await self._database.do(lambda db: _unsettled(db, context))

    def load_unsettled(self, context: str) -> list[Submission]:
        """The same, for the first frame. Waits for the disk."""
        return self._database.now(lambda db: _unsettled(db, context))

    async def purge_inputs(self) -> int:
        """Erase the model inputs of what is settled, and say of how many submissions."""

        def work(db: sqlite3.Connection) -> int:
            where = "WHERE has_input AND (state IN (?, ?) OR (state = ? AND operation = ?))"
            unanswered = (State.UNKNOWN, InvokeModel.__name__)  # nobody can ever settle it
            settled = _select(db, where, (State.ACCEPTED, State.REFUSED, *unanswered))
            rows = [
                (msgspec.json.encode(replace(found.request, model_input=None)), found.token)
                for found in settled
            ]
            db.executemany("UPDATE submission SET request = ?, has_input = 0 WHERE token = ?", rows)
            return len(rows)

        return await self._database.do(work)

    async def prune(self, before: datetime) -> None:
        """Drop what was settled and prepared before a moment."""
        row = (before.timestamp(), State.ACCEPTED, State.REFUSED)
        query = "DELETE FROM submission WHERE prepared < ? AND state IN (?, ?)"
        await self._database.do(lambda db: db.execute(query, row))

    async def ours(self, tokens: Sequence[str]) -> set[str]:
        """Those of the client tokens that a submission in this ledger has."""

        def work(db: sqlite3.Connection) -> set[str]:
            query = "SELECT token FROM submission WHERE token = ?"
            return {token for token in tokens if db.execute(query, (token,)).fetchone()}

        return await self._database.do(work)

    async def all(self) -> list[Submission]:
        """Every submission, the oldest first."""
        return await self._database.do(lambda db: _select(db, "ORDER BY prepared", ()))

    async def find(self, token: str = "", arn: str = "") -> Submission | None:
        """The submission with that token or that ARN."""
        rows = await self._database.do(
            lambda db: _select(db, "WHERE token = ? OR (arn = ? AND arn != '')", (token, arn))
        )
        return rows[0] if rows else None


_REQUESTS = {kind.__name__: kind for kind in (StartAsyncInvoke, InvokeModel)}
"""The requests by their operations."""

_COLUMNS = "token, context, state, request, prepared, has_input, account, operation"

_INPUTS_NOT_KEPT = Problem(
    kind="InputsNotKept",
    message="what waits to be sent must be written down, inputs included",
    cause="history.keep-inputs is false",
    remedy="send them one by one, or set keep-inputs = true",
)


def _insert(db: sqlite3.Connection, row: tuple[object, ...]) -> None:
    """Write a submission down; one that was refused under its token is history no more."""
    query = f"INSERT OR REPLACE INTO submission ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
    db.execute(query, row)
    forget_known(db, str(row[1]), key_of_token(str(row[0])))


def _waits_for(account: str, here: str) -> Problem:
    return Problem(
        kind=ANOTHER_ACCOUNT,
        message=f"what is queued was submitted from account {account or 'unknown'};"
        f" this is {here or 'unknown'}",
        remedy="take that account's credentials and start again, or drop it with x",
    )


def _are_known_to_differ(account: str, other: str) -> bool:
    return bool(account and other) and account != other


def _held(db: sqlite3.Connection, token: str) -> Submission | None:
    return next(iter(_select(db, "WHERE token = ?", (token,))), None)


def _token_is_taken(token: str) -> Problem:
    message = f"the client request token {token} stands for another request in the ledger"
    return explained(Problem(kind="ConflictException", message=message))


def _unsettled(db: sqlite3.Connection, context: str) -> list[Submission]:
    where = "WHERE context = ? AND state IN (?, ?, ?) ORDER BY prepared"
    return _select(db, where, (context, State.PREPARED, State.SENT, State.UNKNOWN))


def _select(db: sqlite3.Connection, where: str, values: tuple[str, ...]) -> list[Submission]:
    columns = "request, context, state, prepared, arn, problem, has_input, account, operation"
    query = f"SELECT {columns} FROM submission {where}"  # noqa: S608
    return [
        Submission(
            request=msgspec.json.decode(request, type=_REQUESTS[operation]),
            context=context,
            state=State(state),
            prepared=datetime.fromtimestamp(prepared, timezone.utc),
            arn=arn,
            problem=msgspec.json.decode(problem, type=Problem) if problem else None,
            has_input=bool(has_input),
            account=account,
        )
        for (
            request,
            context,
            state,
            prepared,
            arn,
            problem,
            has_input,
            account,
            operation,
        ) in db.execute(query, values)
    ]
