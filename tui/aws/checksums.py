"""S3: an object as it is now, with the checksum that is told of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui.aws.errors import unreadable
from tui.aws.regions import placed
from tui.aws.session import Session
from tui.model.checksum import Checksum, told_checksum
from tui.model.invocation import utc
from tui.model.outputs import OutputObject
from tui.model.problem import ProblemError


@dataclass(frozen=True, slots=True)
class Head:
    """What HeadObject says.

    Attributes:
        thing: The object, as it is now.
        checksum: Of all its bytes, where one is told that can be computed here.
    """

    thing: OutputObject
    checksum: Checksum | None


async def head_object(session: Session, thing: OutputObject) -> Head | None:
    """What is under the key of an object now; None when nothing is.

    Raises:
        ProblemError: S3 refused (s3:GetObject), or nothing answered.
    """
    try:
        with placed("HeadObject", session.context, thing.uri):
            client = await session.client("s3")
            answer = await client.head_object(
                Bucket=thing.place.bucket, Key=thing.key, ChecksumMode="ENABLED"
            )
    except ProblemError as error:
        if error.problem.kind in ("404", "NoSuchKey"):
            return None
        raise
    if not {"ContentLength", "LastModified", "ETag"} <= answer.keys():
        raise ProblemError(unreadable("HeadObject"))
    now = replace(
        thing,
        size=answer["ContentLength"],
        modified=utc(answer["LastModified"]),
        etag=answer["ETag"],
        storage_class=answer.get("StorageClass", ""),
    )
    return Head(now, told_checksum(answer))
