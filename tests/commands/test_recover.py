from __future__ import annotations

import argparse
import json
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import a_request, an_inference
from tests.conftest import MakeEngine
from tui.commands import exit_codes, recover
from tui.engine.session import Engine
from tui.engine.submission import SETTLE
from tui.ledger.journal import Journal
from tui.model.problem import Problem, ProblemError
from tui.sandbox.server import Sandbox


class Recovered:
    """What the command left: exit code, data and narration."""

    def __init__(self, code: int, capture: pytest.CaptureFixture[str]) -> None:
        self.code = code
        out, self.err = capture.readouterr()
        self.data: list[dict[str, Any]] = json.loads(out)

    @property
    def became(self) -> dict[str, str]:
        return {row["clientRequestToken"]: row["recovery"] for row in self.data}


AGO = SETTLE + timedelta(seconds=1)


async def unanswered(
    engine: Engine, token: str, prompt: str = "a tide", ago: timedelta = AGO
) -> None:
    """A submission of a program that died before its call."""
    await engine.recover()
    request = a_request(prompt, client_request_token=token)
    account = engine.identity.account if engine.identity else ""
    await engine.journal.prepare(request, engine.context.key, engine.clock() - ago, account)


async def run(
    engine: Engine, capture: pytest.CaptureFixture[str], *, resend: bool = True
) -> Recovered:
    return Recovered(await recover.run(engine, argparse.Namespace(resend=resend)), capture)


async def test_what_aws_does_not_list_is_named_and_sent_when_asked(
    engine: Engine, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    await unanswered(engine, "one")

    named = await run(engine, capsys, resend=False)
    assert (named.code, named.became) == (exit_codes.TRY_AGAIN, {"one": "missing"})
    assert "--resend" in named.err

    sent = await run(engine, capsys)
    assert (sent.code, sent.became) == (exit_codes.OK, {"one": "resent"})
    assert sent.data[0]["invocationArn"]


async def test_one_that_is_refused_does_not_hold_up_the_others(
    engine: Engine, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    await unanswered(engine, "forbidden", "[refuse:access]", AGO + timedelta(seconds=1))
    await unanswered(engine, "fine")

    done = await run(engine, capsys)

    assert done.became == {"fine": "resent", "forbidden": "failed"}
    assert done.code == exit_codes.REFUSED
    assert "AccessDenied" in done.err
    assert any("AccessDenied" in row.get("problem", "") for row in done.data)


async def test_what_the_ledger_does_not_take_of_an_answer_is_told(
    engine: Engine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object, **__: object) -> None:
        raise ProblemError(Problem(kind="LedgerError", message="the disk is full"))

    await unanswered(engine, "one")
    monkeypatch.setattr(Journal, "record", full)

    done = await run(engine, capsys)

    assert done.became == {"one": "resent"}
    assert "LedgerError: the disk is full" in done.err


async def test_without_knowing_whose_they_are_nothing_is_sent_and_the_remedy_is_said(
    make_engine: MakeEngine,
    sandbox: Sandbox,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sandbox.faults.add("GetCallerIdentity", "denied", times=None)
    engine = make_engine()
    await unanswered(engine, "whose")

    done = await run(engine, capsys)

    assert done.code == exit_codes.USAGE
    assert done.became == {"whose": "failed"}
    assert "remedy: grant sts:GetCallerIdentity" in done.err
    assert sandbox.calls["StartAsyncInvoke"] == 0


async def test_another_account_s_are_left_alone_and_named(
    make_engine: MakeEngine,
    sandbox: Sandbox,
    capsys: pytest.CaptureFixture[str],
) -> None:
    engine = make_engine()
    then = engine.clock() - AGO
    await engine.journal.prepare(a_request(), engine.context.key, then, account="999999999999")

    done = await run(engine, capsys)

    assert (done.code, list(done.became.values())) == (exit_codes.TRY_AGAIN, ["elsewhere"])
    assert "999999999999" in done.err
    assert sandbox.calls["StartAsyncInvoke"] == 0


async def test_a_second_silence_is_left_unanswered(
    engine: Engine, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    await unanswered(engine, "silent")
    sandbox.faults.add("StartAsyncInvoke", "drop-before")

    done = await run(engine, capsys)

    assert done.code == exit_codes.TRY_AGAIN
    assert "1 unanswered" in done.err


async def test_an_inference_without_an_answer_is_named_with_where_to_look(
    make_engine: MakeEngine, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.faults.add("InvokeEndpointAsync", "drop-after")
    first = make_engine()
    await first.submit(an_inference(client_request_token="lost"))
    await first.submit(an_inference(client_request_token="taken"))
    await first.close()
    engine = make_engine()

    done = await run(engine, capsys)

    assert done.code == exit_codes.NOT_KNOWN
    (row,) = done.data
    assert (row["inferenceId"], row["recovery"]) == ("lost", "unlisted")
    assert row["endpointName"] == "sandbox-echo"
    assert "1 unanswered" in done.err
    assert '"lost"' in done.err
    assert "/aws/sagemaker/Endpoints/sandbox-echo" in done.err
    assert sandbox.calls["InvokeEndpointAsync"] == 2

    await engine.forget(["token:lost"])
    assert (await run(engine, capsys)).code == exit_codes.OK


async def test_what_may_be_tried_again_goes_before_what_nobody_can_look_up(
    engine: Engine, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.faults.add("InvokeEndpointAsync", "drop-after")
    await engine.submit(an_inference())
    await unanswered(engine, "one")

    done = await run(engine, capsys, resend=False)

    assert done.code == exit_codes.TRY_AGAIN
    assert "2 unanswered" in done.err


async def test_after_a_damaged_ledger_nothing_is_said_to_be_well(
    engine: Engine, make_engine: MakeEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    await engine.submit(a_request())
    await engine.close()
    with engine.ledger.path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 9000)

    again = make_engine()
    assert again.ledger.set_aside is not None
    assert (await run(again, capsys)).code == exit_codes.TRY_AGAIN
