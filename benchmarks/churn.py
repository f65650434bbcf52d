"""Whether memory stays flat while invocations come and go, poll after poll.

``python benchmarks/churn.py [POLLS]`` (10,000) polls a service that is a double in this process. At
every poll one invocation is submitted, one ends and, so that the number stays the same, the oldest
of 1,000 is dropped: what grows then is not rows. The filter is set anew every hundred polls.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import TYPE_CHECKING

from benchmarks.measuring import heading, memory, percent, resident, show
from benchmarks.rows import arn_of
from tui.aws.session import Session
from tui.config import Polling
from tui.engine.polling import Poller
from tui.engine.ticking import Heard, Missed
from tui.model.board import Board
from tui.model.context import Context
from tui.model.filter import parse
from tui.model.view import Listing, View

if TYPE_CHECKING:
    from aiobotocore.client import AioBaseClient

BUDGET = 0.05
KEPT, RUNNING = 1000, 20
POLL_SECONDS = 5
START = datetime(2026, 3, 14, tzinfo=timezone.utc)

Answer = Mapping[str, object]


class ChurningSession(Session):
    """Its clients answer for a service where one invocation is submitted a poll, and one ends.

    Attributes:
        now: The service's time.
    """

    def __init__(self) -> None:
        super().__init__(Context(region="us-west-2"))
        self.now = START
        self._submitted: dict[str, datetime] = {}
        self._count = 0
        for _ in range(KEPT):
            self.churn()

    def churn(self) -> None:
        """Let some time pass, and forget the oldest of too many."""
        self.now += timedelta(seconds=POLL_SECONDS)
        self._submitted[arn_of(self._count)] = self.now
        self._count += 1
        if len(self._submitted) > KEPT:
            del self._submitted[next(iter(self._submitted))]

    async def client(
        self, service: str, *, retries: bool = True, patience: float = 0.0
    ) -> AioBaseClient:
        """Itself: it has the operations' methods."""
        return self

    async def list_async_invokes(self, **arguments: object) -> Answer:
        """ListAsyncInvokes, in one page."""
        await asyncio.sleep(0)
        after, wanted = arguments.get("submitTimeAfter"), arguments.get("statusEquals")
        summaries = []
        for arn in reversed(self._submitted):
            summary = self._summary(arn)
            if isinstance(after, datetime) and self._submitted[arn] < after:
                break
            if wanted and summary["status"] != wanted:
                break
            summaries.append(summary)
        return {"asyncInvokeSummaries": summaries}

    async def get_async_invoke(self, *, invocationArn: str) -> Answer:  # noqa: N803
        """GetAsyncInvoke."""
        await asyncio.sleep(0)
        return self._summary(invocationArn)

    def _summary(self, arn: str) -> dict[str, object]:
        submitted = self._submitted[arn]
        ended = submitted + timedelta(seconds=RUNNING * POLL_SECONDS)
        summary: dict[str, object] = {
            "invocationArn": arn,
            "clientRequestToken": f"token-of-{arn[-12:]}",
            "modelArn": "arn:aws:bedrock:us-west-2::foundation-model/luma.ray-v2:0",
            "submitTime": submitted,
            "status": "InProgress" if ended > self.now else "Completed",
        }
        return summary if ended > self.now else {**summary, "endTime": ended}


async def churn(polls: int) -> tuple[float, float, float]:
    """Bytes of memory after the first tenth of the polls and after all, and seconds a poll."""
    session, board = ChurningSession(), Board()
    listing = Listing(board, View(parse("luma", START)))

    def follow(news: Heard | Missed) -> None:
        assert isinstance(news, Heard), news.problem
        listing.follow(news.changes)

    stretch = timedelta(days=7)
    poller = Poller(session, board, Polling(), stretch, lambda: session.now, follow)
    warm, start = 0.0, time.process_time()
    for number in range(1, polls + 1):
        session.churn()
        await poller.tick()
        listing.follow(board.drop(islice(listing, KEPT, None)))
        if number % 100 == 0:
            listing.show(listing.view)
        if number == max(1, polls // 10):
            warm = _memory()
    assert len(board) == len(listing) == KEPT
    return warm, _memory(), (time.process_time() - start) / polls


def main() -> None:
    """Print the memory after a tenth of the polls and after all, and the growth."""
    polls = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    warm, end, seconds = asyncio.run(churn(polls))
    heading(f"{polls:,} polls with churn, {KEPT:,} invocations")
    show(f"resident after {max(1, polls // 10):,} polls", [warm], memory)
    show(f"resident after {polls:,} polls", [end], memory)
    show("growth", [end / warm - 1], percent, BUDGET)
    show("a poll's processor time", [seconds])


def _memory() -> float:
    gc.collect()
    return resident(os.getpid())


if __name__ == "__main__":
    main()
