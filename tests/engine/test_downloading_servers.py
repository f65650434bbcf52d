"""Downloads from both S3 servers: interrupted, changed meanwhile, gone, checked."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import random
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.engine.stored import files_in, saved_as
from tests.s3_servers import S3Server
from tests.s3_servers import bucket as bucket
from tests.s3_servers import server as server
from tests.s3_servers import session as session
from tui.aws import checksums, s3
from tui.aws.session import Session
from tui.engine import downloading
from tui.engine.downloading import Wanted, download
from tui.engine.source import Bucket
from tui.model.outputs import OutputObject, Place
from tui.model.problem import ProblemError

SIZE = 1024 * 1024 + 321
LEAST_PART = 5 * 1024 * 1024


class Counted(Bucket):
    """Notes the bytes of each piece that comes, and cancels a task after some of them."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.spans: list[tuple[int, int]] = []
        self.after = 0
        self.task: asyncio.Task[object] | None = None

    async def read_range(self, thing: OutputObject, start: int, end: int) -> AsyncIterator[bytes]:
        async for piece in super().read_range(thing, start, end):
            self.spans.append((start, start + len(piece)))
            start += len(piece)
            self.after -= len(piece)
            if self.task and self.after <= 0:
                self.task.cancel()
                self.task = None
            yield piece


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloading, "RANGE", 64 * 1024)
    monkeypatch.setattr(downloading, "PIECE", 16 * 1024)
    monkeypatch.setattr(s3, "PIECE", 8 * 1024)


async def put(
    server: S3Server, session: Session, bucket: str, content: bytes, **options: str
) -> OutputObject:
    server.put(bucket, {"job/a.bin": content}, **options)
    (thing,) = (await s3.list_objects(session, Place(bucket, "job/"))).objects
    return thing


async def test_ten_times_interrupted_the_file_is_the_object_and_nothing_came_twice(
    session: Session, server: S3Server, bucket: str, tmp_path: Path
) -> None:
    content = os.urandom(SIZE)
    thing = await put(server, session, bucket, content)
    source, times = Counted(session), random.Random(11)
    for _ in range(10):
        task = asyncio.create_task(download([Wanted(source, thing, tmp_path)]))
        source.task, source.after = task, times.randint(0, SIZE // 25)
        with contextlib.suppress(asyncio.CancelledError):
            await task
    assert not (tmp_path / "a.bin").exists()

    saved = await saved_as(source, thing, tmp_path)

    assert hashlib.sha256(saved.path.read_bytes()).digest() == hashlib.sha256(content).digest()
    assert saved.checked == "MD5"
    spans = sorted(source.spans)
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    assert sum(end - start for start, end in spans) == SIZE


async def test_one_that_changes_while_it_is_read_is_begun_anew(
    session: Session, server: S3Server, bucket: str, tmp_path: Path
) -> None:
    thing = await put(server, session, bucket, os.urandom(SIZE))
    second = os.urandom(SIZE // 3)

    class Changing(Counted):
        async def read_range(
            self, thing: OutputObject, start: int, end: int
        ) -> AsyncIterator[bytes]:
            async for piece in super().read_range(thing, start, end):
                if len(self.spans) == 30:
                    await put(server, session, bucket, second)
                yield piece

    saved = await saved_as(Changing(session), thing, tmp_path)

    assert saved.is_begun_anew
    assert saved.path.read_bytes() == second
    assert files_in(tmp_path) == [saved.path]


@pytest.mark.parametrize("algorithm", ["SHA256", "SHA1", "CRC32"])
async def test_an_object_that_was_stored_with_a_checksum_is_saved(
    session: Session, server: S3Server, bucket: str, tmp_path: Path, algorithm: str
) -> None:
    content = os.urandom(SIZE)
    thing = await put(server, session, bucket, content, ChecksumAlgorithm=algorithm)

    saved = await saved_as(Bucket(session), thing, tmp_path)

    assert saved.path.read_bytes() == content


async def test_an_object_in_parts_is_saved(
    session: Session, server: S3Server, bucket: str, tmp_path: Path
) -> None:
    content = os.urandom(LEAST_PART + 12_345)
    server.put_in_parts(bucket, "job/parts.bin", content[:LEAST_PART], content[LEAST_PART:])
    (thing,) = (await s3.list_objects(session, Place(bucket, "job/"))).objects

    saved = await saved_as(Bucket(session), thing, tmp_path)

    assert thing.etag.endswith('-2"')
    assert saved.path.read_bytes() == content


async def test_an_empty_object_is_an_empty_file(
    session: Session, server: S3Server, bucket: str, tmp_path: Path
) -> None:
    thing = await put(server, session, bucket, b"")

    saved = await saved_as(Bucket(session), thing, tmp_path)

    assert saved.path.read_bytes() == b""
    assert saved.checked == "MD5"


async def test_keys_of_1024_bytes_become_files_of_their_own(
    session: Session, server: S3Server, bucket: str, tmp_path: Path
) -> None:
    face = "\N{GRINNING FACE}"
    keys = [f"job/{'/'.join([face * 63] * 4)}/abc{end}.mp4" for end in "ab"]
    server.put(bucket, {key: key[-5:].encode() for key in keys})
    things = (await s3.list_objects(session, Place(bucket, "job/"))).objects
    assert [len(thing.key.encode()) for thing in things] == [1024, 1024]

    outcome = await download([Wanted(Bucket(session), thing, tmp_path) for thing in things])

    assert sorted(saved.path.read_bytes() for saved in outcome.saved) == [b"a.mp4", b"b.mp4"]
    assert {saved.path.suffix for saved in outcome.saved} == {".mp4"}


async def test_one_that_is_gone_is_a_problem(
    session: Session, server: S3Server, bucket: str, tmp_path: Path
) -> None:
    thing = await put(server, session, bucket, b"abc")
    server.delete(bucket, thing.key)

    assert await checksums.head_object(session, thing) is None
    with pytest.raises(ProblemError) as caught:
        await saved_as(Bucket(session), thing, tmp_path)

    assert caught.value.problem.kind == "NoSuchKey"
