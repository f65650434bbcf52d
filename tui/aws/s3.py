"""S3: list, head, read by range, and try a place out. One function for each thing we ask.

Uploads are ``uploading``'s, and pages of keys are decoded by ``key_pages``.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from tui.aws.errors import problems, unreadable
from tui.aws.key_pages import KeyPage, page_of
from tui.aws.regions import placed
from tui.aws.session import Session
from tui.model.invocation import utc
from tui.model.outputs import OutputObject, Place
from tui.model.problem import ProblemError
from tui.model.shell import quote

PIECE = 1024 * 1024
"""Bytes read at a time: a whole range at once halves the speed and doubles the memory."""

PAGE = 1000
"""Keys, prefixes or buckets of one answer: S3 tells no more keys at once."""


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What continues a prefix, up to the next slash.

    Attributes:
        names: Whole prefixes, in order, each with its slash.
        keys: The keys of objects, in order.
        is_whole: Whether these are all.
    """

    names: tuple[str, ...]
    keys: tuple[str, ...]
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
    with problems("ListBuckets", session.context):
        client = await session.client("s3")
        answer = await client.list_buckets(**arguments)
        return sorted(bucket["Name"] for bucket in answer.get("Buckets", []))


async def list_prefixes(session: Session, bucket: str, prefix: str) -> Prefixes:
    """The "folders" and objects of a bucket whose name begins with the prefix; one page of them.

    Raises:
        ProblemError: S3 refused (s3:ListBucket), the bucket is missing, or nothing answered.
    """
    with problems("ListObjectsV2", session.context, f"s3://{bucket}/{prefix}"):
        client = await session.client("s3")
        answer = await client.list_objects_v2(
            Bucket=bucket, Prefix=prefix, Delimiter="/", MaxKeys=PAGE
        )
        names = tuple(entry["Prefix"] for entry in answer.get("CommonPrefixes", []))
        keys = tuple(entry["Key"] for entry in answer.get("Contents", []))
        return Prefixes(names, keys, is_whole=not answer.get("IsTruncated"))


async def head_bucket(session: Session, bucket: str, owner: str = "") -> str:
    """The region of a bucket; empty where S3 does not tell it.

    Args:
        session: Where to ask.
        bucket: Its name.
        owner: The account that it must belong to, or empty.

    Raises:
        ProblemError: S3 refused (s3:ListBucket), there is no such bucket, or nothing answered.
    """
    with problems("HeadBucket", session.context, f"s3://{bucket}"):
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
    with problems("CreateMultipartUpload", session.context, f"s3://{bucket}/{key}"):
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
    with problems("AbortMultipartUpload", session.context, f"s3://{bucket}/{key}"):
        client = await session.client("s3")
        await client.abort_multipart_upload(
            Bucket=bucket, Key=key, UploadId=upload_id, **_owned_by(owner)
        )


def _owned_by(owner: str) -> dict[str, str]:
    return {"ExpectedBucketOwner": owner} if owner else {}


@dataclass(frozen=True, slots=True)
class Objects:
    """Some of the objects under a prefix.

    Attributes:
        objects: In key order; empty ones that mark a folder are left out.
        is_whole: Whether no others follow.
    """

    objects: tuple[OutputObject, ...]
    is_whole: bool


async def list_objects(session: Session, place: Place, *, start_after: str = "") -> Objects:
    """The objects under a prefix whose keys come after one, at most ``PAGE``.

    Raises:
        ProblemError: S3 refused (s3:ListBucket), the bucket is missing, or nothing answered.
    """
    marker = place.prefix if place.prefix.endswith("/") else ""
    while True:
        page = await _page(session, place.bucket, place.prefix, start_after or marker, PAGE)
        if any(entry.key <= start_after for entry in page.entries):
            raise ProblemError(unreadable("ListObjectsV2"))  # it would never end
        objects = tuple(
            OutputObject(
                place, entry.key, entry.size, entry.modified, entry.etag, entry.storage_class
            )
            for entry in page.entries
            if entry.size or not entry.key.endswith("/")
        )
        if objects or not page.is_truncated:
            return Objects(objects, is_whole=not page.is_truncated)
        start_after = page.entries[-1].key


async def find_object(session: Session, bucket: str, key: str) -> OutputObject | None:
    """One object, if it is there: without s3:ListBucket, S3 refuses to say that it is not.

    Raises:
        ProblemError: S3 refused (s3:GetObject), or nothing answered.
    """
    try:
        with placed("HeadObject", session.context, f"s3://{bucket}/{key}"):
            client = await session.client("s3")
            answer = await client.head_object(Bucket=bucket, Key=key)
    except ProblemError as error:
        if error.problem.kind in ("404", "NoSuchKey"):
            return None
        raise
    if not {"ContentLength", "LastModified", "ETag"} <= answer.keys():
        raise ProblemError(unreadable("HeadObject"))
    return OutputObject(
        place=Place(bucket, key[: key.rfind("/") + 1]),
        key=key,
        size=answer["ContentLength"],
        modified=utc(answer["LastModified"]),
        etag=answer["ETag"],
        storage_class=answer.get("StorageClass", ""),
    )


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
    with _restorable(thing), placed("GetObject", session.context, thing.uri):
        client = await session.client("s3")
        answer = await client.get_object(
            Bucket=thing.place.bucket,
            Key=thing.key,
            Range=f"bytes={start}-{end - 1}",
            IfMatch=thing.etag,
        )
        async with answer["Body"] as body:
            told, left = answer.get("ContentRange"), end - start
            is_whole = told is None and (start, end) == (0, thing.size)
            is_another = answer.get("ETag", thing.etag) != thing.etag
            if is_another or not (is_whole or str(told).startswith(f"bytes {start}-{end - 1}/")):
                raise ProblemError(unreadable("GetObject"))  # not what was asked for
            while left and (piece := await body.read(min(PIECE, left))):
                left -= len(piece)
                yield piece


@contextlib.contextmanager
def _restorable(thing: OutputObject) -> Iterator[None]:
    """Say of an archived object how it is brought back.

    Raises:
        ProblemError: What failed inside.
    """
    try:
        yield
    except ProblemError as error:
        if error.problem.kind != "InvalidObjectState":
            raise
        names = f"--bucket {quote(thing.place.bucket)} --key {quote(thing.key)}"
        problem = replace(
            error.problem,
            cause="the object is archived, in a storage class such as GLACIER",
            remedy="restore it, which takes hours, then read it: aws s3api restore-object "
            f"{names} --restore-request Days=7",
        )
        raise ProblemError(problem) from error.__cause__


TEXT_SIZE = 4096
"""Bytes of a failure object that are read: what is longer is a trace, which opens by itself."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a bucket's keys.

    Attributes:
        modified: Key → when its object was written (aware, UTC), in S3's order.
        is_truncated: Whether more keys follow.
    """

    modified: Mapping[str, datetime]
    is_truncated: bool

    @property
    def last_key(self) -> str:
        """The greatest key of the page; empty when it has none."""
        return max(self.modified, default="")


async def list_after(
    session: Session, bucket: str, prefix: str, start_after: str, most: int = PAGE
) -> Listing:
    """The first keys with a prefix that come after ``start_after``, by their UTF-8 bytes.

    Raises:
        ProblemError: S3 refused (s3:ListBucket), the bucket is missing, or nothing answered.
    """
    page = await _page(session, bucket, prefix, start_after, most)
    return Listing({entry.key: entry.modified for entry in page.entries}, page.is_truncated)


async def _page(session: Session, bucket: str, prefix: str, after: str, most: int) -> KeyPage:
    with placed("ListObjectsV2", session.context, f"s3://{bucket}/{prefix}"):
        client = await session.client("s3")
        answer = await client.list_objects_v2(
            Bucket=bucket, Prefix=prefix, StartAfter=after, MaxKeys=most
        )
        page = page_of(answer)
    if page is None or not page.is_readable:
        raise ProblemError(unreadable("ListObjectsV2"))
    return page


async def head(session: Session, bucket: str, key: str) -> datetime | None:
    """When an object was written (aware, UTC); None when there is none.

    Raises:
        ProblemError: S3 refused, which without s3:ListBucket it does for a missing object too, or
            nothing answered.
    """
    found = await find_object(session, bucket, key)
    return found.modified if found else None


async def read_text(session: Session, bucket: str, key: str) -> str:
    """The first ``TEXT_SIZE`` bytes of an object; what is not UTF-8 is replaced.

    Raises:
        ProblemError: S3 refused (s3:GetObject, kms:Decrypt), the object is gone, or the line broke.
    """
    content = b""
    try:
        with placed("GetObject", session.context, f"s3://{bucket}/{key}"):
            client = await session.client("s3")
            answer = await client.get_object(
                Bucket=bucket, Key=key, Range=f"bytes=0-{TEXT_SIZE - 1}"
            )
            async with answer["Body"] as body:
                while piece := await body.read(TEXT_SIZE - len(content)):
                    content += piece
    except ProblemError as error:
        if error.problem.kind != "InvalidRange":  # an empty object has no first byte
            raise
    return content.decode("utf-8", "replace")
