from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.builders import a_request, an_invocation
from tests.conftest import SETTINGS
from tui.config import ContextSettings, Defaults, Settings, Sources
from tui.config.variables import of_aws
from tui.engine import recalling
from tui.engine.contexts import Contexts
from tui.engine.ticking import Heard, Missed
from tui.ledger.ledger import Ledger
from tui.model.context import ENVIRONMENT, Context
from tui.model.context_list import Place
from tui.model.problem import ProblemError
from tui.sandbox.server import Sandbox

Make = Callable[..., Contexts]


@pytest.fixture
async def make(sandbox: Sandbox, aws_environment: None, tmp_path: Path) -> AsyncIterator[Make]:
    made: list[Contexts] = []

    def contexts(settings: Settings = SETTINGS) -> Contexts:
        ledger = Ledger(tmp_path / "l.sqlite3", keep_inputs=True)
        sources = Sources(aws=of_aws(os.environ), environment=os.environ)
        made.append(Contexts(settings, ledger, sandbox.clock.now, sources=sources))
        return made[-1]

    yield contexts
    for each in made:
        await each.close()


def at(sandbox: Sandbox, region: str) -> Context:
    return Context(region=region, endpoint_url=sandbox.url)


async def test_a_context_is_opened_once_and_the_first_is_active(
    make: Make, sandbox: Sandbox
) -> None:
    contexts = make()
    west = contexts.open(at(sandbox, "us-west-2"))
    east = contexts.open(at(sandbox, "eu-west-1"))

    assert contexts.open(at(sandbox, "us-west-2")) is west
    assert contexts.open_ones == (west, east)
    assert contexts.active is west


async def test_the_environment_s_keys_can_be_opened_again_and_are_not_remembered(
    make: Make, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "dev")
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    contexts = make()
    contexts.open(contexts.named(ENVIRONMENT))
    east = contexts.open(contexts.named(ENVIRONMENT, "us-east-1"))

    assert [each.context.profile for each in contexts.open_ones] == [None, None]
    assert recalling.place_of(east) == Place(ENVIRONMENT, "us-east-1")
    assert recalling.named(contexts) == [Place(ENVIRONMENT, "us-west-2")]
    assert (await recalling.recall(contexts)).places == ()


async def test_rows_are_of_the_context_that_heard_of_them_and_stay_so_at_the_next_start(
    make: Make, sandbox: Sandbox
) -> None:
    contexts = make()
    sandbox.seed(3)
    west, east = (contexts.open(at(sandbox, region)) for region in ("us-west-2", "eu-west-1"))
    await contexts.poll()
    assert all(contexts.of(row) is west for row in contexts.board)
    await contexts.close()

    again = make()
    assert len(again.open(at(sandbox, "eu-west-1")).board) == len(east.board) == 0
    again.open(at(sandbox, "us-west-2"))
    assert {row.context for row in again.board} == {"default us-west-2"}
    assert len(again.board) == 3


async def test_a_row_of_a_closed_context_goes_through_no_other(
    make: Make, sandbox: Sandbox
) -> None:
    contexts = make()
    contexts.open(at(sandbox, "us-west-2"))
    east = contexts.open(at(sandbox, "eu-west-1"))
    east.board.apply([an_invocation()])
    (row,) = contexts.board

    await contexts.close_one(east)

    assert len(contexts.board) == 0
    with pytest.raises(ProblemError, match="not open"):
        contexts.of(row)
    with pytest.raises(ProblemError, match="the context is closed"):
        await east.aws.client("s3")


async def test_what_has_no_region_and_no_rows_is_of_no_use_beside_the_active_one(
    make: Make, sandbox: Sandbox
) -> None:
    contexts = make()
    empty = contexts.open(Context(profile="empty"))
    await contexts.close_unplaced()
    assert list(contexts.open_ones) == [empty]

    queued = contexts.open(Context(profile="queued"))
    await queued.enqueue([a_request()])
    west = contexts.open(at(sandbox, "us-west-2"))
    await contexts.close_unplaced()
    assert list(contexts.open_ones) == [empty, queued, west]

    contexts.activate(west)
    await contexts.close_unplaced()
    assert list(contexts.open_ones) == [queued, west]
    assert [contexts.closes_for_good(each) for each in contexts.open_ones] == [True, False]


@pytest.mark.parametrize(
    ("region", "remedy"), [("us-west-2", "among the contexts"), (None, "a start without a region")]
)
async def test_of_a_closed_context_it_is_said_what_opens_it_again(
    make: Make, sandbox: Sandbox, region: str | None, remedy: str
) -> None:
    contexts = make()
    contexts.open(at(sandbox, "eu-west-1"))
    closed = contexts.open(Context(region=region, endpoint_url=sandbox.url))
    await closed.enqueue([a_request()])
    (row,) = contexts.board
    await contexts.close_one(closed)

    with pytest.raises(ProblemError) as caught:
        contexts.of(row)
    assert remedy in caught.value.problem.remedy


async def test_each_has_the_defaults_of_its_own_name(make: Make, sandbox: Sandbox) -> None:
    settings = Settings(
        defaults=Defaults(s3_uri="s3://all/", model_id="m"),
        contexts={"prod": ContextSettings(region="eu-west-1", defaults=Defaults(s3_uri="s3://p/"))},
    )
    contexts = make(settings)
    contexts.open(at(sandbox, "us-west-2"))
    prod = contexts.open(contexts.named("prod"))

    assert contexts.active.settings.defaults.s3_uri == "s3://all/"
    assert (prod.settings.defaults.s3_uri, prod.settings.defaults.model_id) == ("s3://p/", "m")


async def test_a_context_in_another_region_keeps_its_name_and_its_defaults(
    make: Make, sandbox: Sandbox
) -> None:
    named = ContextSettings(region="us-west-2", defaults=Defaults(model_id="m"))
    contexts = make(Settings(contexts={"prod": named}))
    west, east = (
        contexts.open(replace(at(sandbox, region), name="prod"))
        for region in ("us-west-2", "eu-west-1")
    )

    assert recalling.opened(contexts) == [Place("prod", "us-west-2"), Place("prod", "eu-west-1")]
    assert east.settings.defaults.model_id == west.settings.defaults.model_id == "m"
    assert west.context.label != east.context.label


async def test_news_of_what_another_shows_are_told_without_it(make: Make, sandbox: Sandbox) -> None:
    contexts = make()
    first = contexts.open(at(sandbox, "us-west-2"))
    second = contexts.open(Context(profile="other", region="us-west-2", endpoint_url=sandbox.url))
    told: list[Heard | Missed] = []
    contexts.subscribe(told.append)

    for engine in (first, second):
        await engine.news.learn(engine.board.apply([an_invocation()]))

    added = [news.changes.added for news in told if isinstance(news, Heard)]
    assert sum(map(len, added)) == 1
    assert len(contexts.board) == 1


async def test_a_pause_holds_for_all_and_for_those_that_are_opened_later(
    make: Make, sandbox: Sandbox
) -> None:
    contexts = make()
    contexts.open(at(sandbox, "us-west-2"))
    contexts.pause(True)
    late = contexts.open(at(sandbox, "eu-west-1"))

    assert late.is_paused
    contexts.pause(False)
    assert not any(engine.is_paused for engine in contexts.open_ones)


async def test_hung_contexts_are_closed_together(make: Make, sandbox: Sandbox) -> None:
    contexts = make()
    sandbox.faults.add("ListAsyncInvokes", "latency", times=None, seconds=60)
    for region in ("us-west-2", "eu-west-1", "us-east-1", "us-east-2"):
        contexts.open(at(sandbox, region))
    contexts.start()
    while sandbox.calls["ListAsyncInvokes"] < 4:
        await asyncio.sleep(0.01)

    began = time.monotonic()
    await contexts.close()

    assert time.monotonic() - began < 0.2 + 4 * 0.2  # one after the other, they take 4 × 0.4
