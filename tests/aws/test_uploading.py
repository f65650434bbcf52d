from __future__ import annotations

import asyncio
import io
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from botocore.awsrequest import AWSResponse

from tests.engine.stored import downloaded
from tests.seaweedfs import READER, WRITER, SeaweedFS
from tests.seaweedfs import session as session
from tui.aws import s3, uploading
from tui.aws.session import Session
from tui.aws.uploading import PART, upload
from tui.engine.source import Bucket
from tui.model.context import Context
from tui.model.outputs import Place
from tui.model.problem import Problem, ProblemError

ROOT = Path(__file__).parent.parent.parent
LARGE = os.urandom(2 * PART + 12_345)

Become = Callable[..., None]


@pytest.fixture
def bucket(seaweedfs: SeaweedFS) -> str:
    return seaweedfs.bucket()


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that takes what it is sent and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def take_all(listener: socket.socket) -> socket.socket:
    """A connection on which the whole request with the body ``x`` has come."""
    connection, _ = listener.accept()
    request = b""
    while not request.endswith(b"\r\n\r\nx"):
        piece = connection.recv(65_536)
        assert piece, request
        request += piece
    return connection


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
    session: Session, seaweedfs: SeaweedFS, bucket: str, size: int
) -> None:
    sent: list[int] = []
    source = io.BytesIO(LARGE[:size])

    await upload(session, source, bucket, "a b/ü.bin", progress=sent.append)

    assert seaweedfs.content(bucket, "a b/ü.bin") == LARGE[:size]
    assert sum(sent) == size
    assert source.closed
    assert seaweedfs.left_in(bucket) == ["a b/ü.bin"]


async def test_a_large_object_goes_in_parts(
    session: Session, seaweedfs: SeaweedFS, bucket: str
) -> None:
    await upload(session, io.BytesIO(LARGE), bucket, "key")

    assert seaweedfs.client().head_object(Bucket=bucket, Key="key")["ETag"].endswith('-3"')


@pytest.mark.parametrize("content", [b"small", LARGE])
async def test_an_object_carries_a_checksum_and_its_content_type(
    session: Session, seaweedfs: SeaweedFS, bucket: str, content: bytes
) -> None:
    await upload(session, io.BytesIO(content), bucket, "key", "application/jsonlines")

    head = seaweedfs.client().head_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED")
    assert head["ContentType"] == "application/jsonlines"
    assert "ChecksumCRC32" in head


async def test_what_was_uploaded_is_listed_and_downloaded(
    session: Session, bucket: str, tmp_path: Path
) -> None:
    for key in ("job/a.bin", "job/sub/b.bin", "other"):
        await upload(session, io.BytesIO(LARGE), bucket, key)

    found = await s3.list_objects(session, Place(bucket, "job/"))
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
    (found,) = await s3.list_objects(session, Place(bucket, ""))

    pieces = [piece async for piece in s3.read_range(session, found, PART - 5, PART + 700_000)]
    assert b"".join(pieces) == LARGE[PART - 5 : PART + 700_000]

    await upload(session, io.BytesIO(b"another"), bucket, "key")
    with pytest.raises(ProblemError) as caught:
        _ = [piece async for piece in s3.read_range(session, found, 0, 5)]
    assert caught.value.problem.kind == "PreconditionFailed"


@pytest.mark.parametrize("content", [b"small", LARGE])
async def test_a_refusal_is_told_as_s3_says_it(
    session: Session, seaweed_account: Become, seaweedfs: SeaweedFS, bucket: str, content: bytes
) -> None:
    seaweed_account(READER)

    problem = await problem_of(session, bucket, content)

    assert (problem.kind, problem.operation) == ("AccessDenied", "PutObject")
    assert seaweedfs.left_in(bucket) == []


@pytest.mark.parametrize("content", [b"small", LARGE])
async def test_a_bucket_that_is_missing_is_named_as_the_cause(
    session: Session, content: bytes
) -> None:
    problem = await problem_of(session, "no-such-bucket", content)

    assert problem.kind == "NoSuchBucket"
    assert problem.remedy == "check the bucket's name"


@pytest.mark.parametrize(
    ("access_key", "secret", "kind"),
    [("nobody", "x", "InvalidAccessKeyId"), (WRITER, "x", "SignatureDoesNotMatch")],
)
async def test_wrong_keys_are_a_matter_of_the_profile(
    session: Session, seaweed_account: Become, bucket: str, access_key: str, secret: str, kind: str
) -> None:
    seaweed_account(access_key, secret)

    problem = await problem_of(session, bucket)

    assert problem.kind == kind
    assert problem.remedy == "mend the profile's keys"


async def test_without_credentials_nothing_is_sent(
    session: Session, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    assert (await problem_of(session, bucket)).kind == "NoCredentialsError"


async def test_a_context_that_does_not_sign_needs_no_credentials(
    seaweedfs: SeaweedFS, session: Session, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    unsigned = Session(Context(endpoint_url=seaweedfs.url, sign_requests=False, region="us-west-2"))

    assert (await problem_of(unsigned, bucket)).kind == "AccessDenied"


async def test_a_profile_or_a_ca_bundle_that_is_missing_is_named(seaweed_account: Become) -> None:
    nobody = Session(Context(profile="nobody", region="us-west-2"))
    bare = Session(Context(ca_bundle="/no/such.pem", region="us-west-2"))

    assert (await problem_of(nobody, "media")).kind == "ProfileNotFound"
    assert (await problem_of(bare, "media")).kind == "CaBundleNotFound"


async def test_a_bucket_of_another_region_is_called_out(session: Session, bucket: str) -> None:
    await answer_once(session, "PutObject", 301, "PermanentRedirect")

    problem = await problem_of(session, bucket)

    assert problem.kind == "PermanentRedirect"
    assert problem.cause == "the bucket is in another region"


async def test_a_part_that_fails_once_is_sent_again(
    session: Session, seaweedfs: SeaweedFS, bucket: str
) -> None:
    sent: list[int] = []
    await answer_once(session, "UploadPart", 503, "SlowDown")

    await upload(session, io.BytesIO(LARGE), bucket, "key", progress=sent.append)

    assert seaweedfs.content(bucket, "key") == LARGE
    assert sum(sent) == len(LARGE)


@pytest.mark.parametrize("operation", ["UploadPart", "CompleteMultipartUpload"])
async def test_parts_that_came_to_nothing_are_taken_back(
    session: Session, seaweedfs: SeaweedFS, bucket: str, operation: str
) -> None:
    await answer_once(session, operation, 403, "AccessDenied")

    problem = await problem_of(session, bucket, LARGE)

    assert problem.kind == "AccessDenied"
    assert seaweedfs.left_in(bucket) == []


async def test_a_source_that_fails_makes_no_object_and_says_why(
    session: Session, seaweedfs: SeaweedFS, bucket: str
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

    assert seaweedfs.left_in(bucket) == []
    assert source.closed


async def test_a_cancelled_upload_is_taken_back(
    session: Session, seaweedfs: SeaweedFS, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "TAKING_BACK", 60)
    source, is_begun = Held(), asyncio.Event()
    task = asyncio.create_task(
        upload(session, source, bucket, "key", progress=lambda _: is_begun.set())
    )
    await is_begun.wait()
    assert seaweedfs.left_in(bucket) == ["key"]

    task.cancel()
    source.is_let_go.set()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert seaweedfs.left_in(bucket) == []
    await upload(session, io.BytesIO(LARGE), bucket, "key")
    assert seaweedfs.content(bucket, "key") == LARGE


async def test_a_cancelled_upload_waits_for_no_server_that_is_silent(
    seaweed_account: Become, silent: socket.socket
) -> None:
    url = f"http://127.0.0.1:{silent.getsockname()[1]}"
    session = Session(Context(region="us-west-2", endpoint_url=url, read_timeout=60))
    task = asyncio.create_task(upload(session, io.BytesIO(b"x"), "media", "key"))
    with await asyncio.to_thread(take_all, silent):
        task.cancel()

        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 30)


async def test_a_session_that_is_closed_uploads_nothing(session: Session, bucket: str) -> None:
    await session.close()

    assert (await problem_of(session, bucket)).kind == "Leaving"


def test_a_transfer_that_outlives_the_loop_tells_nobody_and_closes_its_source() -> None:
    source, told = io.BytesIO(b"x"), list[int]()

    async def begin() -> uploading._Watch:
        return uploading._Watch(source, told.append)

    watch = asyncio.run(begin())
    watch.on_progress(None, 1)
    watch.on_done(None)

    assert told == []
    assert source.closed


def test_the_program_s_end_waits_for_no_upload(aws_environment: None) -> None:
    program = """
import asyncio, io, socket, sys
from tests.aws.test_uploading import take_all
from tui.aws.session import Session
from tui.aws.uploading import upload
from tui.engine import loop
from tui.model.context import Context

held = []

async def work():
    silent = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{silent.getsockname()[1]}"
    session = Session(Context(region="us-west-2", endpoint_url=url, read_timeout=600))
    task = asyncio.create_task(upload(session, io.BytesIO(b"x"), "media", "key"))
    held.append(await asyncio.to_thread(take_all, silent))
    return 7

sys.exit(loop.leave(loop.run(work())))
"""

    finished = subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=100, check=False)

    assert finished.returncode == 7
