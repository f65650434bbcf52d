from __future__ import annotations

import asyncio
import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.awsrequest import AWSResponse

from tests.engine.stored import downloaded
from tests.s3_servers import S3Server
from tests.s3_servers import bucket as bucket
from tests.s3_servers import server as server
from tests.s3_servers import session as session
from tui.aws import s3, uploading
from tui.aws.session import Session
from tui.aws.uploading import PART, upload
from tui.engine.source import Bucket
from tui.model.outputs import Place
from tui.model.problem import Problem, ProblemError

LARGE = os.urandom(2 * PART + 12_345)


async def problem_of(session: Session, bucket: str, content: bytes = b"x") -> Problem:
    with pytest.raises(ProblemError) as caught:
        await upload(session, io.BytesIO(content), bucket, "key")
    assert not caught.value.problem.is_ambiguous
    return caught.value.problem


async def answer_once(session: Session, operation: str, status: int, code: str) -> None:
    """Have one call of the client answered without the server."""
    left = 1

    class Raw(io.BytesIO):
        def stream(self) -> Iterator[bytes]:
            yield self.read()

    def answer(**_: object) -> AWSResponse | None:
        nonlocal left
        left -= 1
        body = f"<Error><Code>{code}</Code><Message>about it</Message></Error>".encode()
        return AWSResponse("http://x", status, {}, Raw(body)) if left >= 0 else None

    client = await session.blocking_client("s3")
    client.meta.events.register(f"before-send.s3.{operation}", answer)


class Held(io.BytesIO):
    """A source that stops before its third part, until it is let go."""

    def __init__(self) -> None:
        super().__init__(LARGE)
        self.is_let_go = threading.Event()

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() >= 2 * PART:
            self.is_let_go.wait(60)
        return super().read(size)


@pytest.mark.parametrize("size", [0, 1, PART - 1, PART, len(LARGE)])
async def test_an_object_is_what_was_sent_and_its_bytes_are_told(
    session: Session, server: S3Server, bucket: str, size: int
) -> None:
    sent: list[int] = []
    source = io.BytesIO(LARGE[:size])

    await upload(session, source, bucket, "a b/ü.bin", progress=sent.append)

    assert server.content(bucket, "a b/ü.bin") == LARGE[:size]
    assert sum(sent) == size
    assert source.closed
    assert server.left_in(bucket) == ["a b/ü.bin"]


async def test_a_large_object_goes_in_parts(
    session: Session, server: S3Server, bucket: str
) -> None:
    await upload(session, io.BytesIO(LARGE), bucket, "key")

    assert server.client().head_object(Bucket=bucket, Key="key")["ETag"].endswith('-3"')


@pytest.mark.parametrize("content", [b"small", LARGE])
async def test_an_object_carries_a_checksum_and_its_content_type(
    session: Session, server: S3Server, bucket: str, content: bytes
) -> None:
    await upload(session, io.BytesIO(content), bucket, "key", "application/jsonlines")

    head = server.client().head_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED")
    assert head["ContentType"] == "application/jsonlines"
    assert "ChecksumCRC32" in head


async def test_what_was_uploaded_is_listed_and_downloaded(
    session: Session, bucket: str, tmp_path: Path
) -> None:
    for key in ("job/a.bin", "job/sub/b.bin", "other"):
        await upload(session, io.BytesIO(LARGE), bucket, key)

    found = (await s3.list_objects(session, Place(bucket, "job/"))).objects
    path = await downloaded(Bucket(session), found[1], tmp_path)

    assert [(thing.name, thing.size) for thing in found] == [
        ("a.bin", len(LARGE)),
        ("sub/b.bin", len(LARGE)),
    ]
    assert path == tmp_path / "sub" / "b.bin"
    assert path.read_bytes() == LARGE


async def test_a_range_is_read_of_the_object_that_was_listed_and_of_no_other(
    session: Session, bucket: str
) -> None:
    await upload(session, io.BytesIO(LARGE), bucket, "key")
    (found,) = (await s3.list_objects(session, Place(bucket, ""))).objects

    pieces = [piece async for piece in s3.read_range(session, found, PART - 5, PART + 700_000)]
    assert b"".join(pieces) == LARGE[PART - 5 : PART + 700_000]

    await upload(session, io.BytesIO(b"another"), bucket, "key")
    with pytest.raises(ProblemError) as caught:
        _ = [piece async for piece in s3.read_range(session, found, 0, 5)]
    assert caught.value.problem.kind == "PreconditionFailed"


@pytest.mark.parametrize("content", [b"small", LARGE])
async def test_a_bucket_that_is_missing_is_named_as_the_cause(
    session: Session, content: bytes
) -> None:
    problem = await problem_of(session, "no-such-bucket", content)

    assert problem.kind == "NoSuchBucket"
    assert (
        problem.remedy
        == "check the bucket's name, and the account and region that it is looked for in"
    )


async def test_a_part_that_fails_once_is_sent_again(
    session: Session, server: S3Server, bucket: str
) -> None:
    sent: list[int] = []
    await answer_once(session, "UploadPart", 503, "SlowDown")

    await upload(session, io.BytesIO(LARGE), bucket, "key", progress=sent.append)

    assert server.content(bucket, "key") == LARGE
    assert sum(sent) == len(LARGE)


@pytest.mark.parametrize("operation", ["UploadPart", "CompleteMultipartUpload"])
async def test_parts_that_came_to_nothing_are_taken_back(
    session: Session, server: S3Server, bucket: str, operation: str
) -> None:
    await answer_once(session, operation, 403, "AccessDenied")

    problem = await problem_of(session, bucket, LARGE)

    assert problem.kind == "AccessDenied"
    assert server.left_in(bucket) == []


async def test_a_source_that_fails_makes_no_object_and_says_why(
    session: Session, server: S3Server, bucket: str
) -> None:
    class MeltedError(Exception):
        pass

    class Melting(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() >= PART:
                raise MeltedError
            return super().read(size)

    source = Melting(LARGE)

    with pytest.raises(MeltedError):
        await upload(session, source, bucket, "key")

    assert server.left_in(bucket) == []
    assert source.closed


async def test_a_cancelled_upload_is_taken_back(
    session: Session, server: S3Server, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "TAKING_BACK", 60)
    source, is_begun = Held(), asyncio.Event()
    task = asyncio.create_task(
        upload(session, source, bucket, "key", progress=lambda _: is_begun.set())
    )
    await is_begun.wait()
    assert server.left_in(bucket) == ["key"]

    task.cancel()
    source.is_let_go.set()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert server.left_in(bucket) == []
    await upload(session, io.BytesIO(LARGE), bucket, "key")
    assert server.content(bucket, "key") == LARGE


async def test_a_session_that_is_closed_uploads_nothing(session: Session, bucket: str) -> None:
    await session.close()

    assert (await problem_of(session, bucket)).kind == "Leaving"
