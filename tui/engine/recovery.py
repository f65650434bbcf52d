"""What became of the submissions whose answer never came.

What may have arrived is looked up by its client token; only what AWS does not list, although it had
time to, may be sent again, and then with the same token.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as replace_data
from datetime import timedelta

from msgspec.structs import replace

from tui import log
from tui.aws import bedrock
from tui.aws.session import Session
from tui.engine import submission
from tui.engine.news import News
from tui.engine.queue import Queue
from tui.ledger.journal import Journal, State, Submission
from tui.model.board import Board
from tui.model.clock import Clock
from tui.model.invocation import Invocation, Key, key_of_token
from tui.model.problem import Problem, ProblemError
from tui.model.request import StartAsyncInvoke

WINDOW = timedelta(days=1)
"""How much earlier than this machine says AWS may have got a submission: its clock may be set."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What became of the submissions without an answer.

    Attributes:
        adopted: AWS lists them: they had arrived.
        missing: AWS does not list them and had time to: they may be sent again.
        waiting: AWS does not list them yet.
        elsewhere: They were submitted from another account, which alone can ask for them.
    """

    adopted: tuple[Invocation, ...] = ()
    missing: tuple[Submission, ...] = ()
    waiting: tuple[Submission, ...] = ()
    elsewhere: tuple[Submission, ...] = ()


class Unanswered:
    """The submissions of one context that nobody knows the end of.

    Attributes:
        missing: The submissions that AWS does not list although it had time to, by their keys on
            the board: they may be sent again.
    """

    def __init__(
        self,
        aws: Session,
        board: Board,
        journal: Journal,
        queue: Queue,
        news: News,
        clock: Clock,
    ) -> None:
        """Look nothing up before ``recover``.

        Args:
            aws: Where to ask.
            board: What is known.
            journal: The submissions.
            queue: What is just being sent.
            news: Whom to tell.
            clock: The time.
        """
        self._aws = aws
        self._board = board
        self._journal = journal
        self._queue = queue
        self._news = news
        self._clock = clock
        self.missing: dict[Key, Submission] = {}

    async def recover(self, account: str) -> Recovery:
        """Look them up, adopt what AWS lists, note what it does not.

        Raises:
            ProblemError: AWS or the ledger failed.
        """
        recovery = await _look_up(self._aws, self._journal, self._clock, account)
        ours = [found for found in recovery.missing if self._queue.is_sending(found.token)]
        missing = [found for found in recovery.missing if found not in ours]
        recovery = replace_data(
            recovery, missing=tuple(missing), waiting=(*recovery.waiting, *ours)
        )
        self.missing = {key_of_token(found.token): found for found in missing}
        self._queue.drop(found.token for found in missing)  # another copy had claimed it
        log.note(
            "recovered",
            context=self._aws.context.key,
            adopted=len(recovery.adopted),
            missing=len(recovery.missing),
            waiting=len(recovery.waiting),
            elsewhere=len(recovery.elsewhere),
        )
        region = self._aws.context.region or ""
        rows = [submission.unanswered(found, region) for found in missing]
        await self._news.learn(self._board.apply([*recovery.adopted, *rows]))
        return recovery

    async def resend(
        self, found: Submission, account: str, *, confirmed: str | None = None
    ) -> Invocation:
        """Send a missing submission again, with the same token.

        Args:
            found: What to send.
            account: Whose credentials send it; empty where that is not known.
            confirmed: The account that a person has seen it would go from; empty where that was
                not known, None where nobody was asked. Then it goes only from the one that it is
                known to have been submitted from: in another, its token would not keep it from
                running twice.

        Raises:
            ProblemError: As ``submission.submit``; or its input was not kept, or the account is
                not known to be its own.
        """
        if confirmed is None and not (found.account and found.account == account):
            raise ProblemError(_account_not_known(found.token))
        if confirmed is not None and confirmed != account:
            raise ProblemError(_account_changed(found.token))
        try:
            sent = await _send_again(found, self._aws, self._journal, self._clock, account)
        except ProblemError:
            await self._news.attempt(self.show_refused(found.token))
            raise
        self.missing.pop(key_of_token(found.token), None)
        await self._news.learn(self._board.apply([sent.row]))
        self._news.tell(sent.trouble)
        return self._board[sent.row.key]

    async def show_refused(self, token: str) -> None:
        """Show a row as Failed whose submission turns out to be refused; most have no row."""
        row = self._board.get(key_of_token(token))
        if row is None or row.invocation_arn:
            return
        found = await self._journal.find(token=token)
        if found and found.problem and found.state is State.REFUSED:
            self.missing.pop(key_of_token(token), None)
            row = submission.refused(row, found.problem, self._clock())
            await self._news.learn(self._board.apply([row]))


async def _look_up(session: Session, journal: Journal, clock: Clock, account: str = "") -> Recovery:
    """Look up every submission without an answer by its client token.

    Those of another account than ``account``, where both are known, are only named.

    Raises:
        ProblemError: AWS or the ledger failed; nothing is known any better then.
    """
    unsettled: list[Submission] = []
    elsewhere: list[Submission] = []
    for each in await journal.unsettled(session.context.key):
        if isinstance(each.request, StartAsyncInvoke):  # AWS lists no other
            is_elsewhere = account and each.account and each.account != account
            (elsewhere if is_elsewhere else unsettled).append(each)
    if not unsettled:
        return Recovery(elsewhere=tuple(elsewhere))
    found: dict[str, Invocation] = {}
    async for page in bedrock.list_all(session, unsettled[0].prepared - WINDOW):
        found.update((row.client_request_token, row) for row in page.invocations)
    adopted, missing, waiting = [], [], []
    for each in unsettled:
        if row := found.get(each.token):
            await journal.record(each.token, State.ACCEPTED, arn=row.invocation_arn)
            adopted.append(replace(row, is_ours=True))
        elif submission.is_settling(each, clock()):
            waiting.append(each)
        else:
            missing.append(each)
    return Recovery(tuple(adopted), tuple(missing), tuple(waiting), tuple(elsewhere))


async def _send_again(
    found: Submission, session: Session, journal: Journal, clock: Clock, account: str
) -> submission.Submitted:
    """Send a missing submission again, with the same token: AWS then cannot do it twice.

    Returns:
        As ``submission.submit``. A conflict means that the first call did arrive: then the
        invocation that AWS lists under the token.

    Raises:
        ProblemError: As ``submission.submit``; or the input was not kept.
    """
    if not found.has_input:
        raise ProblemError(_input_not_kept(found.token))
    await journal.reopen(found.token)
    try:
        return await submission.submit(found.request, session, journal, clock, account)
    except ProblemError as error:
        if error.problem.kind != "ConflictException":
            raise
        for row in (await _look_up(session, journal, clock)).adopted:
            if row.client_request_token == found.token:
                return submission.Submitted(row)
        raise


def _input_not_kept(token: str) -> Problem:
    return Problem(
        kind="InputNotKept",
        message=f"the model input of {token} was not kept",
        cause="history.keep-inputs is false, or the inputs were purged",
        remedy="type it again as a new invocation",
    )


def _account_changed(token: str) -> Problem:
    return Problem(
        kind="AccountChanged",
        message=f"{token} was not sent again: the account is not the one that you were shown",
        cause="there are other credentials since",
        remedy="try it once more",
    )


def _account_not_known(token: str) -> Problem:
    return Problem(
        kind="AccountNotKnown",
        message=f"{token} was not sent again: nobody knows that it belongs to this account",
        cause="sts:GetCallerIdentity did not say who we are, now or when it was submitted",
        remedy="grant sts:GetCallerIdentity, or send it again from the screen, which asks",
    )
