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

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from enum import Enum

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tui import log
from tui.ledger.database import Database
from tui.ledger.known import remember_known, renew_known, write_known
from tui.model.explanation import explained
from tui.model.invocation import Invocation, Status, key_of_token
from tui.model.problem import Problem, ProblemError
from tui.model.request import InvokeEndpointAsync, InvokeModel, Request, StartAsyncInvoke


class State(str, Enum):
    """How far a submission came; see the module's drawing."""

    QUEUED = "queued"
    PREPARED = "prepared"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


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
        prepared: When it was written down, claimed from the queue, or sent once more because AWS
            did not list it; aware, UTC.
        arn: The invocation's ARN once it is accepted.
        problem: Why it was refused or is unknown.
        has_input: Whether the request's model input was kept; if not, it is None here. An input
            that is in S3 is none that could be lost.
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
        self._unwritten: dict[str, tuple[Invocation, str]] = {}

    async def prepare(
        self, request: Request, context: str, now: datetime, account: str = ""
    ) -> bool:
        """Write a request down as sent, on the disk, before it is.

        A request that was refused may be written down again under its token, changed or not; one
        that may have arrived only unchanged and to the same context and account, since there AWS
        would answer with the first. An input that was not kept, or that was purged, is not
        compared.

        Returns:
            Whether an earlier call with the token may have arrived. Then only a StartAsyncInvoke
            may be sent: nothing keeps the others from running twice.

        Raises:
            ProblemError: The token stands for another request here, or the ledger failed; nothing
                may be sent then.
        """
        token = request.client_request_token
        written = request if self._keep_inputs else replace(request, model_input=None)
        sent = Submission(
            request=written,
            context=context,
            state=State.SENT,
            prepared=now,
            has_input=self._keep_inputs or request.model_input is None,
            account=account,
        )

        def work(db: sqlite3.Connection) -> bool:
            held = held_submission(db, token)
            if held is None or held.state is State.REFUSED:
                write_submission(db, sent)
                return False
            is_elsewhere = held.context != context or _are_known_to_differ(held.account, account)
            if is_elsewhere or held.state is State.QUEUED or not self._is_same(written, held):
                raise ProblemError(token_is_taken(token))
            following = _SENT_AGAIN.get(held.state)
            if following is not None and isinstance(request, StartAsyncInvoke):
                # AWS has had time to list what is prepared: only this call is still to be listed.
                at = (now if held.state is State.PREPARED else held.prepared).timestamp()
                query = "UPDATE submission SET state = ?, prepared = ?, account = ? WHERE token = ?"
                db.execute(query, (following, at, account or held.account, token))
            return True

        may_have_arrived = await self._database.do(work)
        begun, operation = not may_have_arrived, type(request).__name__
        log.note("submission", context=context, operation=operation, token=token, is_first=begun)
        return may_have_arrived

    def _is_same(self, written: Request, held: Submission) -> bool:
        """Whether a row holds the request, as far as both of them have their inputs."""
        theirs = held.request
        if not (self._keep_inputs and held.has_input):
            written, theirs = (replace(each, model_input=None) for each in (written, theirs))
        return msgspec.json.encode(written) == msgspec.json.encode(theirs)

    async def record(
        self, token: str, state: State, *, arn: str = "", problem: Problem | None = None
    ) -> None:
        """Note how far a submission came; it never goes back, see the module's drawing.

        Raises:
            ProblemError: The ledger failed.
        """
        row = (state, arn, msgspec.json.encode(problem) if problem else None, token)

        def work(db: sqlite3.Connection) -> bool:
            held = db.execute("SELECT state FROM submission WHERE token = ?", (token,)).fetchone()
            if held and _RANK.get(State(held[0]), 0) > _RANK.get(state, 0):
                return False
            db.execute("UPDATE submission SET state = ?, arn = ?, problem = ? WHERE token = ?", row)
            return True

        if await self._database.do(work):
            log.note("submission", token=token, state=state.value, arn=arn)

    @property
    def unwritten(self) -> int:
        """How many rows of ``accept`` the ledger has not taken yet."""
        return len(self._unwritten)

    async def accept(self, row: Invocation, context: str) -> None:
        """Note that a request arrived, with its row, in one commit.

        For those that AWS does not list: the row has what was answered, and nobody else does. What
        the ledger does not take now is tried again by ``flush``.

        Raises:
            ProblemError: The ledger failed.
        """
        token = row.client_request_token
        self._unwritten[token] = (row, context)

        def work(db: sqlite3.Connection) -> None:
            query = "UPDATE submission SET state = ?, problem = NULL WHERE token = ?"
            db.execute(query, (State.ACCEPTED, token))
            remember_known(db, context, row.key)  # another copy may have dropped it as unanswered
            write_known(db, context, [row])

        await self._database.do(work)
        log.note("submission", context=context, token=token, state=State.ACCEPTED.value)
        self._unwritten.pop(token, None)

    async def flush(self) -> None:
        """Try once more to write down what the ledger did not take.

        Raises:
            ProblemError: The ledger failed still.
        """
        for token in list(self._unwritten):
            if token in self._unwritten:  # it may be forgotten while another is written
                await self.accept(*self._unwritten[token])

    @contextlib.contextmanager
    def leave_unwritten(self, tokens: Sequence[str]) -> Iterator[None]:
        """Write down no more what is forgotten before the ledger took it, unless that fails."""
        left = {token: self._unwritten.pop(token) for token in tokens if token in self._unwritten}
        try:
            yield
        except BaseException:
            self._unwritten = {**left, **self._unwritten}
            raise

    async def reopen(self, token: str) -> None:
        """Note that AWS does not list a submission and had time to: it may be sent again.

        Raises:
            ProblemError: The ledger failed.
        """
        row = (State.PREPARED, token, State.SENT, State.UNKNOWN)
        query = "UPDATE submission SET state = ? WHERE token = ? AND state IN (?, ?)"
        if await self._database.do(lambda db: db.execute(query, row).rowcount):
            log.note("submission", token=token, state=State.PREPARED.value)

    async def unsettled(self, context: str) -> list[Submission]:
        """The submissions of a context of which we do not know what became of them."""
        return await self._database.do(lambda db: _unsettled(db, context))

    def load_unsettled(self, context: str) -> list[Submission]:
        """The same, for the first frame. Waits for the disk."""
        return self._database.now(lambda db: _unsettled(db, context))

    async def purge_inputs(self) -> int:
        """Erase the model inputs of what is settled, and say of how many submissions."""

        def work(db: sqlite3.Connection) -> int:
            where = "WHERE has_input AND (state IN (?, ?) OR (state = ? AND operation != ?))"
            unanswered = (State.UNKNOWN, StartAsyncInvoke.__name__)  # nobody can ever settle it
            settled = select_submissions(db, where, (State.ACCEPTED, State.REFUSED, *unanswered))
            rows = [
                (msgspec.json.encode(replace(found.request, model_input=None)), found.token)
                for found in settled
                if found.request.model_input is not None
            ]
            db.executemany("UPDATE submission SET request = ?, has_input = 0 WHERE token = ?", rows)
            return len(rows)

        return await self._database.do(work)

    async def prune(self, before: datetime) -> None:
        """Drop what was settled and prepared before a moment, but for what is still watched."""
        watched = (
            "SELECT 1 FROM invocation WHERE context = submission.context AND key = ? || token"
            " AND status NOT IN (?, ?)"
        )
        query = (
            f"DELETE FROM submission WHERE prepared < ? AND state IN (?, ?)"  # noqa: S608
            f" AND NOT EXISTS ({watched})"
        )
        settled = (State.ACCEPTED, State.REFUSED)
        row = (before.timestamp(), *settled, key_of_token(""), Status.COMPLETED, Status.FAILED)
        await self._database.do(lambda db: db.execute(query, row))

    async def ours(self, tokens: Sequence[str]) -> set[str]:
        """Those of the client tokens that a StartAsyncInvoke in this ledger has."""

        def work(db: sqlite3.Connection) -> set[str]:
            query = "SELECT token FROM submission WHERE token = ? AND operation = ?"
            listed = StartAsyncInvoke.__name__
            return {token for token in tokens if db.execute(query, (token, listed)).fetchone()}

        return await self._database.do(work)

    async def was_sent(self, token: str) -> bool:
        """Whether a submission under a token may have arrived, or waits to be sent."""
        found = await self.find(token=token)
        return found is not None and found.state is not State.REFUSED

    async def all(self) -> list[Submission]:
        """Every submission, the oldest first."""
        return await self._database.do(lambda db: select_submissions(db, "ORDER BY prepared"))

    async def find(self, token: str = "", arn: str = "") -> Submission | None:
        """The submission with that token or that ARN."""
        where = "WHERE token = ? OR (arn = ? AND arn != '')"
        rows = await self._database.do(lambda db: select_submissions(db, where, (token, arn)))
        return rows[0] if rows else None


_REQUESTS: dict[str, type[Request]] = {
    kind.__name__: kind for kind in (StartAsyncInvoke, InvokeModel, InvokeEndpointAsync)
}
"""The requests by their operations."""


def write_submission(db: sqlite3.Connection, new: Submission) -> None:
    """Write a submission down, as part of a transaction.

    One that was refused under its token is history no more.
    """
    row = (
        new.token,
        new.context,
        new.state,
        msgspec.json.encode(new.request),
        new.prepared.timestamp(),
        new.has_input,
        new.account,
        type(new.request).__name__,
    )
    columns = "token, context, state, request, prepared, has_input, account, operation"
    query = f"INSERT OR REPLACE INTO submission ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
    db.execute(query, row)
    renew_known(db, new.context, key_of_token(new.token))


def held_submission(db: sqlite3.Connection, token: str) -> Submission | None:
    """The submission that stands under a token, as part of a transaction."""
    return next(iter(select_submissions(db, "WHERE token = ?", (token,))), None)


def select_submissions(
    db: sqlite3.Connection, where: str, values: tuple[str, ...] = ()
) -> list[Submission]:
    """The submissions that a clause picks out, as part of a transaction."""
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


def token_is_taken(token: str) -> Problem:
    """Why a request cannot have a token: another has it, and AWS would answer with that one."""
    message = f"the client request token {token} stands for another request in the ledger"
    return explained(Problem(kind="ConflictException", message=message))


def _are_known_to_differ(account: str, other: str) -> bool:
    return bool(account and other) and account != other


def _unsettled(db: sqlite3.Connection, context: str) -> list[Submission]:
    where = "WHERE context = ? AND state IN (?, ?, ?) ORDER BY prepared"
    return select_submissions(db, where, (context, State.PREPARED, State.SENT, State.UNKNOWN))
