"""Several contexts in one table, and the picker."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from tests.app.conftest import settled, shown, table
from tests.builders import a_request
from tests.two_contexts import EAST, EAST_KEY, WEST, WEST_KEY, two_sandboxes, write_files
from tui import config
from tui.app.app import AsyncInvokeApp
from tui.app.screens.contexts import ContextScreen, RegionScreen
from tui.app.screens.form import FormScreen
from tui.app.screens.main import MainScreen
from tui.app.screens.working import ASKING
from tui.engine.contexts import Contexts
from tui.ledger.ledger import Ledger
from tui.model.context import Context
from tui.model.invocation import Status
from tui.sandbox.server import Sandbox


@dataclass
class Two:
    """Two sandboxes and the contexts that lead to them; the first alone is open."""

    west: Sandbox
    east: Sandbox
    contexts: Contexts

    def open_both(self) -> None:
        self.contexts.open(self.contexts.named("east"))


@pytest.fixture
def sandboxes() -> Iterator[tuple[Sandbox, Sandbox]]:
    with two_sandboxes() as both:
        yield both


@pytest.fixture
async def two(
    sandboxes: tuple[Sandbox, Sandbox],
    aws_environment: None,
    waits_for_account: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> AsyncIterator[Two]:
    west, east = sandboxes
    aws, file = write_files(tmp_path, west, east)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(aws))
    # With them, a client that is made for no profile would show by its key.
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOFTHEENVIRONMENT")
    ledger = Ledger(tmp_path / "l.sqlite3", keep_inputs=True)
    settings = replace(config.load(file), confirm=False)
    sources = config.gather({"config": str(file)})
    contexts = Contexts(settings, ledger, west.clock.now, sources=sources)
    contexts.open(contexts.named("west"))
    yield Two(west, east, contexts)
    await contexts.close()


@asynccontextmanager
async def screen(two: Two, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Pilot[int]]:
    app = AsyncInvokeApp(two.contexts)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settled(pilot)
        yield pilot


async def open_picker(pilot: Pilot[int]) -> OptionList:
    await pilot.press("c")
    await settled(pilot)
    while not isinstance(pilot.app.screen, ContextScreen):  # the ledger is asked first
        await pilot.pause(0.01)
    await settled(pilot)
    return pilot.app.screen.query_one(OptionList)


async def back(pilot: Pilot[int]) -> None:
    """Wait until what was chosen is done: it goes on after the picker is left."""
    while any(one.group == ASKING and not one.is_finished for one in pilot.app.workers):
        await pilot.pause(0.01)
    await settled(pilot)


def prompts(listing: OptionList) -> list[str]:
    return [str(option.prompt) for option in listing.options]


async def submit(pilot: Pilot[int]) -> None:
    """Through the form, as a person does."""
    await pilot.press("n")
    await settled(pilot)
    assert isinstance(pilot.app.screen, FormScreen)
    await pilot.press("ctrl+s")
    await settled(pilot)
    assert isinstance(pilot.app.screen, MainScreen)


async def test_no_call_of_one_carries_the_other_s_credentials_or_region(
    two: Two, tmp_path: Path
) -> None:
    two.open_both()
    east = two.contexts.open_ones[1]
    async with screen(two) as pilot:
        await submit(pilot)
        two.contexts.activate(east)
        await settled(pilot)
        await submit(pilot)
        for sandbox in (two.west, two.east):
            sandbox.clock.advance(10)
        await two.contexts.poll()
        await settled(pilot)
        assert {row.context: row.status for row in two.contexts.board} == {
            "west": Status.COMPLETED,
            "east": Status.COMPLETED,
        }

        for key in list(table(pilot).listing):
            table(pilot).move_to(key)
            await pilot.press("3")
            await settled(pilot)
            assert "output.mp4" in shown(pilot)
            await pilot.press("v")
            await settled(pilot)
            await pilot.press("escape", "u")
            await settled(pilot)
            await pilot.press("escape", "escape")
            await settled(pilot)
        for key in list(table(pilot).listing):
            table(pilot).focus()
            table(pilot).move_to(key)
            await pilot.press("d")
            await settled(pilot)
            label = two.contexts.board[key].context
            pilot.app.screen.query_one(Input).value = str(tmp_path / "saved" / label)
            await pilot.press("enter")
            await settled(pilot)
        own = two.contexts.board[table(pilot).cursor or ""]
        await pilot.press("R")
        await settled(pilot)
        assert two.contexts.of(own).context.title in shown(pilot)

    saved = {path.parts[-3] for path in (tmp_path / "saved").glob("*/*/output.mp4")}
    assert saved == {"west", "east"}
    assert set(two.west.signers) == {(WEST_KEY, WEST)}
    assert set(two.east.signers) == {(EAST_KEY, EAST)}
    for sandbox in (two.west, two.east):
        called = ("StartAsyncInvoke", "ListAsyncInvokes", "GetCallerIdentity", "GetObject")
        assert all(sandbox.calls[operation] for operation in called), sandbox.calls
        assert sandbox.calls["StartAsyncInvoke"] == 1


async def test_the_table_names_the_context_once_there_are_two(two: Two) -> None:
    two.west.seed(3)
    two.east.seed(2)
    async with screen(two, (80, 24)) as pilot:
        await two.contexts.poll()
        await settled(pilot)
        assert "CONTEXT" not in shown(pilot)

        two.open_both()
        await two.contexts.poll()
        await settled(pilot)

        lines = shown(pilot).splitlines()
        assert "CONTEXT" in shown(pilot)
        assert sum(" west " in line for line in lines[3:]) == 3
        assert sum(" east " in line for line in lines[3:]) == 2
        assert "west · us-west-2 +1" in lines[0]
        assert "All 5" in shown(pilot)


async def test_rows_are_found_by_their_context(two: Two) -> None:
    two.west.seed(3)
    two.east.seed(2)
    two.open_both()
    async with screen(two) as pilot:
        await two.contexts.poll()
        await pilot.press("slash", *"context:ea", "enter")
        await settled(pilot)

        assert {two.contexts.board[key].context for key in table(pilot).listing} == {"east"}
        assert "2 of 5" in shown(pilot)


async def test_one_that_fails_leaves_the_other_s_rows_fresh(two: Two) -> None:
    two.west.seed(3)
    two.east.seed(2)
    two.open_both()
    west = two.contexts.open_ones[0]
    async with screen(two, (120, 24)) as pilot:
        await two.contexts.poll()
        two.east.faults.add("ListAsyncInvokes", "denied", times=None)
        await two.contexts.poll()
        await settled(pilot)

        assert west.problem is None
        assert two.contexts.stale == {"east"}
        assert not table(pilot).has_class("-stale")
        assert "+1 (east stale)" in shown(pilot)
        assert "east · eu-west-1: AccessDeniedException" in shown(pilot)
        assert "HEARD" in shown(pilot)
        slanted = {
            two.contexts.board[key].context
            for y, key in enumerate(table(pilot).listing, 1)
            if any(part.style and part.style.italic for part in table(pilot).render_line(y))
        }
        assert slanted == {"east"}


async def test_switching_keeps_cursor_marks_filter_and_draft(two: Two) -> None:
    two.west.seed(6)
    async with screen(two) as pilot:
        await two.contexts.poll()
        await pilot.press("n")
        await settled(pilot)
        pilot.app.screen.query_one("#s3-uri", Input).value = "s3://typed/here/"
        await settled(pilot)
        await pilot.press("escape")
        await settled(pilot)
        await pilot.press("slash", *"status:completed", "enter")
        await settled(pilot)
        await pilot.press("space", "down")
        await settled(pilot)
        before = table(pilot).cursor, table(pilot).marked, list(table(pilot).listing)

        await open_picker(pilot)
        await pilot.press(*"east", "enter")
        await back(pilot)

        assert two.contexts.active.context.label == "east"
        after = table(pilot).cursor, table(pilot).marked, list(table(pilot).listing)
        assert after == before
        await pilot.press("n")
        await settled(pilot)
        assert pilot.app.screen.query_one("#s3-uri", Input).value == "s3://typed/here/"
        assert "east · eu-west-1" in shown(pilot)


async def test_the_picker_lists_open_ones_then_those_of_the_files(two: Two) -> None:
    async with screen(two) as pilot:
        await two.contexts.poll()
        found = prompts(await open_picker(pilot))

        assert [line.split()[:3] for line in found] == [
            ["west", "us-west-2", "active"],
            ["east", "eu-west-1"],
        ]
        assert "123456789012" in found[0]


async def test_letters_in_their_order_find_a_context_and_enter_opens_it(two: Two) -> None:
    async with screen(two) as pilot:
        listing = await open_picker(pilot)
        await pilot.press(*"euw1")
        await pilot.pause()
        assert prompts(listing)[0].split()[0] == "east"
        await pilot.press("enter")
        await back(pilot)

        assert [each.context.label for each in two.contexts.open_ones] == ["west", "east"]
        assert two.contexts.active.context.endpoint_url == two.east.url

        found = prompts(await open_picker(pilot))
        assert "active" in found[0]
        assert "east" in found[0]
        assert "open" in found[1]


async def test_another_name_of_what_is_open_is_said_to_be_that_and_read_in_a_thread(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    west, readers = two.contexts.active, set()

    def named(name: str, region: str = "") -> Context:
        readers.add(threading.current_thread())
        return replace(west.context, name=name)

    monkeypatch.setattr(two.contexts, "named", named)
    async with screen(two) as pilot:
        await open_picker(pilot)
        await pilot.press(*"again", "enter")
        while not isinstance(pilot.app.screen, RegionScreen):
            await pilot.pause(0.01)
        await pilot.press("enter")
        await back(pilot)

        assert two.contexts.open_ones == (west,)
        assert "again goes where west does" in shown(pilot)
        assert threading.main_thread() not in readers


async def test_any_region_can_be_typed_and_one_without_bedrock_is_warned_of(two: Two) -> None:
    async with screen(two) as pilot:
        await open_picker(pilot)
        await pilot.press("tab")
        while not isinstance(pilot.app.screen, RegionScreen):  # the SDK is imported first
            await pilot.pause(0.01)
        await settled(pilot)
        assert prompts(pilot.app.screen.query_one(OptionList))[0].split()[0] == WEST
        await pilot.press(*"mars-1")
        await pilot.pause()
        assert "the SDK knows of no Bedrock in mars-1" in shown(pilot)
        await pilot.press("enter")
        await back(pilot)

        assert two.contexts.active.context.region == "mars-1"
        assert two.contexts.active.context.profile == "west"


async def test_a_closed_context_takes_its_rows_and_keeps_them_in_the_ledger(two: Two) -> None:
    two.west.seed(3)
    two.east.seed(2)
    two.open_both()
    async with screen(two) as pilot:
        await two.contexts.poll()
        await open_picker(pilot)
        await pilot.press("down", "delete")
        await settled(pilot)
        assert [each.context.label for each in two.contexts.open_ones] == ["west"]
        await pilot.press("delete")  # the last one stays
        await pilot.press("escape")
        await settled(pilot)

        assert len(two.contexts.open_ones) == 1
        assert "All 3" in shown(pilot)
        assert "CONTEXT" not in shown(pilot)
        two.open_both()
        await settled(pilot)
        assert "All 5" in shown(pilot)


async def test_a_half_written_file_is_named_and_what_is_known_stays(
    two: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "half-written"
    broken.write_text("[profile prod\nregion")
    async with screen(two) as pilot:
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(broken))
        found = prompts(await open_picker(pilot))

        assert "half-written" in shown(pilot).replace("\n", "")
        assert "west" in found[0]


async def test_what_is_retried_goes_through_the_rows_own_contexts(two: Two) -> None:
    two.open_both()
    for number, engine in enumerate(two.contexts.open_ones):
        await engine.submit(a_request("[fail:filter]", client_request_token=f"token-{number}"))
    for sandbox in (two.west, two.east):
        sandbox.clock.advance(10)
    await two.contexts.poll()
    async with screen(two) as pilot:
        await pilot.press("ctrl+a", "t")
        await settled(pilot)
        told = " ".join(shown(pilot).split())
        assert "Retry 2 failed invocations?" in told
        assert "west · us-west-2" in told
        assert "east · eu-west-1" in told
        await pilot.press("y")
        await settled(pilot)
        for engine in two.contexts.open_ones:
            while engine.board.counts[Status.QUEUED]:
                await pilot.pause(0.01)

    assert two.west.calls["StartAsyncInvoke"] == 2
    assert two.east.calls["StartAsyncInvoke"] == 2
    assert set(two.west.signers) == {(WEST_KEY, WEST)}
    assert set(two.east.signers) == {(EAST_KEY, EAST)}
