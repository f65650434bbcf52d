from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta, timezone

import pytest
from msgspec.structs import replace

from tests.builders import TOKEN, a_request
from tests.conftest import START
from tests.scripted import ScriptedSession, a_page, a_summary, refusal
from tui.aws import bedrock
from tui.aws.session import Session
from tui.model.context import Context
from tui.model.invocation import Invocation, Status
from tui.model.problem import ProblemError
from tui.model.tag import Tag
from tui.sandbox.server import Sandbox

ARN = "arn:aws:bedrock:us-west-2:123456789012:async-invoke/mm0oexhd8y31"


@pytest.fixture
async def session(sandbox: Sandbox, aws_environment: None) -> AsyncIterator[Session]:
    session = Session(Context(region="us-west-2", endpoint_url=sandbox.url))
    yield session
    await session.close()


async def listed(session: Session, *after: datetime, **limits: object) -> list[Invocation]:
    """Every invocation that a list returns."""
    pages = bedrock.list_all(session, *after, **limits)  # type: ignore[arg-type]
    return [row async for page in pages for row in page.invocations]


async def test_what_is_started_can_be_got_and_listed(session: Session) -> None:
    arn = await bedrock.start_async_invoke(session, a_request())

    got = await bedrock.get_async_invoke(session, arn)
    (row,) = await listed(session)

    assert got.invocation_arn == row.invocation_arn == arn
    assert got.model_id == row.model_id == "luma.ray-v2:0"
    assert got.status is row.status is Status.IN_PROGRESS
    assert got.submit_time == row.submit_time == START
    assert got.client_request_token == TOKEN
    assert got.s3_uri == f"s3://media/ray/{got.id}"
    assert got.region == "us-west-2"
    assert got.account == "123456789012"


async def test_the_quick_decoder_says_the_same_as_botocore_s_parser(
    session: Session, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.seed(50)
    quick = await listed(session)
    other = Session(session.context)
    monkeypatch.setattr(bedrock, "decode_list_pages", lambda **_: None)

    slow = await listed(other)
    await other.close()

    assert [replace(row, heard=None) for row in quick] == [replace(row, heard=None) for row in slow]
    assert len(slow) == 50


async def test_a_list_begins_where_it_is_told(session: Session, sandbox: Sandbox) -> None:
    await bedrock.start_async_invoke(session, a_request(client_request_token="old"))
    sandbox.clock.advance(3600)
    arn = await bedrock.start_async_invoke(session, a_request(client_request_token="new"))

    rows = await listed(session, submit_time_after=START + timedelta(minutes=30))

    assert [row.invocation_arn for row in rows] == [arn]


async def test_a_list_ends_where_it_is_told(session: Session, sandbox: Sandbox) -> None:
    arn = await bedrock.start_async_invoke(session, a_request(client_request_token="old"))
    sandbox.clock.advance(3600)
    await bedrock.start_async_invoke(session, a_request(client_request_token="new"))

    rows = await listed(session, submit_time_before=START + timedelta(minutes=30))

    assert [row.invocation_arn for row in rows] == [arn]


async def test_a_list_leaves_out_what_has_another_status(
    session: Session, sandbox: Sandbox
) -> None:
    old = await bedrock.start_async_invoke(session, a_request(client_request_token="old"))
    sandbox.clock.advance(60)
    new = await bedrock.start_async_invoke(session, a_request(client_request_token="new"))

    running = await listed(session, status=Status.IN_PROGRESS)
    completed = await listed(session, status=Status.COMPLETED)

    assert [row.invocation_arn for row in running] == [new]
    assert [row.invocation_arn for row in completed] == [old]


async def test_all_pages_are_listed_and_the_last_has_no_token(
    session: Session, sandbox: Sandbox
) -> None:
    sandbox.seed(1001)

    pages = [page async for page in bedrock.list_all(session)]

    assert [len(page.invocations) for page in pages] == [1000, 1]
    assert [bool(page.next_token) for page in pages] == [True, False]


async def test_a_token_that_repeats_itself_makes_its_page_the_last() -> None:
    session = ScriptedSession(lambda _: a_page(a_summary("a", START), next_token="again"))

    pages = [page async for page in bedrock.list_all(session)]

    assert [page.next_token for page in pages] == ["again", ""]


@pytest.mark.parametrize(("asks_ahead", "calls"), [(True, 2), (False, 1)])
async def test_the_next_page_is_asked_for_while_one_is_read(
    *, asks_ahead: bool, calls: int
) -> None:
    def answer(arguments: Mapping[str, object]) -> Mapping[str, object]:
        number = int(str(arguments.get("nextToken", 0)))
        return a_page(a_summary(f"{number}", START), next_token=str(number + 1))

    session = ScriptedSession(answer)
    pages = bedrock.list_all(session, asks_ahead=asks_ahead)

    await anext(pages)
    await pages.aclose()

    assert len(session.lists) == calls


async def test_an_error_behind_the_page_that_was_wanted_is_not_told() -> None:
    def answer(arguments: Mapping[str, object]) -> Mapping[str, object]:
        if arguments.get("nextToken"):
            raise refusal("ThrottlingException")
        return a_page(a_summary("a", START), next_token="more")

    pages = bedrock.list_all(ScriptedSession(answer))
    assert len((await anext(pages)).invocations) == 1
    await pages.aclose()

    with pytest.raises(ProblemError, match="ThrottlingException"):
        await listed(ScriptedSession(answer))


async def test_the_event_loop_has_its_turn_while_a_large_page_is_read() -> None:
    large = a_page(*(a_summary(f"{number}", START) for number in range(bedrock.PAGE_SIZE)))
    session = ScriptedSession(lambda _: large)
    await listed(session)  # what is imported first takes turns too
    turns = 0
    loop = asyncio.get_running_loop()

    def turn() -> None:
        nonlocal turns
        turns += 1
        loop.call_soon(turn)

    loop.call_soon(turn)
    await listed(session)

    assert turns >= bedrock.PAGE_SIZE / bedrock.SLICE_SIZE


async def test_tags_are_read_from_where_they_are(session: Session) -> None:
    arn = await bedrock.start_async_invoke(session, a_request(tags=(Tag("team", "media"),)))

    assert await bedrock.list_tags(session, arn) == (Tag("team", "media"),)


async def test_an_arn_that_nobody_knows_is_a_problem(session: Session) -> None:
    with pytest.raises(ProblemError) as caught:
        await bedrock.get_async_invoke(session, ARN)

    assert caught.value.problem.operation == "GetAsyncInvoke"
    assert caught.value.problem.request_id


def test_a_summary_without_a_status_is_unknown_and_dates_may_lack_a_zone() -> None:
    body = json.dumps(
        {
            "asyncInvokeSummaries": [
                {
                    "invocationArn": ARN,
                    "modelArn": "arn:aws:bedrock:us-west-2::foundation-model/luma.ray-v2:0",
                    "submitTime": "2026-09-22T23:03:14Z",
                    "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://b/p"}},
                    "somethingNew": {"x": 1},
                }
            ]
        }
    ).encode()
    response: dict[str, object] = {"status_code": 200, "body": body}
    decoded: dict[str, object] = {}

    bedrock.decode_list_pages(response, decoded)

    answer = decoded["decoded"]
    row = bedrock.invocation_of(answer.async_invoke_summaries[0], START)  # type: ignore[attr-defined]
    assert row.status is Status.UNKNOWN
    assert row.submit_time == datetime(2026, 9, 22, 23, 3, 14, tzinfo=timezone.utc)
    assert response["body"] == b"{}"


@pytest.mark.parametrize("body", [b"", b"[]", b'{"asyncInvokeSummaries": 3}', b"\xff"])
def test_an_answer_of_another_shape_is_left_to_botocore(body: bytes) -> None:
    response: dict[str, object] = {"status_code": 200, "body": body}
    decoded: dict[str, object] = {}

    bedrock.decode_list_pages(response, decoded)

    assert decoded == {}
    assert response["body"] == body


def test_an_error_answer_is_left_to_botocore() -> None:
    response: dict[str, object] = {"status_code": 400, "body": b'{"message": "no"}'}
    decoded: dict[str, object] = {}

    bedrock.decode_list_pages(response, decoded)

    assert decoded == {}
