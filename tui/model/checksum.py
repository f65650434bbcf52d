"""A checksum of a whole object as S3 tells it, and how it is computed. Reads nothing."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

MD5 = "MD5"

_TOLD = {"SHA256": "ChecksumSHA256", "SHA1": "ChecksumSHA1", "CRC32": "ChecksumCRC32"}
"""Algorithm → the member of HeadObject's answer. S3's others are not to be had fast in Python."""

_OF_KEYS = ("aws:kms", "aws:kms:dsse")
_OF_PARTS = re.compile(r'"?[0-9a-f]+-\d+"?')
_OF_ONE_PART = re.compile(r'"?([0-9a-f]{32})"?')


class Summing(Protocol):
    """A checksum that is being computed."""

    def update(self, piece: bytes, /) -> None:
        """Take more bytes."""

    def digest(self) -> bytes:
        """The checksum of what was taken."""


@dataclass(frozen=True, slots=True)
class Checksum:
    """What an object's bytes come to.

    Attributes:
        algorithm: ``MD5``, ``SHA256``, ``SHA1`` or ``CRC32``.
        digest: Its bytes, the most significant first.
    """

    algorithm: str
    digest: bytes

    def begin(self) -> Summing:
        """What computes another one to compare with it."""
        if self.algorithm == "CRC32":
            return _Crc32()
        return hashlib.new(self.algorithm.lower(), usedforsecurity=False)


def md5_of(etag: str) -> Checksum | None:
    """The MD5 that an ETag seems to be: it is one where no key of KMS encrypts a single part."""
    match = _OF_ONE_PART.fullmatch(etag)
    return Checksum(MD5, bytes.fromhex(match[1])) if match else None


def told_checksum(answer: Mapping[str, object]) -> Checksum | None:
    """The best checksum of the whole object in an answer of HeadObject; None where there is none.

    That of an object in parts may be one of their checksums, and not every server says so.
    """
    etag = str(answer.get("ETag") or "")
    types = ("FULL_OBJECT",) if _OF_PARTS.fullmatch(etag) else ("FULL_OBJECT", None)
    if answer.get("ChecksumType") in types:
        for algorithm, member in _TOLD.items():
            try:
                digest = base64.b64decode(str(answer.get(member) or ""), validate=True)
            except ValueError:
                continue
            if digest:
                return Checksum(algorithm, digest)
    is_encrypted = (
        answer.get("ServerSideEncryption") in _OF_KEYS or "SSECustomerAlgorithm" in answer
    )
    is_express = answer.get("StorageClass") == "EXPRESS_ONEZONE"
    return None if is_encrypted or is_express else md5_of(etag)


class _Crc32:
    def __init__(self) -> None:
        self._sum = 0

    def update(self, piece: bytes, /) -> None:
        self._sum = zlib.crc32(piece, self._sum)

    def digest(self) -> bytes:
        return self._sum.to_bytes(4, "big")
