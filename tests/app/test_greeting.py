from __future__ import annotations

import pytest

from tests.app.conftest import Screen, main, settled, shown
from tests.conftest import Until
from tui.app.widgets.greeting import GREETED, Greeting
from tui.engine.session import Engine
from tui.model.problem import Problem, ProblemError
from tui.sandbox.server import Sandbox

HINT = "⏎ opens one · n types a new one"


async def test_a_newcomer_s_empty_table_names_the_keys_that_matter(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        text = shown(pilot)

        assert "n types a new invocation" in text
        assert "? lists all keys" in text
        assert "Press n to submit one" not in text
        assert not main(pilot).query_one(Greeting).display


async def test_a_newcomer_with_rows_has_one_line_until_the_first_key_that_does_something(
    engine: Engine, sandbox: Sandbox, screen: Screen, until: Until
) -> None:
    sandbox.seed(3)
    async with screen(engine) as pilot:
        await until(engine, lambda: len(engine.board) == 3)
        await settled(pilot)
        assert HINT in shown(pilot)

        await pilot.press("down", "x")  # what moves the cursor, or is not agreed to, is no news
        await pilot.press("escape", "escape")
        await settled(pilot)
        assert HINT not in shown(pilot)


async def test_a_key_that_moves_or_does_nothing_leaves_it(
    engine: Engine, sandbox: Sandbox, screen: Screen, until: Until
) -> None:
    sandbox.seed(3)
    async with screen(engine) as pilot:
        await until(engine, lambda: len(engine.board) == 3)
        for key in ("down", "z"):
            await pilot.press(key)
            await settled(pilot)
            assert HINT in shown(pilot)


async def test_it_never_comes_again(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await pilot.press("s")
        await settled(pilot)
        assert "Press n to submit one" in shown(pilot)

    assert engine.ledger.choices.load(GREETED, False) is True
    async with screen(engine) as pilot:
        assert "Press n to submit one" in shown(pilot)
        assert "? lists all keys" not in shown(pilot)


async def test_who_has_invocations_in_the_ledger_is_no_newcomer(
    dozen: Engine, screen: Screen
) -> None:
    async with screen(dozen) as pilot:
        assert HINT not in shown(pilot)


async def test_that_it_is_not_remembered_is_told(
    engine: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ProblemError(Problem(kind="LedgerError", message="the disk is full"))

    async with screen(engine) as pilot:
        monkeypatch.setattr(engine.ledger.choices, "save", fail)
        await pilot.press("s")
        await settled(pilot)
        told = [notice.message for notice in pilot.app._notifications]
        assert any("this greeting will come again: " in text for text in told)
