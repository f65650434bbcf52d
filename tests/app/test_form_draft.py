"""What is typed into the form is kept, and is not let go unsaid where it cannot be."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.app.conftest import Screen, settled, shown
from tests.builders import TOKEN, a_request
from tests.conftest import START, MakeEngine
from tui.app.screens.drafts import DraftScreen
from tui.app.screens.form import DRAFT_SECONDS, FormScreen
from tui.app.screens.form_draft import AS_NEW, BESIDE_WITHOUT_INPUT
from tui.app.screens.help import HelpScreen
from tui.app.screens.main import MainScreen
from tui.config import History, Settings
from tui.engine.session import Engine
from tui.ledger.drafts import Draft, Drafts
from tui.model.problem import Problem, ProblemError
from tui.sandbox.server import Sandbox


class Rhythm:
    """In place of the wait between two drafts: one turn at a time, when told to."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._turn = asyncio.Event()
        self._is_resting = asyncio.Event()

    async def rest(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self._is_resting.set()
        await self._turn.wait()
        self._turn.clear()

    async def turn(self) -> None:
        """Let one turn happen, whole."""
        await self._is_resting.wait()
        self._is_resting.clear()
        self._turn.set()
        await self._is_resting.wait()


class Disk:
    """The disk below the drafts: it takes nothing while it is full."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch

    def fill(self) -> None:
        async def full(*_: object) -> None:
            raise ProblemError(Problem(kind="LedgerError", message="the disk is full"))

        for name in ("save", "delete"):
            self._patch.setattr(Drafts, name, full)

    def make_room(self) -> None:
        self._patch.undo()


async def opened(pilot: Pilot[int], engine: Engine, rhythm: Rhythm) -> TextArea:
    await pilot.app.push_screen(FormScreen(engine, rest=rhythm.rest))
    await settled(pilot)
    return pilot.app.screen.query_one(TextArea)


async def kept(engine: Engine) -> list[str]:
    return [draft.fields["model_input"] for draft in await engine.drafts.all()]


@pytest.fixture
async def rhythm() -> Rhythm:
    return Rhythm()


async def test_each_turn_keeps_all_that_was_typed_and_comes_twice_a_second(
    engine: Engine, screen: Screen, rhythm: Rhythm
) -> None:
    async with screen(engine) as pilot:
        area = await opened(pilot, engine, rhythm)
        area.text = ""
        for count in range(1, 6):
            await pilot.press("a")

            await rhythm.turn()

            assert await kept(engine) == ["a" * count]

    assert set(rhythm.seconds) == {DRAFT_SECONDS}
    assert DRAFT_SECONDS < 0.5


async def test_a_turn_does_not_wait_behind_queued_keys(
    engine: Engine, screen: Screen, rhythm: Rhythm
) -> None:
    async with screen(engine) as pilot:
        area = await opened(pilot, engine, rhythm)
        is_over = asyncio.Event()
        for pump in (pilot.app, pilot.app.screen, area):
            pump.call_later(is_over.wait)
        area.text = "typed by someone fast"

        await rhythm.turn()

        assert await kept(engine) == ["typed by someone fast"]
        is_over.set()


async def test_half_a_character_is_kept_and_so_is_what_follows(
    engine: Engine, screen: Screen, rhythm: Rhythm
) -> None:
    async with screen(engine) as pilot:
        area = await opened(pilot, engine, rhythm)
        for text in ('{"prompt": "\ud83d"}', '{"prompt": "hours of work"}'):
            area.text = text

            await rhythm.turn()

            assert await kept(engine) == [text]


async def test_a_fault_in_one_turn_is_said_and_the_next_turn_keeps(
    engine: Engine, screen: Screen, rhythm: Rhythm, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> str:
        raise RuntimeError("not today")

    async with screen(engine) as pilot:
        area = await opened(pilot, engine, rhythm)
        area.text = "hours of work"
        with monkeypatch.context() as patch:
            patch.setattr(Drafts, "save", broken)
            await rhythm.turn()
        await pilot.pause()
        assert "not today" in shown(pilot)

        await rhythm.turn()

        await pilot.pause()
        assert await kept(engine) == ["hours of work"]
        assert "not today" not in shown(pilot)


async def test_what_is_opened_is_a_draft_beside_what_stood_there(
    engine: Engine, screen: Screen, rhythm: Rhythm, tmp_path: Path
) -> None:
    path = tmp_path / "input.json"
    path.write_text('{"prompt": "from a file"}')
    async with screen(engine) as pilot:
        area = await opened(pilot, engine, rhythm)
        area.text = "hours of work"
        await pilot.pause()
        await pilot.press("ctrl+o")
        await pilot.pause()
        pilot.app.screen.query_one(Input).value = str(path)
        await pilot.press("enter")
        await settled(pilot)

        await rhythm.turn()

        newest, before = await kept(engine)
        assert "from a file" in newest
        assert before == "hours of work"


async def test_nothing_is_kept_once_it_is_sent(
    engine: Engine, screen: Screen, rhythm: Rhythm
) -> None:
    async with screen(engine) as pilot:
        area = await opened(pilot, engine, rhythm)
        area.text = '{"prompt": "on its way"}'
        await pilot.pause()
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        await pilot.app.push_screen(HelpScreen("form"))
        form.action_submit()
        await settled(pilot)
        assert len(engine.board) == 1
        assert isinstance(pilot.app.screen, HelpScreen)

        area.text = '{"prompt": "too late"}'
        await rhythm.turn()

        assert await kept(engine) == []


async def test_an_input_that_no_draft_keeps_comes_back_as_the_form_that_starts_over_says(
    make_engine: MakeEngine, screen: Screen, rhythm: Rhythm
) -> None:
    engine = make_engine(Settings(history=History(keep_inputs=False)))
    async with screen(engine) as pilot:
        area = await opened(pilot, engine, rhythm)
        area.focus()
        await pilot.press(*"words")
        await rhythm.turn()
        typed = area.text
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert BESIDE_WITHOUT_INPUT.partition(";")[0] in shown(pilot)
        assert area.text != typed

        area.focus()
        await pilot.press("ctrl+z")
        assert area.text == typed


async def test_starting_over_a_form_that_is_as_new_says_so(
    engine: Engine, screen: Screen, rhythm: Rhythm
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot, engine, rhythm)
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert AS_NEW in shown(pilot)

        await pilot.press("x", "ctrl+n")
        await settled(pilot)
        assert AS_NEW not in shown(pilot)
        assert "what stood here is a draft of its own: F3 lists it" in shown(pilot)


# A ledger that cannot be written -----------------------------------------------------------------


@pytest.fixture
def full_disk() -> Iterator[Disk]:
    with pytest.MonkeyPatch.context() as patch:
        yield Disk(patch)


@pytest.mark.parametrize("key", ["escape", "ctrl+n", "ctrl+q", "f3"])
async def test_what_cannot_be_kept_is_let_go_only_when_asked_twice(
    engine: Engine, screen: Screen, rhythm: Rhythm, full_disk: Disk, key: str
) -> None:
    async with screen(engine, (100, 30)) as pilot:
        area = await opened(pilot, engine, rhythm)
        form = pilot.app.screen
        full_disk.fill()
        area.text = "hours of work"
        await pilot.pause()

        await pilot.press(key)
        await settled(pilot)
        assert pilot.app.screen is form
        assert area.text == "hours of work"
        assert "LedgerError" in shown(pilot)
        assert "once more" in shown(pilot)

        await pilot.press(key)
        await pilot.pause()
        is_left = pilot.app.screen is not form or area.text != "hours of work"
        assert is_left or pilot.app.return_code == 0
        full_disk.make_room()


async def test_what_is_typed_after_the_warning_is_warned_about_again(
    engine: Engine, screen: Screen, rhythm: Rhythm, full_disk: Disk
) -> None:
    async with screen(engine) as pilot:
        area = await opened(pilot, engine, rhythm)
        full_disk.fill()
        area.text = "hours of work"
        await pilot.pause()
        await pilot.press("escape")
        await pilot.press("x", "escape")
        await settled(pilot)

        assert area.text.endswith("hours of work")
        assert isinstance(pilot.app.screen, FormScreen)
        full_disk.make_room()
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MainScreen)
        assert await kept(engine) == ["xhours of work"]


async def test_a_file_does_not_take_the_place_of_what_cannot_be_kept(
    engine: Engine, screen: Screen, rhythm: Rhythm, full_disk: Disk, tmp_path: Path
) -> None:
    path = tmp_path / "input.json"
    path.write_text("{}")
    async with screen(engine) as pilot:
        area = await opened(pilot, engine, rhythm)
        full_disk.fill()
        area.text = "hours of work"
        await pilot.pause()
        await pilot.press("ctrl+o")
        await pilot.pause()
        pilot.app.screen.query_one(Input).value = str(path)
        await pilot.press("enter")
        await settled(pilot)

        assert area.text == "hours of work"
        assert "once more" in shown(pilot)


async def test_what_cannot_be_kept_is_not_sent(
    engine: Engine, sandbox: Sandbox, screen: Screen, rhythm: Rhythm, full_disk: Disk
) -> None:
    async with screen(engine) as pilot:
        area = await opened(pilot, engine, rhythm)
        form = pilot.app.screen
        area.text = '{"prompt": "hours of work"}'
        await pilot.pause()
        full_disk.fill()
        await pilot.press("ctrl+s")
        await settled(pilot)

        assert pilot.app.screen is form
        assert "the disk is full" in shown(pilot)
        assert sandbox.calls["StartAsyncInvoke"] == 0
        assert await engine.journal.all() == []

        full_disk.make_room()
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert sandbox.calls["StartAsyncInvoke"] == 1


async def test_a_draft_that_cannot_be_deleted_stays_in_the_list(
    engine: Engine, screen: Screen, rhythm: Rhythm, full_disk: Disk
) -> None:
    await engine.drafts.save(Draft("one", {"model_input": "a tide"}, START))
    async with screen(engine) as pilot:
        await opened(pilot, engine, rhythm)
        await pilot.press("f3")
        await pilot.pause()
        full_disk.fill()

        await pilot.press("d", "y")
        await pilot.pause()
        await pilot.pause()

        assert isinstance(pilot.app.screen, DraftScreen)
        assert "a tide" in shown(pilot)
        assert "LedgerError" in shown(pilot)


@pytest.fixture
def lock(engine: Engine) -> Iterator[None]:
    """Another program holds the ledger."""
    with closing(sqlite3.connect(engine.ledger.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_a_key_does_not_wait_for_a_locked_ledger(
    engine: Engine, screen: Screen, rhythm: Rhythm, request: pytest.FixtureRequest
) -> None:
    async with screen(engine, (100, 30)) as pilot:
        area = await opened(pilot, engine, rhythm)
        area.text = "hours of work"
        await pilot.pause()
        request.getfixturevalue("lock")

        await pilot.press("ctrl+q")
        while "LedgerBusy" not in shown(pilot):
            await pilot.pause()
        assert pilot.app.return_code is None

        await pilot.press("ctrl+q")
        while pilot.app.return_code is None:
            await pilot.pause()
        assert pilot.app.return_code == 0


async def test_a_draft_of_what_was_sent_already_says_so(engine: Engine, screen: Screen) -> None:
    await engine.submit(a_request())
    fields = {"model_id": "luma.ray-v2:0", "model_input": "{}", "token": TOKEN}
    await engine.drafts.save(Draft("one", fields, engine.clock()))

    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        assert "sent already" in shown(pilot)


async def test_what_a_submission_marked_stays_marked_until_it_is_mended(
    engine: Engine, screen: Screen
) -> None:
    fields = {"model_id": "luma.ray-v2:0", "model_input": '{"prompt": "x"}', "tags": "team"}
    await engine.drafts.save(Draft("one", fields, engine.clock()))

    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "is not key=value" in shown(pilot)

        pilot.app.screen.query_one(TextArea).text = '{"prompt": "y"}'
        await settled(pilot)
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        form._check()
        await settled(pilot)
        assert "is not key=value" in shown(pilot)
        assert "is required" in shown(pilot)


async def test_a_draft_that_is_opened_shows_the_faults_of_what_stands_in_it(
    engine: Engine, screen: Screen
) -> None:
    fields = {"model_id": "luma.ray-v2:0", "tags": "team", "model_input": "{}", "s3_uri": ""}
    await engine.drafts.save(Draft("one", fields, START))
    async with screen(engine, (100, 30)) as pilot:
        await pilot.press("n")
        await settled(pilot)

        assert "'team' is not key=value" in shown(pilot)
        assert "Output   s3://" in shown(pilot)
        (draft,) = await engine.drafts.all()
        assert draft.saved == START
