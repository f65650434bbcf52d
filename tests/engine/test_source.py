from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError
from msgspec.structs import replace

from tests.builders import NOW, a_note, a_watched, an_invocation
from tui.aws.session import Session
from tui.engine import fetching
from tui.engine.session import Engine
from tui.engine.source import Bucket, Outputs
from tui.model.context import Context
from tui.model.invocation import Invocation, Status
from tui.model.outputs import OutputObject, Place
from tui.model.problem import ProblemError
from tui.sandbox.server import Sandbox

if TYPE_CHECKING:
    from aiobotocore.client import AioBaseClient

OUTPUT = "out/0a1b2c3d-0000-4000-8000-000000000001.out"
FAILURE = "failed/0a1b2c3d-0000-4000-8000-000000000001-error.out"
DONE = a_watched(status=Status.COMPLETED, end_time=NOW)


def put(sandbox: Sandbox, key: str, content: bytes, bucket: str = "media") -> None:
    client = boto3.client("s3", endpoint_url=sandbox.url, region_name="us-west-2")
    place = {"LocationConstraint": "us-west-2"}
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    client.put_object(Bucket=bucket, Key=key, Body=content)


class Locked(Session):
    """S3's client without s3:ListBucket: what is not there, and the rest, is forbidden."""

    def __init__(self, *there: str, code: str = "403") -> None:
        super().__init__(Context(region="us-west-2"))
        self.there = there
        self.code = code
        self.asked: list[str] = []

    async def client(
        self, service: str, *, retries: bool = True, patience: float = 0.0
    ) -> AioBaseClient:
        return self

    async def head_object(self, *, Bucket: str, Key: str) -> Mapping[str, object]:  # noqa: N803
        self.asked.append(Key)
        if Key not in self.there:
            told = {"Error": {"Code": self.code, "Message": "Forbidden"}}
            raise ClientError({**told, "ResponseMetadata": {"HTTPStatusCode": 403}}, "HeadObject")
        return {"ContentLength": 3, "LastModified": NOW, "ETag": '"x"'}


async def test_the_output_of_an_inference_is_one_object(engine: Engine, sandbox: Sandbox) -> None:
    put(sandbox, OUTPUT, b'{"a": 1}')
    source = engine.source_of(DONE)

    found = await source.list_outputs(DONE)

    (thing,) = found.objects
    assert found.place == thing.uri == DONE.s3_uri
    assert (thing.name, thing.size) == (OUTPUT.removeprefix("out/"), 8)
    assert await fetching.preview(source, thing) == b'{"a": 1}'


async def test_the_failure_is_shown_where_there_is_no_output(
    engine: Engine, sandbox: Sandbox
) -> None:
    put(sandbox, FAILURE, b"out of memory")
    row = a_watched(status=Status.FAILED, end_time=NOW)

    (thing,) = (await engine.source_of(row).list_outputs(row)).objects

    assert thing.key == FAILURE


async def test_objects_whose_keys_only_begin_alike_are_none_of_its(
    engine: Engine, sandbox: Sandbox
) -> None:
    put(sandbox, f"{OUTPUT}.part", b"x")

    assert not (await engine.source_of(DONE).list_outputs(DONE)).objects


@pytest.mark.parametrize("row", [a_watched(), DONE])
async def test_what_is_not_there_is_no_problem(
    engine: Engine, sandbox: Sandbox, row: Invocation
) -> None:
    put(sandbox, "other", b"")

    found = await engine.source_of(row).list_outputs(row)

    assert (found.place, found.objects) == (row.s3_uri, ())


async def test_a_refusal_says_that_it_may_be_missing_or_forbidden() -> None:
    with pytest.raises(ProblemError) as caught:
        await Bucket(Locked()).list_outputs(a_watched())

    assert "missing or forbidden" in caught.value.problem.message
    assert "s3:ListBucket" in caught.value.problem.remedy


async def test_one_that_may_be_read_is_shown_whatever_s3_says_of_the_other() -> None:
    locked = Locked(FAILURE)

    (thing,) = (await Bucket(locked).list_outputs(a_watched())).objects

    assert thing.key == FAILURE
    assert locked.asked == [OUTPUT, FAILURE]


async def test_other_trouble_is_told_as_it_is() -> None:
    with pytest.raises(ProblemError, match="SlowDown"):
        await Bucket(Locked(code="SlowDown")).list_outputs(a_watched())


async def test_a_bucket_of_another_region_is_named_as_such() -> None:
    with pytest.raises(ProblemError) as caught:
        await Bucket(Locked(code="301")).list_outputs(a_watched())

    assert "the bucket is in another region" in caught.value.problem.remedy


async def test_what_names_no_place_has_no_outputs() -> None:
    lost = a_note(operation="InvokeEndpointAsync", s3_uri="")

    assert not (await Bucket(Locked()).list_outputs(lost)).objects


async def test_a_location_that_is_none_is_a_problem() -> None:
    row = a_watched()
    assert row.witness
    row = replace(row, witness=replace(row.witness, output_location="https://elsewhere/x"))

    with pytest.raises(ProblemError, match="NoOutputLocation"):
        await Bucket(Locked()).list_outputs(row)


def listed(keys: str, *, is_whole: bool = True) -> Outputs:
    place = Place("media", "job/")
    objects = tuple(OutputObject(place, key, 1, NOW, '"e"') for key in keys)
    return Outputs(str(place), objects, is_whole)


@pytest.mark.parametrize(
    ("before", "page", "start_after", "after"),
    [
        (listed(""), listed("ab"), "", listed("ab")),
        (listed("ab", is_whole=False), listed("cd"), "b", listed("abcd")),
        (listed("abcd"), listed("ax", is_whole=False), "", listed("ax", is_whole=False)),
        (listed("abcd"), listed("ac", is_whole=False), "", listed("acd")),
        (listed("abcd"), listed("cz", is_whole=False), "b", listed("abcz", is_whole=False)),
        (listed("abcd"), listed("x"), "b", listed("abx")),
        (listed("abcd"), listed(""), "b", listed("ab")),
        (listed("ab", is_whole=False), listed("ab"), "", listed("ab")),
        (
            listed("abc", is_whole=False),
            listed("ab", is_whole=False),
            "",
            listed("abc", is_whole=False),
        ),
    ],
)
def test_a_page_takes_the_place_of_what_it_lists_again(
    before: Outputs, page: Outputs, start_after: str, after: Outputs
) -> None:
    assert before.renewed(page, start_after) == after


async def test_a_page_begins_after_a_key(engine: Engine, sandbox: Sandbox) -> None:
    row = an_invocation()
    put(sandbox, f"ray/{row.id}/a", b"1")
    client = boto3.client("s3", endpoint_url=sandbox.url, region_name="us-west-2")
    for name in ("b", "c/d"):
        client.put_object(Bucket="media", Key=f"ray/{row.id}/{name}", Body=b"12")
    source = engine.source_of(row)

    page = await source.list_outputs(row, start_after=f"ray/{row.id}/a")

    assert [(thing.name, thing.size) for thing in page.objects] == [("b", 2), ("c/d", 2)]
    assert page.is_whole
