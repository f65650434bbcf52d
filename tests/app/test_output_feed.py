from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.app.conftest import Screen, main, settled, shown
from tests.app.listed import PACE, RUNNING, Listed, opened, polled, tree
from tests.builders import an_invocation
from tui.app.widgets.line_view import LineView
from tui.engine.session import Engine
from tui.engine.ticking import Heard
from tui.model.board import Changes
from tui.model.explanation import explained
from tui.model.invocation import Status
from tui.model.problem import Problem, ProblemError
from tui.sandbox.server import Sandbox

DONE = replace(RUNNING, status=Status.COMPLETED, end_time=RUNNING.submit_time)


def refused(kind: str = "AccessDenied") -> ProblemError:
    told = Problem(kind=kind, message="as S3 says", operation="ListObjectsV2")
    return ProblemError(explained(told))


@pytest.fixture
def source(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Listed:
    source = Listed(**{"manifest.json": b'{"a": 1}'})
    monkeypatch.setattr(engine, "source_of", lambda _: source)
    engine.board.apply([RUNNING])
    return source


async def test_objects_appear_as_they_come_at_the_pace_of_polling(
    engine: Engine, sandbox: Sandbox, source: Listed, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        assert "1 object so far" in shown(pilot)
        source.after.clear()
        source.put("output.mp4")

        await polled(pilot, engine, sandbox, PACE - 1)
        assert source.after == []
        await polled(pilot, engine, sandbox, 1)
        assert source.after == [""]
        assert "output.mp4" in shown(pilot)
        await polled(pilot, engine, sandbox, 0)
        assert source.after == [""]


async def test_nothing_is_asked_again_unseen_paused_or_once_it_has_ended(
    engine: Engine, sandbox: Sandbox, source: Listed, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        for keys in (["n"], ["escape", "1"], ["escape"], ["enter", "3", "p"]):
            await pilot.press(*keys)
            await settled(pilot)
            source.after.clear()
            await polled(pilot, engine, sandbox, 100)
            assert source.after == []

        await pilot.press("p")
        await settled(pilot)
        engine.news.publish(Heard(engine.board.apply([DONE]), engine.clock()))
        await settled(pilot)
        assert source.after == [""]
        assert "so far" not in shown(pilot)
        await polled(pilot, engine, sandbox, 100)
        assert source.after == [""]


async def test_one_list_is_in_flight_at_most(
    engine: Engine, sandbox: Sandbox, source: Listed, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        source.after.clear()
        source.goes_on.clear()
        for _ in range(3):
            sandbox.clock.advance(100)
            engine.news.publish(Heard(Changes(), engine.clock()))
            await pilot.pause()
        assert source.after == [""]

        source.goes_on.set()
        await settled(pilot)
        await polled(pilot, engine, sandbox, 100)
        assert source.after == ["", ""]


async def test_what_comes_moves_neither_cursor_nor_folds_nor_preview(
    engine: Engine, sandbox: Sandbox, source: Listed, screen: Screen
) -> None:
    source.put(*(f"shots/{number:03}.txt" for number in range(40)))
    source.put("zones/a/b.txt", "zones/c.txt", content=b"line\n" * 100)
    async with screen(engine) as pilot:
        pane = await opened(pilot)
        await pilot.press("g", "down", "left", "G", "k", "k", "left", "G")
        await settled(pilot)
        assert [line[:16].rstrip() for line in shown(pilot).splitlines()[4:9]] == [
            "   manifest.json",
            " ▸ shots/",
            " ▾ zones/",
            "   ▸ a/",
            "     c.txt",
        ]
        await pilot.press("tab", "pagedown")
        await settled(pilot)
        before, reads = pane.view, list(source.asked)
        offset = main(pilot).query_one(LineView).scroll_offset
        assert offset.y > 0

        source.put("a.txt", "shots/002b.txt", "zones/a/0.txt", "zones/d.txt")
        await polled(pilot, engine, sandbox, 100)

        assert "47 objects" in shown(pilot)
        assert "0.txt" not in shown(pilot)
        assert "d.txt" in shown(pilot)
        assert pane.chosen == source.thing("job/zones/c.txt")
        assert pane.view is before
        assert source.asked == reads
        assert main(pilot).query_one(LineView).scroll_offset == offset


async def test_an_object_that_is_written_again_is_previewed_again(
    engine: Engine, sandbox: Sandbox, source: Listed, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        source.put("manifest.json", content=b'{"b": 22}')
        await polled(pilot, engine, sandbox, 100)

        assert '"b": 22' in main(pilot).query_one(LineView).sheet.text


async def test_a_failing_refresh_keeps_what_is_listed_and_says_of_when(
    engine: Engine, sandbox: Sandbox, source: Listed, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        source.after.clear()
        source.trouble = refused()
        await polled(pilot, engine, sandbox, 120)
        told = " ".join(shown(pilot).split())
        assert "1 object, as of 2m ago · AccessDenied: ListObjectsV2 is refused" in told
        assert "manifest.json" in told

        source.trouble = None
        await polled(pilot, engine, sandbox, 120)
        assert "as of" not in shown(pilot)
        assert source.after == ["", ""]


async def test_failing_refreshes_come_further_and_further_apart(
    engine: Engine, sandbox: Sandbox, source: Listed, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        source.trouble = refused("SlowDown")
        for _ in range(8):
            await polled(pilot, engine, sandbox, 60)
        asked = len(source.after)

        await polled(pilot, engine, sandbox, 59)
        assert len(source.after) == asked
        await polled(pilot, engine, sandbox, 1)
        assert len(source.after) == asked + 1


async def test_a_refusal_names_the_call_and_the_right(
    engine: Engine, source: Listed, screen: Screen
) -> None:
    source.trouble = refused()
    async with screen(engine) as pilot:
        await opened(pilot)

        lines = shown(pilot).splitlines()[3:6]
        assert "AccessDenied: ListObjectsV2 is refused" in lines[0]
        assert "s3:ListBucket on the bucket media" in " ".join(" ".join(lines[:2]).split())
        assert lines[2] == ""


async def test_more_are_listed_on_demand_and_refreshed_in_turn(
    engine: Engine, sandbox: Sandbox, source: Listed, screen: Screen
) -> None:
    source.page = 4
    source.put(*(f"{number}.txt" for number in range(9)))
    async with screen(engine) as pilot:
        pane = await opened(pilot)
        assert "the first 4 objects" in shown(pilot)
        source.after.clear()
        await pilot.press("G")
        await settled(pilot)
        assert pane.chosen is None
        await pilot.press("enter")
        await settled(pilot)
        assert pane.chosen == source.thing("job/4.txt")
        await pilot.press("G", "enter")
        await settled(pilot)
        assert source.after == ["job/3.txt", "job/7.txt"]
        assert tree(pilot).count == 10
        assert "the first" not in shown(pilot)

        source.after.clear()
        source.put("1b.txt", "z.txt")
        for _ in range(4):
            await polled(pilot, engine, sandbox, 100)
        assert source.after == ["", "job/2.txt", "job/6.txt", ""]
        assert tree(pilot).count == 12

        engine.news.publish(Heard(engine.board.apply([DONE]), engine.clock()))
        await settled(pilot)
        assert source.after[4:] == ["", "job/2.txt", "job/6.txt"]


async def test_a_list_of_more_that_fails_can_be_tried_again(
    engine: Engine, source: Listed, screen: Screen
) -> None:
    source.page = 1
    source.put("output.mp4")
    async with screen(engine) as pilot:
        await opened(pilot)
        source.trouble = refused()
        await pilot.press("G", "enter")
        await settled(pilot)
        assert "s3:ListBucket" in shown(pilot)
        assert "manifest.json" in shown(pilot)

        source.trouble = None
        await pilot.press("enter")
        await settled(pilot)
        assert "output.mp4" in shown(pilot)


async def test_another_invocation_begins_with_nothing_of_the_first(
    engine: Engine, source: Listed, screen: Screen
) -> None:
    source.page = 1
    source.put("output.mp4")
    engine.board.apply([an_invocation("another00000", submit_time=RUNNING.submit_time)])
    async with screen(engine) as pilot:
        await opened(pilot)
        await pilot.press("G", "enter")
        await settled(pilot)
        assert tree(pilot).count == 2

        await pilot.press("escape", "j", "enter")
        await settled(pilot)

        assert tree(pilot).count == 1
        assert source.after[-1] == ""


async def test_a_list_that_lacked_the_network_is_asked_for_again_once_aws_is_heard(
    engine: Engine, sandbox: Sandbox, source: Listed, screen: Screen
) -> None:
    engine.board.apply([DONE])
    source.trouble = refused("EndpointConnectionError")
    async with screen(engine) as pilot:
        await opened(pilot)
        assert "'refresh' asks again" in " ".join(shown(pilot).split())
        assert "manifest.json" not in shown(pilot)

        source.trouble = None
        await polled(pilot, engine, sandbox, 60)
        assert "manifest.json" in shown(pilot)
        asked = len(source.after)
        await polled(pilot, engine, sandbox, 600)
        assert len(source.after) == asked
