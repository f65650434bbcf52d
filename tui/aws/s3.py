"""S3: list, and read by range. One function for each thing we ask."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tui.aws.errors import problems
from tui.aws.session import Session
from tui.model.invocation import utc
from tui.model.outputs import OutputObject, Place

PIECE = 256 * 1024
"""Bytes read at a time: a whole range at once halves the speed and doubles the memory."""


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
