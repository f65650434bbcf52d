"""Whether the bytes that came are the object's, by the checksum that S3 tells of it."""

from __future__ import annotations

from msgspec.structs import replace

from tui.engine.part_file import PartFile
from tui.engine.part_work import on
from tui.engine.source import Store
from tui.model.checksum import Checksum, md5_of
from tui.model.outputs import OutputObject
from tui.model.problem import Problem, ProblemError

STEP = 32 * 1024 * 1024
"""Bytes that are read in one go: a cancellation waits for no more."""

PIECE = 1024 * 1024
"""Bytes that are read at once."""


async def check(source: Store, thing: OutputObject, part: PartFile) -> str:
    """The algorithm of the checksum that the bytes have as S3 tells it; empty where it tells none.

    Raises:
        ProblemError: They have another one, and are thrown away.
    """
    supposed = md5_of(thing.etag)
    if supposed and await _has(part, thing.size, supposed):
        return supposed.algorithm
    head = await source.head(thing)
    is_same = head is not None and head.thing.etag == thing.etag
    if supposed and not is_same:
        raise ProblemError(_CHANGED_MEANWHILE)
    if head is None or head.checksum is None or not is_same:
        return ""
    if await _has(part, thing.size, head.checksum):
        return head.checksum.algorithm
    await on(part, part.discard)
    cause = f"their {head.checksum.algorithm} is not the one that S3 tells"
    raise ProblemError(replace(_OTHER_BYTES, cause=cause))


async def _has(part: PartFile, size: int, checksum: Checksum) -> bool:
    computed = checksum.begin()

    def take(start: int, end: int) -> None:
        for offset in range(start, end, PIECE):
            computed.update(part.read(offset, min(PIECE, end - offset)))

    for start in range(0, size, STEP):
        await on(part, take, start, min(start + STEP, size))
    return computed.digest() == checksum.digest


_OTHER_BYTES = Problem(
    kind="ChecksumMismatch",
    message="the bytes that came are not the object's; they were thrown away",
    remedy="save it again",
    is_retryable=True,
)

_CHANGED_MEANWHILE = Problem(
    kind="PreconditionFailed",
    message="it is another object now, or gone, and what came of it is not right",
    cause="something wrote to it, or deleted it, while it was read",
    remedy="look whether it is still there, then save it again",
    is_retryable=True,
)
