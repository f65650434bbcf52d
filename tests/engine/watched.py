"""An S3 at the boundary that counts what it is asked, and a watcher that asks it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from tests.builders import a_note
from tests.conftest import START
from tests.scripted import Answer, refusal
from tui.aws.session import Session
from tui.config import Polling
from tui.engine.ticking import Heard, Missed
from tui.engine.watching import Watcher
from tui.ledger.known import Known
from tui.model.board import Board
from tui.model.context import Context
from tui.model.invocation import Invocation, Status, Witness

if TYPE_CHECKING:
    from aiobotocore.client import AioBaseClient

LIST, HEAD, GET = "ListObjectsV2", "HeadObject", "GetObject"
RHYTHM = Polling()


def output_of(name: str, folder: str = "s3://media/out/") -> str:
    return f"{folder}{name}.out"


def failure_of(name: str, folder: str = "s3://media/failed/") -> str:
    return f"{folder}{name}-error.out"


def a_watched(name: str, age: float = 0, **changes: object) -> Invocation:
    """An inference that S3 tells of, so many seconds old; its time is up after an hour."""
    submitted = START - timedelta(seconds=age)
    members: dict[str, object] = {
        "status": Status.PENDING,
        "operation": "InvokeEndpointAsync",
        "model_id": "my-endpoint",
        "submit_time": submitted,
        "s3_uri": output_of(name),
        "failure_message": "",
        "witness": Witness(
            output_location=output_of(name),
            failure_location=failure_of(name),
            deadline=submitted + timedelta(hours=1),
        ),
    }
    return a_note(name, **{**members, **changes})


class ScriptedStorage(Session):
    """Its clients answer for buckets that are a dictionary, and go to no network.

    Attributes:
        objects: URI → content, and when it was written.
        calls: The operation and the URI of each call so far.
        refusals: Of an operation, below a URI: what it is refused with.
        on_call: Is told each call before its answer.
        most_at_once: How many calls were under way at one time.
    """

    def __init__(self, *written: str) -> None:
        super().__init__(Context(region="us-west-2"))
        self.objects: dict[str, tuple[bytes, datetime]] = {}
        self.calls: list[tuple[str, str]] = []
        self.refusals: dict[tuple[str, str], ClientError] = {}
        self.on_call: Callable[[str, str], object] = lambda _operation, _uri: None
        self.most_at_once = 0
        self._under_way = 0
        self.write(*written)

    def write(self, *uris: str, content: bytes = b"", at: datetime = START) -> None:
        self.objects.update((uri, (content, at)) for uri in uris)

    def refuse(self, operation: str, kind: str, below: str = "s3://") -> None:
        self.refusals[operation, below] = refusal(kind)

    def count(self, operation: str) -> int:
        return sum(1 for asked, _ in self.calls if asked == operation)

    async def client(
        self, service: str, *, retries: bool = True, patience: float = 0.0
    ) -> AioBaseClient:
        """Itself: it has the operations' methods."""
        assert service == "s3"
        return self

    async def list_objects_v2(
        self,
        *,
        Bucket: str,  # noqa: N803
        Prefix: str,  # noqa: N803
        StartAfter: str,  # noqa: N803
        MaxKeys: int,  # noqa: N803
    ) -> Answer:
        """ListObjectsV2, in the order of the keys' bytes."""
        root = f"s3://{Bucket}/"
        await self._call(LIST, root + Prefix)
        keys = (uri.removeprefix(root) for uri in self.objects if uri.startswith(root + Prefix))
        after = [key for key in keys if key.encode() > StartAfter.encode()]
        found = sorted(after, key=str.encode)[:MaxKeys]
        contents = [
            {"Key": key, "LastModified": modified, "Size": len(content), "ETag": "x"}
            for key in found
            for content, modified in [self.objects[root + key]]
        ]
        return {"Contents": contents, "IsTruncated": len(found) < len(after)}

    async def head_object(self, *, Bucket: str, Key: str) -> Answer:  # noqa: N803
        """HeadObject."""
        uri = f"s3://{Bucket}/{Key}"
        await self._call(HEAD, uri)
        if uri not in self.objects:
            raise refusal("404")
        content, modified = self.objects[uri]
        return {"LastModified": modified, "ContentLength": len(content), "ETag": "x"}

    async def get_object(self, *, Bucket: str, Key: str, Range: str) -> Answer:  # noqa: N803
        """GetObject."""
        uri = f"s3://{Bucket}/{Key}"
        await self._call(GET, uri)
        content, _ = self.objects[uri]
        if not content:
            raise refusal("InvalidRange")
        first, last = Range.removeprefix("bytes=").split("-")
        return {"Body": _Body(content[int(first) : int(last) + 1])}

    async def _call(self, operation: str, uri: str) -> None:
        self.calls.append((operation, uri))
        self.on_call(operation, uri)
        self._under_way += 1
        self.most_at_once = max(self.most_at_once, self._under_way)
        await asyncio.sleep(0)
        self._under_way -= 1
        for (refused, below), error in self.refusals.items():
            if refused == operation and uri.startswith(below):
                raise error


class _Body:
    """The body of an object; it comes in pieces, as over a line."""

    def __init__(self, content: bytes) -> None:
        self._left = content

    async def __aenter__(self) -> _Body:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    async def read(self, amount: int) -> bytes:
        piece, self._left = self._left[: min(amount, 1000)], self._left[min(amount, 1000) :]
        return piece


class Watched:
    """A watcher over a scripted S3, and the news that it told."""

    def __init__(self, storage: ScriptedStorage, known: Known, rows: Iterable[Invocation]) -> None:
        self.storage = storage
        self.board = Board(rows)
        self.news: list[Heard | Missed] = []
        self.now = START
        tell = self.news.append
        self.watcher = Watcher(storage, self.board, known, RHYTHM, lambda: self.now, tell, tell)

    async def tick(self, *, after: float = 0) -> float:
        """Let seconds pass, tick, and return when the next tick is due."""
        self.now += timedelta(seconds=after)
        self.storage.calls.clear()
        return await self.watcher.tick()

    def row(self, name: str) -> Invocation:
        return self.board[a_watched(name).key]

    def note(self, name: str) -> str:
        witness = self.row(name).witness
        assert witness is not None
        return witness.note

    @property
    def problems(self) -> list[str]:
        """The kinds of what went wrong."""
        return [news.problem.kind for news in self.news if isinstance(news, Missed)]


Watch = Callable[..., Watched]
