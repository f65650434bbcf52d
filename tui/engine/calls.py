"""The InvokeModel calls that wait for their answers. Nothing here is sent twice by itself.

The answer comes to the caller alone, and AWS has no memory of the call: what is not answered here
stays unknown for good, and may have run to its end.
"""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from tui.aws import bedrock
from tui.aws.session import Session
from tui.engine.submission import Submitted, row_of, sent_already
from tui.ledger.answers import Answers
from tui.ledger.journal import Journal, State
from tui.model.answer import Answer
from tui.model.clock import Clock
from tui.model.invocation import Invocation, Key, Status
from tui.model.problem import Problem, ProblemError, problem_of
from tui.model.request import InvokeModel

CANCELLED = Problem(
    kind="Cancelled",
    message="the answer was not waited for",
    cause="it was cancelled here; the model may have run to its end, and is charged for then",
    remedy="'again' opens the form on it",
    operation="InvokeModel",
    is_ambiguous=True,
)


class Calls:
    """The calls of one context."""

    def __init__(self, session: Session, journal: Journal, answers: Answers, clock: Clock) -> None:
        self._session = session
        self._journal = journal
        self._answers = answers
        self._clock = clock
        self._under_way: dict[Key, asyncio.Future[Answer]] = {}
        self._wanted: dict[str, list[Answer]] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._under_way

    def __len__(self) -> int:
        return len(self._under_way)

    def hand_over(self, token: str) -> list[Answer]:
        """Have the answer to a request that will be sent put into a list as soon as it comes.

        It is all of the answer, whatever the ledger keeps of it.
        """
        return self._wanted.setdefault(token, [])

    async def begin(self, request: InvokeModel, account: str = "") -> Invocation:
        """Write a request down as sent, and return its row; ``wait`` then sends it.

        Raises:
            ProblemError: It could not be written down; nothing may be sent.
        """
        context, now = self._session.context, self._clock()
        if await self._journal.prepare(request, context.key, now, account):
            raise ProblemError(sent_already(request))
        row = row_of(request, context.region or "", now)
        return replace(row, status=Status.IN_PROGRESS)

    async def wait(self, request: InvokeModel, row: Invocation) -> Submitted:
        """Send a request once, wait for its answer, and keep it.

        Returns:
            The row: Completed, or Unknown when no answer came or it was cancelled.

        Raises:
            ProblemError: AWS refused it.
        """
        calling = asyncio.ensure_future(bedrock.invoke_model(self._session, request))
        self._under_way[row.key] = calling
        try:
            await asyncio.wait([calling])
        finally:
            del self._under_way[row.key]
            calling.cancel()  # does nothing to one that is over
        answer, wanted = _outcome(calling), self._wanted.pop(row.client_request_token, [])
        if isinstance(answer, Answer):
            wanted.append(answer)
            now = self._clock()
            row = replace(row, status=Status.COMPLETED, end_time=now, heard=now)
            return await self._keep(answer, row)
        state = State.UNKNOWN if answer.is_ambiguous else State.REFUSED
        trouble = None
        try:
            await self._journal.record(row.client_request_token, state, problem=answer)
        except ProblemError as error:
            trouble = error.problem
        if state is State.REFUSED:
            raise ProblemError(answer)
        row = replace(row, status=Status.UNKNOWN, failure_message=str(answer))
        return Submitted(row, trouble)

    def cancel(self, key: Key) -> bool:
        """Wait for an answer no more; returns whether it was still waited for here."""
        calling = self._under_way.get(key)
        return calling is not None and calling.cancel()

    async def _keep(self, answer: Answer, row: Invocation) -> Submitted:
        try:
            await self._answers.save(answer, row, self._session.context.key)
        except ProblemError as error:
            return Submitted(row, error.problem)
        return Submitted(row)


def _outcome(calling: asyncio.Future[Answer]) -> Answer | Problem:
    """The answer, or why there is none, ambiguous if the model may have run."""
    if calling.cancelled():
        return CANCELLED
    error = calling.exception()
    if error is None:
        return calling.result()
    if isinstance(error, ProblemError):
        return error.problem
    return replace(problem_of(error), is_ambiguous=True)  # says nothing of what AWS did
