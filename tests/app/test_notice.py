from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.app.conftest import Screen, settled
from tests.builders import NOW, a_request, an_invocation
from tests.conftest import SETTINGS, MakeEngine
from tui.app import notice
from tui.app.app import AsyncInvokeApp
from tui.aws.bedrock import SLICE_SIZE
from tui.config import Desktop, Notice
from tui.engine.session import Engine
from tui.engine.ticking import Heard
from tui.model.invocation import Status
from tui.model.parts import Parts
from tui.sandbox.server import Sandbox

DONE = an_invocation(
    "done", status=Status.COMPLETED, submit_time=NOW - timedelta(seconds=125), end_time=NOW
)
PARTIAL = replace(DONE, parts=Parts(noun="shot", failed=2, total=5, why="blocked"))
BROKEN = an_invocation(
    "broken", status=Status.FAILED, failure_message="\x1b]0;x\x07blocked; reword"
)


def test_one_end_is_told_with_what_it_took_or_why_it_failed() -> None:
    assert notice.summary([DONE]) == "Completed: luma.ray-v2:0 done · 2m05s"
    assert notice.summary([BROKEN]) == "Failed: luma.ray-v2:0 broken · �]0;x�blocked; reword"


def test_many_ends_are_one_line() -> None:
    assert notice.summary([DONE, BROKEN, DONE]) == "3 ended: 2 completed, 1 failed"


def test_failed_parts_are_told_with_the_end() -> None:
    assert notice.summary([PARTIAL]) == (
        "Completed with 2 failed shots: luma.ray-v2:0 done · 2m05s"
    )
    assert notice.summary([DONE, PARTIAL, BROKEN]) == (
        "3 ended: 2 completed (1 with failed parts), 1 failed"
    )


@pytest.mark.parametrize(
    ("desktop", "is_tmux", "sequence"),
    [
        (Desktop.OFF, False, ""),
        (Desktop.OSC_9, False, "\x1b]9;a, b\x07"),
        (Desktop.OSC_777, False, "\x1b]777;notify;asyncinvoke;a, b\x07"),
        (Desktop.OSC_9, True, "\x1bPtmux;\x1b\x1b]9;a, b\x07\x1b\\"),
    ],
)
def test_the_terminal_is_asked_in_its_own_words(
    desktop: Desktop, is_tmux: bool, sequence: str
) -> None:
    assert notice.sequence("a; b", desktop, is_tmux=is_tmux) == sequence


def test_no_text_ends_the_sequence_early() -> None:
    said = notice.sequence(notice.summary([BROKEN]), Desktop.OSC_9, is_tmux=False)

    assert said.count("\x1b") == 1
    assert said.count("\x07") == 1
    assert said.count(";") == 1


async def end_one(
    make_engine: MakeEngine, screen: Screen, sandbox: Sandbox, wanted: Notice, keys: str, seen: bool
) -> tuple[list[str], list[str], int]:
    """What a job's end writes to the terminal and shows as toasts, and how often it rings."""
    engine = make_engine(settings=type(SETTINGS)(defaults=SETTINGS.defaults, notice=wanted))
    await engine.submit(a_request())
    written: list[str] = []
    rung: list[bool] = []
    async with screen(engine) as pilot:
        app = pilot.app
        assert isinstance(app, AsyncInvokeApp)
        await pilot.press(*keys)
        app._attention.focus(seen)
        assert app._driver is not None
        app._driver.write = written.append  # type: ignore[assignment, method-assign]
        app.bell = lambda: rung.append(True)  # type: ignore[method-assign]
        sandbox.clock.advance(10)
        await engine.poll()
        await settled(pilot)
        toasts = [toast.message for toast in app._notifications]
    return [text for text in written if text.startswith("\x1b]9")], toasts, len(rung)


async def test_an_end_rings_where_nobody_looks(
    make_engine: MakeEngine, screen: Screen, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMUX", raising=False)

    written, toasts, rung = await end_one(make_engine, screen, sandbox, Notice(), "", False)

    assert len(written) == rung == 1
    assert [text.split()[0] for text in toasts] == ["Completed:"]


async def test_an_end_that_is_looked_at_says_nothing(
    make_engine: MakeEngine, screen: Screen, sandbox: Sandbox
) -> None:
    assert await end_one(make_engine, screen, sandbox, Notice(), "", True) == ([], [], 0)


async def test_an_end_behind_the_form_is_told_on_the_screen_alone(
    make_engine: MakeEngine, screen: Screen, sandbox: Sandbox
) -> None:
    written, toasts, rung = await end_one(make_engine, screen, sandbox, Notice(), "n", True)

    assert (written, rung) == ([], 0)
    assert len(toasts) == 1


async def test_each_way_can_be_switched_off(
    make_engine: MakeEngine, screen: Screen, sandbox: Sandbox
) -> None:
    quiet = Notice(bell=False, desktop=Desktop.OFF, toast=False)

    assert await end_one(make_engine, screen, sandbox, quiet, "", False) == ([], [], 0)


async def test_more_ends_than_are_learnt_at_a_time_are_one_notice(
    engine: Engine, screen: Screen
) -> None:
    now, count = engine.clock(), 4 * SLICE_SIZE
    running = [an_invocation(f"{number:012}", submit_time=now) for number in range(count)]
    engine.board.apply(running)
    rung: list[bool] = []
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        assert isinstance(pilot.app, AsyncInvokeApp)
        pilot.app._attention.focus(False)
        pilot.app.bell = lambda: rung.append(True)  # type: ignore[method-assign]

        for start in range(0, count, SLICE_SIZE):
            rows = running[start : start + SLICE_SIZE]
            ended = [replace(row, status=Status.COMPLETED, end_time=now) for row in rows]
            engine.news.announce(Heard(engine.board.apply(ended), now))
            await asyncio.sleep(0)
        await settled(pilot)

        assert [toast.message for toast in pilot.app._notifications] == ["500 ended: 500 completed"]
        assert len(rung) == 1


async def test_news_that_comes_when_the_screens_are_gone_is_told_to_nobody(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        pilot.app.exit(0)

    engine.news.publish(Heard(engine.board.apply([DONE]), NOW))

    assert DONE.key in engine.board
