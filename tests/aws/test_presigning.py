"""Presigned URLs: what is signed, for which host, and what plain HTTP gets for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from tests.fetched import fetch
from tui.aws import presigning
from tui.aws.session import Session
from tui.model.clock import utc_now
from tui.model.context import Context
from tui.model.presigned import Signer
from tui.model.problem import ProblemError
from tui.sandbox.server import Sandbox

HOUR = timedelta(hours=1)

Open = Callable[..., Session]


@pytest.fixture
async def opened(aws_environment: None) -> AsyncIterator[Open]:
    sessions: list[Session] = []

    def open_session(**changes: object) -> Session:
        members: dict[str, object] = {"region": "us-west-2", **changes}
        sessions.append(Session(Context(**members)))  # type: ignore[arg-type]
        return sessions[-1]

    yield open_session
    for session in sessions:
        await session.close()


async def answer_head_bucket(session: Session, status: int, region: str = "") -> None:
    """Have S3 answer HeadBucket, without a line to it."""
    headers = {"x-amz-bucket-region": region} if region else {}
    meta = {"HTTPStatusCode": status, "HTTPHeaders": headers}
    body: dict[str, object] = {"ResponseMetadata": meta}
    if status == 200:
        body["BucketRegion"] = region
    else:
        body["Error"] = {"Code": str(status), "Message": "as scripted"}

    def answer(**_: object) -> tuple[SimpleNamespace, dict[str, object]]:
        return SimpleNamespace(status_code=status, headers=headers), body

    client = await session.client("s3")
    client.meta.events.register("before-call.s3.HeadBucket", answer)


@pytest.mark.parametrize("key", ["ray/output.mp4", "ray/../output.mp4"])
async def test_the_sandbox_gives_what_is_asked_for(
    opened: Open, sandbox: Sandbox, key: str
) -> None:
    with closing(boto3.client("s3", endpoint_url=sandbox.url, region_name="us-west-2")) as s3:
        place = {"LocationConstraint": "us-west-2"}
        s3.create_bucket(Bucket="clips", CreateBucketConfiguration=place)
        s3.put_object(
            Bucket="clips",
            Key=key,
            Body=b"tide pool",
            ContentType="application/octet-stream",
        )
    session = opened(endpoint_url=sandbox.url)

    signed = await presigning.presign(
        session, "clips", key, HOUR, "video/mp4", 'inline; filename="output.mp4"'
    )
    fetched = await asyncio.to_thread(fetch, signed.url)

    assert (fetched.status, fetched.content) == (200, b"tide pool")
    assert fetched.headers["Content-Type"] == "video/mp4"
    assert fetched.headers["Content-Disposition"] == 'inline; filename="output.mp4"'


async def test_the_lifetime_counts_from_the_signature(opened: Open) -> None:
    session = opened(endpoint_url="http://127.0.0.1:9")
    before = utc_now().replace(microsecond=0)

    signed = await presigning.presign(session, "clips", "x", timedelta(days=7))

    query = parse_qs(urlsplit(signed.url).query)
    assert query["X-Amz-Expires"] == ["604800"]
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert "response-content-type" not in query
    assert before <= signed.until - timedelta(days=7) <= utc_now()
    assert signed.signer == Signer()


@pytest.mark.parametrize("status", [200, 403])
async def test_a_bucket_is_reached_in_its_own_region(opened: Open, status: int) -> None:
    session = opened()
    await answer_head_bucket(session, status, "eu-central-1")

    signed = await presigning.presign(session, "clips", "x", HOUR)

    parts = urlsplit(signed.url)
    assert parts.netloc == "clips.s3.eu-central-1.amazonaws.com"
    assert "/eu-central-1/s3/aws4_request" in parse_qs(parts.query)["X-Amz-Credential"][0]


async def test_a_bucket_that_tells_nothing_is_taken_to_be_in_the_contexts_region(
    opened: Open,
) -> None:
    session = opened()
    await answer_head_bucket(session, 403)

    signed = await presigning.presign(session, "clips", "x", HOUR)

    assert urlsplit(signed.url).netloc == "clips.s3.us-west-2.amazonaws.com"


async def test_a_bucket_that_is_not_there_has_no_url(opened: Open) -> None:
    session = opened()
    await answer_head_bucket(session, 404)

    with pytest.raises(ProblemError):
        await presigning.presign(session, "clips", "x", HOUR)


async def test_an_endpoint_of_ones_own_is_used_as_it_is(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = await presigning.presign(opened(endpoint_url="http://127.0.0.1:9"), "a", "x", HOUR)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:8")
    set_outside = await presigning.presign(opened(), "a", "x", HOUR)

    assert given.url.startswith("http://127.0.0.1:9/a/x?")
    assert set_outside.url.startswith("http://127.0.0.1:8/a/x?")
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in set_outside.url


async def test_without_signing_there_is_nothing_to_sign_with(opened: Open) -> None:
    session = opened(sign_requests=False)

    for work in (presigning.presign(session, "a", "x", HOUR), presigning.signer(session)):
        with pytest.raises(ProblemError, match="NothingToSignWith"):
            await work


async def test_without_credentials_that_is_said(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    session = opened(endpoint_url="http://127.0.0.1:9")

    for work in (presigning.presign(session, "a", "x", HOUR), presigning.signer(session)):
        with pytest.raises(ProblemError) as caught:
            await work
        assert caught.value.problem.kind == "NoCredentialsError"
        assert caught.value.problem.remedy


async def test_temporary_credentials_are_known_by_their_token(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await presigning.signer(opened()) == Signer()

    monkeypatch.setenv("AWS_SESSION_TOKEN", "a token")

    assert await presigning.signer(opened()) == Signer(is_temporary=True)


async def test_the_end_of_renewable_credentials_is_known(
    opened: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    end = datetime(2999, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    document = (
        '{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": "c",'
        f' "Expiration": "{end.isoformat()}"}}'
    )
    (tmp_path / "told").write_text(document)
    config = tmp_path / "config"
    config.write_text(f"[profile role]\ncredential_process = cat {tmp_path / 'told'}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    session = opened(profile="role", endpoint_url="http://127.0.0.1:9")

    signed = await presigning.presign(session, "a", "x", HOUR)

    assert signed.signer == Signer(is_temporary=True, end=end)
    assert "X-Amz-Security-Token=c" in signed.url


async def test_no_log_holds_the_url(opened: Open, caplog: pytest.LogCaptureFixture) -> None:
    session = opened(endpoint_url="http://127.0.0.1:9")
    caplog.set_level("INFO")

    signed = await presigning.presign(session, "a", "x", HOUR)

    signature = parse_qs(urlsplit(signed.url).query)["X-Amz-Signature"][0]
    assert signature not in caplog.text
    assert signature not in repr(signed)
