"""What is told of outputs that could not be saved, when it is asked for after that."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.conftest import Screen, settled, shown, table
from tests.app.test_saving import Held, said, save_below
from tests.app.test_saving import held as held
from tests.builders import an_invocation
from tests.engine.stored import problem
from tui.app.screens.problem import ProblemScreen
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
        await save_below(pilot, tmp_path / "out")
        await settled(pilot)
        assert "aaaaaaaaaaaa: " in said(pilot)

        await pilot.press("exclamation_mark")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ProblemScreen)
        assert "aaaaaaaaaaaa: as S3 says" in shown(pilot)
