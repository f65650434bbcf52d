"""Saving outputs from the table: many, some of them forbidden, stopped, while one is elsewhere."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input

from tests.app.conftest import Screen, main, settled, shown, table
from tests.builders import an_invocation
from tests.conftest import SETTINGS, MakeEngine
from tests.engine.stored import Stored, problem
from tui.app.screens.confirm import ConfirmScreen
from tui.app.screens.form import FormScreen
from tui.app.screens.help import HelpScreen
from tui.app.screens.prompt import PromptScreen
from tui.app.widgets.download_line import DownloadLine
from tui.config import Download
from tui.engine import downloading
from tui.engine.session import Engine
from tui.engine.source import Outputs
from tui.model.invocation import Invocation, Status
from tui.model.outputs import OutputObject


class Held(Stored):
    """Gives no more than a first piece of each range until it is let go."""

    def __init__(self) -> None:
        super().__init__({f"job/{name}.bin": os.urandom(50_000) for name in "ab"})
        self.held = threading.Event()  # it is read in another loop
        self._is_let_go = False
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def read_range(self, thing: OutputObject, start: int, end: int) -> AsyncIterator[bytes]:
        async for piece in super().read_range(thing, start, end):
            yield piece
            goes_on = asyncio.Event()
            self._waiting.append((asyncio.get_running_loop(), goes_on))
            self.held.set()
            if not self._is_let_go:
                await goes_on.wait()

    def let_go(self) -> None:
        self._is_let_go = True
        for loop, goes_on in self._waiting:
            if not loop.is_closed():
                loop.call_soon_threadsafe(goes_on.set)


@pytest.fixture
def held(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Held:
    source = Held()
    monkeypatch.setattr(engine, "source_of", lambda _: source)
    monkeypatch.setattr(downloading, "RANGE", 10_000)
    engine.board.apply([an_invocation(status=Status.COMPLETED)])
    return source


async def save_below(pilot: Pilot[int], folder: Path) -> None:
    await pilot.press("d")
    await pilot.pause()
    pilot.app.screen.query_one(Input).value = str(folder)
    await pilot.press("enter")


async def saved_below(pilot: Pilot[int], folder: Path) -> None:
    """The same, until it is done."""
    await save_below(pilot, folder)
    await settled(pilot)


def said(pilot: Pilot[int]) -> str:
    return "\n".join(toast.message for toast in pilot.app._notifications)


async def test_a_download_goes_on_while_one_is_elsewhere(
    engine: Engine, held: Held, screen: Screen, tmp_path: Path
) -> None:
    async with screen(engine) as pilot:
        await save_below(pilot, tmp_path / "out")
        await asyncio.to_thread(held.held.wait)
        main(pilot).query_one(DownloadLine).look()
        await pilot.pause()
        assert "0 of 2 objects" in shown(pilot)
        assert "D stops" in shown(pilot)
        await pilot.press("n")
        await pilot.pause()
        assert isinstance(pilot.app.screen, FormScreen)

        held.let_go()
        await settled(pilot)

        assert "saved 2 objects, 100.0 kB to " in said(pilot)
        assert not main(pilot).query_one(DownloadLine).display
    assert len(list((tmp_path / "out").glob("*/*.bin"))) == 2


async def test_a_download_is_stopped_and_later_goes_on_where_it_was(
    engine: Engine, held: Held, screen: Screen, tmp_path: Path
) -> None:
    async with screen(engine) as pilot:
        await save_below(pilot, tmp_path / "out")
        await asyncio.to_thread(held.held.wait)
        await pilot.pause()
        await pilot.press("D")
        await settled(pilot)
        assert "stopped saving" in said(pilot)
        assert "D stops" not in shown(pilot)
        came = len(held.came)

        held.let_go()
        await saved_below(pilot, tmp_path / "out")

    assert 0 < came < 100
    assert len(held.came) == 100
    files = {path.name: path.read_bytes() for path in (tmp_path / "out").glob("*/*.bin")}
    assert files == {key.removeprefix("job/"): content for key, content in held.contents.items()}


async def test_stopping_is_offered_only_while_something_is_saved(
    engine: Engine, held: Held, screen: Screen, tmp_path: Path
) -> None:
    async with screen(engine, (160, 30)) as pilot:
        assert "D stop saving" not in shown(pilot)
        await pilot.press("D")
        await pilot.pause()
        assert "stopped" not in said(pilot)

        await save_below(pilot, tmp_path / "out")
        await asyncio.to_thread(held.held.wait)
        await pilot.pause()
        assert "D stop saving" in shown(pilot)

        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HelpScreen)
        held.let_go()


async def test_what_is_forbidden_is_named_and_the_rest_is_saved(
    engine: Engine, held: Held, screen: Screen, tmp_path: Path
) -> None:
    held.let_go()
    held.forbidden.add("job/a.bin")
    async with screen(engine) as pilot:
        await saved_below(pilot, tmp_path / "out")

        assert "not saved: AccessDenied: a.bin: " in said(pilot)
        assert "s3:GetObject" in said(pilot)
        assert "saved 50.0 kB to " in said(pilot)
    assert [path.name for path in (tmp_path / "out").glob("*/*.bin")] == ["b.bin"]


async def test_what_had_changed_is_told(
    engine: Engine, held: Held, screen: Screen, tmp_path: Path
) -> None:
    def change() -> None:
        if len(held.came) >= 20:  # two of the ten ranges are not asked for yet
            held.on_piece = lambda: None
            held.contents = {key: os.urandom(20_000) for key in held.contents}

    held.let_go()
    held.on_piece = change
    async with screen(engine) as pilot:
        await saved_below(pilot, tmp_path / "out")

        assert "begun anew, for it had changed: " in said(pilot)


async def test_leaving_stops_a_download_and_keeps_what_came(
    engine: Engine, held: Held, screen: Screen, tmp_path: Path
) -> None:
    async with screen(engine) as pilot:
        await save_below(pilot, tmp_path / "out")
        await asyncio.to_thread(held.held.wait)
        assert table(pilot).listing
        pilot.app.exit(0)

    parts = list((tmp_path / "out").glob("*/.asyncinvoke-*.part"))
    assert parts


async def test_all_pages_of_an_invocation_are_saved(
    engine: Engine, held: Held, screen: Screen, tmp_path: Path
) -> None:
    held.page = 1
    async with screen(engine) as pilot:
        await save_below(pilot, tmp_path)
        await asyncio.to_thread(held.held.wait)
        main(pilot).query_one(DownloadLine).look()
        await pilot.pause()
        held.let_go()
        await settled(pilot)

        assert "saved 2 objects" in said(pilot)
    assert held.lists == 2
    assert len(list(tmp_path.glob("*/*.bin"))) == 2


async def test_what_cannot_be_listed_any_further_is_told_beside_what_is_saved(
    engine: Engine, held: Held, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held.let_go()
    held.page = 1
    list_outputs = held.list_outputs

    async def refuse(invocation: Invocation, *, start_after: str = "") -> Outputs:
        if start_after:
            raise problem("SlowDown")
        return await list_outputs(invocation)

    monkeypatch.setattr(held, "list_outputs", refuse)
    async with screen(engine) as pilot:
        await saved_below(pilot, tmp_path)

        assert "saved 50.0 kB to " in said(pilot)
        assert "not saved: SlowDown: what follows the first 1 of mm0oexhd8y31: " in said(pilot)


async def test_what_was_saved_before_is_not_fetched_again(
    engine: Engine, held: Held, screen: Screen, tmp_path: Path
) -> None:
    held.let_go()
    async with screen(engine) as pilot:
        await saved_below(pilot, tmp_path)
        held.contents["job/c.bin"] = b"new"
        held.came.clear()

        await saved_below(pilot, tmp_path)
        assert "saved 1 objects, 3 B to" not in said(pilot)
        assert "2 were there already" in said(pilot)
        assert [key for key, *_ in held.came] == ["job/c.bin"]

        await saved_below(pilot, tmp_path)
        assert "all 3 objects were there already, and the same: " in said(pilot)


async def test_the_folders_are_those_that_the_configuration_lays_out(
    make_engine: MakeEngine, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Download(layout="{date}/{target}-{id}")
    engine = make_engine(replace(SETTINGS, download=layout))
    monkeypatch.setattr(engine, "source_of", lambda _: Stored({"job/a.bin": b"a"}))
    engine.board.apply([an_invocation(status=Status.COMPLETED)])
    async with screen(engine) as pilot:
        await saved_below(pilot, tmp_path)

    assert (tmp_path / "2026-03-14" / "luma.ray-v2-0-mm0oexhd8y31" / "a.bin").exists()


async def test_leaving_while_something_is_saved_asks_and_says_what_stays(
    engine: Engine, held: Held, screen: Screen, tmp_path: Path
) -> None:
    async with screen(engine) as pilot:
        await save_below(pilot, tmp_path / "out")
        await asyncio.to_thread(held.held.wait)
        await pilot.press("q")
        await pilot.pause()
        text = " ".join(shown(pilot).replace("│", "").split())
        assert "Leave while outputs are saved?" in text
        assert "d into the same folder goes on" in text
        assert isinstance(pilot.app.screen, ConfirmScreen)
        await pilot.press("ctrl+q", "escape")
        assert len(pilot.app.screen_stack) == 1
        held.let_go()
        await settled(pilot)
        assert "saved 2 objects" in said(pilot)


async def test_variables_in_a_folder_are_filled_in_or_refused_where_they_are_typed(
    engine: Engine, held: Held, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDEOS", str(tmp_path / "videos"))
    held.let_go()
    async with screen(engine) as pilot:
        await saved_below(pilot, Path("$NOT_SET/x"))
        assert isinstance(pilot.app.screen, PromptScreen)
        assert "$NOT_SET is not set" in shown(pilot)
        await pilot.press("escape")

        await saved_below(pilot, Path("${VIDEOS}/x"))
        assert {path.name for path in (tmp_path / "videos" / "x").rglob("*.bin")} == {
            "a.bin",
            "b.bin",
        }


async def test_a_folder_that_cannot_be_is_refused_where_it_is_typed(
    engine: Engine, held: Held, screen: Screen, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.touch()
    async with screen(engine) as pilot:
        await saved_below(pilot, file / "below")
        assert isinstance(pilot.app.screen, PromptScreen)
        assert "Not a directory" in shown(pilot)
        assert not held.asked
        await pilot.press("escape")


async def test_what_was_not_saved_stands_there_until_a_key(
    engine: Engine, held: Held, screen: Screen, tmp_path: Path
) -> None:
    held.let_go()
    held.forbidden.add("job/a.bin")
    async with screen(engine) as pilot:
        await saved_below(pilot, tmp_path / "out")
        line = main(pilot).query_one(DownloadLine)
        assert "saved 1 of 2 objects, 1 failed: AccessDenied: a.bin" in str(line.render())

        await pilot.press("j")
        await pilot.pause()
        assert not line.display


async def test_what_still_runs_is_said_before_and_after_it_is_saved(
    engine: Engine, held: Held, screen: Screen, tmp_path: Path
) -> None:
    held.let_go()
    running = an_invocation("aaaaaaaaaaaa")
    engine.board.apply([running])
    async with screen(engine, (120, 40)) as pilot:
        table(pilot).action_mark_all()
        await pilot.press("d")
        await pilot.pause()
        assert "all outputs of 2 invocations, 1 of which still runs, below" in shown(pilot)
        await pilot.press("escape")
        await saved_below(pilot, tmp_path)
        assert "1 of them still runs: what it writes later is not among these" in said(pilot)


async def test_what_another_download_saves_is_left_out_and_no_failure(
    engine: Engine, held: Held, screen: Screen, tmp_path: Path
) -> None:
    async with screen(engine) as pilot:
        await save_below(pilot, tmp_path)
        await asyncio.to_thread(held.held.wait)
        while len({key for key, *_ in held.asked}) < 2:
            await asyncio.sleep(0)
        await save_below(pilot, tmp_path)
        while "2 objects are being saved there already, by another download" not in said(pilot):
            await asyncio.sleep(0)
        assert "not saved" not in said(pilot)
        held.let_go()
        await settled(pilot)
        assert "saved 2 objects" in said(pilot)


async def test_a_folder_that_took_nothing_is_not_offered_again(
    engine: Engine, held: Held, screen: Screen, tmp_path: Path
) -> None:
    held.let_go()
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "mm0oexhd8y31").write_text("a file where the folder would be")
    async with screen(engine) as pilot:
        for folder, remedy in (("good", ""), ("bad", "choose another folder")):
            await saved_below(pilot, tmp_path / folder)
            assert remedy in said(pilot)
            assert "make room" not in said(pilot)
            await pilot.press("d")
            await pilot.pause()
            assert pilot.app.screen.query_one(Input).value == str(tmp_path / "good")
            assert "not saved" not in said(pilot)  # it lies over no dialog
            await pilot.press("escape")

        await pilot.press("exclamation_mark")
        await pilot.pause()
        assert "choose another folder" in shown(pilot)
