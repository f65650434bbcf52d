"""What completed without some of its parts, as the sandbox writes it and the screen shows it."""

from __future__ import annotations

import asyncio

import pytest
from textual.pilot import Pilot

from tests.app.conftest import Screen, settled, shown, table
from tests.builders import TOKEN, a_request
from tests.conftest import MakeEngine
from tui.app import text
from tui.app.app import AsyncInvokeApp
from tui.engine.session import Engine
from tui.model.invocation import Invocation
from tui.model.request import StartAsyncInvoke
from tui.sandbox.server import Sandbox

REEL, NOVA = "amazon.nova-reel-v1:1", "amazon.nova-2-multimodal-embeddings-v1:0"
LIST, GET = "ListObjectsV2", "GetObject"


def shots(*prompts: str) -> StartAsyncInvoke:
    params = {"shots": [{"text": prompt} for prompt in prompts]}
    document = {"taskType": "MULTI_SHOT_MANUAL", "multiShotManualParams": params}
    return a_request(model_id=REEL, model_input=document)


def segments(name: str) -> StartAsyncInvoke:
    video = {
        "format": "mp4",
        "embeddingMode": "AUDIO_VIDEO_SEPARATE",
        "source": {"s3Location": {"uri": f"s3://media/in/{name}.mp4"}},
    }
    params = {"embeddingPurpose": "GENERIC_INDEX", "embeddingDimension": 256, "video": video}
    document = {"taskType": "SEGMENTED_EMBEDDING", "segmentedEmbeddingParams": params}
    token = f"{TOKEN}-2"
    return a_request(model_id=NOVA, model_input=document, client_request_token=token)


PARTIAL = shots("a", "b [fail:shot]", "c", "d [fail:shot]", "e")


async def end(engine: Engine, sandbox: Sandbox) -> None:
    """Have all end, and what the program asks for by itself be answered."""
    sandbox.clock.advance(60)
    await engine.poll()
    await asyncio.wait_for(engine.inspector.settle(), 20)


async def ended(engine: Engine, sandbox: Sandbox, request: StartAsyncInvoke) -> Invocation:
    """What ended before the program looked."""
    row = await engine.submit(request)
    sandbox.clock.advance(60)
    await engine.poll()
    return engine.board[row.key]


def line(pilot: Pilot[int], name: str) -> str:
    return next(line for line in shown(pilot).splitlines() if name in line)


def colours(pilot: Pilot[int]) -> list[object]:
    """The colours of the status words in the table, from the top."""
    lines = [table(pilot).render_line(y) for y in range(1, 3)]
    return [
        segment.style and segment.style.color
        for strip in lines
        for segment in strip
        if "Completed" in segment.text
    ]


@pytest.mark.parametrize(
    ("size", "shots_failed", "segments_failed"),
    [
        ((80, 24), "2 of 5 shot…", "2 of 24 seg…"),
        ((120, 40), "2 of 5 shots failed: RAI", "2 of 24 segments failed"),
    ],
)
async def test_what_ends_in_part_is_marked_by_itself_in_few_calls(
    engine: Engine,
    sandbox: Sandbox,
    screen: Screen,
    size: tuple[int, int],
    shots_failed: str,
    segments_failed: str,
) -> None:
    async with screen(engine, size) as pilot:
        await engine.submit(PARTIAL)
        await engine.submit(segments("[fail:segment]"))
        sandbox.calls.clear()

        await end(engine, sandbox)
        await settled(pilot)

        assert "± Completed" in line(pilot, "nova-reel")
        assert shots_failed in line(pilot, "nova-reel")
        assert "± Completed" in line(pilot, "nova-2")
        assert segments_failed in line(pilot, "nova-2")
        assert sandbox.calls[LIST] == 2
        assert sandbox.calls[GET] == 4  # two reports, and the segments of video and audio


async def test_it_has_another_colour_than_what_is_whole_in_any_theme(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await engine.submit(PARTIAL)
        await engine.submit(segments("whole"))

        await end(engine, sandbox)
        await settled(pilot)

        for theme in ("asyncinvoke", "textual-light"):
            pilot.app.theme = theme
            await settled(pilot)
            assert len(set(colours(pilot))) == 2


async def test_without_unicode_it_has_a_sign_of_its_own(
    engine: Engine, sandbox: Sandbox, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "is_unicode", lambda: False)
    async with screen(engine) as pilot:
        await engine.submit(PARTIAL)
        await engine.submit(segments("whole"))

        await end(engine, sandbox)
        await settled(pilot)

        assert "% Completed" in line(pilot, "nova-reel")
        assert "+ Completed" in line(pilot, "nova-2")


async def test_what_ended_unseen_is_marked_when_its_outputs_are_opened(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    row = await ended(engine, sandbox, PARTIAL)

    async with screen(engine) as pilot:
        assert "✓ Completed" in line(pilot, "nova-reel")

        await pilot.press("enter", "3")
        await settled(pilot)
        await pilot.press("1")
        await settled(pilot)

        told = " ".join(shown(pilot).split())
        assert "± Completed parts 2 of 5 shots failed failure RAI_VIOLATION" in told
        assert "remedy reword" in told
        await pilot.press("escape")
        assert "± Completed" in line(pilot, "nova-reel")
    assert str(engine.board[row.key].parts) == "2 of 5 shots failed"


async def test_it_is_marked_in_the_next_session_without_a_call(
    make_engine: MakeEngine, sandbox: Sandbox, screen: Screen
) -> None:
    first = make_engine()
    async with screen(first):
        await first.submit(PARTIAL)
        await end(first, sandbox)
    await first.close()
    second = make_engine()
    sandbox.calls.clear()

    async with screen(second) as pilot:
        await second.poll()
        await settled(pilot)

        assert "± Completed" in line(pilot, "nova-reel")
        assert sandbox.calls[LIST] == sandbox.calls[GET] == 0


async def test_the_filter_finds_it(engine: Engine, sandbox: Sandbox, screen: Screen) -> None:
    async with screen(engine) as pilot:
        row = await engine.submit(PARTIAL)
        await engine.submit(segments("whole"))
        await pilot.press("/", *"parts:failed", "enter")
        await settled(pilot)
        assert list(table(pilot).listing) == []

        await end(engine, sandbox)
        await settled(pilot)

        assert list(table(pilot).listing) == [engine.board[row.key].key]


async def test_its_end_is_told_with_what_failed(
    engine: Engine, sandbox: Sandbox, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.app.app.REPORT_SECONDS", 60.0)
    async with screen(engine) as pilot:
        app = pilot.app
        assert isinstance(app, AsyncInvokeApp)
        await engine.submit(PARTIAL)
        app._attention.focus(False)

        sandbox.clock.advance(60)
        await engine.poll()
        await settled(pilot)

        assert [toast.message.split(":")[0] for toast in app._notifications] == [
            "Completed with 2 failed shots"
        ]
