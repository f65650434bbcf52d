from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import NOW, TOKEN, a_question, a_request, arn_of
from tests.ledger.conftest import found
from tui.ledger.database import Database
from tui.ledger.journal import Journal, State, Submission
from tui.ledger.queued import Queued
from tui.model.problem import Problem, ProblemError
from tui.model.tag import Tag

CONTEXT = "prod us-west-2"
LATER = NOW + timedelta(minutes=10)
ARN = arn_of("mm0oexhd8y31")
REFUSAL = Problem(kind="ThrottlingException", message="slow down", is_retryable=True)
SILENCE = Problem(kind="ReadTimeoutError", message="no answer", is_ambiguous=True)


async def test_the_whole_request_is_written_down(journal: Journal) -> None:
    request = a_request(
        model_input={"z": [1, 1.0, -0.0, 2**70, None, True, "\N{WATER WAVE}\x00"], "a": {}},
        kms_key_id="arn:key",
        bucket_owner="123456789012",
        tags=(Tag("team", "media"),),
    )

    await journal.prepare(request, CONTEXT, NOW)

    assert await found(journal) == Submission(
        request=request, context=CONTEXT, state=State.SENT, prepared=NOW
    )
    assert repr((await found(journal)).request) == repr(request)


async def test_an_accepted_submission_is_found_by_its_arn(journal: Journal) -> None:
    await journal.prepare(a_request(), CONTEXT, NOW)
    await journal.record(TOKEN, State.SENT)

    await journal.record(TOKEN, State.ACCEPTED, arn=ARN)

    assert await journal.find(arn=ARN) == await found(journal)
    assert (await found(journal)).state is State.ACCEPTED


async def test_a_refusal_is_kept_with_its_problem(journal: Journal) -> None:
    await journal.prepare(a_request(), CONTEXT, NOW)

    await journal.record(TOKEN, State.REFUSED, problem=REFUSAL)

    assert (await found(journal)).state is State.REFUSED
    assert (await found(journal)).problem == REFUSAL


async def test_what_was_never_written_down_is_not_found(journal: Journal) -> None:
    await journal.prepare(a_request(), CONTEXT, NOW)

    assert await journal.find(token="other") is None
    assert await journal.find(arn=ARN) is None
    assert await journal.find() is None


@pytest.mark.parametrize("state", [s for s in State if s is not State.REFUSED])
async def test_a_token_that_may_have_arrived_stands_for_one_request(
    journal: Journal, state: State
) -> None:
    await journal.prepare(a_request(), CONTEXT, NOW)
    await journal.record(TOKEN, state, arn=ARN if state is State.ACCEPTED else "")

    with pytest.raises(ProblemError, match="another request") as caught:
        await journal.prepare(a_request(model_input={"prompt": "other"}), CONTEXT, NOW)
    with pytest.raises(ProblemError, match="another request"):
        await journal.prepare(a_request(), "other us-east-1", NOW)

    assert caught.value.problem.remedy
    assert (await found(journal)).request == a_request()
    assert (await found(journal)).context == CONTEXT


async def test_what_could_not_be_written_down_leaves_no_row(
    journal: Journal, database: Database
) -> None:
    pages = database.now(lambda db: db.execute("PRAGMA page_count").fetchone()[0])
    database.now(lambda db: db.execute(f"PRAGMA max_page_count = {pages}"))

    with pytest.raises(ProblemError, match="full"):
        await journal.prepare(a_request("long " * 20_000), CONTEXT, NOW)

    assert await journal.all() == []


async def test_only_a_token_that_may_have_arrived_is_told_to_have_been_sent_before(
    journal: Journal,
) -> None:
    assert not await journal.prepare(a_request(), CONTEXT, NOW)
    await journal.record(TOKEN, State.REFUSED, problem=REFUSAL)
    assert not await journal.prepare(a_request(), CONTEXT, NOW)

    await journal.record(TOKEN, State.UNKNOWN, problem=SILENCE)
    await journal.reopen(TOKEN)

    assert (await found(journal)).state is State.PREPARED
    assert await journal.prepare(a_request(), CONTEXT, NOW)
    assert (await found(journal)).state is State.SENT


async def test_a_purged_input_does_not_make_the_same_request_another(journal: Journal) -> None:
    await journal.prepare(a_request(), CONTEXT, NOW)
    await journal.record(TOKEN, State.ACCEPTED, arn=ARN)
    await journal.purge_inputs()

    await journal.prepare(a_request(), CONTEXT, NOW)

    assert (await found(journal)).arn == ARN
    with pytest.raises(ProblemError, match="another request"):
        await journal.prepare(a_request(s3_uri="s3://elsewhere/"), CONTEXT, NOW)


async def test_an_input_that_is_not_kept_is_not_compared(
    journal: Journal, database: Database
) -> None:
    await journal.prepare(a_request(), CONTEXT, NOW)

    await Journal(database, keep_inputs=False).prepare(a_request(), CONTEXT, NOW)

    assert (await found(journal)).request == a_request()


async def test_a_refused_token_may_stand_for_a_changed_request(journal: Journal) -> None:
    await journal.prepare(a_request(), CONTEXT, NOW)
    await journal.record(TOKEN, State.REFUSED, problem=REFUSAL)
    better = a_request(model_input={"prompt": "other"})

    await journal.prepare(better, CONTEXT, NOW)

    assert (await found(journal)).request == better
    assert (await found(journal)).state is State.SENT
    assert (await found(journal)).problem is None


async def test_an_accepted_submission_stays_so_whatever_becomes_of_another_try(
    journal: Journal,
) -> None:
    await journal.prepare(a_request(), CONTEXT, NOW)
    await journal.record(TOKEN, State.ACCEPTED, arn=ARN)

    await journal.prepare(a_request(), CONTEXT, NOW)
    await journal.record(TOKEN, State.SENT)
    await journal.record(TOKEN, State.REFUSED, problem=REFUSAL)

    assert (await found(journal)).state is State.ACCEPTED
    assert (await found(journal)).arn == ARN


@pytest.mark.parametrize("before", [State.SENT, State.UNKNOWN])
async def test_a_refused_second_try_does_not_say_that_the_first_did_not_arrive(
    journal: Journal, before: State
) -> None:
    await journal.prepare(a_request(), CONTEXT, NOW)
    await journal.record(TOKEN, before, problem=SILENCE if before is State.UNKNOWN else None)

    await journal.prepare(a_request(), CONTEXT, NOW)
    await journal.record(TOKEN, State.SENT)
    await journal.record(TOKEN, State.REFUSED, problem=REFUSAL)

    assert (await found(journal)).state is State.UNKNOWN
    with pytest.raises(ProblemError):
        await journal.prepare(a_request(model_input={}), CONTEXT, NOW)


async def test_an_unknown_submission_becomes_accepted_when_it_is_found(journal: Journal) -> None:
    await journal.prepare(a_request(), CONTEXT, NOW)
    await journal.record(TOKEN, State.UNKNOWN, problem=SILENCE)

    await journal.record(TOKEN, State.ACCEPTED, arn=ARN)

    assert (await found(journal)).state is State.ACCEPTED
    assert (await found(journal)).problem is None


async def test_only_one_of_two_requests_gets_a_token(journal: Journal, path: Path) -> None:
    with closing(Database(path)) as other_copy:
        answers = await asyncio.gather(
            journal.prepare(a_request(), CONTEXT, NOW),
            Journal(other_copy).prepare(a_request(model_input={}), CONTEXT, NOW),
            return_exceptions=True,
        )

    assert [type(answer) for answer in answers].count(ProblemError) == 1


def test_what_was_prepared_survives_a_kill(path: Path) -> None:
    program = f"""
import asyncio, os, pathlib
from tests.builders import NOW, a_request
from tui.ledger.database import Database
from tui.ledger.journal import Journal

async def main():
    await Journal(Database(pathlib.Path({str(path)!r}))).prepare(a_request(), "c", NOW)
    os.kill(os.getpid(), 9)

asyncio.run(main())
"""
    killed = subprocess.run([sys.executable, "-c", program], check=False)

    assert killed.returncode == -9
    with closing(Database(path)) as database:
        assert asyncio.run(found(Journal(database))).request == a_request()


steps = st.lists(
    st.sampled_from(["prepare", State.SENT, State.ACCEPTED, State.REFUSED, State.UNKNOWN]),
    max_size=8,
)


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps)
def test_what_may_have_arrived_never_becomes_free_for_another_request(
    database: Database, stream: list[str]
) -> None:
    journal = Journal(database)

    async def work() -> None:
        await database.do(lambda db: db.execute("DELETE FROM submission"))
        await journal.prepare(a_request(), CONTEXT, NOW)
        states = []
        for step in stream:
            if step == "prepare":
                await journal.prepare(a_request(), CONTEXT, NOW)
            else:
                state = State(step)
                await journal.record(TOKEN, state, arn=ARN if state is State.ACCEPTED else "")
                states.append(state)
        last = (await found(journal)).state
        if State.ACCEPTED in states:
            assert last is State.ACCEPTED
            assert (await found(journal)).arn == ARN
        elif State.UNKNOWN in states:
            assert last is State.UNKNOWN

    asyncio.run(work())


async def test_a_token_that_may_have_arrived_in_one_account_is_not_sent_from_another(
    journal: Journal,
) -> None:
    await journal.prepare(a_request(), CONTEXT, NOW, account="111111111111")
    await journal.record(TOKEN, State.UNKNOWN, problem=SILENCE)

    with pytest.raises(ProblemError, match="stands for another request"):
        await journal.prepare(a_request(), CONTEXT, NOW, account="222222222222")
    assert (await found(journal)).account == "111111111111"

    await journal.prepare(a_request(), CONTEXT, NOW)
    await journal.prepare(a_request(), CONTEXT, NOW, account="111111111111")


async def test_who_sends_again_is_written_down(journal: Journal) -> None:
    await journal.prepare(a_request(), CONTEXT, NOW)

    await journal.prepare(a_request(), CONTEXT, NOW, account="111111111111")
    await journal.prepare(a_request(), CONTEXT, NOW)

    assert (await found(journal)).account == "111111111111"


@pytest.mark.parametrize("is_reopened", [True, False])
async def test_a_second_call_whose_sender_is_not_known_keeps_the_first_one_s_account(
    journal: Journal, is_reopened: bool
) -> None:
    await journal.prepare(a_request(), CONTEXT, NOW, account="111111111111")
    if is_reopened:
        await journal.reopen(TOKEN)

    await journal.prepare(a_request(), CONTEXT, NOW)

    assert (await found(journal)).account == "111111111111"


@pytest.mark.parametrize("state", [State.SENT, State.UNKNOWN])
async def test_what_aws_does_not_list_is_prepared_once_more(journal: Journal, state: State) -> None:
    await journal.prepare(a_request(), CONTEXT, NOW)
    await journal.record(TOKEN, state)

    await journal.reopen(TOKEN)

    assert (await found(journal)).state is State.PREPARED


@pytest.mark.parametrize("state", [State.QUEUED, State.ACCEPTED, State.REFUSED])
async def test_what_has_an_answer_or_still_waits_is_not_prepared_once_more(
    journal: Journal, queued: Queued, state: State
) -> None:
    await queued.enqueue([a_request()], CONTEXT, NOW)
    await journal.record(TOKEN, state, arn=ARN if state is State.ACCEPTED else "")
    before = await found(journal)

    await journal.reopen(TOKEN)

    assert await found(journal) == before


async def test_what_is_sent_once_more_has_its_while_to_be_listed_from_then_on(
    journal: Journal,
) -> None:
    await journal.prepare(a_request(), CONTEXT, NOW)
    await journal.reopen(TOKEN)

    await journal.prepare(a_request(), CONTEXT, LATER)

    assert (await found(journal)).prepared == LATER


async def test_a_second_call_does_not_hide_when_the_first_may_have_arrived(
    journal: Journal,
) -> None:
    await journal.prepare(a_request(), CONTEXT, NOW)

    await journal.prepare(a_request(), CONTEXT, LATER)

    assert (await found(journal)).prepared == NOW


async def test_a_question_that_waits_for_its_answer_stays_as_it_is(journal: Journal) -> None:
    await journal.prepare(a_question(), CONTEXT, NOW)

    assert await journal.prepare(a_question(), CONTEXT, LATER)

    assert (await found(journal)).state is State.SENT
