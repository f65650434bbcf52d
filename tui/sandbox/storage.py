"""The sandbox's S3, seen from inside: moto's own backend, where jobs write their outputs."""

from __future__ import annotations

from moto.s3.models import s3_backends

from tui.sandbox.jobs import ACCOUNT


class Storage:
    """The account's buckets. They belong to the process: every sandbox in it sees the same."""

    def __init__(self) -> None:
        self._backend = s3_backends[ACCOUNT]["aws"]

    def clear(self) -> None:
        """Forget every bucket."""
        s3_backends.reset()
        self._backend = s3_backends[ACCOUNT]["aws"]

    def has_bucket(self, name: str) -> bool:
        """Whether the bucket exists."""
        return name in self._backend.buckets

    def create_bucket(self, name: str, region: str) -> None:
        """Create the bucket unless it exists."""
        if not self.has_bucket(name):
            self._backend.create_bucket(name, region)

    def put(self, bucket: str, key: str, body: bytes, content_type: str, kms_key_id: str) -> None:
        """Write one object, encrypted with the key if there is one."""
        written = self._backend.put_object(
            bucket,
            key,
            body,
            encryption="aws:kms" if kms_key_id else None,
            kms_key_id=kms_key_id or None,
        )
        written.set_metadata({"Content-Type": content_type})
