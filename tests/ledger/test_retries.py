from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import NOW, a_request, an_invocation
from tui.ledger.database import Database
from tui.ledger.journal import Journal, State
from tui.ledger.known import Known
from tui.ledger.queued import Queued
from tui.ledger.retries import Retries
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


async def test_what_is_old_is_dropped(retries: Retries, journal: Journal) -> None:
    await retries.note({"one": FIRST}, NOW)
    await journal.prepare(a_request(client_request_token="one"), CONTEXT, NOW)

    await retries.prune(NOW)
    assert await retries.load([FIRST]) == {FIRST: "one"}
    await retries.prune(NOW + timedelta(seconds=1))
    assert await retries.load([FIRST]) == {}
