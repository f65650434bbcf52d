from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from tests.builders import TOKEN, a_request
from tui.aws import bedrock, verbatim
from tui.aws.session import Session
from tui.aws.verbatim import Told
from tui.model.context import Context
from tui.model.invocation import Status
from tui.model.problem import ProblemError
from tui.sandbox.server import Sandbox


@pytest.fixture
async def session(sandbox: Sandbox, aws_environment: None) -> AsyncIterator[Session]:
    session = Session(Context(region="us-west-2", endpoint_url=sandbox.url))
    yield session
    await session.close()


async def listed(session: Session, **limits: object) -> list[Told]:
    return [told async for told in verbatim.list_pages(session, {}, **limits)]  # type: ignore[arg-type]


def arns(told: Told) -> list[object]:
    rows = told.members["asyncInvokeSummaries"]
    assert isinstance(rows, list)
    return [row["invocationArn"] for row in rows]


async def test_an_answer_is_told_as_it_came_and_understood(session: Session) -> None:
    arn = await bedrock.start_async_invoke(session, a_request())

    told = await verbatim.get_async_invoke(session, {"invocationArn": arn})

    assert told.members["invocationArn"] == arn
    assert told.members["submitTime"] == "2026-03-01T12:00:00Z"
    assert "ResponseMetadata" not in told.members
    json.dumps(told.members)
    (row,) = told.invocations
    assert (row.invocation_arn, row.status) == (arn, Status.IN_PROGRESS)
    assert row.client_request_token == TOKEN


async def test_members_come_in_the_model_s_order_without_what_is_null_or_unknown(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    arn = await bedrock.start_async_invoke(session, a_request())
    loads = json.loads

    def odd(body: bytes) -> object:
        members = loads(body)
        return {"later": 1, **dict(reversed(members.items())), "failureMessage": None}

    plain = await verbatim.get_async_invoke(session, {"invocationArn": arn})
    monkeypatch.setattr("tui.aws.verbatim.json.loads", odd)

    told = await verbatim.get_async_invoke(session, {"invocationArn": arn})

    assert list(told.members.items()) == list(plain.members.items())


async def test_what_others_ask_meanwhile_is_answered_as_ever(
    session: Session, sandbox: Sandbox
) -> None:
    sandbox.seed(20)

    async def poll() -> int:
        return sum([len(page.invocations) async for page in bedrock.list_all(session)])

    results = await asyncio.gather(
        *(poll() for _ in range(5)), *(listed(session, page_size=3) for _ in range(5))
    )

    assert list(results[:5]) == [20] * 5
    for pages in results[5:]:
        assert isinstance(pages, list)
        assert sum(len(told.invocations) for told in pages) == 20


async def test_a_list_is_cut_where_it_is_told_and_goes_on_there(
    session: Session, sandbox: Sandbox
) -> None:
    sandbox.seed(7)
    whole = [arn for told in await listed(session) for arn in arns(told)]

    begun = await listed(session, max_items=3, page_size=2)
    token = begun[-1].resume_token
    rest = await listed(session, starting_token=token)

    assert [len(told.invocations) for told in begun] == [2, 1]
    assert token
    assert [arn for told in (*begun, *rest) for arn in arns(told)] == whole
    assert rest[-1].resume_token == ""


async def test_one_page_brings_the_token_of_the_next(session: Session, sandbox: Sandbox) -> None:
    sandbox.seed(3)

    first = await verbatim.list_page(session, {"maxResults": 2})
    token = first.members["nextToken"]
    second = await verbatim.list_page(session, {"maxResults": 2, "nextToken": token})

    assert (len(first.invocations), len(second.invocations)) == (2, 1)
    assert "nextToken" not in second.members


@pytest.mark.parametrize("body", [b"[]", b"<html>", b'{"asyncInvokeSummaries": 7}'])
async def test_an_answer_that_is_none_is_a_problem(
    session: Session, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    loads = json.loads
    monkeypatch.setattr("tui.aws.verbatim.json.loads", lambda _: loads(body))

    with pytest.raises(ProblemError) as caught:
        await listed(session)

    assert caught.value.problem.operation == "ListAsyncInvokes"


async def test_a_refusal_is_a_problem(session: Session, sandbox: Sandbox) -> None:
    sandbox.faults.add("ListAsyncInvokes", "denied")

    with pytest.raises(ProblemError, match="AccessDenied"):
        await listed(session)
