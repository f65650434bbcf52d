"""Which rows a watcher looks at, and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.conftest import START
from tests.engine.watched import (
    LIST,
    RHYTHM,
    ScriptedStorage,
    Watch,
    Watched,
    a_watched,
    failure_of,
    output_of,
)
from tests.scripted import refusal
from tui.engine.ticking import LONGEST_RUN, Heard
from tui.ledger.database import Database
from tui.ledger.known import Known
from tui.model.invocation import Invocation, Status, Witness

HOUR = 3600


# What others watch ----------------------------------------------------------------------------


async def test_while_nothing_is_watched_s3_is_not_asked(
    watch: Watch, storage: ScriptedStorage
) -> None:
    watched = watch(a_watched("a", status=Status.COMPLETED), a_watched("b", witness=None))

    for _ in range(3):
        assert await watched.tick(after=RHYTHM.idle) == RHYTHM.idle

    assert not storage.calls
    assert not watched.news


async def test_what_another_copy_submits_is_adopted_in_the_idle_rhythm(
    watch: Watch, storage: ScriptedStorage, known: Known
) -> None:
    context = storage.context.key
    theirs = [a_watched("a"), a_watched("late", status=Status.OVERDUE)]
    await known.save(context, [*theirs, a_watched("done", age=2 * HOUR, status=Status.COMPLETED)])
    watched = watch()

    await watched.tick()
    assert {row.id for row in watched.board} == {"a", "late"}
    assert storage.calls

    storage.write(output_of("b"))
    await known.save(context, [a_watched("b")])
    await watched.tick(after=RHYTHM.idle - 1)
    assert a_watched("b").key not in watched.board
    await watched.tick(after=1)
    assert watched.row("b").status is Status.COMPLETED


async def test_what_another_copy_submits_is_adopted_at_once_when_all_is_wanted(
    watch: Watch, storage: ScriptedStorage, known: Known
) -> None:
    watched = watch()
    await watched.tick()
    await known.save(storage.context.key, [a_watched("a")])

    watched.watcher.want_all()
    await watched.tick()

    assert watched.row("a").status is Status.PENDING


async def test_what_is_known_here_is_not_taken_from_the_ledger_again(
    watch: Watch, storage: ScriptedStorage, known: Known
) -> None:
    old = a_watched("a")
    assert old.witness is not None
    noted = replace(old, witness=replace(old.witness, note="an old note"))
    await known.save(storage.context.key, [noted, a_watched("gone"), a_watched("done", age=HOUR)])
    watched = watch(old, a_watched("gone"), a_watched("done", age=HOUR, status=Status.COMPLETED))
    watched.board.forget([a_watched("gone").key])

    await watched.tick()

    assert watched.note("a") == ""
    assert a_watched("gone").key not in watched.board
    assert watched.row("done").status is Status.COMPLETED
    assert not any(news.changes for news in watched.news if isinstance(news, Heard))


async def test_an_unknown_one_that_another_copy_heard_of_is_adopted(
    watch: Watch, storage: ScriptedStorage, known: Known
) -> None:
    await known.save(storage.context.key, [a_watched("a")])
    watched = watch(a_watched("a", status=Status.UNKNOWN, witness=None, s3_uri=""))

    await watched.tick()

    assert watched.row("a").status is Status.PENDING
    assert watched.row("a").s3_uri == output_of("a")


async def test_a_ledger_that_fails_does_not_keep_s3_from_being_asked(
    storage: ScriptedStorage, tmp_path: Path
) -> None:
    database = Database(tmp_path / "l.sqlite3")
    watched = Watched(storage, Known(database), [a_watched("a")])
    storage.write(output_of("a"))
    database.close()

    await watched.tick()

    assert watched.row("a").status is Status.COMPLETED
    assert watched.problems == ["Leaving"]


# The rhythm -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("age", "seconds"), [(0, 2), (50, 5), (3000, 15)])
async def test_the_youngest_sets_the_rhythm(watch: Watch, age: float, seconds: float) -> None:
    watched = watch(a_watched("a", age), a_watched("old", 3500))

    assert await watched.tick() == seconds


async def test_the_old_and_the_overdue_are_looked_at_in_the_idle_rhythm_beside_young_ones(
    watch: Watch, storage: ScriptedStorage
) -> None:
    old = far("old", LONGEST_RUN.total_seconds(), deadline=START + timedelta(days=2))
    late = far("late", 2 * HOUR, deadline=START)
    watched = watch(old, late, a_watched("young"))
    await watched.tick()
    assert (LIST, "s3://old/out/old.out") in storage.calls
    assert (LIST, "s3://late/out/late.out") in storage.calls

    await watched.tick(after=RHYTHM.idle - 1)
    assert {uri for _, uri in storage.calls} == {output_of("young"), failure_of("young")}

    await watched.tick(after=1)
    assert (LIST, "s3://old/out/old.out") in storage.calls
    assert (LIST, "s3://late/out/late.out") in storage.calls


async def test_the_overdue_are_looked_at_whenever_all_is_wanted(
    watch: Watch, storage: ScriptedStorage
) -> None:
    watched = watch(far("late", 2 * HOUR, deadline=START))
    await watched.tick()
    await watched.tick()
    assert not storage.calls

    watched.watcher.want_all()
    await watched.tick()
    assert (LIST, "s3://late/out/late.out") in storage.calls

    await watched.tick()
    assert not storage.calls


def far(name: str, age: float, deadline: datetime) -> Invocation:
    """One with a bucket of its own."""
    location = output_of(name, f"s3://{name}/out/")
    return a_watched(name, age, witness=Witness(output_location=location, deadline=deadline))


async def test_a_refused_tick_waits_as_long_as_s3_asks(
    watch: Watch, storage: ScriptedStorage
) -> None:
    watched = watch(a_watched("a"))
    storage.refusals[LIST, "s3://"] = refusal("SlowDown", **{"retry-after": "90"})

    assert await watched.tick() == 90
