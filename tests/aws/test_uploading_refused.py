"""Uploads that are refused, or that outlive whoever began them."""

from __future__ import annotations

import asyncio
import io
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.aws.test_uploading import LARGE, answer_once, problem_of
from tests.seaweedfs import READER, WRITER, SeaweedFS
from tests.seaweedfs import session as session
from tui.aws import uploading
from tui.aws.session import Session
from tui.aws.uploading import upload
from tui.model.context import Context

ROOT = Path(__file__).parent.parent.parent

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


@pytest.mark.parametrize("content", [b"small", LARGE])
async def test_a_refusal_is_told_as_s3_says_it(
    session: Session, seaweed_account: Become, seaweedfs: SeaweedFS, bucket: str, content: bytes
) -> None:
    seaweed_account(READER)

    problem = await problem_of(session, bucket, content)

    assert (problem.kind, problem.operation) == ("AccessDenied", "PutObject")
    assert seaweedfs.left_in(bucket) == []


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
    assert problem.remedy == "mend the access keys"


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
from tests.aws.test_uploading_refused import take_all
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


async def test_a_bucket_of_another_region_is_called_out(session: Session, bucket: str) -> None:
    await answer_once(session, "PutObject", 301, "PermanentRedirect")

    problem = await problem_of(session, bucket)

    assert problem.kind == "PermanentRedirect"
    assert problem.cause == "the bucket is in another region"
