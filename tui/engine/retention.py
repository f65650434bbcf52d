"""What the ledger keeps no longer: by hand, by command, by age. Sends nothing, asks AWS nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tui.aws import bedrock
from tui.engine.dispatch import Dispatch
from tui.engine.news import News
from tui.ledger.ledger import Ledger
from tui.model.board import Board
from tui.model.clock import Clock
from tui.model.invocation import Key, Status, key_of_token


class Retention:
    """What is dropped of one context; what may still run is never."""

    def __init__(
        self,
        context: str,
        board: Board,
        ledger: Ledger,
        dispatch: Dispatch,
        news: News,
        clock: Clock,
    ) -> None:
        """Drop nothing yet.

        Args:
            context: The key of the context.
            board: What is known.
            ledger: What is kept.
            dispatch: What waits to be sent.
            news: Whom to tell.
            clock: The time.
        """
        self._context = context
        self._board = board
        self._journal = ledger.journal
        self._retries = ledger.retries
        self._dispatch = dispatch
        self._known = ledger.known
        self._answers = ledger.answers
        self._drafts = ledger.drafts
        self._news = news
        self._clock = clock

    async def forget(self, keys: Sequence[Key]) -> int:
        """Drop what is over, or was never sent, from the board and the ledger; returns how many.

        What still runs, and what was never answered, stays: it would be lost. What is just being
        sent stays as well, if AWS takes it, and what another copy has an answer to, unseen here.

        Raises:
            ProblemError: The ledger failed; what it did not drop comes back at the next start.
        """
        rows, now = [row for key in keys if (row := self._board.get(key))], self._clock()
        over = [row for row in rows if row.is_forgettable]
        asked = [row for row in over if not row.is_listed]
        with self._journal.leave_unwritten([row.client_request_token for row in asked]):
            came = await self._answers.forget(asked, self._context, now, self._given_up)
        gone = {row.key for row in asked} - {row.key for row in came}
        await self._news.learn(self._board.forget(gone))
        await self._news.learn(self._board.apply(came))
        listed = [row.key for row in over if row.is_listed]
        await self._known.forget(self._context, listed, now)
        await self._news.learn(self._board.forget(listed))
        queued = [row.client_request_token for row in rows if row.status is Status.QUEUED]
        dropped = await self._dispatch.drop(queued)
        await self._news.learn(self._board.drop(map(key_of_token, dropped)))
        return len(gone) + len(listed) + len(dropped)

    async def purge_inputs(self) -> int:
        """Erase drafts, answers, and the inputs of what is settled; returns how many inputs.

        Raises:
            ProblemError: The ledger failed.
        """
        await self._drafts.clear()
        await self._answers.clear()
        await self._answers.give_up(self._given_up)
        count = await self._journal.purge_inputs()
        await self._known.purge_inputs()  # after the inputs: with them, others write words back
        return count

    async def prune(self, days: float) -> None:
        """Drop what was settled so many days ago."""
        before = self._clock() - timedelta(days=days)
        await self._news.attempt(self._answers.give_up(self._given_up))
        await self._news.attempt(self._known.prune(before))
        await self._news.attempt(self._journal.prune(before))
        await self._news.attempt(self._retries.prune(before))
        await self._news.attempt(self._answers.prune(before))

    @property
    def _given_up(self) -> datetime:
        """What was asked before this moment is not waited for any more."""
        return self._clock() - timedelta(seconds=bedrock.PATIENCE)
