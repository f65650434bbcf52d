"""What becomes of a row by what S3 holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.conftest import START
from tests.engine.watched import (
    GET,
    HEAD,
    LIST,
    RHYTHM,
    ScriptedStorage,
    Watch,
    a_watched,
    failure_of,
    output_of,
)
from tui.engine.sights import MISSING_OR_FORBIDDEN
from tui.model.invocation import Status, Witness

HOUR = 3600
LATER = START + timedelta(days=1)


# The end --------------------------------------------------------------------------------------


async def test_an_output_is_the_end_at_the_time_it_was_written(
    watch: Watch, storage: ScriptedStorage
) -> None:
    watched = watch(a_watched("a"), a_watched("b"))
    await watched.tick()
    assert watched.row("a").heard == START
    assert len(watched.news) == 1
    storage.write(output_of("a"), at=START + timedelta(seconds=7))

    await watched.tick(after=10)

    ended = watched.row("a")
    assert ended.status is Status.COMPLETED
    assert ended.end_time == START + timedelta(seconds=7)
    assert ended.heard == START + timedelta(seconds=10)
    assert watched.row("b").status is Status.PENDING
    assert not watched.problems


async def test_what_an_earlier_one_wrote_under_the_same_name_is_not_its_output(
    watch: Watch, storage: ScriptedStorage
) -> None:
    storage.write(output_of("a"), at=START - timedelta(days=1))
    watched = watch(a_watched("a"))
    await watched.tick()
    assert watched.row("a").status is Status.PENDING
    storage.write(output_of("a"), at=START + timedelta(seconds=7))

    await watched.tick(after=10)

    assert watched.row("a").status is Status.COMPLETED
    assert watched.row("a").end_time == START + timedelta(seconds=7)


async def test_an_object_is_the_end_of_one_inference_although_two_share_its_name(
    watch: Watch, storage: ScriptedStorage
) -> None:
    shared = Witness(output_location=output_of("x"), deadline=LATER)
    rows = [
        a_watched(name, age, witness=shared, s3_uri=shared.output_location)
        for name, age in (("first", 60), ("second", 30))
    ]
    watched = watch(*rows)
    storage.write(output_of("x"), at=START)

    await watched.tick()
    await watched.tick(after=10)

    assert watched.row("first").status is Status.COMPLETED
    assert watched.row("second").status is Status.PENDING
    assert "another inference's" in watched.note("second")
    storage.write(output_of("x"), at=START + timedelta(seconds=15))
    await watched.tick(after=10)
    assert watched.row("second").status is Status.COMPLETED
    assert watched.row("second").end_time == START + timedelta(seconds=15)


async def test_what_ended_before_the_start_keeps_its_object(
    watch: Watch, storage: ScriptedStorage
) -> None:
    shared = Witness(output_location=output_of("x"), deadline=LATER)
    ended = a_watched(
        "first",
        witness=shared,
        s3_uri=shared.output_location,
        status=Status.COMPLETED,
        end_time=START,
    )
    again = a_watched("second", witness=shared, s3_uri=shared.output_location)
    watched = watch(ended, again)
    storage.write(output_of("x"), at=START)

    await watched.tick()

    assert watched.row("second").status is Status.PENDING


async def test_a_failure_is_the_end_with_its_own_words(
    watch: Watch, storage: ScriptedStorage
) -> None:
    watched = watch(a_watched("a"))
    written = START + timedelta(seconds=3)
    storage.write(failure_of("a"), content=b"Received server error (500)\n", at=written)

    await watched.tick(after=5)

    ended = watched.row("a")
    assert (ended.status, ended.end_time) == (Status.FAILED, written)
    assert ended.failure_message == "Received server error (500)"
    assert ended.heard == START + timedelta(seconds=5)


async def test_an_output_beside_a_failure_is_a_completion(
    watch: Watch, storage: ScriptedStorage
) -> None:
    watched = watch(a_watched("a"))
    storage.write(failure_of("a"), output_of("a"))

    await watched.tick()

    assert watched.row("a").status is Status.COMPLETED
    assert not storage.count(GET)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "the failure object is empty"),
        (b" \n", "the failure object is empty"),
        (b"caf\xe9 \xff", "caf\N{REPLACEMENT CHARACTER} \N{REPLACEMENT CHARACTER}"),
        (b"\x1b[2J[/x]\0\xe2\x80\xae", "\x1b[2J[/x]\0\N{RIGHT-TO-LEFT OVERRIDE}"),
        (b"x" * 10**6, "x" * 4096),
    ],
)
async def test_a_failure_may_hold_anything(
    watch: Watch, storage: ScriptedStorage, content: bytes, text: str
) -> None:
    watched = watch(a_watched("a"))
    storage.write(failure_of("a"), content=content)

    await watched.tick()

    assert watched.row("a").status is Status.FAILED
    assert watched.row("a").failure_message == text


async def test_a_failure_that_cannot_be_read_is_one_all_the_same(
    watch: Watch, storage: ScriptedStorage
) -> None:
    watched = watch(a_watched("a"))
    storage.write(failure_of("a"), content=b"?")
    storage.refuse(GET, "AccessDenied")

    await watched.tick()

    assert watched.row("a").status is Status.FAILED
    assert "could not be read: AccessDenied" in watched.row("a").failure_message
    assert not watched.problems


async def test_a_failure_that_cannot_be_read_at_the_moment_is_read_later(
    watch: Watch, storage: ScriptedStorage
) -> None:
    names = ["a", *(f"b{number:02}" for number in range(20))]
    watched = watch(*map(a_watched, names))
    storage.write(*map(failure_of, names), content=b"no")
    storage.refuse(GET, "SlowDown", below=failure_of("a"))

    await watched.tick(after=2 * HOUR)

    assert watched.row("a").status is Status.PENDING
    assert watched.board.counts[Status.FAILED] == 20
    assert watched.problems == ["SlowDown"]

    storage.refusals.clear()
    await watched.tick()
    assert watched.row("a").failure_message == "no"
    assert storage.calls == [(LIST, output_of("a")), (GET, failure_of("a"))]


async def test_without_a_failure_location_the_output_alone_is_watched(
    watch: Watch, storage: ScriptedStorage
) -> None:
    row = a_watched("a")
    assert row.witness is not None
    watched = watch(replace(row, witness=replace(row.witness, failure_location="")))

    await watched.tick()
    assert storage.calls == [(LIST, output_of("a"))]
    await watched.tick(after=2 * HOUR)
    assert watched.row("a").status is Status.OVERDUE

    storage.write(output_of("a"))
    await watched.tick(after=RHYTHM.idle)
    assert watched.row("a").status is Status.COMPLETED


async def test_a_location_that_is_none_gets_a_note(watch: Watch, storage: ScriptedStorage) -> None:
    witness = Witness(output_location="https://media/a.out", deadline=START)
    watched = watch(a_watched("a", witness=witness))

    await watched.tick()

    assert watched.note("a") == "https://media/a.out is not the URI of an object in S3"
    assert not storage.calls
    assert not watched.problems


# Overdue --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("appears", "status"),
    [(output_of("a"), Status.COMPLETED), (failure_of("a"), Status.FAILED)],
)
async def test_what_is_overdue_is_watched_on(
    watch: Watch, storage: ScriptedStorage, appears: str, status: Status
) -> None:
    watched = watch(a_watched("a"))
    await watched.tick(after=HOUR - 1)
    assert watched.row("a").status is Status.PENDING

    assert await watched.tick(after=1) == RHYTHM.idle
    assert watched.row("a").status is Status.OVERDUE
    assert watched.row("a").heard == watched.now
    assert watched.row("a").end_time is None

    storage.write(appears, content=b"late")
    await watched.tick(after=RHYTHM.idle)
    assert watched.row("a").status is status


async def test_with_the_clock_set_back_what_was_overdue_is_pending_again(watch: Watch) -> None:
    watched = watch(a_watched("a"))
    await watched.tick(after=2 * HOUR)
    assert watched.row("a").status is Status.OVERDUE

    await watched.tick(after=-1.5 * HOUR)

    assert watched.row("a").status is Status.PENDING


async def test_a_first_look_long_after_the_deadline_finds_an_output_before_it_says_overdue(
    watch: Watch, storage: ScriptedStorage
) -> None:
    watched = watch(a_watched("a", age=100 * HOUR), a_watched("b", age=100 * HOUR))
    storage.write(output_of("a"))

    await watched.tick()

    assert watched.row("a").status is Status.COMPLETED
    assert watched.row("b").status is Status.OVERDUE


# Notes ----------------------------------------------------------------------------------------


async def test_missing_or_forbidden_is_pending_or_overdue_with_a_note_until_it_can_be_read(
    watch: Watch, storage: ScriptedStorage
) -> None:
    watched = watch(a_watched("a"))
    storage.refuse(LIST, "AccessDenied")
    storage.refuse(HEAD, "403")

    for seconds, status in ((0, Status.PENDING), (2 * HOUR, Status.OVERDUE)):
        await watched.tick(after=seconds)
        assert watched.row("a").status is status
        assert watched.note("a") == MISSING_OR_FORBIDDEN
        assert watched.row("a").heard is None
    assert not watched.problems

    storage.refusals.clear()
    storage.write(output_of("a"))
    await watched.tick(after=RHYTHM.idle)
    assert watched.row("a").status is Status.COMPLETED
    assert watched.note("a") == ""


async def test_a_note_goes_once_s3_says_that_nothing_is_there(
    watch: Watch, storage: ScriptedStorage
) -> None:
    watched = watch(a_watched("a"))
    storage.refuse(LIST, "NoSuchBucket")
    await watched.tick()
    assert watched.note("a").startswith("NoSuchBucket: ")
    assert "check the bucket's name" in watched.note("a")

    storage.refusals.clear()
    await watched.tick(after=5)

    assert watched.note("a") == ""
    assert watched.row("a").status is Status.PENDING


@pytest.mark.parametrize("kind", ["NoSuchBucket", "PermanentRedirect", "AllAccessDisabled", "Odd"])
async def test_trouble_with_one_bucket_leaves_the_others_alone(
    watch: Watch, storage: ScriptedStorage, kind: str
) -> None:
    elsewhere = "s3://elsewhere/out/"
    rows = [
        a_watched(name, witness=Witness(output_location=output_of(name, elsewhere), deadline=LATER))
        for name in ("a", "b")
    ]
    watched = watch(*rows, a_watched("c"), a_watched("d"))
    storage.refuse(LIST, kind, below=elsewhere)
    storage.write(output_of("c"))

    await watched.tick()

    assert [watched.note(name).partition(":")[0] for name in "ab"] == [kind, kind]
    assert watched.row("a").status is Status.PENDING
    assert watched.row("c").status is Status.COMPLETED
    assert watched.note("d") == ""
    assert not watched.problems


async def test_a_failure_is_told_though_the_output_s_bucket_does_not_answer(
    watch: Watch, storage: ScriptedStorage
) -> None:
    watched = watch(a_watched("a"))
    storage.refuse(LIST, "AccessDenied")
    storage.refuse(HEAD, "403", below=output_of("a"))
    storage.write(failure_of("a"), content=b"no")

    await watched.tick()

    assert watched.row("a").status is Status.FAILED
    assert watched.note("a") == ""
