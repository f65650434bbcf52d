"""Two S3 servers that the same tests run against: moto in the sandbox, and a real SeaweedFS."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, ClassVar

import boto3
import pytest
from botocore.config import Config

from tui.aws.session import Session
from tui.model.context import Context
from tui.sandbox.server import Sandbox

REGION = "us-west-2"


@dataclass(frozen=True)
class S3Server:
    """A server that runs.

    Attributes:
        url: Its S3 endpoint.
        access_key: Of one who may do everything there.
        secret_key: The same one's.
    """

    url: str
    access_key: ClassVar[str] = "sandbox"
    secret_key: ClassVar[str] = "sandbox"

    def client(self, access_key: str = "") -> Any:
        """boto3's client: an independent one, without retries."""
        return boto3.client(
            "s3",
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id=access_key or self.access_key,
            aws_secret_access_key=self.secret_key,
            config=Config(
                retries={"total_max_attempts": 1},
                s3={"addressing_style": "path"},
                connect_timeout=5,
                read_timeout=20,
            ),
        )

    def bucket(self) -> str:
        """A new bucket of a test's own."""
        name = f"test-{secrets.token_hex(6)}"
        place = {"LocationConstraint": REGION}
        with closing(self.client()) as client:
            client.create_bucket(Bucket=name, CreateBucketConfiguration=place)
        return name

    def put(self, bucket: str, contents: dict[str, bytes], **options: str) -> None:
        """Store objects, by key."""
        with closing(self.client()) as client:
            for key, content in contents.items():
                client.put_object(Bucket=bucket, Key=key, Body=content, **options)

    def put_in_parts(self, bucket: str, key: str, *parts: bytes) -> None:
        """Store an object in parts."""
        place = {"Bucket": bucket, "Key": key}
        with closing(self.client()) as client:
            place["UploadId"] = client.create_multipart_upload(**place)["UploadId"]
            tags = [
                client.upload_part(**place, PartNumber=number, Body=part)["ETag"]
                for number, part in enumerate(parts, 1)
            ]
            told = [{"ETag": tag, "PartNumber": number} for number, tag in enumerate(tags, 1)]
            client.complete_multipart_upload(**place, MultipartUpload={"Parts": told})

    def delete(self, bucket: str, key: str) -> None:
        """Delete an object."""
        with closing(self.client()) as client:
            client.delete_object(Bucket=bucket, Key=key)

    def content(self, bucket: str, key: str) -> bytes:
        """All of an object."""
        with closing(self.client()) as client:
            content: bytes = client.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content

    def left_in(self, bucket: str) -> list[str]:
        """The keys of the objects and of the unfinished uploads of a bucket."""
        with closing(self.client()) as client:
            objects = client.list_objects_v2(Bucket=bucket).get("Contents", [])
            uploads = client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
        return [thing["Key"] for thing in (*objects, *uploads)]


@pytest.fixture(scope="module")
def moto_server() -> Iterator[S3Server]:
    with Sandbox() as sandbox:
        yield S3Server(sandbox.url)


@pytest.fixture(params=["moto_server", "seaweedfs"])
def server(request: pytest.FixtureRequest) -> S3Server:
    """Each of the two."""
    server: S3Server = request.getfixturevalue(request.param)
    return server


@pytest.fixture
async def session(
    server: S3Server, aws_environment: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Session]:
    """The program's own clients of the server."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", server.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", server.secret_key)
    session = Session(Context(region=REGION, endpoint_url=server.url))
    yield session
    await session.close()


@pytest.fixture
def bucket(server: S3Server) -> str:
    return server.bucket()
