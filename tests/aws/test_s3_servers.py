"""What is asked of S3, against both servers: list, find, head, read by range, presence."""

from __future__ import annotations

from datetime import timezone

import pytest

from tests.s3_servers import REGION, S3Server
from tests.s3_servers import bucket as bucket
from tests.s3_servers import server as server
from tests.s3_servers import session as session
from tui.aws import checksums, s3
from tui.aws.session import Session
from tui.engine.sights import Sights
from tui.model.clock import utc_now
from tui.model.outputs import OutputObject, Place
from tui.model.problem import ProblemError

KEYS = [
    "out/0.out",
    "out/a b+c%2F&é.out",
    "out/a.out",
    "out/b.out",
    "out/\N{FULLWIDTH LATIN SMALL LETTER A}",
    "out/\N{WATER WAVE}",
]
LONG = "out/" + "/".join(["\N{GRINNING FACE}" * 63] * 4) + "/12345678"
"""1,024 bytes. SeaweedFS takes 255 of them between two slashes."""

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def bucket_of_keys(server: S3Server, bucket: str) -> str:
    server.put(bucket, dict.fromkeys([*KEYS, "other/x"], b"no"))
    return bucket


async def found(session: Session, server: S3Server, bucket: str, content: bytes) -> OutputObject:
    server.put(bucket, {"job/a.bin": content})
    thing = await s3.find_object(session, bucket, "job/a.bin")
    assert thing
    return thing


async def read(session: Session, thing: OutputObject, start: int, end: int) -> bytes:
    return b"".join([piece async for piece in s3.read_range(session, thing, start, end)])


# Lists ---------------------------------------------------------------------------------------


async def test_objects_are_listed_page_by_page_in_the_order_of_their_keys_bytes(
    session: Session, server: S3Server, bucket_of_keys: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "PAGE", 2)
    server.put(bucket_of_keys, {"out/": b"", "out/a.p/": b"", "out/a.q/": b"", "out/a.r/": b""})
    place, keys, sizes = Place(bucket_of_keys, "out/"), list[str](), list[int]()
    is_whole = False
    while not is_whole:
        last = keys[-1] if keys else ""
        page = await s3.list_objects(session, place, start_after=last)
        keys += [thing.key for thing in page.objects]
        sizes.append(len(page.objects))
        is_whole = page.is_whole

    assert keys == KEYS
    assert max(sizes) == 2
    assert sizes[-1]


async def test_an_object_is_told_alike_by_a_list_and_by_itself(
    session: Session, server: S3Server, bucket: str
) -> None:
    thing = await found(session, server, bucket, CONTENT)

    (listed,) = (await s3.list_objects(session, Place(bucket, "job/"))).objects
    head = await checksums.head_object(session, listed)

    assert head is not None
    for each in (listed, head.thing, thing):
        assert (each.name, each.size, each.etag) == ("a.bin", len(CONTENT), thing.etag)
        assert each.modified.tzinfo is timezone.utc
        assert not each.is_archived
    assert listed.place == thing.place == Place(bucket, "job/")


async def test_what_is_nowhere_is_an_empty_list_and_no_object(
    session: Session, server: S3Server, bucket: str
) -> None:
    thing = await found(session, server, bucket, b"x")
    server.delete(bucket, thing.key)

    assert await s3.list_objects(session, Place(bucket, "")) == s3.Objects((), is_whole=True)
    assert await s3.find_object(session, bucket, thing.key) is None
    assert await s3.head(session, bucket, thing.key) is None
    assert await checksums.head_object(session, thing) is None


async def test_pages_of_times_follow_one_another(session: Session, bucket_of_keys: str) -> None:
    keys: list[str] = []
    is_truncated = True
    while is_truncated:
        last = keys[-1] if keys else "out.~"
        page = await s3.list_after(session, bucket_of_keys, "out/", last, most=2)
        assert page.last_key == list(page.modified)[-1]
        keys += page.modified
        is_truncated = page.is_truncated

    assert keys == KEYS


async def test_folders_and_objects_continue_a_prefix(session: Session, bucket_of_keys: str) -> None:
    top = await s3.list_prefixes(session, bucket_of_keys, "o")
    below = await s3.list_prefixes(session, bucket_of_keys, "out/a.")

    assert (top.names, top.keys, top.is_whole) == (("other/", "out/"), (), True)
    assert (below.names, below.keys) == ((), ("out/a.out",))


async def test_a_missing_bucket_is_a_problem(session: Session) -> None:
    with pytest.raises(ProblemError) as listed:
        await s3.list_objects(session, Place("no-such-bucket", ""))
    with pytest.raises(ProblemError) as headed:
        await s3.head_bucket(session, "no-such-bucket")

    assert listed.value.problem.kind == "NoSuchBucket"
    assert headed.value.problem.kind == "404"


async def test_a_bucket_is_there_and_is_the_caller_s(session: Session, bucket: str) -> None:
    assert await s3.head_bucket(session, bucket) in ("", REGION)


# Presence ------------------------------------------------------------------------------------


async def test_what_is_there_is_seen_and_what_is_not_is_not(
    session: Session, bucket_of_keys: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "PAGE", 2)
    wanted = [*KEYS[1::2], "out/", "out/a.ou", "out/a.out+", "out/c.out", "other/x", "none/x"]
    sights = Sights(session, utc_now)
    folder = f"s3://{bucket_of_keys}/"

    await sights.look([folder + key for key in wanted])

    seen = {key: sights.of(folder + key) for key in wanted}
    assert {key for key in wanted if (sight := seen[key]) and sight.modified} == {
        *KEYS[1::2],
        "other/x",
    }
    assert all(sight is not None and not sight.note for sight in seen.values())
    for key in (KEYS[1], "other/x"):
        sight, modified = seen[key], await s3.head(session, bucket_of_keys, key)
        assert sight is not None
        assert sight.modified is not None
        assert modified is not None
        assert abs(sight.modified - modified).total_seconds() < 1


# Reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize("span", [(0, 1), (0, 10_240), (10_239, 10_240), (5, 9_000), (7, 7)])
async def test_a_range_is_read_and_no_more(
    session: Session, server: S3Server, bucket: str, span: tuple[int, int]
) -> None:
    thing = await found(session, server, bucket, CONTENT)

    assert await read(session, thing, *span) == CONTENT[slice(*span)]


async def test_an_object_that_changed_is_not_read_on(
    session: Session, server: S3Server, bucket: str
) -> None:
    thing = await found(session, server, bucket, CONTENT)
    server.put(bucket, {thing.key: b"another"})

    with pytest.raises(ProblemError) as caught:
        await read(session, thing, 0, 5)

    assert caught.value.problem.kind == "PreconditionFailed"
    assert caught.value.problem.remedy == "list the outputs again"


async def test_an_object_that_is_gone_is_a_problem(
    session: Session, server: S3Server, bucket: str
) -> None:
    thing = await found(session, server, bucket, CONTENT)
    server.delete(bucket, thing.key)

    with pytest.raises(ProblemError) as caught:
        await read(session, thing, 0, 5)

    assert caught.value.problem.kind == "NoSuchKey"
    assert caught.value.problem.remedy == "list the outputs again"


async def test_a_text_is_read_and_an_empty_one_is_empty(
    session: Session, server: S3Server, bucket_of_keys: str
) -> None:
    server.put(bucket_of_keys, {"empty": b""})

    assert await s3.read_text(session, bucket_of_keys, KEYS[0]) == "no"
    assert await s3.read_text(session, bucket_of_keys, "empty") == ""


@pytest.mark.parametrize("key", [LONG, "out/a	b", "out/..%2e/ +&=?#;", "out/'\"<&>"])
async def test_an_odd_key_is_listed_found_and_read(
    session: Session, server: S3Server, bucket: str, key: str
) -> None:
    server.put(bucket, {key: CONTENT})

    (listed,) = (await s3.list_objects(session, Place(bucket, "out/"))).objects

    assert await s3.find_object(session, bucket, listed.key)
    assert await read(session, listed, 0, len(CONTENT)) == CONTENT
    assert listed.key == key


# Checksums -----------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["SHA256", "SHA1", "CRC32"])
async def test_a_checksum_of_an_object_that_was_stored_with_one_is_told(
    session: Session, server: S3Server, bucket: str, algorithm: str
) -> None:
    server.put(bucket, {"job/a.bin": CONTENT}, ChecksumAlgorithm=algorithm)
    (thing,) = (await s3.list_objects(session, Place(bucket, "job/"))).objects

    head = await checksums.head_object(session, thing)

    assert head is not None
    assert head.checksum is not None
    assert head.checksum.algorithm == algorithm
    computed = head.checksum.begin()
    computed.update(CONTENT)
    assert computed.digest() == head.checksum.digest


# Trying a place out --------------------------------------------------------------------------


async def test_an_upload_that_is_begun_is_taken_back(
    session: Session, server: S3Server, bucket: str
) -> None:
    upload = await s3.begin_upload(session, bucket, "probe")
    assert server.left_in(bucket) == ["probe"]

    await s3.abort_upload(session, bucket, "probe", upload)

    assert server.left_in(bucket) == []
