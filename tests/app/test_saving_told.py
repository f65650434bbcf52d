"""What is told of outputs that could not be saved, when it is asked for after that."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.conftest import Screen, main, settled, shown, table
from tests.app.read import View
from tests.app.read import view as view
from tests.app.test_saving import Held, said, saved_below
from tests.app.test_saving import held as held
from tests.builders import an_invocation
from tests.engine.stored import problem
from tui.app.screens.problem import ProblemScreen
from tui.app.screens.viewer import ViewerScreen
from tui.engine.session import Engine
from tui.engine.source import Outputs
from tui.model.invocation import Invocation, Status


async def test_what_cannot_be_listed_of_one_of_many_is_read_in_full(
    engine: Engine, held: Held, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held.let_go()
    engine.board.apply([an_invocation("aaaaaaaaaaaa", Status.COMPLETED)])
    engine.board.apply([an_invocation("bbbbbbbbbbbb", Status.COMPLETED)])
    list_outputs = held.list_outputs

    async def refuse(invocation: Invocation, *, start_after: str = "") -> Outputs:
        if invocation.id == "aaaaaaaaaaaa":
            raise problem("AccessDenied")
        return await list_outputs(invocation, start_after=start_after)

    monkeypatch.setattr(held, "list_outputs", refuse)
    async with screen(engine) as pilot:
        table(pilot).action_mark_all()
        await saved_below(pilot, tmp_path / "out")
        assert "aaaaaaaaaaaa: " in said(pilot)

        await pilot.press("exclamation_mark")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ProblemScreen)
        assert "aaaaaaaaaaaa: as S3 says" in shown(pilot)


async def test_what_the_viewer_could_not_save_is_read_in_full_from_there_and_from_the_table(
    view: View, tmp_path: Path
) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "mm0oexhd8y31").write_text("a file where the folder would be")
    async with view({"a.txt": b"one"}) as (pilot, _):
        await saved_below(pilot, tmp_path / "bad")
        assert isinstance(pilot.app.screen, ViewerScreen)
        for back in ("escape", "escape"):
            await pilot.press("exclamation_mark")
            await settled(pilot)
            assert isinstance(pilot.app.screen, ProblemScreen)
            assert "choose another folder" in shown(pilot)
            await pilot.press("escape", back)
            await settled(pilot)
        assert pilot.app.screen_stack == [main(pilot)]
