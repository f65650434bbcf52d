"""What a form is offered: models, buckets, prefixes and key aliases, as the account lists them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import boto3
import pytest

from tui.aws import kms, models, s3
from tui.aws.session import Session
from tui.model.context import Context
from tui.model.problem import ProblemError
from tui.sandbox.server import Sandbox

if TYPE_CHECKING:
    from aiobotocore.client import AioBaseClient


@pytest.fixture
async def session(sandbox: Sandbox, aws_environment: None) -> AsyncIterator[Session]:
    session = Session(Context(region="us-west-2", endpoint_url=sandbox.url))
    yield session
    await session.close()


def put(sandbox: Sandbox, bucket: str, keys: Iterable[str], region: str = "us-west-2") -> None:
    client = boto3.client("s3", endpoint_url=sandbox.url, region_name=region)
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
    for key in keys:
        client.put_object(Bucket=bucket, Key=key, Body=b"x")


class OneAnswer(Session):
    """Its clients give every operation the same answers, one after the other."""

    def __init__(self, *answers: Mapping[str, object]) -> None:
        super().__init__(Context(region="us-west-2"))
        self.asked: list[Mapping[str, object]] = []
        self._answers = list(answers)

    async def client(
        self, service: str, *, retries: bool = True, patience: float = 0.0
    ) -> AioBaseClient:
        return self

    async def list_aliases(self, **arguments: object) -> Mapping[str, object]:
        self.asked.append(dict(arguments))
        return self._answers.pop(0)

    async def list_foundation_models(self) -> Mapping[str, object]:
        return self._answers.pop(0)

    async def create_multipart_upload(self, **_: object) -> Mapping[str, object]:
        return self._answers.pop(0)


async def test_models_come_with_what_they_take_make_and_their_lifecycle(session: Session) -> None:
    found = {model.model_id: model for model in await models.list_foundation_models(session)}

    reel = found["amazon.nova-reel-v1:1"]
    assert (reel.name, reel.provider, reel.status) == ("Nova Reel", "Amazon", "LEGACY")
    assert (reel.takes, reel.makes) == (("TEXT", "IMAGE"), ("VIDEO",))
    assert found["luma.ray-v2:0"].status == "ACTIVE"


async def test_the_dates_of_a_lifecycle_are_read_and_a_bare_summary_does() -> None:
    tokyo = timezone(timedelta(hours=9))
    lifecycle = {
        "status": "LEGACY",
        "legacyTime": datetime(2026, 3, 1, 9, tzinfo=tokyo),
        "endOfLifeTime": datetime(2026, 9, 30, tzinfo=timezone.utc),
    }
    summaries = [{"modelId": "a", "modelLifecycle": lifecycle}, {"modelId": "b"}]

    dated, bare = await models.list_foundation_models(OneAnswer({"modelSummaries": summaries}))

    assert dated.legacy_time == datetime(2026, 3, 1, tzinfo=timezone.utc)
    assert dated.end_of_life_time == datetime(2026, 9, 30, tzinfo=timezone.utc)
    assert (bare.status, bare.end_of_life_time, bare.makes) == ("", None, ())


async def test_a_refusal_to_list_models_is_a_problem(session: Session, sandbox: Sandbox) -> None:
    sandbox.faults.add("ListFoundationModels", "denied")

    with pytest.raises(ProblemError, match="bedrock:ListFoundationModels"):
        await models.list_foundation_models(session)


async def test_buckets_come_in_order(session: Session, sandbox: Sandbox) -> None:
    put(sandbox, "media", ())
    put(sandbox, "archive", ())

    assert await s3.list_buckets(session) == ["archive", "media"]


async def test_prefixes_go_to_the_next_slash(session: Session, sandbox: Sandbox) -> None:
    put(sandbox, "media", ["ray/a/1", "ray/b/2", "reel/c", "loose"])

    top = await s3.list_prefixes(session, "media", "")
    inner = await s3.list_prefixes(session, "media", "ray/")
    begun = await s3.list_prefixes(session, "media", "re")

    assert top == s3.Prefixes(("ray/", "reel/"), ("loose",), is_whole=True)
    assert inner.names == ("ray/a/", "ray/b/")
    assert begun.names == ("reel/",)


async def test_prefixes_that_do_not_fit_are_not_whole(
    session: Session, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(sandbox, "media", ["a/1", "b/1", "c/1"])
    monkeypatch.setattr(s3, "PAGE", 2)

    assert await s3.list_prefixes(session, "media", "") == s3.Prefixes(
        ("a/", "b/"), (), is_whole=False
    )


async def test_a_bucket_tells_its_region(session: Session, sandbox: Sandbox) -> None:
    put(sandbox, "media", ())
    put(sandbox, "far", (), region="eu-west-1")

    assert await s3.head_bucket(session, "media") == "us-west-2"
    assert await s3.head_bucket(session, "far") == "eu-west-1"


async def test_an_upload_that_is_begun_and_aborted_leaves_nothing(
    session: Session, sandbox: Sandbox
) -> None:
    put(sandbox, "media", ())

    upload = await s3.begin_upload(session, "media", "x/probe")
    await s3.abort_upload(session, "media", "x/probe", upload)

    client = boto3.client("s3", endpoint_url=sandbox.url, region_name="us-west-2")
    assert not client.list_multipart_uploads(Bucket="media").get("Uploads")
    assert not client.list_objects_v2(Bucket="media").get("Contents")


async def test_an_upload_without_an_id_is_a_problem() -> None:
    with pytest.raises(ProblemError, match="UnreadableAnswer"):
        await s3.begin_upload(OneAnswer({}), "media", "x")


async def test_aliases_come_by_name_with_aws_s_own_last(session: Session, sandbox: Sandbox) -> None:
    client = boto3.client("kms", endpoint_url=sandbox.url, region_name="us-west-2")
    key = (await asyncio.to_thread(client.create_key))["KeyMetadata"]["KeyId"]
    for name in ("alias/zeta", "alias/beta"):
        client.create_alias(AliasName=name, TargetKeyId=key)

    found = await kms.list_aliases(session)

    assert [alias.name for alias in found[:2]] == ["alias/beta", "alias/zeta"]
    assert found[0].arn == "arn:aws:kms:us-west-2:123456789012:alias/beta"
    assert all(alias.name.startswith("alias/aws/") for alias in found[2:])


async def test_aliases_come_from_every_page_and_those_without_a_key_do_not() -> None:
    def alias(name: str, key: str) -> dict[str, str]:
        return {"AliasName": name, "AliasArn": f"arn:{name}", "TargetKeyId": key}

    session = OneAnswer(
        {"Aliases": [alias("alias/b", "1")], "Truncated": True, "NextMarker": "more"},
        {"Aliases": [alias("alias/a", "2"), alias("alias/bare", "")]},
    )

    found = await kms.list_aliases(session)

    assert [each.name for each in found] == ["alias/a", "alias/b"]
    assert session.asked[1]["Marker"] == "more"
