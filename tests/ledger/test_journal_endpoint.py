"""What the journal keeps of an endpoint's requests, which nobody lists."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import NOW, TOKEN, a_watched, an_inference
from tests.ledger.conftest import found
from tui.ledger.answers import Answers
from tui.ledger.database import Database
from tui.ledger.journal import Journal, State
from tui.ledger.known import Known
from tui.model.invocation import Status
from tui.model.problem import Problem, ProblemError

CONTEXT = "prod us-west-2"


class FullDatabase:
    """A ledger that takes nothing."""

    async def do(self, _: object) -> object:
        raise ProblemError(Problem(kind="LedgerError", message="the disk is full"))


async def test_the_whole_request_is_written_down_a_body_byte_by_byte(journal: Journal) -> None:
    request = an_inference(input_location="", model_input=b"\x00\xff{", request_ttl_seconds=60)

    await journal.prepare(request, CONTEXT, NOW)

    assert (await found(journal)).request == request


async def test_what_may_have_arrived_is_not_to_be_sent_again(journal: Journal) -> None:
    assert not await journal.prepare(an_inference(), CONTEXT, NOW)
    await journal.record(TOKEN, State.UNKNOWN)

    assert await journal.prepare(an_inference(), CONTEXT, NOW + timedelta(hours=1))

    assert (await found(journal)).state is State.UNKNOWN


async def test_its_id_stands_for_no_other_request(journal: Journal) -> None:
    await journal.prepare(an_inference(), CONTEXT, NOW)

    with pytest.raises(ProblemError, match="another request"):
        await journal.prepare(an_inference(input_location="s3://media/y"), CONTEXT, NOW)


async def test_what_arrived_is_kept_with_both_locations_in_one_commit(
    journal: Journal, database: Database
) -> None:
    await journal.prepare(an_inference(), CONTEXT, NOW)

    await journal.accept(a_watched(), CONTEXT)

    assert (await found(journal)).state is State.ACCEPTED
    assert Known(database).load(CONTEXT) == [a_watched()]
    assert journal.load_unsettled(CONTEXT) == []


async def test_what_the_ledger_does_not_take_is_tried_again(
    journal: Journal, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await journal.prepare(an_inference(), CONTEXT, NOW)
    with monkeypatch.context() as patch:
        patch.setattr(journal, "_database", FullDatabase())
        with pytest.raises(ProblemError, match="disk is full"):
            await journal.accept(a_watched(), CONTEXT)
        assert journal.unwritten == 1

    await journal.flush()

    assert journal.unwritten == 0
    assert Known(database).load(CONTEXT) == [a_watched()]


async def test_another_copy_s_doubt_does_not_outlive_the_answer(
    journal: Journal, database: Database
) -> None:
    await journal.prepare(an_inference(), CONTEXT, NOW)
    unknown = a_watched(status=Status.UNKNOWN, witness=None)
    answers = Answers(database)
    gone = await answers.forget([unknown], CONTEXT, NOW, before=NOW)
    assert gone == []

    await journal.accept(a_watched(), CONTEXT)

    assert Known(database).load(CONTEXT) == [a_watched()]
    assert Known(database).load_forgotten(CONTEXT) == set()
    assert await answers.forget([unknown], CONTEXT, NOW, before=NOW) == [a_watched()]


async def test_the_input_of_what_nobody_can_settle_is_purged(journal: Journal) -> None:
    await journal.prepare(an_inference(input_location="", model_input=b"xyzzy"), CONTEXT, NOW)
    await journal.record(TOKEN, State.UNKNOWN)

    assert await journal.purge_inputs() == 1

    kept = await found(journal)
    assert not kept.has_input
    assert kept.request.model_input is None


async def test_a_request_whose_input_is_in_s3_is_whole_without_kept_inputs(
    database: Database,
) -> None:
    journal = Journal(database, keep_inputs=False)

    await journal.prepare(an_inference(), CONTEXT, NOW)
    await journal.record(TOKEN, State.ACCEPTED)

    assert await journal.purge_inputs() == 0
    assert (await found(journal)).has_input
