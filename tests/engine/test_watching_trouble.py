"""What a watcher does when S3 does not answer, or refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import START
from tests.engine.watched import (
    HEAD,
    LIST,
    RHYTHM,
    ScriptedStorage,
    Watch,
    a_watched,
    output_of,
)
from tui.engine.ticking import Heard
from tui.model.invocation import Status, Witness

HOUR = 3600
LATER = START + timedelta(days=1)


@pytest.mark.parametrize(
    "kind", ["ExpiredToken", "SlowDown", "InvalidAccessKeyId", "RequestTimeTooSkewed", "503"]
)
async def test_trouble_with_the_caller_or_the_line_changes_no_row(
    watch: Watch, storage: ScriptedStorage, kind: str
) -> None:
    watched = watch(a_watched("a"), a_watched("b"))
    before = list(watched.board)
    storage.refuse(LIST, kind)

    waits = [await watched.tick(after=2 * HOUR) for _ in range(3)]

    assert list(watched.board) == before
    assert watched.problems == [kind] * 3
    assert not [news for news in watched.news if isinstance(news, Heard)]
    assert waits == [2 * RHYTHM.fastest, 4 * RHYTHM.fastest, 8 * RHYTHM.fastest]


async def test_what_was_learnt_before_the_trouble_is_told(
    watch: Watch, storage: ScriptedStorage
) -> None:
    watched = watch(a_watched("a"), a_watched("b"))
    storage.write(output_of("a"))
    storage.refuse(LIST, "SlowDown", below="s3://media/failed/")

    await watched.tick()

    assert watched.row("a").status is Status.COMPLETED
    assert watched.row("b").status is Status.PENDING
    assert watched.problems == ["SlowDown"]
    assert [news.source for news in watched.news] == ["s3", "s3"]


@pytest.mark.parametrize("operation", [LIST, HEAD])
async def test_a_bucket_out_of_reach_does_not_keep_the_others_from_being_seen(
    watch: Watch, storage: ScriptedStorage, operation: str
) -> None:
    witness = Witness(output_location=output_of("x", "s3://beyond/"), deadline=LATER)
    watched = watch(a_watched("x", age=9, witness=witness), a_watched("a"), a_watched("b"))
    if operation == HEAD:
        storage.refuse(LIST, "AccessDenied", below="s3://beyond/")
        storage.refuse(LIST, "AccessDenied", below="s3://media/failed/")
    storage.refuse(operation, "ConnectTimeoutError", below="s3://beyond/")

    for name in ("a", "b"):
        storage.write(output_of(name))
        await watched.tick(after=5)
        await watched.tick(after=5)
        assert watched.row(name).status is Status.COMPLETED
    assert watched.row("x").status is Status.PENDING
    assert watched.problems == ["ConnectTimeoutError"] * 4

    storage.refusals.clear()
    storage.write(output_of("x", "s3://beyond/"))
    await watched.tick()
    assert watched.row("x").status is Status.COMPLETED


async def test_after_a_time_without_a_line_a_bucket_out_of_reach_still_hides_no_other(
    watch: Watch, storage: ScriptedStorage
) -> None:
    names = "abcdef"
    places = {name: output_of("x", f"s3://{name}{name}{name}/") for name in names}
    watched = watch(
        *(
            a_watched(name, witness=Witness(output_location=place, deadline=START))
            for name, place in places.items()
        )
    )
    storage.refuse(LIST, "ConnectTimeoutError")
    for _ in names:
        await watched.tick(after=5)
    storage.refusals.clear()
    for beyond in "af":
        storage.refuse(LIST, "ConnectTimeoutError", below=places[beyond])
    storage.write(*places.values())

    for _ in names:
        await watched.tick(after=5)

    ended = {row.id for row in watched.board if row.status is Status.COMPLETED}
    assert ended == set("bcde")


async def test_an_object_out_of_reach_does_not_keep_a_folder_from_being_listed_again(
    watch: Watch, storage: ScriptedStorage
) -> None:
    rows = [
        a_watched(name, witness=Witness(output_location=output_of("x", place), deadline=START))
        for name, place in (("x", "s3://beyond/"), ("a", "s3://media/"))
    ]
    watched = watch(*rows)
    storage.refuse(LIST, "AccessDenied", below="s3://beyond/")
    storage.refuse(HEAD, "ConnectTimeoutError", below="s3://beyond/")
    storage.refuse(LIST, "SlowDown", below="s3://media/")
    await watched.tick()

    del storage.refusals[LIST, "s3://media/"]
    storage.write(output_of("x", "s3://media/"))
    for _ in range(2):
        await watched.tick(after=5)

    assert watched.row("a").status is Status.COMPLETED


async def test_trouble_is_over_when_nothing_is_watched_any_more(
    watch: Watch, storage: ScriptedStorage
) -> None:
    watched = watch(a_watched("a"))
    storage.refuse(LIST, "SlowDown")
    await watched.tick()

    watched.board.forget([a_watched("a").key])
    await watched.tick(after=5)
    await watched.tick(after=5)

    assert [type(news).__name__ for news in watched.news] == ["Missed", "Heard"]


async def test_a_row_that_is_forgotten_during_a_tick_does_no_harm(
    watch: Watch, storage: ScriptedStorage
) -> None:
    watched = watch(a_watched("a"), a_watched("b"))
    storage.write(output_of("a"))
    storage.on_call = lambda _operation, _uri: watched.board.forget([a_watched("a").key])

    await watched.tick()

    assert [row.id for row in watched.board] == ["b"]
    assert not watched.problems
