"""Every try against the sandbox: nothing comes of it, and what it is refused with is told."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.conftest import START
from tui.aws import probes
from tui.aws.probes import BAD_TOKEN, Tried, no_model_like
from tui.aws.session import Session
from tui.aws.shapes import check
from tui.model.context import Context
from tui.sandbox.server import Sandbox

ARN = "arn:aws-us-gov:sts::123456789012:user/sandbox"
MODELS = [
    "luma.ray-v2:0",
    "amazon.nova-reel-v1:1",
    "arn:aws:bedrock:us-west-2::foundation-model/twelvelabs.marengo-embed-2-7-v1:0",
    "",
    "no-dot",
    "é.é",
    "a." + "b" * 300,
]


@pytest.fixture
async def session(sandbox: Sandbox, aws_environment: None) -> AsyncIterator[Session]:
    opened = Session(Context(region="us-west-2", endpoint_url=sandbox.url))
    yield opened
    await opened.close()


def kind(tried: Tried) -> str:
    assert tried.error
    return tried.error.problem.kind


@pytest.mark.parametrize("model_id", MODELS)
async def test_a_tried_start_is_refused_and_starts_nothing(
    session: Session, sandbox: Sandbox, model_id: str
) -> None:
    tried = await probes.starting(session, model_id)

    assert kind(tried) == "ValidationException"
    assert sandbox.calls["StartAsyncInvoke"] == 1
    assert sandbox.jobs.count("us-west-2") == 0


@pytest.mark.parametrize("model_id", MODELS)
def test_each_of_its_two_faults_alone_is_enough(model_id: str) -> None:
    from tui.model.catalogue import model_named

    assert re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*", BAD_TOKEN) is None
    assert no_model_like(model_id) != model_id
    assert model_named(no_model_like(model_id)) is None


@pytest.mark.parametrize("model_id", MODELS)
def test_its_model_id_looks_like_one_so_that_only_its_absence_is_minded(model_id: str) -> None:
    faults = check("InvokeModel", {"modelId": no_model_like(model_id), "body": b"-"})
    assert [fault for fault in faults if fault.path == ("modelId",)] == []


async def test_a_tried_get_is_of_the_caller_s_own_account_and_partition(
    session: Session, sandbox: Sandbox
) -> None:
    assert kind(await probes.getting(session, ARN.replace("aws-us-gov", "aws"))) == (
        "ValidationException"
    )
    other = await probes.getting(session, ARN.replace("123456789012", "999999999999"))
    assert kind(other) == "AccessDeniedException"
    assert "aws-us-gov:bedrock:us-west-2:999999999999:async-invoke/" in str(other.error)


async def test_a_tried_model_answers_nothing(session: Session, sandbox: Sandbox) -> None:
    assert kind(await probes.invoking(session)) == "ValidationException"
    assert sandbox.calls["InvokeModel"] == 1


async def test_a_denial_comes_before_the_request_is_looked_at(
    session: Session, sandbox: Sandbox
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "denied")
    sandbox.faults.add("InvokeModel", "denied")

    assert kind(await probes.starting(session, "")) == "AccessDeniedException"
    assert kind(await probes.invoking(session)) == "AccessDeniedException"


async def test_every_answer_tells_the_time_by_aws_s_clock(
    session: Session, sandbox: Sandbox
) -> None:
    sandbox.clock.advance(90)
    sandbox.faults.add("ListAsyncInvokes", "denied", times=1)

    answers = [
        await probes.listing(session),
        await probes.listing(session),
        await probes.whoever(session),
        await probes.heading(session, "sandbox-forbidden"),
        await probes.starting(session, ""),
    ]

    assert {tried.date for tried in answers} == {START + timedelta(seconds=90)}


@pytest.mark.parametrize("told", [None, "", "soon", "Sun, 99 Foo 2026 12:00:00 GMT"])
def test_a_date_that_is_none_is_not_known(told: str | None) -> None:
    headers = {} if told is None else {"date": told}
    assert Tried(answer={"ResponseMetadata": {"HTTPHeaders": headers}}).date is None


async def test_a_bucket_elsewhere_is_known_to_be_there(session: Session) -> None:
    await probes.heading(session, "sandbox-elsewhere")
    assert session.regions.of("sandbox-elsewhere") == "eu-central-1"


async def test_a_silent_service_is_left(
    session: Session, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await probes.listing(session)
    monkeypatch.setattr(probes, "SECONDS", 0.05)
    sandbox.faults.add("ListAsyncInvokes", "latency", seconds=60)

    tried = await asyncio.wait_for(probes.listing(session), 10)

    assert kind(tried) == "ReadTimeoutError"
    assert tried.error
    assert tried.error.problem.is_retryable


async def test_a_door_is_the_endpoint_and_the_proxy_before_it(
    aws_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    monkeypatch.setenv("NO_PROXY", "s3.us-west-2.amazonaws.com")
    session = Session(Context(region="us-west-2"))
    try:
        bedrock = await probes.door(session, "bedrock-runtime")
        s3 = await probes.door(session, "s3")
    finally:
        await session.close()

    assert bedrock.url == "https://bedrock-runtime.us-west-2.amazonaws.com"
    assert bedrock.proxy == "http://proxy:3128"
    assert (s3.url, s3.proxy) == ("https://s3.us-west-2.amazonaws.com", "")
