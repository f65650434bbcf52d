"""Credentials that end while the program runs, and new ones that it finds by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from tests.builders import a_request
from tests.conftest import SETTINGS, MakeEngine, Until
from tests.engine.queued import counts, many
from tests.scripted import turns
from tests.signed_in import SERIAL, AwsFiles
from tui.config import Polling
from tui.engine import signing_in
from tui.engine.session import Engine
from tui.engine.ticking import Missed
from tui.model.credentials import CodeWanted
from tui.model.invocation import Key, Status
from tui.model.problem import Problem, ProblemError
from tui.sandbox.server import Sandbox


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_in, "WATCH_SECONDS", 0.01)


@pytest.fixture
async def signed_in(
    aws_files: AwsFiles, make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> Engine:
    """An engine that polls a dozen invocations with keys out of the credentials file."""
    aws_files.keys("first")
    sandbox.seed(12)
    sandbox.expiry.set("first", 60)
    engine = make_engine()
    engine.start()
    await until(engine, lambda: engine.identity is not None and len(engine.board) == 12)
    return engine


def statuses(engine: Engine) -> Mapping[Key, Status]:
    return {row.key: row.status for row in engine.board}


async def is_signed_out(engine: Engine, sandbox: Sandbox, until: Until) -> None:
    """Let a minute pass and AWS be asked; return when the context has seen it."""
    sandbox.clock.advance(61)
    engine.wake()
    await until(engine, lambda: engine.signing_in.problem is not None)
    await turns()


async def test_credentials_that_end_stop_the_polls_and_change_no_row(
    signed_in: Engine, sandbox: Sandbox, until: Until
) -> None:
    before = statuses(signed_in)

    await is_signed_out(signed_in, sandbox, until)
    sandbox.calls.clear()
    for _ in range(5):
        signed_in.wake()
        sandbox.clock.advance(600)
        await asyncio.sleep(0.02)

    assert signed_in.signing_in.problem is not None
    assert signed_in.signing_in.problem.kind == "ExpiredTokenException"
    assert signed_in.problem is not None
    assert signed_in.problem.kind == signed_in.signing_in.problem.kind
    assert statuses(signed_in) == before
    assert not sandbox.calls


async def test_a_renewal_from_outside_is_picked_up_and_the_polls_go_on(
    signed_in: Engine, aws_files: AwsFiles, sandbox: Sandbox, until: Until
) -> None:
    before = statuses(signed_in)
    await is_signed_out(signed_in, sandbox, until)
    sandbox.calls.clear()

    aws_files.keys("second")
    await until(signed_in, lambda: signed_in.problem is None)
    await until(signed_in, lambda: signed_in.identity is not None)

    assert signed_in.signing_in.problem is None
    assert before.keys() == statuses(signed_in).keys()
    assert sandbox.calls["ListAsyncInvokes"]


async def test_a_renewal_that_serves_no_better_is_tried_once(
    signed_in: Engine, aws_files: AwsFiles, sandbox: Sandbox, until: Until
) -> None:
    await is_signed_out(signed_in, sandbox, until)
    sandbox.expiry.set("second", 0)
    openings = signed_in.signing_in.gate.openings
    sandbox.calls.clear()

    aws_files.keys("second")
    await until(
        signed_in,
        lambda: (
            signed_in.signing_in.gate.openings > openings
            and signed_in.signing_in.problem is not None
        ),
    )
    calls = sandbox.calls["ListAsyncInvokes"]
    for _ in range(5):
        await asyncio.sleep(0.02)

    assert calls == sandbox.calls["ListAsyncInvokes"] == 1


async def test_keys_that_were_rotated_before_the_old_ones_ended_are_taken_at_the_first_failure(
    signed_in: Engine, aws_files: AwsFiles, sandbox: Sandbox, until: Until
) -> None:
    aws_files.keys("second")

    sandbox.clock.advance(61)
    openings = signed_in.signing_in.gate.openings
    signed_in.wake()
    await until(signed_in, lambda: signed_in.signing_in.gate.openings > openings)
    await until(signed_in, lambda: signed_in.problem is None)

    assert signed_in.signing_in.problem is None


async def test_while_signed_out_nothing_is_submitted_nor_journaled(
    signed_in: Engine, sandbox: Sandbox, until: Until
) -> None:
    await is_signed_out(signed_in, sandbox, until)
    journaled = len(await signed_in.journal.all())

    with pytest.raises(ProblemError) as refused:
        await signed_in.submit(a_request())

    assert refused.value.problem.is_signed_out
    assert len(await signed_in.journal.all()) == journaled
    assert not sandbox.calls["StartAsyncInvoke"]


async def test_the_queue_waits_while_signed_out_and_goes_on_afterwards(
    aws_files: AwsFiles, make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> None:
    aws_files.keys("first")
    engine = make_engine()
    engine.start(sends_queued=True)
    await until(engine, lambda: engine.identity is not None and engine.heard is not None)
    sandbox.expiry.set("first", 0)

    await engine.enqueue(many(2))
    await until(engine, lambda: engine.signing_in.problem is not None)
    await turns()
    assert counts(engine) == {Status.QUEUED: 2}

    aws_files.keys("second")
    await until(engine, lambda: engine.board.counts[Status.IN_PROGRESS] == 2)

    assert len(sandbox.requests) >= 2


async def test_a_submission_that_finds_the_credentials_ended_signs_out_and_is_not_lost(
    signed_in: Engine, sandbox: Sandbox
) -> None:
    sandbox.clock.advance(61)

    with pytest.raises(ProblemError, match="ExpiredToken"):
        await signed_in.submit(a_request())

    assert signed_in.signing_in.problem is not None


async def test_a_program_that_brings_other_credentials_is_noticed_in_the_idle_rhythm(
    aws_files: AwsFiles, make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> None:
    keys = aws_files.home / "keys"
    keys.write_text("first")
    script = aws_files.home / "bring"
    script.write_text(
        '#!/bin/sh\nprintf \'{"Version": 1, "AccessKeyId": "%s", '
        f'"SecretAccessKey": "s"}}\' "$(cat \'{keys}\')"\n'
    )
    script.chmod(0o755)
    aws_files.configure(f"[default]\ncredential_process = '{script}'\n")
    sandbox.expiry.set("first", 60)
    engine = make_engine(replace(SETTINGS, polling=Polling(0.02, 0.02, 0.02)))
    engine.start()
    await until(engine, lambda: engine.heard is not None)
    sandbox.clock.advance(61)
    engine.wake()
    await until(engine, lambda: engine.signing_in.problem is not None)

    keys.write_text("second")
    await until(engine, lambda: engine.problem is None and engine.signing_in.problem is None)


async def test_a_late_answer_to_what_the_former_credentials_asked_signs_nobody_out(
    signed_in: Engine, sandbox: Sandbox, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_asked, is_answered = asyncio.Event(), asyncio.Event()
    look = signed_in.poller.look

    async def late() -> None:
        monkeypatch.setattr(signed_in.poller, "look", look)
        is_asked.set()
        await is_answered.wait()
        raise ProblemError(Problem(kind="ExpiredToken", message="over"))

    monkeypatch.setattr(signed_in.poller, "look", late)
    signed_in.wake()
    await asyncio.wait_for(is_asked.wait(), 10)

    signed_in.signing_in.try_again()
    is_answered.set()
    await until(signed_in, lambda: signed_in.identity is not None)
    await signed_in.poller.tick()

    assert signed_in.signing_in.problem is None
    assert signed_in.problem is None


async def test_without_signatures_an_api_key_goes_on_asking_bedrock(
    aws_files: AwsFiles,
    make_engine: MakeEngine,
    sandbox: Sandbox,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "my-api-key")
    engine = make_engine()
    unsigned = Problem(kind="NoCredentialsError", message="none")

    engine.news.receive(Missed(unsigned, engine.clock(), "s3"))
    await engine.poller.tick()

    assert engine.signing_in.problem is None
    assert engine.heard is not None


async def test_whose_an_api_key_is_nobody_says_although_there_are_other_credentials(
    aws_files: AwsFiles,
    make_engine: MakeEngine,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    aws_files.keys("another-account-s")
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "my-api-key")
    engine = make_engine()

    await engine.submit(a_request())
    (written,) = await engine.journal.all()

    assert engine.identity is None
    assert written.account == ""
    assert not sandbox.calls["GetCallerIdentity"]


# A role with a second factor --------------------------------------------------------------------


async def test_a_role_with_a_second_factor_asks_once_for_all_who_sign(
    a_role: AwsFiles, make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> None:
    asked: list[CodeWanted] = []

    async def ask(wanted: CodeWanted) -> str:
        asked.append(wanted)
        return "123456"

    engine = make_engine(profile="team")
    engine.aws.signing.ask = ask
    engine.start()
    await until(engine, lambda: engine.heard is not None and engine.identity is not None)
    blocking = await engine.aws.blocking_client("s3")
    await asyncio.to_thread(blocking.list_buckets)

    assert asked == [CodeWanted(serial=SERIAL, profile="team")]
    assert sandbox.calls["AssumeRole"] == 1


async def test_a_code_that_is_not_given_signs_out_and_is_asked_for_again_when_told(
    a_role: AwsFiles, make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> None:
    answers = [None, "000000", "123456"]

    async def ask(_: CodeWanted) -> str | None:
        return answers.pop(0)

    engine = make_engine(profile="team")
    engine.aws.signing.ask = ask
    engine.start()
    await until(engine, lambda: engine.signing_in.problem is not None)
    assert engine.signing_in.problem is not None
    assert engine.signing_in.problem.kind == "MfaCancelled"
    await turns()
    assert len(answers) == 2

    engine.signing_in.try_again()
    await until(engine, lambda: engine.signing_in.problem is not None)
    assert engine.signing_in.problem is not None
    assert "MultiFactorAuthentication failed" in engine.signing_in.problem.message
    assert engine.signing_in.problem.operation == "AssumeRole"
    assert "next code" in engine.signing_in.problem.remedy

    engine.signing_in.try_again()
    await until(engine, lambda: engine.problem is None and engine.heard is not None)
    assert engine.signing_in.problem is None


async def test_the_keys_beside_an_api_key_are_told_from_it_and_new_ones_are_noticed(
    aws_files: AwsFiles,
    make_engine: MakeEngine,
    sandbox: Sandbox,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "my-api-key")
    aws_files.keys("first")
    engine = make_engine()
    engine.start()
    await until(engine, lambda: engine.heard is not None)
    ended = Problem(kind="ExpiredToken", message="over", operation="InvokeEndpointAsync")

    engine.signing_in.hear(ended)
    await until(engine, lambda: engine.signing_in.ended is not None)

    assert engine.signing_in.ended is not None
    assert engine.signing_in.ended.method == "shared-credentials-file"
    assert engine.signing_in.problem is not None
    assert "write new keys of profile default" in engine.signing_in.problem.remedy
    assert not engine.signing_in.is_final(ended)
    assert engine.signing_in.is_final(replace(ended, operation="ListAsyncInvokes"))
    aws_files.keys("second")
    await until(engine, lambda: engine.signing_in.problem is None)
