"""Downloads from a real S3 server: interrupted, changed meanwhile, forbidden, checked."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import random
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from tests.engine.stored import saved_as
from tests.seaweedfs import SeaweedFS
from tests.seaweedfs import session as session
from tui.aws import checksums, s3
from tui.aws.session import Session
from tui.engine import downloading
from tui.engine.downloading import Wanted, download
from tui.engine.source import Bucket
from tui.model.context import Context
from tui.model.outputs import OutputObject, Place
from tui.model.problem import ProblemError

SIZE = 6 * 1024 * 1024 + 321


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
    monkeypatch.setattr(downloading, "RANGE", 256 * 1024)
    monkeypatch.setattr(downloading, "PIECE", 64 * 1024)
    monkeypatch.setattr(s3, "PIECE", 32 * 1024)


@pytest.fixture
def bucket(seaweedfs: SeaweedFS) -> str:
    return seaweedfs.bucket()


async def put(
    seaweedfs: SeaweedFS, session: Session, bucket: str, content: bytes, **options: str
) -> OutputObject:
    with closing(seaweedfs.client()) as client:
        client.put_object(Bucket=bucket, Key="job/a.bin", Body=content, **options)
    (thing,) = await s3.list_objects(session, Place(bucket, "job/"))
    return thing


async def test_ten_times_interrupted_the_file_is_the_object_and_nothing_came_twice(
    session: Session, seaweedfs: SeaweedFS, bucket: str, tmp_path: Path
) -> None:
    content = os.urandom(SIZE)
    thing = await put(seaweedfs, session, bucket, content)
    source, times = Counted(session), random.Random(11)
    for _ in range(10):
        task = asyncio.create_task(download([Wanted(source, thing, tmp_path)]))
        source.task, source.after = task, times.randint(0, SIZE // 14)
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
    session: Session, seaweedfs: SeaweedFS, bucket: str, tmp_path: Path
) -> None:
    thing = await put(seaweedfs, session, bucket, os.urandom(SIZE))
    second = os.urandom(SIZE // 3)

    class Changing(Counted):
        async def read_range(
            self, thing: OutputObject, start: int, end: int
        ) -> AsyncIterator[bytes]:
            async for piece in super().read_range(thing, start, end):
                if len(self.spans) == 30:
                    await put(seaweedfs, session, bucket, second)
                yield piece

    saved = await saved_as(Changing(session), thing, tmp_path)

    assert saved.is_begun_anew
    assert saved.path.read_bytes() == second
    assert list(tmp_path.iterdir()) == [saved.path]


@pytest.mark.parametrize("algorithm", ["SHA256", "SHA1", "CRC32"])
async def test_a_checksum_of_an_object_that_was_stored_with_one_is_told(
    session: Session, seaweedfs: SeaweedFS, bucket: str, tmp_path: Path, algorithm: str
) -> None:
    content = os.urandom(SIZE)
    thing = await put(seaweedfs, session, bucket, content, ChecksumAlgorithm=algorithm)

    head = await checksums.head_object(session, thing)
    saved = await saved_as(Bucket(session), thing, tmp_path)

    assert head is not None
    assert head.checksum is not None
    assert head.checksum.algorithm == algorithm
    computed = head.checksum.begin()
    computed.update(content)
    assert computed.digest() == head.checksum.digest
    assert saved.path.read_bytes() == content


async def test_an_object_in_parts_is_saved(
    session: Session, seaweedfs: SeaweedFS, bucket: str, tmp_path: Path
) -> None:
    content = os.urandom(SIZE)
    key = {"Bucket": bucket, "Key": "job/parts.bin"}
    with closing(seaweedfs.client()) as client:
        upload = client.create_multipart_upload(**key)["UploadId"]
        parts = []
        for number, start in ((1, 0), (2, 5 * 1024 * 1024)):
            body = content[start : 5 * 1024 * 1024 * number]
            part = client.upload_part(**key, UploadId=upload, PartNumber=number, Body=body)
            parts.append({"ETag": part["ETag"], "PartNumber": number})
        client.complete_multipart_upload(**key, UploadId=upload, MultipartUpload={"Parts": parts})
    (thing,) = await s3.list_objects(session, Place(bucket, "job/"))

    saved = await saved_as(Bucket(session), thing, tmp_path)

    assert thing.etag.endswith('-2"')
    assert saved.path.read_bytes() == content


async def test_one_of_several_that_may_not_be_read_names_itself(
    session: Session,
    seaweedfs: SeaweedFS,
    bucket: str,
    seaweed_account: Callable[..., None],
    tmp_path: Path,
) -> None:
    thing = await put(seaweedfs, session, bucket, b"abc")
    seaweed_account("nobody", "nothing")
    stranger = Session(Context(region="us-west-2", endpoint_url=seaweedfs.url))
    wanted = [
        Wanted(Bucket(session), thing, tmp_path / "ours"),
        Wanted(Bucket(stranger), thing, tmp_path / "theirs"),
    ]
    try:
        outcome = await download(wanted)
    finally:
        await stranger.close()

    assert [saved.path for saved in outcome.saved] == [tmp_path / "ours" / "a.bin"]
    (failed,) = outcome.failed
    assert failed.problem.message.startswith("a.bin: ")
    assert failed.problem.operation == "GetObject"


async def test_one_that_is_gone_is_a_problem(
    session: Session, seaweedfs: SeaweedFS, bucket: str, tmp_path: Path
) -> None:
    thing = await put(seaweedfs, session, bucket, b"abc")
    with closing(seaweedfs.client()) as client:
        client.delete_object(Bucket=bucket, Key=thing.key)

    assert await checksums.head_object(session, thing) is None
    with pytest.raises(ProblemError) as caught:
        await saved_as(Bucket(session), thing, tmp_path)

    assert caught.value.problem.kind == "NoSuchKey"
