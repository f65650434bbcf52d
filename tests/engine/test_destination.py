from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.conftest import START, MakeEngine
from tui.aws.session import Session
from tui.engine import destination
from tui.engine.destination import Look
from tui.engine.session import Engine
from tui.model.context import Context
from tui.model.outputs import Place
from tui.sandbox.server import Sandbox

if TYPE_CHECKING:
    from aiobotocore.client import AioBaseClient

MEDIA = Place("media", "ray/")
KEY = "arn:aws:kms:us-west-2:123456789012:alias/media"


def make_bucket(sandbox: Sandbox, name: str = "media", region: str = "us-west-2") -> None:
    client = boto3.client("s3", endpoint_url=sandbox.url, region_name=region)
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})


def left_in(sandbox: Sandbox, bucket: str = "media") -> list[object]:
    client = boto3.client("s3", endpoint_url=sandbox.url, region_name="us-west-2")
    uploads = client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    return [*uploads, *client.list_objects_v2(Bucket=bucket).get("Contents", [])]


async def test_a_place_that_will_do_is_said_to_and_nothing_is_left(
    engine: Engine, sandbox: Sandbox
) -> None:
    make_bucket(sandbox)

    found = await destination.look(engine.aws, MEDIA)

    assert found.problems == ()
    assert "exists, in us-west-2" in found.holds[0]
    assert "takes an object" in found.holds[1]
    assert left_in(sandbox) == []


async def test_the_key_is_tried_too(engine: Engine, sandbox: Sandbox) -> None:
    make_bucket(sandbox)

    found = await destination.look(engine.aws, MEDIA, kms_key_id=KEY)

    assert "with the KMS key" in found.holds[1]


async def test_a_bucket_that_is_missing_is_not_written_to(engine: Engine, sandbox: Sandbox) -> None:
    found = await destination.look(engine.aws, Place("nobody-s", ""))

    (problem,) = found.problems
    assert "nobody-s" in problem.message
    assert problem.cause == "there is no such bucket"
    assert sandbox.calls["CreateMultipartUpload"] == 0


async def test_a_bucket_of_another_region_is_called_out(engine: Engine, sandbox: Sandbox) -> None:
    make_bucket(sandbox, "far", "eu-west-1")

    found = await destination.look(engine.aws, Place("far", ""))

    assert found.problems[0].kind == "OtherRegion"
    assert "eu-west-1" in found.problems[0].message
    assert "us-west-2" in found.problems[0].remedy


async def test_without_the_right_to_see_the_bucket_writing_is_tried_all_the_same(
    engine: Engine, sandbox: Sandbox
) -> None:
    make_bucket(sandbox)
    sandbox.faults.add("HeadBucket", "denied")

    found = await destination.look(engine.aws, MEDIA)

    (problem,) = found.problems
    assert "s3:ListBucket" in problem.remedy
    assert "takes an object" in found.holds[0]


async def test_without_the_right_to_write_the_action_is_named(
    engine: Engine, sandbox: Sandbox
) -> None:
    make_bucket(sandbox)
    sandbox.faults.add("CreateMultipartUpload", "denied")

    found = await destination.look(engine.aws, MEDIA)

    (problem,) = found.problems
    assert problem.cause == "not writable: no s3:PutObject on s3://media/ray/"
    assert "s3:PutObject" in problem.remedy
    assert "exists" in found.holds[0]


async def test_an_upload_that_cannot_be_taken_back_is_named(
    engine: Engine, sandbox: Sandbox
) -> None:
    make_bucket(sandbox)
    sandbox.faults.add("AbortMultipartUpload", "denied")

    found = await destination.look(engine.aws, MEDIA)

    (problem,) = found.problems
    assert "s3:AbortMultipartUpload" in problem.remedy
    assert f"ray/{destination.PROBE}" in problem.cause


async def test_a_broken_line_is_told_once(make_engine: MakeEngine) -> None:
    engine = make_engine(endpoint_url="http://127.0.0.1:9")

    found = await destination.look(engine.aws, MEDIA)

    (problem,) = found.problems
    assert problem.kind == "EndpointConnectionError"
    assert found == Look(problems=(problem,))


def test_the_user_is_who_the_machine_says(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ann")

    known = destination.placeholders("luma.ray-v2:0", engine.clock)

    assert known == {"date": "2026-03-01", "model": "luma.ray-v2-0", "user": "ann"}


def test_a_user_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4242")

    monkeypatch.setattr("getpass.getuser", nobody)
    monkeypatch.setattr("os.getuid", lambda: 4242)

    assert destination.placeholders("m", lambda: START)["user"] == "4242"


class RefusesTheKey(Session):
    """A bucket that is there, and an S3 that cannot use the KMS key."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(Context(region="us-west-2"))
        self._error = {"Code": code, "Message": message}

    async def client(
        self, service: str, *, retries: bool = True, patience: float = 0.0
    ) -> AioBaseClient:
        return self

    async def head_bucket(self, **_: object) -> dict[str, str]:
        return {"BucketRegion": "us-west-2"}

    async def create_multipart_upload(self, **_: object) -> dict[str, str]:
        raise ClientError({"Error": self._error}, "CreateMultipartUpload")


@pytest.mark.parametrize(
    ("code", "message", "remedy"),
    [
        ("KMS.NotFoundException", "Alias alias/media is not found.", "its ARN, region and state"),
        ("KMS.DisabledException", "The key is disabled.", "its ARN, region and state"),
        (
            "AccessDenied",
            "User: ann is not authorized to perform: kms:GenerateDataKey on resource: …",
            "kms:GenerateDataKey",
        ),
    ],
)
async def test_a_key_that_does_not_serve_is_named(code: str, message: str, remedy: str) -> None:
    found = await destination.look(RefusesTheKey(code, message), MEDIA, kms_key_id=KEY)

    (problem,) = found.problems
    assert problem.kind == code
    assert remedy in problem.remedy
    assert "s3:PutObject" not in problem.remedy
