"""Shared URLs against an S3 server that checks signatures."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pytest

from tests.fetched import fetch
from tests.seaweedfs import READER, SeaweedFS
from tests.seaweedfs import session as session
from tui.aws.session import Session
from tui.engine import sharing
from tui.model.outputs import Place

HOUR = timedelta(hours=1)

KEYS = [
    "ray/output.mp4",
    "a b+c%2F&d=e?f#g/é;'\"\\.mp4",
    "two\nlines\t.mp4",
    "/".join(["🌊" * 51] * 4 + ["🌊" * 50 + ".mp4"])[:1024],
    "..x/...mp4",
]


@pytest.mark.parametrize("key", KEYS)
async def test_a_url_gives_the_object_as_a_browser_plays_it(
    session: Session, seaweedfs: SeaweedFS, key: str
) -> None:
    bucket = seaweedfs.bucket()
    with closing(seaweedfs.client()) as client:
        client.put_object(
            Bucket=bucket, Key=key, Body=key.encode(), ContentType="application/octet-stream"
        )

    signed = await sharing.presign(session, Place(bucket, key), HOUR)
    fetched = await asyncio.to_thread(fetch, signed.url)

    assert (fetched.status, fetched.content) == (200, key.encode())
    assert fetched.headers["Content-Type"] == "video/mp4"
    assert fetched.headers["Content-Disposition"].startswith("inline")


async def test_a_url_is_good_for_what_was_signed_alone(
    session: Session, seaweedfs: SeaweedFS, seaweed_account: Callable[[str], None]
) -> None:
    bucket = seaweedfs.bucket()
    with closing(seaweedfs.client()) as client:
        for key in ("a.txt", "b.txt"):
            client.put_object(Bucket=bucket, Key=key, Body=key.encode())
    seaweed_account(READER)

    signed = await sharing.presign(session, Place(bucket, "a.txt"), HOUR)
    other = {
        "object": signed.url.replace("a.txt?", "b.txt?"),
        "lifetime": signed.url.replace("X-Amz-Expires=3600", "X-Amz-Expires=7200"),
        "type": signed.url.replace("text%2Fplain", "text%2Fhtml"),
        "signature": re.sub(r"(Signature=)(.)", lambda m: m[1] + "01"[m[2] == "0"], signed.url),
    }

    assert (await asyncio.to_thread(fetch, signed.url)).content == b"a.txt"
    for tampered in other.values():
        assert tampered != signed.url
        assert (await asyncio.to_thread(fetch, tampered)).status == 403
