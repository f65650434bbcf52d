"""S3: uploading, with boto3's transfer manager in threads of its own. What failed leaves nothing.

Nothing is resumed: what was uploaded of an upload that failed or was cancelled is taken back.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import io
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

from msgspec.structs import replace

from tui.aws.errors import problems
from tui.aws.session import Session
from tui.model.problem import ProblemError

if TYPE_CHECKING:
    from s3transfer.futures import TransferFuture

PART = 8 * 1024 * 1024
"""Bytes of one part of an upload; what has fewer goes in one piece."""

PARTS_AT_ONCE = 4

TAKING_BACK = 0.25
"""Seconds that a cancelled upload has to take its parts back before the caller goes on.

Where S3 does not answer, that is done without the caller, or not at all when the program ends.
"""

Progress = Callable[[int], None]
"""Told how many bytes have just been sent; fewer than none where a part begins anew."""


async def upload(
    session: Session,
    source: BinaryIO,
    bucket: str,
    key: str,
    content_type: str = "",
    progress: Progress | None = None,
) -> None:
    """Make an object of all that ``source`` holds, with the checksums of the SDK.

    Args:
        session: Where to.
        source: What to send, from its beginning: seekable, read in threads, and closed there when
            the transfer is over. What its reading raises, apart from OSError and ValueError, is
            raised here as it is, and no object is made.
        bucket: The object's bucket.
        key: The object's key.
        content_type: The object's content type, where it shall have one.
        progress: Told of the bytes as they leave.

    Raises:
        ProblemError: S3 refused (s3:PutObject), or could not be reached; never ambiguous, for an
            upload may be repeated.
    """
    try:
        with problems("PutObject", session.context, f"s3://{bucket}/{key}", is_sent=False):
            client = await session.blocking_client("s3")
            transfers = await asyncio.to_thread(importlib.import_module, "boto3.s3.transfer")
            settings = transfers.TransferConfig(
                multipart_threshold=PART,
                multipart_chunksize=PART,
                max_concurrency=PARTS_AT_ONCE,
                preferred_transfer_client="classic",  # the other one ignores the endpoint URL
            )
            settings.max_in_memory_upload_chunks = PARTS_AT_ONCE + 1
            body = await asyncio.to_thread(_body, source)
            manager = transfers.create_transfer_manager(client, settings)
            watch = _Watch(body, progress)
            extra = {"ContentType": content_type} if content_type else {}
            try:
                await watch.result(manager.upload(body, bucket, key, extra, [watch]))
            finally:
                # It waits for its threads, and nobody waits for it.
                threading.Thread(target=manager.shutdown, daemon=True).start()
    except ProblemError as error:
        raise ProblemError(replace(error.problem, is_ambiguous=False)) from error


class _Watch:
    """A subscriber of one transfer, called in its threads; carries what it hears to the loop."""

    def __init__(self, body: BinaryIO, progress: Progress | None) -> None:
        self._body = body
        self._progress = progress
        self._loop = asyncio.get_running_loop()
        self._is_over = asyncio.Event()

    def on_progress(self, future: TransferFuture, bytes_transferred: int, **_: object) -> None:
        if self._progress and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._progress, bytes_transferred)

    def on_done(self, future: TransferFuture, **_: object) -> None:
        self._body.close()
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._is_over.set)

    async def result(self, transfer: TransferFuture) -> None:
        """Wait for the transfer's end, and raise what it failed with; a cancellation ends it."""
        try:
            await self._is_over.wait()
        except asyncio.CancelledError:
            self._progress = None
            transfer.cancel()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._is_over.wait(), TAKING_BACK)
            raise
        transfer.result()


def _body(source: BinaryIO) -> BinaryIO:
    """What is sent: the source, or all of its content where that is no more than one part.

    The source of parts is read by one thread, that of a single piece by the HTTP client, where an
    error of the reading would pass for one of the network.
    """
    content = source.read(PART)
    if len(content) < PART:
        source.close()
        return io.BytesIO(content)
    source.seek(0)
    return source
