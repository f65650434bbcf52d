"""A service at the boundary that answers as a test says, and a poller that asks it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from tests.builders import arn_of
from tests.conftest import START
from tui.aws.session import Session
from tui.config import Polling
from tui.engine.polling import Poller
from tui.engine.ticking import Heard, Missed
from tui.model.board import Board
from tui.model.context import Context
from tui.model.invocation import Invocation

if TYPE_CHECKING:
    from aiobotocore.client import AioBaseClient

Answer = Mapping[str, object]


def a_summary(id: str, submit_time: datetime, status: str = "InProgress") -> dict[str, object]:  # noqa: A002
    """What List and Get say of an invocation; without a status, one that says none."""
    summary: dict[str, object] = {
        "invocationArn": arn_of(id),
        "modelArn": "arn:aws:bedrock:us-west-2::foundation-model/luma.ray-v2:0",
        "submitTime": submit_time,
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": f"s3://media/ray/{id[:12]}"}},
    }
    return {**summary, "status": status} if status else summary


def old(id: str, **ago: float) -> dict[str, object]:  # noqa: A002
    """What List says of one that ended long ago: ``days=8``."""
    return a_summary(id, START - timedelta(**ago), "Completed")


def a_page(*summaries: Answer, next_token: str = "") -> dict[str, object]:
    """An answer to ListAsyncInvokes."""
    page: dict[str, object] = {"asyncInvokeSummaries": list(summaries)}
    return {**page, "nextToken": next_token} if next_token else page


class ScriptedSession(Session):
    """Its clients hand every call to two functions of the test, and go to no network.

    Attributes:
        lists: The arguments of each ListAsyncInvokes so far.
        gets: The ARN of each GetAsyncInvoke so far.
        gate: No list is answered while it is closed.
    """

    def __init__(
        self,
        on_list: Callable[[Mapping[str, object]], Answer],
        on_get: Callable[[str], Answer] | None = None,
    ) -> None:
        super().__init__(Context(region="us-west-2"))
        self.lists: list[Mapping[str, object]] = []
        self.gets: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self._on_list = on_list
        self._on_get = on_get

    async def client(
        self, service: str, *, retries: bool = True, patience: float = 0.0
    ) -> AioBaseClient:
        """Itself: it has the operations' methods."""
        return self

    async def list_async_invokes(self, **arguments: object) -> Answer:
        """ListAsyncInvokes."""
        self.lists.append(arguments)
        await self.gate.wait()
        return self._on_list(arguments)

    async def get_async_invoke(self, *, invocationArn: str) -> Answer:  # noqa: N803
        """GetAsyncInvoke."""
        self.gets.append(invocationArn)
        if self._on_get is None:
            raise AssertionError(f"nobody expected a question about {invocationArn}")
        return self._on_get(invocationArn)


def refusal(kind: str, **headers: str) -> ClientError:
    """An error that the service answers with."""
    meta = {"HTTPStatusCode": 400, "HTTPHeaders": headers}
    return ClientError({"Error": {"Code": kind}, "ResponseMetadata": meta}, "Any")


SELDOM = Polling(fastest=1000, slowest=2000, idle=3000)
"""A rhythm in which no tick comes by itself while a test runs."""


class Polled:
    """A poller over a scripted service, and the news that it told."""

    def __init__(self, session: ScriptedSession, *known: Invocation, days: float = 7) -> None:
        self.session = session
        self.board = Board(known)
        self.news: list[Heard | Missed] = []
        self.now = START
        self.poller = Poller(
            session, self.board, SELDOM, timedelta(days=days), lambda: self.now, self.news.append
        )

    @property
    def problems(self) -> list[str]:
        """The kinds of what went wrong."""
        return [news.problem.kind for news in self.news if isinstance(news, Missed)]


async def turns() -> None:
    """Let everything happen that can happen without time passing."""
    for _ in range(100):
        await asyncio.sleep(0)
