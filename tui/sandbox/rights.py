"""What S3 refuses in the sandbox: buckets whose names say so.

``forbidden`` in a bucket's name forbids everything in it; ``unlistable`` forbids to list, so that
a missing object is forbidden too; ``elsewhere`` has it in another region than the others.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

from tui.sandbox.http import Request, Response, ServiceError
from tui.sandbox.storage import ELSEWHERE, Storage

_LISTINGS = ("ListObjects", "ListObjectsV2", "HeadBucket")
_READS = ("GetObject", "HeadObject")


def refusal(request: Request, operation: str, storage: Storage) -> Response | None:
    """What S3 refuses the request with; None when it may go on."""
    if request.service != "s3":
        return None
    bucket, _, key = request.raw_path.lstrip("/").partition("/")
    if "forbidden" in bucket:
        return _denied()
    if "elsewhere" in bucket and request.region != ELSEWHERE and operation != "CreateBucket":
        return _redirect()
    if "unlistable" in bucket:
        is_missing = operation in _READS and not storage.has(bucket, unquote(key))
        if operation in _LISTINGS or is_missing:
            return _denied()
    return None


def _denied() -> Response:
    return ServiceError("AccessDenied", "Access Denied", 403).response("s3")


def _redirect() -> Response:
    words = (
        "The bucket you are attempting to access must be addressed using the specified endpoint. "
        "Please send all future requests to this endpoint."
    )
    response = ServiceError("PermanentRedirect", words, 301).response("s3")
    return replace(response, headers={**response.headers, "x-amz-bucket-region": ELSEWHERE})
