from __future__ import annotations

import asyncio

import boto3
import pytest

from tests.builders import an_invocation
from tests.conftest import MakeEngine
from tui.app.completion import InputCompletion, KeyCompletion, PlaceCompletion, TagCompletion
from tui.engine.session import Engine
from tui.model.tag import Tag
from tui.sandbox.server import Sandbox


async def at_once(_: float) -> None:
    await asyncio.sleep(0)


@pytest.fixture
def places(engine: Engine, sandbox: Sandbox) -> PlaceCompletion:
    sandbox.seed(3)
    return PlaceCompletion(engine.offers, engine.board, at_once)


async def test_buckets_and_folders_are_completed_step_by_step(places: PlaceCompletion) -> None:
    assert await places.get_suggestion("s3") == "s3://"
    assert await places.get_suggestion("s3://") == "s3://sandbox-output/"
    assert await places.get_suggestion("s3://sandbox-output/c") == "s3://sandbox-output/campaign/"
    assert await places.get_suggestion("s3://sandbox-output/x") is None


async def test_recent_folders_come_before_anybody_is_asked(
    engine: Engine, sandbox: Sandbox
) -> None:
    engine.board.apply([an_invocation("a", s3_uri="s3://media/ray/a")])
    places = PlaceCompletion(engine.offers, engine.board, at_once)

    assert await places.get_suggestion("s3://") == "s3://media/ray/"
    assert sandbox.calls["ListBuckets"] == 0


async def test_a_placeholder_is_completed_and_nothing_is_asked_behind_it(
    places: PlaceCompletion, sandbox: Sandbox
) -> None:
    assert await places.get_suggestion("s3://sandbox-output/{d") == "s3://sandbox-output/{date}"
    assert await places.get_suggestion("s3://sandbox-output/{date}/x") is None
    assert sandbox.calls["ListObjectsV2"] == 0


async def test_typing_on_asks_nothing_until_it_rests(
    places: PlaceCompletion, engine: Engine, sandbox: Sandbox
) -> None:
    rested = asyncio.Event()
    pauses = 0

    async def rest(_: float) -> None:
        nonlocal pauses
        pauses += 1
        if pauses == 20:
            rested.set()
        await rested.wait()

    typing = PlaceCompletion(engine.offers, engine.board, rest)
    whole = "s3://sandbox-output/campaign/"
    texts = [whole[:length] for length in range(len(whole) - 21, len(whole) - 1)]
    found = await asyncio.gather(*map(typing.get_suggestion, texts))

    assert found == [None] * 19 + [whole]
    assert sandbox.calls["ListObjectsV2"] == 1
    assert sandbox.calls["ListBuckets"] == 0


@pytest.mark.parametrize("typed", ["s3://", "s3://sandbox-output/"])
async def test_without_the_right_there_is_no_suggestion(
    places: PlaceCompletion, sandbox: Sandbox, typed: str
) -> None:
    sandbox.faults.add("*", "denied", times=None)

    assert await places.get_suggestion(typed) is None


async def test_a_fault_of_the_program_is_no_suggestion_either(engine: Engine) -> None:
    class Broken(PlaceCompletion):
        async def ask(self, value: str) -> str | None:
            raise KeyError(value)

    assert await Broken(engine.offers, (), at_once).get_suggestion("s3://x") is None


async def test_a_folder_with_control_characters_is_not_offered(
    places: PlaceCompletion, sandbox: Sandbox
) -> None:
    client = boto3.client("s3", endpoint_url=sandbox.url, region_name="us-west-2")
    client.put_object(Bucket="sandbox-output", Key="evil\x1b[31m/x", Body=b"")

    assert await places.get_suggestion("s3://sandbox-output/ev") is None


async def test_a_key_is_found_by_its_alias(engine: Engine, sandbox: Sandbox) -> None:
    client = boto3.client("kms", endpoint_url=sandbox.url, region_name="us-west-2")
    key = client.create_key()["KeyMetadata"]["KeyId"]
    client.create_alias(AliasName="alias/media", TargetKeyId=key)
    keys = KeyCompletion(engine.offers, at_once)

    arn = "arn:aws:kms:us-west-2:123456789012:alias/media"
    assert await keys.get_suggestion("alias/m") == f"alias/media → {arn}"
    assert await keys.get_suggestion("arn:aws:kms:us-west-2:1") == arn


async def test_keys_that_may_not_be_listed_are_not_offered(
    engine: Engine, sandbox: Sandbox
) -> None:
    sandbox.faults.add("ListAliases", "denied")

    assert await KeyCompletion(engine.offers, at_once).get_suggestion("alias/") is None


async def test_no_line_is_no_suggestion(make_engine: MakeEngine) -> None:
    engine = make_engine(endpoint_url="http://127.0.0.1:9")

    assert await KeyCompletion(engine.offers, at_once).get_suggestion("alias/") is None


async def test_tags_are_completed_from_recent_ones() -> None:
    tags = TagCompletion([an_invocation("a", tags=(Tag("team", "media"),))], at_once)

    assert await tags.get_suggestion("te") == "team="
    assert await tags.get_suggestion("run=1 team=") == "run=1 team=media"


async def test_an_input_is_completed_and_its_braces_are_no_placeholders(
    engine: Engine, sandbox: Sandbox
) -> None:
    client = boto3.client("s3", endpoint_url=sandbox.url, region_name="us-west-2")
    client.put_object(Bucket="sandbox-uploads", Key="{date}/x.csv", Body=b"")
    inputs = InputCompletion(engine.offers, at_once)

    assert await inputs.get_suggestion("s3") == "s3://"
    assert await inputs.get_suggestion("s3://sandbox-up") == "s3://sandbox-uploads/"
    found = await inputs.get_suggestion("s3://sandbox-uploads/{d")
    assert found == "s3://sandbox-uploads/{date}/"
    found = await inputs.get_suggestion("s3://sandbox-uploads/{date}/")
    assert found == "s3://sandbox-uploads/{date}/x.csv"
    assert await inputs.get_suggestion("./x") is None
