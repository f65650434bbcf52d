"""Presigned URLs of S3 objects, Signature Version 4, for the bucket's own region."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from tui import log
from tui.aws import s3
from tui.aws.errors import problems, region_in
from tui.aws.session import Session
from tui.model.presigned import PresignedUrl, Signer
from tui.model.problem import Problem, ProblemError

if TYPE_CHECKING:
    from aiobotocore.client import AioBaseClient

_UNSIGNED = Problem(
    kind="NothingToSignWith",
    message="with --no-sign-request there are no credentials to sign a URL with",
    remedy="start without it; what everybody may read has its URL without a signature",
)

_AWS = re.compile(r"https?://s3([.-][^/]*)?\.amazonaws\.(com|com\.cn|eu)/?")
"""AWS's own endpoint of S3; any other one is used as it is."""


async def presign(
    session: Session,
    bucket: str,
    key: str,
    lifetime: timedelta,
    content_type: str = "",
    disposition: str = "",
) -> PresignedUrl:
    """Sign a GetObject; whether there is such an object is not asked.

    Args:
        session: What signs.
        bucket: The object's bucket.
        key: Its key.
        lifetime: How long the URL shall serve: whole seconds, at most seven days.
        content_type: What the answer shall say that it is; empty is what is stored.
        disposition: The answer's Content-Disposition; empty is what is stored.

    Raises:
        ProblemError: There is nothing to sign with, or the bucket is not found.
    """
    told = {"ResponseContentType": content_type, "ResponseContentDisposition": disposition}
    wanted = {name: value for name, value in told.items() if value}
    _require_signing(session)
    with problems("GetObject", session.context, is_sent=False):
        client = await _client(session, bucket)
        url: str = await client.generate_presigned_url(
            "get_object",
            Params={"Bucket": bucket, "Key": key, **wanted},
            ExpiresIn=int(lifetime.total_seconds()),
        )
    log.note("presigned", context=session.context.key, bucket=bucket, key=key)
    signed = parse_qs(urlsplit(url).query)["X-Amz-Date"][0]
    begin = datetime.strptime(signed, "%Y%m%dT%H%M%S%z").astimezone(timezone.utc)
    return PresignedUrl(url, begin + lifetime, await signer(session))


async def signer(session: Session) -> Signer:
    """What the session signs with, and until when that is good.

    Raises:
        ProblemError: There is nothing to sign with.
    """
    _require_signing(session)
    with problems("GetObject", session.context, is_sent=False):
        await session.client("s3")
        frozen = await session.signing.frozen()
    return Signer(is_temporary=bool(frozen.token), end=session.signing.expires)


def _require_signing(session: Session) -> None:
    if not session.context.sign_requests:
        raise ProblemError(_UNSIGNED)


async def _client(session: Session, bucket: str) -> AioBaseClient:
    """A client of the region that the bucket is in; of the endpoint, where one is given."""
    client = await session.client("s3")
    if session.context.endpoint_of("s3") or not _AWS.fullmatch(client.meta.endpoint_url):
        return await session.presigner()
    region = await _region_of(session, bucket)
    return await session.presigner(region or client.meta.region_name)


async def _region_of(session: Session, bucket: str) -> str:
    """The region of a bucket, which S3 also says to whom it refuses the rest; empty if not.

    Raises:
        ProblemError: There is no such bucket, or nothing answered.
    """
    try:
        return session.regions.of(bucket) or await s3.head_bucket(session, bucket)
    except ProblemError as error:
        region = region_in(getattr(error.__cause__, "response", {}))
        if not region and error.problem.kind != "403":
            raise
        return region
