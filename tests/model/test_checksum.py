from __future__ import annotations

import base64
import hashlib

import pytest

from tui.model.checksum import Checksum, md5_of, told_checksum

MD5 = hashlib.md5(b"abc", usedforsecurity=False)
ETAG = f'"{MD5.hexdigest()}"'
SHA256 = base64.b64encode(hashlib.sha256(b"abc").digest()).decode()


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("MD5", MD5.digest()),
        ("SHA1", hashlib.sha1(b"abc", usedforsecurity=False).digest()),
        ("SHA256", hashlib.sha256(b"abc").digest()),
        ("CRC32", bytes.fromhex("352441c2")),
    ],
)
def test_each_is_computed_piece_by_piece(algorithm: str, digest: bytes) -> None:
    computed = Checksum(algorithm, digest).begin()
    computed.update(b"a")
    computed.update(b"bc")

    assert computed.digest() == digest


def test_only_the_etag_of_a_single_part_may_be_an_md5() -> None:
    assert md5_of(ETAG) == Checksum("MD5", MD5.digest())
    assert md5_of(f'"{MD5.hexdigest()}-3"') is None
    assert md5_of("a-client-request-token") is None


@pytest.mark.parametrize(
    ("answer", "checksum"),
    [
        ({"ETag": ETAG}, "MD5"),
        ({"ETag": ETAG, "ServerSideEncryption": "AES256"}, "MD5"),
        ({"ETag": ETAG, "ServerSideEncryption": "aws:kms"}, ""),
        ({"ETag": ETAG, "SSECustomerAlgorithm": "AES256"}, ""),
        ({"ETag": ETAG, "StorageClass": "EXPRESS_ONEZONE"}, ""),
        ({"ETag": '"0-2"'}, ""),
        ({"ETag": ETAG, "ChecksumSHA256": SHA256, "ChecksumType": "FULL_OBJECT"}, "SHA256"),
        ({"ETag": '"0-2"', "ChecksumCRC32": "NSRBwg==", "ChecksumType": "FULL_OBJECT"}, "CRC32"),
        ({"ETag": '"0-2"', "ChecksumCRC32": "NSRBwg==-2", "ChecksumType": "COMPOSITE"}, ""),
        ({"ETag": '"0-2"', "ChecksumCRC32": "NSRBwg==-2"}, ""),
        ({"ETag": '"0-2"', "ChecksumCRC32": "NSRBwg=="}, ""),
        ({"ETag": ETAG, "ChecksumCRC32": "NSRBwg=="}, "CRC32"),
        (
            {"ETag": ETAG, "ChecksumSHA256": "\xe9\xe9\xe9\xe9", "ChecksumCRC32": "NSRBwg=="},
            "CRC32",
        ),
        ({"ETag": '"0-2"', "ChecksumCRC64NVME": "AAAAAAAAAAA="}, ""),
        ({}, ""),
    ],
)
def test_only_what_is_of_the_whole_object_counts(answer: dict[str, object], checksum: str) -> None:
    told = told_checksum(answer)

    assert (told.algorithm if told else "") == checksum
