"""A bucket in another region: the SDK goes there by itself, and it is known that it did."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from aiobotocore.awsrequest import AioAWSResponse
from botocore.awsrequest import AWSPreparedRequest, HeadersDict

from tests.builders import a_watched, an_invocation
from tui.aws import checksums, s3
from tui.aws.session import Session
from tui.engine.source import Bucket
from tui.model.context import Context
from tui.model.outputs import Place
from tui.model.problem import ProblemError

REGION = "eu-west-1"
PAGE = b"""<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>media</Name>
<StartAfter>ray/mm0oexhd8y31/</StartAfter><IsTruncated>false</IsTruncated><Contents>
<Key>ray/mm0oexhd8y31/a</Key><LastModified>2026-03-14T09:26:53.000Z</LastModified>
<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>7</Size>
<StorageClass>GLACIER</StorageClass></Contents></ListBucketResult>"""
HEAD = {
    "content-length": "7",
    "last-modified": "Sat, 14 Mar 2026 09:26:53 GMT",
    "etag": '"d41d8cd98f00b204e9800998ecf8427e"',
}
TELLING = {"x-amz-bucket-region": REGION}


def error(code: str, more: str = "") -> bytes:
    return f"<Error><Code>{code}</Code><Message>elsewhere</Message>{more}</Error>".encode()


WRONG = [
    (301, TELLING, error("PermanentRedirect")),
    (400, {}, error("AuthorizationHeaderMalformed", f"<Region>{REGION}</Region>")),
    (400, TELLING, error("IllegalLocationConstraintException")),
]
"""What S3 says in the wrong region."""


class Raw:
    def __init__(self, content: bytes) -> None:
        self._content = content

    async def read(self) -> bytes:
        return self._content


class Elsewhere:
    """S3, with one bucket, in one region.

    Attributes:
        asked: The regions that were asked, by the host and the signature of each request.
        wrong: What is said in another one.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.wrong: tuple[int, dict[str, str], bytes] = WRONG[0]

    def answer(self, request: AWSPreparedRequest, **_: object) -> AioAWSResponse:
        host = re.search(r"s3[.-]([a-z0-9-]+)\.amazonaws\.com", request.url)
        scope = re.search(r"/([a-z0-9-]+)/s3/aws4_request", str(request.headers["Authorization"]))
        assert host
        assert scope
        self.asked.append((host[1], scope[1]))
        status, headers, body = self.wrong
        if self.asked[-1] == (REGION, REGION):
            status, headers = 200, {} if request.method == "GET" else HEAD
            body = PAGE
        content = b"" if request.method == "HEAD" else body
        return AioAWSResponse(request.url, status, HeadersDict(headers), Raw(content))


@pytest.fixture
def elsewhere() -> Elsewhere:
    return Elsewhere()


@pytest.fixture
async def session(elsewhere: Elsewhere, aws_environment: None) -> AsyncIterator[Session]:
    session = Session(Context(region="us-west-2"))
    client = await session.client("s3")
    client.meta.events.register("before-send.s3", elsewhere.answer)
    yield session
    await session.close()


@pytest.mark.parametrize("wrong", WRONG, ids=["301", "malformed", "opt-in"])
async def test_a_list_is_asked_for_once_more_in_the_bucket_s_region(
    session: Session, elsewhere: Elsewhere, wrong: tuple[int, dict[str, str], bytes]
) -> None:
    elsewhere.wrong = wrong

    found = await s3.list_objects(session, Place("media", "ray/mm0oexhd8y31/"))

    assert [thing.name for thing in found.objects] == ["a"]
    assert elsewhere.asked == [("us-west-2", "us-west-2"), (REGION, REGION)]
    assert session.regions.of("media") == REGION


async def test_from_then_on_the_bucket_is_asked_where_it_is(
    session: Session, elsewhere: Elsewhere
) -> None:
    (thing,) = (await s3.list_objects(session, Place("media", "ray/mm0oexhd8y31/"))).objects
    elsewhere.asked.clear()

    await checksums.head_object(session, thing)
    await s3.head(session, "media", "a")

    assert elsewhere.asked == [(REGION, REGION)] * 2


@pytest.mark.parametrize("status", [301, 400])
async def test_a_head_is_followed_although_its_refusal_has_no_body(
    session: Session, elsewhere: Elsewhere, status: int
) -> None:
    elsewhere.wrong = (status, TELLING, b"")

    assert await s3.find_object(session, "media", "a")

    assert elsewhere.asked[-1] == (REGION, REGION)
    assert session.regions.of("media") == REGION


async def test_outputs_say_where_their_bucket_is(session: Session) -> None:
    listed = await Bucket(session).list_outputs(an_invocation())
    witnessed = await Bucket(session).list_outputs(a_watched())

    assert listed.place == "s3://media/ray/mm0oexhd8y31/ · bucket in eu-west-1"
    assert witnessed.place.endswith(".out · bucket in eu-west-1")
    assert [thing.is_archived for thing in listed.objects] == [True]


async def test_it_is_followed_once_and_not_in_a_circle(
    session: Session, elsewhere: Elsewhere
) -> None:
    elsewhere.wrong = (301, {"x-amz-bucket-region": "eu-north-1"}, error("PermanentRedirect"))

    with pytest.raises(ProblemError) as caught:
        await s3.list_objects(session, Place("media", ""))

    assert [host for host, _ in elsewhere.asked] == ["us-west-2", "eu-north-1"]
    assert caught.value.problem.cause == "the bucket is in eu-north-1"


async def test_a_bucket_of_the_own_region_is_not_remarked_on(
    elsewhere: Elsewhere, aws_environment: None
) -> None:
    session = Session(Context(region=REGION))
    client = await session.client("s3")
    client.meta.events.register("before-send.s3", elsewhere.answer)

    found = await Bucket(session).list_outputs(an_invocation())
    await session.close()

    assert found.place == "s3://media/ray/mm0oexhd8y31/"
    assert elsewhere.asked == [(REGION, REGION)]
