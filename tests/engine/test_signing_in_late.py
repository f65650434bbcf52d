"""Calls that fail with the former credentials, when new ones are there already."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine

import pytest

from tests.aws.sessions import KEYS, bring
from tests.builders import a_request
from tests.conftest import MakeEngine, Until
from tests.engine.queued import many
from tests.signed_in import AwsFiles
from tui.engine import signing_in
from tui.engine.session import Engine
from tui.model.invocation import Status
from tui.model.problem import ProblemError


async def submit(engine: Engine) -> None:
    with pytest.raises(ProblemError, match="CredentialProcessFailed"):
        await engine.submit(a_request())


async def send_queued(engine: Engine) -> None:
    turn = await engine.dispatch.send("token-0")
    assert not turn.is_over
    assert turn.pause is None  # the model is not full: with others it goes at once


@pytest.mark.parametrize(("send", "signatures"), [(submit, 2), (send_queued, 1)])
async def test_a_failure_of_the_former_credentials_does_not_sign_out_the_new_ones(
    aws_files: AwsFiles,
    make_engine: MakeEngine,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
    send: Callable[[Engine], Coroutine[object, object, None]],
    signatures: int,
) -> None:
    monkeypatch.setattr(signing_in, "KNOWING_SECONDS", 0.01)
    begun, end = aws_files.home / "begun", aws_files.home / "end"
    os.mkfifo(begun)
    os.mkfifo(end)
    bring(aws_files, f"echo > '{begun}'; cat '{end}' >&2; exit 1")
    engine = make_engine(profile="team")
    await engine.enqueue(many(1))
    await engine.aws.client("bedrock-runtime")
    signed, frozen = [], engine.aws.signing.frozen

    async def noted() -> object:
        signed.append("begun")
        return await frozen()

    monkeypatch.setattr(engine.aws.signing, "frozen", noted)
    sending = asyncio.create_task(send(engine))
    await asyncio.to_thread(begun.read_text)
    while len(signed) < signatures:
        await asyncio.sleep(0)

    bring(aws_files, f"printf '%s' '{KEYS % ''}'")
    engine.signing_in.try_again()
    await until(engine, lambda: engine.identity is not None)
    end.write_text("now")
    await sending

    assert engine.signing_in.problem is None
    assert engine.dispatch.trouble is None
    assert engine.board.counts[Status.FAILED] == 0
