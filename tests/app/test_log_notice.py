from __future__ import annotations

from pathlib import Path

from tests.app.conftest import Screen
from tui import log
from tui.engine.session import Engine
from tui.log import open_log


async def test_the_screen_names_the_log_that_it_writes(
    engine: Engine, screen: Screen, tmp_path: Path
) -> None:
    with open_log(None, is_debug=True, is_screen=True, beside=tmp_path / "l.sqlite3"):
        async with screen(engine, (120, 40)) as pilot:
            while not (notices := [*pilot.app._notifications]):
                await pilot.pause()

            assert "the log is" in notices[0].message
            assert "asyncinvoke.log" in notices[0].message


async def test_a_screen_that_is_gone_takes_no_notice_from_the_next(
    engine: Engine, screen: Screen, tmp_path: Path
) -> None:
    heard: list[str] = []
    async with screen(engine):
        pass

    with open_log(None, is_debug=True, is_screen=True, beside=tmp_path / "l.sqlite3"):
        log.listen(heard.append)

    assert heard == [f"the log is {tmp_path / 'asyncinvoke.log'}"]
