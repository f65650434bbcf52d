"""Large objects, put onto an S3 server in parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

PART = 64 * 1024 * 1024


def upload_parts(
    client: Any,  # boto3 has no types
    bucket: str,
    key: str,
    size: int,
    make: Callable[[int, int], bytes],
) -> None:
    """Put an object of ``size`` bytes; ``make`` makes the part from one place up to another."""
    upload = client.create_multipart_upload(Bucket=bucket, Key=key)
    target = {name: upload[name] for name in ("Bucket", "Key", "UploadId")}
    parts = []
    for number, start in enumerate(range(0, size, PART), 1):
        body = make(start, min(start + PART, size))
        tag = client.upload_part(**target, PartNumber=number, Body=body)["ETag"]
        parts.append({"PartNumber": number, "ETag": tag})
    client.complete_multipart_upload(**target, MultipartUpload={"Parts": parts})
