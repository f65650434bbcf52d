from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import NOW, a_request, an_invocation
from tui.ledger.database import Database
from tui.ledger.journal import Journal, State
from tui.ledger.known import Known
from tui.ledger.queued import Queued
from tui.ledger.retries import CLAIMED, Retries
from tui.model.invocation import Status, key_of_token

CONTEXT = "prod us-west-2"
FIRST = "arn:aws:bedrock:us-west-2:123456789012:async-invoke/first"
SECOND = "arn:aws:bedrock:us-west-2:123456789012:async-invoke/second"


@pytest.fixture
def retries(database: Database) -> Retries:
    return Retries(database)


async def test_the_last_second_try_counts_by_its_id_or_else_its_token(
    retries: Retries, journal: Journal
) -> None:
    for number, token in enumerate(("one", "two")):
        await retries.note({token: FIRST}, NOW + timedelta(seconds=number))
        await journal.prepare(a_request(client_request_token=token), CONTEXT, NOW)

    assert await retries.load([FIRST, SECOND]) == {FIRST: "two"}
    await journal.record("two", State.ACCEPTED, arn=SECOND)
    assert await retries.load([FIRST]) == {FIRST: "second"}
    assert await retries.load([SECOND]) == {}


async def test_what_was_noted_and_never_written_down_does_not_count(
    retries: Retries, queued: Queued
) -> None:
    await retries.note({"one": FIRST}, NOW)
    assert await retries.load([FIRST]) == {}

    await queued.enqueue([a_request(client_request_token="one")], CONTEXT, NOW)
    assert await retries.load([FIRST]) == {FIRST: "one"}

    await queued.dequeue(["one"])
    assert await retries.load([FIRST]) == {}


async def test_what_aws_refused_counts_while_its_row_is_there(
    retries: Retries, journal: Journal, database: Database
) -> None:
    await retries.note({"one": FIRST}, NOW)
    await journal.prepare(a_request(client_request_token="one"), CONTEXT, NOW)
    await journal.record("one", State.REFUSED)
    assert await retries.load([FIRST]) == {}

    known = Known(database)
    await known.save(CONTEXT, [an_invocation("x", Status.FAILED, key=key_of_token("one"))])
    assert await retries.load([FIRST]) == {FIRST: "one"}

    await known.forget(CONTEXT, [key_of_token("one")], NOW)
    assert await retries.load([FIRST]) == {}


async def test_of_two_programs_one_alone_claims_each(
    retries: Retries, database: Database, path: Path, journal: Journal
) -> None:
    other = Database(path)
    try:
        mine, theirs = await asyncio.gather(
            retries.claim({"one": FIRST, "two": SECOND}, NOW),
            Retries(other).claim({"three": FIRST, "four": SECOND}, NOW),
        )
        assert sorted(map(sorted, (mine, theirs))) in (
            [[], ["one", "two"]],
            [[], ["four", "three"]],
        )

        token = max(mine | theirs)
        await journal.prepare(a_request(client_request_token=token), CONTEXT, NOW)
        later = NOW + CLAIMED
        found = await Retries(other).claim({"five": FIRST, "six": SECOND}, later)
        assert found == ({"five"} if token == "two" else {"six"})
    finally:
        other.close()


async def test_a_note_without_a_submission_is_another_s_for_a_while(retries: Retries) -> None:
    await retries.note({"one": FIRST}, NOW)

    almost = CLAIMED - timedelta(seconds=1)
    for at in (NOW, NOW + almost, NOW - almost):
        assert await retries.claim({"two": FIRST, "three": SECOND}, at) == {"three"}
        await retries.unclaim(["three"])
    assert await retries.claim({"two": FIRST}, NOW + CLAIMED) == {"two"}


async def test_what_was_never_written_down_or_is_dropped_is_free_again(
    retries: Retries, queued: Queued
) -> None:
    await retries.note({"one": FIRST, "two": SECOND}, NOW)
    await queued.enqueue([a_request(client_request_token="two")], CONTEXT, NOW)

    await retries.unclaim(["one", "two"])
    assert await retries.claim({"three": FIRST, "four": SECOND}, NOW) == {"three"}

    await queued.dequeue(["two"])
    assert await retries.claim({"four": SECOND}, NOW) == {"four"}


async def test_what_is_old_is_dropped(retries: Retries, journal: Journal) -> None:
    await retries.note({"one": FIRST}, NOW)
    await journal.prepare(a_request(client_request_token="one"), CONTEXT, NOW)

    await retries.prune(NOW)
    assert await retries.load([FIRST]) == {FIRST: "one"}
    await retries.prune(NOW + timedelta(seconds=1))
    assert await retries.load([FIRST]) == {}
