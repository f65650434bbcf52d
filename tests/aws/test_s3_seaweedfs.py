"""Lists of what is watched, against a real S3 server."""

from __future__ import annotations

from contextlib import closing

import pytest

from tests.seaweedfs import SeaweedFS
from tests.seaweedfs import session as session
from tui.aws import s3
from tui.aws.session import Session
from tui.engine.sights import Sights
from tui.model.clock import utc_now

KEYS = [
    "out/0.out",
    "out/a b+c%2F&é.out",
    "out/a.out",
    "out/b.out",
    "out/\N{FULLWIDTH LATIN SMALL LETTER A}",
    "out/\N{WATER WAVE}",
]


@pytest.fixture
def bucket(seaweedfs: SeaweedFS) -> str:
    bucket = seaweedfs.bucket()
    with closing(seaweedfs.client()) as client:
        for key in [*KEYS, "other/x"]:
            client.put_object(Bucket=bucket, Key=key, Body=b"no")
    return bucket


async def test_pages_follow_one_another_in_the_order_of_the_keys_bytes(
    session: Session, bucket: str
) -> None:
    keys: list[str] = []
    is_truncated = True
    while is_truncated:
        page = await s3.list_after(session, bucket, "out/", keys[-1] if keys else "out.~", most=2)
        keys += page.modified
        is_truncated = page.is_truncated

    assert keys == KEYS


async def test_what_is_there_is_seen_and_what_is_not_is_not(
    session: Session, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "PAGE", 2)
    wanted = [*KEYS[1::2], "out/", "out/a.ou", "out/a.out+", "out/c.out", "other/x", "none/x"]
    sights = Sights(session, utc_now)
    folder = f"s3://{bucket}/"

    await sights.look([folder + key for key in wanted])

    seen = {key: sights.of(folder + key) for key in wanted}
    assert {key for key in wanted if (sight := seen[key]) and sight.modified} == {
        *KEYS[1::2],
        "other/x",
    }
    assert all(sight is not None and not sight.note for sight in seen.values())
    for key in (KEYS[1], "other/x"):
        sight, modified = seen[key], await s3.head(session, bucket, key)
        assert sight is not None
        assert sight.modified is not None
        assert modified is not None
        assert abs(sight.modified - modified).total_seconds() < 1


async def test_a_text_is_read_and_an_empty_one_is_empty(
    session: Session, seaweedfs: SeaweedFS, bucket: str
) -> None:
    with closing(seaweedfs.client()) as client:
        client.put_object(Bucket=bucket, Key="empty", Body=b"")

    assert await s3.read_text(session, bucket, KEYS[0]) == "no"
    assert await s3.read_text(session, bucket, "empty") == ""
