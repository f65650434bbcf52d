"""The sandbox's S3, seen from inside: moto's own backend, where jobs write their outputs."""

from __future__ import annotations

from datetime import datetime

from moto.s3.models import s3_backends

from tui.sandbox.jobs import ACCOUNT

OUTPUT = "sandbox-output"
"""Where the seeded jobs and the endpoints write."""

UPLOADS = "sandbox-uploads"
"""A place for the inputs of endpoints."""

ELSEWHERE = "eu-central-1"
"""The region of the buckets that have ``elsewhere`` in their names."""

_FURNISHED = (
    OUTPUT,
    UPLOADS,
    "sandbox-forbidden",
    "sandbox-unlistable",
    "sandbox-elsewhere",
)
"""The buckets that are there as soon as somebody asks for them."""


class Storage:
    """The account's buckets. They belong to the process: every sandbox in it sees the same."""

    def __init__(self) -> None:
        self._backend = s3_backends[ACCOUNT]["aws"]

    def clear(self) -> None:
        """Forget every bucket, and with them all else that moto knows."""
        s3_backends.reset()
        self._backend = s3_backends[ACCOUNT]["aws"]

    def has_bucket(self, name: str) -> bool:
        """Whether the bucket exists."""
        return name in self._backend.buckets

    def create_bucket(self, name: str, region: str) -> None:
        """Create the bucket unless it exists."""
        if not self.has_bucket(name):
            self._backend.create_bucket(name, ELSEWHERE if "elsewhere" in name else region)

    def furnish(self, name: str, region: str) -> None:
        """Create the bucket if it is one of the sandbox's own."""
        if name in _FURNISHED:
            self.create_bucket(name, region)

    def has(self, bucket: str, key: str) -> bool:
        """Whether the object exists."""
        return self.has_bucket(bucket) and self._backend.get_object(bucket, key) is not None

    def get(self, bucket: str, key: str) -> bytes | None:
        """What the object holds, or None if there is no such object."""
        found = self._backend.get_object(bucket, key) if self.has_bucket(bucket) else None
        return None if found is None else bytes(found.value)

    def put(
        self,
        bucket: str,
        key: str,
        body: bytes,
        content_type: str,
        kms_key_id: str = "",
        modified: datetime | None = None,
    ) -> None:
        """Write one object, encrypted with the key if there is one, now or at a time before."""
        written = self._backend.put_object(
            bucket,
            key,
            body,
            encryption="aws:kms" if kms_key_id else None,
            kms_key_id=kms_key_id or None,
        )
        written.set_metadata({"Content-Type": content_type})
        if modified is not None:
            written.last_modified = modified.replace(tzinfo=None)
