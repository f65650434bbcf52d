"""All of it in order, with credentials of any kind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tui.aws.session import Session
from tui.config import Settings
from tui.engine import doctor_aws
from tui.engine.doctor import examine
from tui.engine.doctor_case import Case, Look, Terminal
from tui.model.context import Context
from tui.model.credentials import Credentials
from tui.model.finding import Finding, Verdict
from tui.model.problem import Problem, ProblemError
from tui.sandbox.server import Sandbox

Open = Callable[[Look], Case]


@pytest.fixture
async def case(
    sandbox: Sandbox, aws_environment: None, tmp_path: Path
) -> AsyncIterator[Callable[[Look], Case]]:
    session = Session(Context(region="us-west-2", endpoint_url=sandbox.url))

    def make(look: Look) -> Case:
        return Case(
            session=session,
            settings=Settings(),
            config=tmp_path / "config.toml",
            ledger=tmp_path / "ledger.sqlite3",
            terminal=Terminal((80, 24), "UTF-8"),
            environment={"TERM": "xterm-256color"},
            clock=sandbox.clock.now,
            look=look,
        )

    yield make
    await session.close()


async def found(case: Case) -> list[Finding]:
    return [finding async for finding in examine(case)]


async def test_the_order_is_always_the_same(case: Open) -> None:
    async def look(_: Session) -> Credentials:
        return Credentials(method="sso", profile="prod")

    findings = await found(case(look))

    assert [each.topic for each in findings] == [
        *("versions", "extras", "context", "proxy settings"),
        *("terminal", "colours", "locale", "clipboard", "programs", "config", "ledger"),
        *("certificates", "network", "credentials", "clock"),
        *("list", "get", "start", "invoke", "models", "output"),
    ]
    (credentials,) = [each for each in findings if each.topic == "credentials"]
    assert credentials.text.startswith("SSO (profile prod): account 123456789012")


async def test_credentials_that_do_not_come_are_the_fault(
    case: Open, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look(_: Session) -> Credentials | None:
        await asyncio.Event().wait()
        return None

    given = case(look)
    await given.session.client("sts")
    monkeypatch.setattr(doctor_aws, "LOOK_SECONDS", 2.0)

    findings = await found(given)

    (fault,) = [each for each in findings if each.verdict is Verdict.FAULT]
    assert (fault.topic, "credential_process" in fault.cause) == ("credentials", True)
    assert findings[-1] == doctor_aws.UNASKED
    assert sum(sandbox.calls.values()) == 0


async def test_a_kind_that_cannot_be_told_hides_nothing(case: Open) -> None:
    async def look(_: Session) -> Credentials | None:
        raise ProblemError(Problem(kind="CredentialRetrievalError", message="rubbish"))

    findings = await found(case(look))

    assert not [each for each in findings if each.verdict is Verdict.FAULT]
    assert "no kind that is known: account 123456789012" in " ".join(e.text for e in findings)
