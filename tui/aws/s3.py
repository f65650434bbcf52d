"""S3: list, read by range, and try a place out. One function for each thing we ask."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from tui.aws.errors import problems, unreadable
from tui.aws.session import Session
from tui.model.invocation import utc
from tui.model.outputs import OutputObject, Place
from tui.model.problem import ProblemError

PIECE = 256 * 1024
"""Bytes read at a time: a whole range at once halves the speed and doubles the memory."""


PAGE = 1000
"""Buckets or prefixes of one answer: S3's maximum for keys, and enough for a person."""


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What continues a prefix, up to the next slash.

    Attributes:
        names: Whole prefixes, in order, each with its slash.
        is_whole: Whether these are all.
    """

    names: tuple[str, ...]
    is_whole: bool


async def list_buckets(session: Session) -> list[str]:
    """The names of the caller's buckets in the session's region, in order, at most ``PAGE``.

    Raises:
        ProblemError: S3 refused (s3:ListAllMyBuckets) or could not be reached.
    """
    region = session.context.region
    arguments: dict[str, object] = {"MaxBuckets": PAGE}
    if region:  # outputs only go to a bucket of the call's own region
        arguments["BucketRegion"] = region
    with problems("ListBuckets"):
        client = await session.client("s3")
        answer = await client.list_buckets(**arguments)
        return sorted(bucket["Name"] for bucket in answer.get("Buckets", []))


async def list_prefixes(session: Session, bucket: str, prefix: str) -> Prefixes:
    """The "folders" of a bucket whose name begins with the prefix; one page of them.

    Raises:
        ProblemError: S3 refused (s3:ListBucket), the bucket is missing, or nothing answered.
    """
    with problems("ListObjectsV2"):
        client = await session.client("s3")
        answer = await client.list_objects_v2(
            Bucket=bucket, Prefix=prefix, Delimiter="/", MaxKeys=PAGE
        )
        names = tuple(entry["Prefix"] for entry in answer.get("CommonPrefixes", []))
        return Prefixes(names, is_whole=not answer.get("IsTruncated"))


async def head_bucket(session: Session, bucket: str, owner: str = "") -> str:
    """The region of a bucket; empty where S3 does not tell it.

    Args:
        session: Where to ask.
        bucket: Its name.
        owner: The account that it must belong to, or empty.

    Raises:
        ProblemError: S3 refused (s3:ListBucket), there is no such bucket, or nothing answered.
    """
    with problems("HeadBucket"):
        client = await session.client("s3")
        answer = await client.head_bucket(Bucket=bucket, **_owned_by(owner))
        return str(answer.get("BucketRegion") or "")


async def begin_upload(
    session: Session, bucket: str, key: str, kms_key_id: str = "", owner: str = ""
) -> str:
    """Begin an upload in parts and return its id; until it is completed there is no object.

    Raises:
        ProblemError: S3 refused (s3:PutObject), or the key does not serve, or nothing answered.
    """
    encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key_id}
    with problems("CreateMultipartUpload"):
        client = await session.client("s3")
        answer = await client.create_multipart_upload(
            Bucket=bucket, Key=key, **(encryption if kms_key_id else {}), **_owned_by(owner)
        )
    if not answer.get("UploadId"):
        raise ProblemError(unreadable("CreateMultipartUpload"))
    return str(answer["UploadId"])


async def abort_upload(
    session: Session, bucket: str, key: str, upload_id: str, owner: str = ""
) -> None:
    """Take an upload back that was begun.

    Raises:
        ProblemError: S3 refused (s3:AbortMultipartUpload), or nothing answered.
    """
    with problems("AbortMultipartUpload"):
        client = await session.client("s3")
        await client.abort_multipart_upload(
            Bucket=bucket, Key=key, UploadId=upload_id, **_owned_by(owner)
        )


def _owned_by(owner: str) -> dict[str, str]:
    return {"ExpectedBucketOwner": owner} if owner else {}


async def list_objects(session: Session, place: Place, *, most: int = 1000) -> list[OutputObject]:
    """The objects under a prefix, in key order, at most ``most``; folder markers are none.

    Raises:
        ProblemError: S3 refused (s3:ListBucket), the bucket is missing, or nothing answered.
    """
    found: list[OutputObject] = []
    arguments = {"Bucket": place.bucket, "Prefix": place.prefix, "MaxKeys": min(most, 1000)}
    with problems("ListObjectsV2"):
        client = await session.client("s3")
        while len(found) < most:
            answer = await client.list_objects_v2(**arguments)
            found += [
                OutputObject(
                    place=place,
                    key=entry["Key"],
                    size=entry["Size"],
                    modified=utc(entry["LastModified"]),
                    etag=entry["ETag"],
                )
                for entry in answer.get("Contents", [])
                if not entry["Key"].endswith("/")
            ]
            if not answer.get("IsTruncated"):
                break
            arguments["ContinuationToken"] = answer["NextContinuationToken"]
    return found[:most]


async def read_range(
    session: Session, thing: OutputObject, start: int, end: int
) -> AsyncIterator[bytes]:
    """The bytes from ``start`` up to, not including, ``end``, in pieces as they arrive.

    The object must still be the one that was listed: another one fails with PreconditionFailed.

    Raises:
        ProblemError: S3 refused (s3:GetObject), the object changed, or the line broke.
    """
    if end <= start:
        return
    with problems("GetObject"):
        client = await session.client("s3")
        answer = await client.get_object(
            Bucket=thing.place.bucket,
            Key=thing.key,
            Range=f"bytes={start}-{end - 1}",
            IfMatch=thing.etag,
        )
        async with answer["Body"] as body:
            while piece := await body.read(PIECE):
                yield piece
