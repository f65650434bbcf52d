from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.app.conftest import Screen, settled, shown, table
from tests.builders import a_request
from tests.conftest import MakeEngine
from tui.app.clipboard import MOST_BYTES
from tui.app.screens.confirm import ConfirmScreen
from tui.app.screens.export import ExportScreen
from tui.app.screens.main import MainScreen
from tui.app.screens.row_actions import RETRIED_UNSEEN
from tui.app.widgets.field import Complaint
from tui.engine.session import Engine
from tui.model.invocation import Status
from tui.sandbox.server import Sandbox


async def test_marked_ones_are_copied_together(
    dozen: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    async with screen(dozen) as pilot:
        await pilot.press("space", "space", "y")
        await pilot.pause()

        assert "2 marked" in shown(pilot)
        assert pilot.app.clipboard.splitlines() == list(table(pilot).listing[:2])


async def test_marked_ones_are_saved_each_in_its_folder(
    dozen: Engine, screen: Screen, tmp_path: Path
) -> None:
    async with screen(dozen) as pilot:
        await pilot.press("]", "]", "space", "space", "d")
        await pilot.pause()
        assert "2 invocations" in shown(pilot)
        answer = pilot.app.screen.query_one(Input)
        answer.value = str(tmp_path)
        await pilot.press("enter")
        await settled(pilot)

        ids = {dozen.board[key].id for key in table(pilot).marked}
        assert {folder.name for folder in tmp_path.iterdir() if folder.name != "ledger"} == ids


async def test_what_has_ended_is_forgotten_once_that_is_confirmed(
    dozen: Engine, screen: Screen, make_engine: MakeEngine
) -> None:
    async with screen(dozen) as pilot:
        await pilot.press("ctrl+a", "x")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ConfirmScreen)
        assert "Forget 10 invocations?" in shown(pilot)
        await pilot.press("y")
        await settled(pilot)
        assert {row.status for row in dozen.board} == {Status.IN_PROGRESS}
        await dozen.poll()
        assert len(dozen.board) == 2

    assert len(make_engine().board) == 2


async def test_what_runs_is_not_forgotten(dozen: Engine, screen: Screen) -> None:
    async with screen(dozen) as pilot:
        await pilot.press("x")
        await settled(pilot)

        assert isinstance(pilot.app.screen, MainScreen)
        assert any("not forgotten" in toast.message for toast in pilot.app._notifications)
        assert len(dozen.board) == 12


async def test_failed_ones_are_retried_together(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    for number in range(3):
        prompt = "a tide pool [fail:filter]" if number else "a tide pool"
        await engine.submit(a_request(prompt, client_request_token=f"token-{number}"))
    sandbox.clock.advance(10)
    await engine.poll()
    async with screen(engine) as pilot:
        await pilot.press("ctrl+a", "t")
        await settled(pilot)
        assert "Retry 2 failed invocations?" in shown(pilot)
        await pilot.press("y")
        await settled(pilot)

    assert sandbox.calls["StartAsyncInvoke"] == 5
    assert len({row.client_request_token for row in engine.board}) == 5


async def test_the_filter_stays_where_it_hides_what_is_sent_again(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    await engine.submit(a_request("a tide pool [fail:filter]"))
    sandbox.clock.advance(10)
    await engine.poll()
    async with screen(engine) as pilot:
        await pilot.press("slash", *"status:failed", "enter", "t", "y")
        await settled(pilot)

        assert RETRIED_UNSEEN in [toast.message for toast in pilot.app._notifications]
        assert "1 of 2" in shown(pilot)
        assert table(pilot).cursor in table(pilot).listing


async def test_two_presses_ask_one_question(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    await engine.submit(a_request("a tide pool [fail:filter]"))
    sandbox.clock.advance(10)
    await engine.poll()
    async with screen(engine) as pilot:
        await pilot.press("t", "t")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ConfirmScreen)
        await pilot.press("y")
        await settled(pilot)

        assert isinstance(pilot.app.screen, MainScreen)
        assert sandbox.calls["StartAsyncInvoke"] == 2


async def test_what_is_shown_is_exported_to_a_file(
    dozen: Engine, screen: Screen, tmp_path: Path
) -> None:
    target = tmp_path / "failed.json"
    async with screen(dozen) as pilot:
        await pilot.press("slash", *"status:failed", "enter", "e")
        await settled(pilot)
        assert "Export 2 invocations" in shown(pilot)
        pilot.app.screen.query_one("#file", Input).value = str(target)
        await pilot.press("enter")
        await settled(pilot)

        assert isinstance(pilot.app.screen, MainScreen)
    assert {row["status"] for row in json.loads(target.read_text())} == {"Failed"}
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


async def test_an_export_that_cannot_be_made_says_why_beside_the_field(
    dozen: Engine, screen: Screen, tmp_path: Path
) -> None:
    async with screen(dozen, (100, 30)) as pilot:
        await pilot.press("space", "e")
        await settled(pilot)
        assert "Export 1 invocation " in shown(pilot)
        export = pilot.app.screen
        file, expression = export.query_one("#file", Input), export.query_one("#expression", Input)

        expression.value = "[?"
        await pilot.press("enter")
        await settled(pilot)
        assert pilot.app.focused is expression
        assert str(export.query_one("#expression-field Complaint", Complaint).content)

        file.value, expression.value = str(tmp_path / "no" / "x.json"), "[].status"
        await pilot.press("enter")
        await settled(pilot)
        assert "cannot be written" in shown(pilot)

        file.value = "rows.CSV"
        await pilot.press("enter")
        await settled(pilot)
        assert "choose a .json file" in shown(pilot)
        assert isinstance(pilot.app.screen, ExportScreen)


async def test_an_export_goes_to_the_clipboard_if_it_fits(
    dozen: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    async with screen(dozen, (100, 30)) as pilot:
        await pilot.press("e")
        await settled(pilot)
        pilot.app.screen.query_one("#file", Input).value = ""
        monkeypatch.setattr("tui.app.screens.export.MOST_BYTES", 10)
        await pilot.press("enter")
        await settled(pilot)
        assert "name a file" in shown(pilot)

        monkeypatch.setattr("tui.app.screens.export.MOST_BYTES", MOST_BYTES)
        await pilot.press("enter")
        await settled(pilot)
        assert len(json.loads(pilot.app.clipboard)) == 12


async def test_marked_rows_out_of_sight_are_told_of_before_anything_is_done_to_them(
    dozen: Engine, screen: Screen
) -> None:
    async with screen(dozen) as pilot:
        await pilot.press("ctrl+a", "slash", *"status:failed", "enter")
        await settled(pilot)
        assert "12 marked, 10 hidden" in shown(pilot)

        for key, question in {
            "x": "Forget 10 invocations, 8 of them not shown?",
            "d": "Save all outputs of 12 invocations, 10 of them not shown",
            "e": "Export 12 invocations, 10 of them not shown",
        }.items():
            await pilot.press(key)
            await settled(pilot)
            assert question in " ".join(shown(pilot).replace("│", " ").split())
            await pilot.press("escape")
            await settled(pilot)
        assert len(table(pilot).marked) == 12


async def test_failed_ones_out_of_sight_are_told_of_before_they_are_retried(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    for number in range(4):
        prompt = "a tide pool [fail:filter]" if number else "a tide pool"
        await engine.submit(a_request(prompt, client_request_token=f"token-{number}"))
    sandbox.clock.advance(10)
    await engine.poll()
    async with screen(engine) as pilot:
        await pilot.press("ctrl+a", "slash", *"status:completed", "enter", "t")
        await settled(pilot)
        assert "Retry 3 failed invocations, 3 of them not shown?" in shown(pilot)


@pytest.mark.parametrize("name", ["rows.csv", "rows.CSV"])
async def test_a_csv_has_every_row_and_its_own_columns_whatever_the_table_s(
    dozen: Engine, screen: Screen, tmp_path: Path, name: str
) -> None:
    async with screen(dozen) as pilot:
        await pilot.press("e")
        await settled(pilot)
        pilot.app.screen.query_one("#file", Input).value = str(tmp_path / name)
        await pilot.press("enter")
        await settled(pilot)

        assert isinstance(pilot.app.screen, MainScreen)
    read = list(csv.DictReader(io.StringIO((tmp_path / name).read_text())))
    assert len(read) == 12
    assert {"status", "invocationArn", "prompt"} <= read[0].keys()
