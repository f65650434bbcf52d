from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.app.conftest import Screen, settled, shown, table
from tests.builders import a_request
from tests.conftest import MakeEngine, Until
from tui.app.screens.confirm import ConfirmScreen
from tui.app.screens.help import HelpScreen
from tui.app.screens.main import MainScreen
from tui.app.screens.many import ManyScreen
from tui.app.widgets.batch_table import BatchTable
from tui.config import History, Settings
from tui.engine.session import Engine
from tui.model.document import compact
from tui.model.invocation import Status
from tui.model.request import Request


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    inside = tmp_path / "files"
    inside.mkdir()
    monkeypatch.chdir(inside)
    return inside


def write(*lines: object) -> None:
    texts = [line if isinstance(line, str) else compact(line) for line in lines]
    Path("b.jsonl").write_text("\n".join(texts) + "\n")


async def open_many(pilot: Pilot[int], typed: str = "b.jsonl") -> ManyScreen:
    await pilot.press("N")
    await settled(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, ManyScreen)
    screen.query_one("#files", Input).value = typed
    await pilot.press("enter")
    await settled(pilot)
    return screen


def sources(screen: ManyScreen) -> list[str]:
    return [line.source for line in screen.query_one(BatchTable).lines]


async def test_the_lines_are_shown_with_their_problems_and_counted(
    engine: Engine, screen: Screen
) -> None:
    write({"prompt": "a tide pool"}, '{"prompt" 3}', {"prompt": "x", "duration": "7s"})

    async with screen(engine, (140, 30)) as pilot:
        await open_many(pilot)

        text = shown(pilot)
        assert "2 ready (1 with a warning), 1 with a fault" in text
        ready, fault, warning = (
            next(line for line in text.splitlines() if f"b.jsonl:{number}" in line)
            for number in (1, 2, 3)
        )
        assert "ready" in ready
        assert "luma.ray-v2:0" in ready
        assert "media/ray/" in ready
        assert "a tide pool" in ready
        assert "fault" in fault
        assert "column 11" in fault
        assert "warning" in warning
        assert "duration" in warning


@pytest.mark.parametrize("size", [(80, 24), (40, 20)])
async def test_nothing_is_cut_off_where_there_is_little_room(
    engine: Engine, screen: Screen, size: tuple[int, int]
) -> None:
    write(*({"prompt": f"number {number}"} for number in range(40)), "{")

    async with screen(engine, size) as pilot:
        await pilot.press("N")
        await settled(pilot)
        assert "One without model or output takes it from above" in " ".join(shown(pilot).split())
        await pilot.press("escape")
        await settled(pilot)
        await open_many(pilot)

        assert "number 0" in shown(pilot)
        await pilot.press("G")
        await settled(pilot)
        text = shown(pilot)
        assert "the JSON" in text or "column 2" in text
        assert "▸✗ fault" in text
        assert max(map(len, text.splitlines())) <= size[0]


async def test_what_is_ready_goes_to_the_queue_once_that_is_confirmed(
    engine: Engine, screen: Screen, until: Until
) -> None:
    await engine.pause_queue(True)
    write(*({"prompt": f"number {number}"} for number in range(3)))

    async with screen(engine) as pilot:
        await until(engine, lambda: engine.identity is not None)
        await open_many(pilot)
        await pilot.press("ctrl+s")
        await settled(pilot)
        asked = " ".join(shown(pilot).split())
        assert isinstance(pilot.app.screen, ConfirmScreen)
        for part in ("Send 3 invocations?", "us-west-2", "123456789012", "luma.ray-v2:0 (3)"):
            assert part in asked
        assert "s3://media/ray/ (3)" in asked
        assert str(engine.context.endpoint_url) in asked

        await pilot.press("n")
        await settled(pilot)
        assert len(engine.board) == 0

        await pilot.press("ctrl+s")
        await settled(pilot)
        await pilot.press("y")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MainScreen)
        assert engine.board.counts[Status.QUEUED] == 3
        assert engine.board[table(pilot).cursor or ""].prompt == "number 0"
        assert len(engine.queued.load(engine.context.key)) == 3


async def test_faulty_lines_stay_and_what_was_sent_is_not_sent_again(
    engine: Engine, screen: Screen
) -> None:
    await engine.pause_queue(True)
    write({"prompt": "good"}, "{", {"prompt": "good, too"})

    async with screen(engine) as pilot:
        many = await open_many(pilot)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "1 with a fault stays here" in " ".join(shown(pilot).split())
        await pilot.press("y")
        await settled(pilot)

        assert pilot.app.screen is many
        assert sources(many) == ["b.jsonl:2"]
        assert "2 sent to the queue; the queue is paused" in shown(pilot)

        write({"prompt": "good"}, {"prompt": "mended"}, {"prompt": "good, too"})
        await pilot.press("ctrl+o", "enter")
        await settled(pilot)
        assert "1 ready, 2 with faults" in shown(pilot)
        assert "was sent from this screen already" in shown(pilot)
        await pilot.press("ctrl+s")
        await settled(pilot)
        await pilot.press("y")
        await settled(pilot)

    prompts = sorted(row.prompt for row in engine.board)
    assert prompts == ["good", "good, too", "mended"]


async def test_a_file_that_goes_missing_keeps_its_line_here(engine: Engine, screen: Screen) -> None:
    Path("clip.txt").write_text("words")
    write({"prompt": "file://clip.txt"})

    async with screen(engine) as pilot:
        many = await open_many(pilot)
        assert "1 ready" in shown(pilot)
        Path("clip.txt").unlink()
        await pilot.press("ctrl+s")
        await settled(pilot)
        await pilot.press("y")
        await settled(pilot)

        assert pilot.app.screen is many
        assert "0 sent to the queue · 0 ready, 1 with a fault" in shown(pilot)
        assert len(engine.board) == 0


async def test_a_dropped_line_is_not_sent(engine: Engine, screen: Screen) -> None:
    await engine.pause_queue(True)
    write({"prompt": "one"}, {"prompt": "two"}, {"prompt": "three"})

    async with screen(engine) as pilot:
        many = await open_many(pilot)
        await pilot.press("j", "x")
        await settled(pilot)
        assert sources(many) == ["b.jsonl:1", "b.jsonl:3"]
        await pilot.press("ctrl+s")
        await settled(pilot)
        await pilot.press("y")
        await settled(pilot)

    assert sorted(row.prompt for row in engine.board) == ["one", "three"]


async def test_enter_shows_all_of_a_line_and_the_next_problem_is_a_key_away(
    engine: Engine, screen: Screen
) -> None:
    wrong = a_request("[/x] \x1b[31m" + "word " * 200, s3_uri="s3://WRONG_/x")
    write({"prompt": "one"}, {"prompt": "two"}, wrong.arguments(), {"prompt": "four"})

    async with screen(engine) as pilot:
        many = await open_many(pilot)
        await pilot.press("n")
        await settled(pilot)
        assert many.query_one(BatchTable).cursor == 2
        await pilot.press("enter")
        await settled(pilot)

        text = shown(pilot)
        assert "fault    s3Uri: " in text
        assert "b.jsonl:3" in text
        assert "\x1b" not in text
        assert "[/x]" in text
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ManyScreen)


async def test_model_output_and_tags_are_typed_for_inputs_that_lack_them(
    make_engine: MakeEngine, screen: Screen
) -> None:
    engine = make_engine(Settings())
    write({"prompt": "bare"})

    async with screen(engine) as pilot:
        many = await open_many(pilot)
        assert "0 ready, 1 with a fault" in shown(pilot)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "nothing can be sent" in shown(pilot)

        many.query_one("#model-id", Input).value = "any.model"
        many.query_one("#s3-uri", Input).value = "s3://media/any/"
        many.query_one("#tags", Input).value = "wrong"
        await pilot.press("ctrl+o", "enter")
        await settled(pilot)
        assert "key=value" in shown(pilot)

        many.query_one("#tags", Input).value = "team=media"
        await pilot.press("enter")
        await settled(pilot)
        (line,) = many.query_one(BatchTable).lines
        assert line.is_ready
        assert line.request is not None
        assert [tag.key for tag in line.request.tags] == ["team"]


async def test_a_ledger_that_keeps_no_inputs_sends_nothing_and_says_so(
    make_engine: MakeEngine, screen: Screen, folder: Path
) -> None:
    engine = make_engine(Settings(history=History(keep_inputs=False)))
    write(a_request().arguments())

    async with screen(engine, (140, 30)) as pilot:
        many = await open_many(pilot)
        await pilot.press("ctrl+s")
        await settled(pilot)
        await pilot.press("y")
        await settled(pilot)

        assert "InputsNotKept" in shown(pilot)
        assert sources(many) == ["b.jsonl:1"]
        assert len(engine.board) == 0


async def test_escape_leads_from_the_fields_to_the_lines_and_then_out(
    engine: Engine, screen: Screen
) -> None:
    write({"prompt": "one"})

    async with screen(engine) as pilot:
        many = await open_many(pilot)
        await pilot.press("ctrl+o", "escape")
        assert many.query_one(BatchTable).has_focus
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MainScreen)


async def test_a_wrong_name_leaves_the_keyboard_where_another_is_typed(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        many = await open_many(pilot, "nope.jsonl")
        await settled(pilot)

        assert many.query_one("#files", Input).has_focus
        assert "no such file" in shown(pilot)


async def test_placeholders_in_the_output_are_filled_in_and_unknown_ones_named(
    engine: Engine, screen: Screen
) -> None:
    write({"prompt": "bare"})

    async with screen(engine) as pilot:
        many = await open_many(pilot)
        output = many.query_one("#s3-uri", Input)
        output.value = "s3://media/{usr}/"
        await pilot.press("ctrl+o", "enter")
        await settled(pilot)
        assert "no placeholder {usr}" in shown(pilot)

        output.value = "s3://media/{date}/{model}/"
        await pilot.press("enter")
        await settled(pilot)
        (line,) = many.query_one(BatchTable).lines
        assert line.request is not None
        today = f"{engine.clock():%Y-%m-%d}"
        assert line.request.s3_uri == f"s3://media/{today}/luma.ray-v2-0/"


async def test_help_over_it_while_it_is_sent_is_left_first(
    engine: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_free = asyncio.Event()
    enqueue = engine.enqueue

    async def slowly(requests: Sequence[Request]) -> None:
        await is_free.wait()
        await enqueue(requests)

    monkeypatch.setattr(engine, "enqueue", slowly)
    await engine.pause_queue(True)
    write({"prompt": "one"})

    async with screen(engine) as pilot:
        await open_many(pilot)
        await pilot.press("ctrl+s")
        await settled(pilot)
        await pilot.press("y")
        await pilot.pause()
        await pilot.press("f1")
        await pilot.pause()
        is_free.set()
        await settled(pilot)
        assert isinstance(pilot.app.screen, HelpScreen)

        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MainScreen)
        assert engine.board.counts[Status.QUEUED] == 1
