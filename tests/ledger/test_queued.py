"""The journal's queue: what is written down first, and sent by the program that claims it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import NOW, TOKEN, a_note, a_request, arn_of
from tests.ledger.conftest import found
from tui.ledger.database import Database
from tui.ledger.journal import Journal, State
from tui.ledger.known import Known
from tui.ledger.queued import Queued
from tui.model.invocation import Status
from tui.model.problem import Problem, ProblemError

CONTEXT = "prod us-west-2"
LATER = NOW + timedelta(minutes=10)
ARN = arn_of("mm0oexhd8y31")
REFUSAL = Problem(kind="ValidationException", message="no such bucket")


async def test_what_is_queued_waits_in_its_order_and_is_claimed_once(
    journal: Journal, queued: Queued
) -> None:
    requests = [a_request(client_request_token=token) for token in ("z", "a", "m")]
    await queued.enqueue(requests, CONTEXT, NOW)
    assert [each.request for each in queued.load(CONTEXT)] == requests
    assert queued.load("another") == []

    claimed = await queued.claim("z", LATER)

    assert claimed is not None
    assert (claimed.request, claimed.state) == (requests[0], State.QUEUED)
    again = await queued.claim("z", LATER)
    assert again is not None
    assert (again.state, again.prepared) == (State.SENT, LATER)
    assert await queued.claim("no such", LATER) is None
    assert [each.token for each in queued.load(CONTEXT)] == ["a", "m"]
    assert [each.token for each in await journal.unsettled(CONTEXT)] == ["z"]


async def test_what_is_queued_comes_in_its_order_however_sqlite_reads_it(
    queued: Queued, database: Database
) -> None:
    requests = [a_request(client_request_token=token) for token in ("z", "a", "m")]
    await queued.enqueue(requests, CONTEXT, NOW)

    database.now(lambda db: db.execute("PRAGMA reverse_unordered_selects = ON"))

    assert [each.token for each in queued.load(CONTEXT)] == ["z", "a", "m"]


async def test_what_aws_had_no_room_for_waits_again(journal: Journal, queued: Queued) -> None:
    await queued.enqueue([a_request()], CONTEXT, NOW)
    await queued.claim(TOKEN, LATER)

    await queued.unclaim(TOKEN, LATER)

    assert (await found(journal)).state is State.QUEUED


async def test_what_has_an_answer_is_not_queued_again(journal: Journal, queued: Queued) -> None:
    await queued.enqueue([a_request()], CONTEXT, NOW)
    await queued.claim(TOKEN, LATER)
    await journal.record(TOKEN, State.ACCEPTED, arn=ARN)

    await queued.unclaim(TOKEN, LATER)

    assert (await found(journal)).state is State.ACCEPTED


async def test_a_late_put_back_does_not_undo_what_came_after(
    journal: Journal, queued: Queued
) -> None:
    await queued.enqueue([a_request()], CONTEXT, NOW)
    await queued.claim(TOKEN, NOW)
    await queued.unclaim(TOKEN, NOW)
    await queued.claim(TOKEN, LATER)

    await queued.unclaim(TOKEN, NOW)

    assert (await found(journal)).state is State.SENT


async def test_a_refusal_out_of_the_queue_is_noted_with_the_row_that_shows_it(
    journal: Journal, queued: Queued, database: Database
) -> None:
    row = a_note(status=Status.FAILED, failure_message="ValidationException: no")
    await queued.enqueue([a_request()], CONTEXT, NOW)
    await queued.claim(TOKEN, LATER)

    await queued.refuse(TOKEN, REFUSAL, row)

    assert (await found(journal)).state is State.REFUSED
    assert (await found(journal)).problem == REFUSAL
    assert Known(database).load(CONTEXT) == [row]


@pytest.mark.parametrize("state", [State.ACCEPTED, State.UNKNOWN, State.PREPARED])
async def test_a_late_refusal_does_not_undo_what_came_after(
    journal: Journal, queued: Queued, database: Database, state: State
) -> None:
    await queued.enqueue([a_request()], CONTEXT, NOW)
    await queued.claim(TOKEN, LATER)
    await journal.record(TOKEN, state, arn=ARN if state is State.ACCEPTED else "")
    before = await found(journal)

    await queued.refuse(TOKEN, REFUSAL, a_note(status=Status.FAILED))

    assert await found(journal) == before
    assert Known(database).load(CONTEXT) == []


async def test_only_what_was_never_sent_is_dropped(journal: Journal, queued: Queued) -> None:
    await queued.enqueue([a_request(client_request_token=token) for token in "ab"], CONTEXT, NOW)
    await queued.claim("a", LATER)

    assert await queued.dequeue(["a", "b", "c"]) == {"b"}
    assert [each.token for each in await journal.all()] == ["a"]


async def test_what_is_queued_is_not_another_account_s_to_send(
    journal: Journal, queued: Queued
) -> None:
    await queued.enqueue([a_request()], CONTEXT, NOW, account="111111111111")

    with pytest.raises(ProblemError, match="111111111111"):
        await queued.claim(TOKEN, LATER, "222222222222")

    with pytest.raises(ProblemError, match="111111111111"):
        await queued.claim(TOKEN, LATER, "")
    assert (await found(journal)).state is State.QUEUED

    assert await queued.claim(TOKEN, LATER, "111111111111") is not None
    assert (await found(journal)).state is State.SENT


async def test_what_was_queued_without_an_account_waits_until_it_has_one(
    journal: Journal,
    queued: Queued,
) -> None:
    await queued.enqueue([a_request()], CONTEXT, NOW)
    with pytest.raises(ProblemError, match="unknown"):
        await queued.claim(TOKEN, LATER, "111111111111")

    await queued.own([TOKEN], "111111111111")
    await queued.own([TOKEN], "222222222222")

    assert await queued.claim(TOKEN, LATER, "111111111111")
    assert (await found(journal)).account == "111111111111"


@pytest.mark.parametrize("state", [s for s in State if s is not State.REFUSED])
async def test_a_taken_token_keeps_the_whole_batch_out(
    journal: Journal, queued: Queued, state: State
) -> None:
    await queued.enqueue([a_request()], CONTEXT, NOW)
    if state is not State.QUEUED:
        await journal.record(TOKEN, state)

    with pytest.raises(ProblemError, match=TOKEN):
        await queued.enqueue([a_request(client_request_token="new"), a_request()], CONTEXT, NOW)

    assert [each.token for each in await journal.all()] == [TOKEN]


async def test_what_is_queued_cannot_be_sent_beside_the_queue(
    journal: Journal, queued: Queued
) -> None:
    await queued.enqueue([a_request()], CONTEXT, NOW)

    with pytest.raises(ProblemError, match="stands for another request"):
        await journal.prepare(a_request(), CONTEXT, NOW)


async def test_without_inputs_nothing_is_queued(database: Database) -> None:
    with pytest.raises(ProblemError, match="must be written down"):
        await Queued(database, keep_inputs=False).enqueue([a_request()], CONTEXT, NOW)
