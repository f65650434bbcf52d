from __future__ import annotations

import pytest

from tests.builders import TOKEN, a_request
from tests.conftest import MakeEngine
from tui.engine import submission
from tui.engine.session import Engine
from tui.ledger.journal import State
from tui.model.invocation import Status, key_of_token
from tui.model.problem import ProblemError
from tui.sandbox.server import Sandbox


async def test_an_accepted_request_is_in_progress_under_its_arn(engine: Engine) -> None:
    row = await engine.submit(a_request())

    assert row.status is Status.IN_PROGRESS
    assert row.key == row.invocation_arn
    assert row.invocation_arn.startswith("arn:aws:bedrock:us-west-2:123456789012:async-invoke/")
    assert engine.board[row.key] == row


async def test_the_request_comes_back_whole_from_the_journal(engine: Engine) -> None:
    request = a_request(bucket_owner="123456789012")

    row = await engine.submit(request)

    assert await engine.request_of(row) == request


async def test_a_refused_request_raises_its_problem_and_stays_in_the_journal(
    engine: Engine,
) -> None:
    with pytest.raises(ProblemError) as caught:
        await engine.submit(a_request(model_id="us.amazon.nova-pro-v1:0"))

    assert caught.value.problem.kind == "ValidationException"
    assert "async model" in caught.value.problem.remedy
    submission = await engine.journal.find(token=TOKEN)
    assert submission is not None
    assert submission.state is State.REFUSED
    assert len(engine.board) == 0


async def test_a_refused_request_may_be_mended_and_sent_under_its_token(engine: Engine) -> None:
    with pytest.raises(ProblemError):
        await engine.submit(a_request(model_id="us.amazon.nova-pro-v1:0"))

    row = await engine.submit(a_request())

    assert row.status is Status.IN_PROGRESS


async def test_a_token_that_stands_for_another_request_is_not_sent(
    engine: Engine, sandbox: Sandbox
) -> None:
    await engine.submit(a_request("first"))

    with pytest.raises(ProblemError) as caught:
        await engine.submit(a_request("second"))

    assert caught.value.problem.kind == "ConflictException"
    assert sandbox.calls["StartAsyncInvoke"] == 1


async def test_an_answer_that_never_comes_leaves_the_row_unknown_after_one_call(
    engine: Engine, sandbox: Sandbox
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "drop-after")

    row = await engine.submit(a_request())

    assert row.status is Status.UNKNOWN
    assert row.key == key_of_token(TOKEN)
    assert sandbox.calls["StartAsyncInvoke"] == 1


async def test_an_unknown_row_is_adopted_by_its_token_when_aws_lists_it(
    engine: Engine, sandbox: Sandbox
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "drop-after")
    await engine.submit(a_request())

    await engine.poll()

    (row,) = engine.board
    assert row.status is Status.IN_PROGRESS
    assert row.client_request_token == TOKEN
    assert row.is_ours
    submission = await engine.journal.find(token=TOKEN)
    assert submission is not None
    assert (submission.state, submission.arn) == (State.ACCEPTED, row.invocation_arn)
    assert submission.request == a_request()


async def test_what_could_not_be_sent_is_refused_not_unknown(make_engine: MakeEngine) -> None:
    engine = make_engine(endpoint_url="http://127.0.0.1:9")

    with pytest.raises(ProblemError) as caught:
        await engine.submit(a_request())

    assert caught.value.problem.kind == "EndpointConnectionError"
    assert caught.value.problem.remedy
    assert len(engine.board) == 0


async def test_a_restart_knows_what_was_submitted(make_engine: MakeEngine) -> None:
    first = make_engine()
    row = await first.submit(a_request())
    await first.close()

    second = make_engine()

    assert [known.key for known in second.board] == [row.key]
    assert await second.request_of(row) == a_request()


async def test_the_checks_name_the_member_at_fault() -> None:
    request = a_request(
        client_request_token="under_score",
        s3_uri="http://media",
        kms_key_id="not-an-arn",
        bucket_owner="12",
    )

    verdict = await submission.check(request)

    assert {fault.path[-1] for fault in verdict.faults} == {
        "clientRequestToken",
        "s3Uri",
        "kmsKeyId",
        "bucketOwner",
    }


async def test_a_model_rule_is_a_warning_at_its_path() -> None:
    request = a_request(model_input={"prompt": "x", "duration": "7s"})

    verdict = await submission.check(request)

    assert verdict.faults == ()
    assert [fault.where for fault in verdict.warnings] == ["duration"]
