"""What is asked of S3 about objects that are watched."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, timezone

import pytest

from tui.aws import key_pages, s3
from tui.aws.key_pages import Entry, KeyPage
from tui.aws.session import Session
from tui.model.context import Context
from tui.model.outputs import Place
from tui.model.problem import ProblemError
from tui.sandbox.server import Sandbox

BUCKET = "watched"
ODD_KEYS = [
    "out/a b+c%2F&<é>.out",
    "out/~",
    "out/\N{FULLWIDTH LATIN SMALL LETTER A}",
    "out/\N{WATER WAVE}",
]
ANSWER = """<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>media</Name>
<Prefix>out/</Prefix><StartAfter>out/a</StartAfter><KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys>
<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><Contents>
<Key>out/a+b%2B.out</Key><LastModified>2026-03-14T09:26:53.000Z</LastModified>
<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>7</Size>
<Owner><ID>1</ID></Owner><StorageClass>GLACIER</StorageClass></Contents>
</ListBucketResult>"""


@pytest.fixture
async def session(sandbox: Sandbox, aws_environment: None) -> AsyncIterator[Session]:
    session = Session(Context(region="us-west-2", endpoint_url=sandbox.url))
    client = await session.client("s3")
    await client.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
    )
    yield session
    await session.close()


async def put(session: Session, key: str, content: bytes = b"") -> None:
    client = await session.client("s3")
    await client.put_object(Bucket=BUCKET, Key=key, Body=content)


async def put_odd_ones(session: Session) -> None:
    for key in [*ODD_KEYS, "other/x"]:
        await put(session, key)


@contextlib.asynccontextmanager
async def answering(head: str, body: bytes = b"") -> AsyncIterator[Session]:
    """A session with a server that gives one answer to everything."""
    content = f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        writer.write(content.encode() + (b"" if asked.startswith(b"HEAD") else body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    session = Session(Context(region="us-west-2", endpoint_url=url))
    try:
        yield session
    finally:
        await session.close()
        server.close()


# Lists ---------------------------------------------------------------------------------------


async def test_pages_follow_one_another_in_the_order_of_the_keys_bytes(session: Session) -> None:
    await put_odd_ones(session)

    keys: list[str] = []
    is_truncated = True
    while is_truncated:
        page = await s3.list_after(session, BUCKET, "out/", keys[-1] if keys else "out/", most=2)
        assert page.last_key == list(page.modified)[-1]
        keys += page.modified
        is_truncated = page.is_truncated

    assert keys == ODD_KEYS


async def test_a_page_begins_after_the_key_it_is_told(session: Session) -> None:
    await put_odd_ones(session)

    page = await s3.list_after(session, BUCKET, "out/", ODD_KEYS[1])

    assert list(page.modified) == ODD_KEYS[2:]
    assert not page.is_truncated
    assert all(modified.tzinfo is timezone.utc for modified in page.modified.values())


async def test_an_empty_page_ends_the_list(session: Session) -> None:
    page = await s3.list_after(session, BUCKET, "out/", "")

    assert page == s3.Listing({}, is_truncated=False)
    assert page.last_key == ""


async def test_the_quick_decoder_says_the_same_as_botocore_s_parser(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put_odd_ones(session)
    client = await session.client("s3")
    answer = await client.list_objects_v2(Bucket=BUCKET, StartAfter="a")
    assert isinstance(answer["decoded"], KeyPage)
    quick = key_pages.page_of(answer)
    other = Session(session.context)
    monkeypatch.setattr(key_pages, "decode_pages", lambda **_: None)
    client = await other.client("s3")
    answer = await client.list_objects_v2(Bucket=BUCKET, StartAfter="a")
    slow = key_pages.page_of(answer)
    await other.close()

    assert "decoded" not in answer
    assert quick == slow
    assert slow is not None
    assert [entry.key for entry in slow.entries] == sorted([*ODD_KEYS, "other/x"], key=str.encode)


def test_a_page_is_decoded_in_botocore_s_place() -> None:
    response: dict[str, object] = {"status_code": 200, "body": ANSWER.encode()}
    decoded: dict[str, object] = {}

    key_pages.decode_pages(response, decoded)

    written = datetime(2026, 3, 14, 9, 26, 53, tzinfo=timezone.utc)
    entry = Entry("out/a b+.out", 7, written, '"d41d8cd98f00b204e9800998ecf8427e"', "GLACIER")
    assert decoded == {"decoded": KeyPage((entry,), is_truncated=True)}
    assert response["body"] == b""


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, ANSWER),
        (200, ANSWER.replace("StartAfter", "Marker")),
        (200, ANSWER.replace("2026-03-14T09:26:53.000Z", "yesterday")),
        (200, ANSWER.replace("<Size>7</Size>", "")),
        (200, ANSWER.replace("<IsTruncated>true</IsTruncated>", "")),
        (200, ANSWER.replace("</ListBucketResult>", "")),
        (200, "<StartAfter>"),
        (200, ""),
    ],
)
def test_another_s_answer_and_one_of_another_shape_are_left_to_botocore(
    status: int, body: str
) -> None:
    response: dict[str, object] = {"status_code": status, "body": body.encode()}
    decoded: dict[str, object] = {}

    key_pages.decode_pages(response, decoded)

    assert decoded == {}
    assert response["body"] == body.encode()


async def test_a_missing_bucket_is_a_problem(session: Session) -> None:
    with pytest.raises(ProblemError) as caught:
        await s3.list_after(session, "no-such-bucket", "out/", "")

    assert caught.value.problem.kind == "NoSuchBucket"


# Single objects ------------------------------------------------------------------------------


async def test_head_tells_when_an_object_was_written_and_none_for_a_missing_one(
    session: Session,
) -> None:
    await put(session, "a b")
    page = await s3.list_after(session, BUCKET, "a b", "")

    found = await s3.head(session, BUCKET, "a b")

    assert found is not None
    assert found.tzinfo is timezone.utc
    assert abs(found - page.modified["a b"]).total_seconds() < 1
    assert await s3.head(session, BUCKET, "a") is None


async def test_a_refused_head_is_a_problem(aws_environment: None) -> None:
    async with answering("403 Forbidden") as session:
        with pytest.raises(ProblemError) as caught:
            await s3.head(session, BUCKET, "a")

    assert caught.value.problem.kind == "403"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", ""),
        (b"caf\xc3\xa9", "café"),
        (b"caf\xe9", "caf\N{REPLACEMENT CHARACTER}"),
        (b"x" * 5000, "x" * s3.TEXT_SIZE),
        (b"x" * (s3.TEXT_SIZE - 1) + "é".encode(), "x" * 4095 + "\N{REPLACEMENT CHARACTER}"),
    ],
)
async def test_a_text_is_read_as_far_as_it_matters(
    session: Session, content: bytes, text: str
) -> None:
    await put(session, "text", content)

    assert await s3.read_text(session, BUCKET, "text") == text


async def test_an_object_that_is_gone_has_no_text(session: Session) -> None:
    with pytest.raises(ProblemError) as caught:
        await s3.read_text(session, BUCKET, "gone")

    assert caught.value.problem.kind == "NoSuchKey"


async def test_of_a_server_that_ignores_ranges_no_more_is_read(aws_environment: None) -> None:
    async with answering("200 OK", b"x" * 100_000) as session:
        assert await s3.read_text(session, BUCKET, "a") == "x" * s3.TEXT_SIZE


# Odd answers ---------------------------------------------------------------------------------


async def test_of_a_bucket_in_another_region_the_problem_says_in_which(
    aws_environment: None,
) -> None:
    body = b"<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>"
    head = "301 Moved Permanently\r\nx-amz-bucket-region: eu-central-1"
    async with answering(head, body) as session:
        with pytest.raises(ProblemError) as listed:
            await s3.list_after(session, BUCKET, "out/", "")
        with pytest.raises(ProblemError) as headed:
            await s3.head(session, BUCKET, "a")

    assert (listed.value.problem.kind, headed.value.problem.kind) == ("PermanentRedirect", "301")
    for caught in (listed, headed):
        assert caught.value.problem.cause == "the bucket is in eu-central-1"
        assert "eu-central-1" in caught.value.problem.remedy


@pytest.mark.parametrize(
    "body",
    [
        b"<html>log in first</html>",
        b"<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        b"<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>out/a</Key></Contents>"
        b"</ListBucketResult>",
    ],
)
async def test_an_answer_that_is_not_s3_s_says_of_no_object_that_it_is_missing(
    aws_environment: None, body: bytes
) -> None:
    async with answering("200 OK", body) as session:
        with pytest.raises(ProblemError) as listed:
            await s3.list_after(session, BUCKET, "out/", "")
        with pytest.raises(ProblemError) as headed:
            await s3.head(session, BUCKET, "a")

    assert listed.value.problem.kind == headed.value.problem.kind == "UnreadableAnswer"


@pytest.mark.parametrize("keys", [("out/a", "out/c"), ("out/c", "out/a"), ("out/b", "out/z/")])
async def test_a_page_of_what_was_listed_before_is_not_gone_on_after(
    aws_environment: None, keys: tuple[str, ...]
) -> None:
    told = "<Size>1</Size><LastModified>2026-03-14T09:26:53Z</LastModified><ETag>e</ETag>"
    contents = "".join(f"<Contents><Key>{key}</Key>{told}</Contents>" for key in keys)
    body = f"<ListBucketResult><IsTruncated>true</IsTruncated>{contents}</ListBucketResult>"
    async with answering("200 OK", body.encode()) as session:
        with pytest.raises(ProblemError) as caught:
            await s3.list_objects(session, Place(BUCKET, "out/"), start_after="out/b")

    assert caught.value.problem.kind == "UnreadableAnswer"


async def test_a_key_that_ends_in_a_slash_is_an_object_if_it_holds_something(
    session: Session,
) -> None:
    await put(session, "out/empty/")
    await put(session, "out/trail/", b"crumbs")

    (thing,) = (await s3.list_objects(session, Place(BUCKET, "out/"))).objects

    assert (thing.name, thing.key) == ("trail", "out/trail/")
