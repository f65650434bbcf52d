"""What the Output tab says of the outputs above their list."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from textual.app import App, ComposeResult

from tests.app.conftest import Screen, main, settled, shown
from tests.builders import TOKEN, a_request, an_inference
from tests.conftest import MakeEngine
from tui.app.widgets import meaning
from tui.app.widgets.meaning import ROWS, Meaning
from tui.engine.session import Engine
from tui.engine.source import Bucket, Store
from tui.model.invocation import Invocation
from tui.model.outputs import OutputObject
from tui.model.remark import Remark
from tui.model.request import Request
from tui.sandbox.server import Sandbox

FILTER = "The generated content has been blocked by our content filters."


def shots(*prompts: str) -> Request:
    params = {"shots": [{"text": prompt} for prompt in prompts]}
    return a_request(
        model_id="amazon.nova-reel-v1:1",
        model_input={"taskType": "MULTI_SHOT_MANUAL", "multiShotManualParams": params},
    )


async def ended(engine: Engine, sandbox: Sandbox, request: Request) -> Invocation:
    row = await engine.submit(request)
    sandbox.clock.advance(60)
    await engine.poll()
    return engine.board[row.key]


def words(text: str) -> str:
    return " ".join(text.split())


async def test_shots_and_their_failures_stand_above_the_objects(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    await ended(engine, sandbox, shots("a", "b [fail:shot]", "c"))

    async with screen(engine) as pilot:
        await pilot.press("enter", "3")
        await settled(pilot)

        told, _, below = shown(pilot).partition("manifest.json")
        assert f"shot 2 · 1 of 3 FAILURE · RAI_VIOLATION_OUTPUT_VIDEO_DEFLECTION: {FILTER}" in (
            words(told)
        )
        assert "remedy reword the prompt" in words(told)
        assert "shots 1, 3 · 2 of 3 SUCCESS" in words(told)
        assert "shot_0001.mp4 · MP4" in below


async def test_a_failure_that_wrote_nothing_is_told_in_place_of_objects(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    await ended(engine, sandbox, a_request("a [fail:filter] pool"))

    async with screen(engine) as pilot:
        await pilot.press("enter", "3")
        await settled(pilot)

        assert f"failure {FILTER} remedy reword" in words(shown(pilot))


async def test_the_failure_of_an_inference_is_told_with_its_remedy(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    request = an_inference(input_location="", model_input=b"[fail:model]")
    await ended(engine, sandbox, request)

    async with screen(engine) as pilot:
        await pilot.press("enter", "3")
        await settled(pilot)

        assert "remedy read the failure object" in words(shown(pilot))


async def test_what_was_told_is_neither_read_again_nor_lost_while_nothing_changes(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    row = await ended(engine, sandbox, shots("a"))

    async with screen(engine) as pilot:
        await pilot.press("enter", "3")
        await settled(pilot)
        sandbox.calls.clear()

        feed = main(pilot)._feed
        assert feed
        feed.show(row)
        await settled(pilot)

        assert sandbox.calls["ListObjectsV2"] == 1
        assert sandbox.calls["GetObject"] == 0
        assert "video SUCCESS · output.mp4" in words(shown(pilot))


async def test_another_invocation_is_not_told_with_the_words_of_the_first(
    make_engine: MakeEngine, sandbox: Sandbox, screen: Screen
) -> None:
    engine = make_engine()
    first = await ended(engine, sandbox, shots("a [fail:shot]"))
    second = await ended(engine, sandbox, a_request(client_request_token=f"{TOKEN}-2"))

    async with screen(engine) as pilot:
        await pilot.press("enter", "3")
        feed = main(pilot)._feed
        assert feed
        feed.show(first)
        await settled(pilot)
        assert "FAILURE" in shown(pilot)

        feed.show(second)
        await settled(pilot)

        assert "FAILURE" not in shown(pilot)
        assert "video output.mp4 · 15.8 kB" in words(shown(pilot))


async def test_moving_on_ends_the_reading(engine: Engine, sandbox: Sandbox, screen: Screen) -> None:
    first = await ended(engine, sandbox, shots("a"))
    second = await ended(engine, sandbox, a_request(client_request_token=f"{TOKEN}-2"))
    source = engine.source_of(first)
    begun, over, never = asyncio.Event(), asyncio.Event(), asyncio.Event()

    class Stuck(Bucket):
        async def read_range(
            self, thing: OutputObject, start: int, end: int
        ) -> AsyncIterator[bytes]:
            if thing.name.endswith(".json"):
                begun.set()
                try:
                    await never.wait()
                finally:
                    over.set()
            yield b""

    sources: dict[str, Store] = {first.key: Stuck(engine.aws), second.key: source}

    async with screen(engine) as pilot:
        feed = main(pilot)._feed
        assert feed
        engine.source_of = lambda invocation: sources[invocation.key]  # type: ignore[method-assign]
        await pilot.press("enter", "3")
        feed.show(first)
        await begun.wait()

        await pilot.press("1")
        feed.show(second)

        await asyncio.wait_for(over.wait(), 30)


class Told(App[int]):
    def compose(self) -> ComposeResult:
        yield Meaning()


async def test_more_than_a_few_rows_are_cut_with_a_word() -> None:
    async with Told().run_test(size=(80, 24)) as pilot:
        told = pilot.app.query_one(Meaning)
        told.styles.height = "auto"
        told.tell((Remark("long", "word " * 60), *(Remark("x", f"{n}") for n in range(9))))
        await pilot.pause()

        lines = shown(pilot).rstrip().splitlines()
        assert len(lines) == ROWS
        assert "… 9 more lines" in lines[-1]


async def test_foreign_words_are_only_text() -> None:
    async with Told().run_test(size=(80, 24)) as pilot:
        pilot.app.query_one(Meaning).tell((Remark("[/x]", "[bold]\x1b[31m\nred[/x]\u202e"),))
        await pilot.pause()

        assert "[/x]        [bold]�[31m red[/x]�" in shown(pilot)


async def test_where_there_are_no_blocks_a_vector_is_drawn_in_ascii(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(meaning, "is_unicode", lambda: False)

    async with Told().run_test(size=(80, 24)) as pilot:
        pilot.app.query_one(Meaning).tell((Remark("the first", "▁▂█  0 to 1"),))
        await pilot.pause()

        assert "the first   _.#  0 to 1" in shown(pilot)
