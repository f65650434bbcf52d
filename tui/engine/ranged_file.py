"""An object as a file for a library that reads in a thread: in ranges, each kept, and not too many.

It knows no format.
"""

from __future__ import annotations

import asyncio
import io
from concurrent.futures import CancelledError, Future

from tui.engine.source import Source
from tui.model.outputs import OutputObject

BLOCK = 256 * 1024
"""Bytes that are read at once."""


class StoppedError(OSError):
    """No more is read: enough was, or nobody waits for it any more."""


class RangedFile(io.RawIOBase):
    """What a thread reads of an object; the reading itself is done on the event loop.

    Attributes:
        most: Bytes that are read at most.
        is_stopped: Whether it was told to stop.
        read_bytes: How much of the object was asked for.
        trouble: What went wrong; from then on there are no more bytes.
    """

    def __init__(self, source: Source, thing: OutputObject, most: int) -> None:
        """Begin with nothing read; to be made on the event loop.

        Args:
            source: Where to read.
            thing: The object.
            most: Bytes that are read at most.
        """
        super().__init__()
        self._source = source
        self._thing = thing
        self.most = most
        self._loop = asyncio.get_running_loop()
        self._blocks: dict[int, bytes] = {}
        self._place = 0
        self._reading: Future[bytes] | None = None
        self.is_stopped = False
        self.read_bytes = 0
        self.trouble: Exception | None = None

    def stop(self) -> None:
        """Read no more; what is being read is given up."""
        self.is_stopped = True
        if self._reading:
            self._reading.cancel()

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is: that is what ranges are for."""
        return True

    def tell(self) -> int:
        """The place of the next byte."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, which costs nothing."""
        start = {io.SEEK_CUR: self._place, io.SEEK_END: self._thing.size}.get(whence, 0)
        self._place = max(0, start + offset)
        return self._place

    def read(self, size: int = -1) -> bytes:
        """The next bytes, as many as are in one block; none at the end, nor after any trouble."""
        if self._place >= self._thing.size or not size or self.trouble:
            return b""
        try:
            block = self._block(self._place // BLOCK)
        except Exception as error:  # libav knows none, and might try for ever
            self.trouble = error
            return b""
        start = self._place % BLOCK
        piece = block[start:] if size < 0 else block[start : start + size]
        self._place += len(piece)
        return piece

    def _block(self, number: int) -> bytes:
        if number not in self._blocks:
            start = number * BLOCK
            end = min(start + BLOCK, self._thing.size)
            if self.is_stopped or self.read_bytes + end - start > self.most:
                raise StoppedError("no more is read")
            self.read_bytes += end - start
            self._reading = asyncio.run_coroutine_threadsafe(self._range(start, end), self._loop)
            if self.is_stopped:  # it may have been stopped right before there was what to cancel
                self._reading.cancel()
            try:
                self._blocks[number] = self._reading.result()
            except CancelledError as error:
                raise StoppedError("no more is read") from error
        return self._blocks[number]

    async def _range(self, start: int, end: int) -> bytes:
        return b"".join([piece async for piece in self._source.read_range(self._thing, start, end)])
