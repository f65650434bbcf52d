from __future__ import annotations

from msgspec.structs import replace
from textual.pilot import Pilot

from tests.app.conftest import Screen, settled, shown
from tests.app.read import ROW, put, viewed
from tui.app.screens.export import ExportScreen
from tui.app.screens.form import FormScreen
from tui.app.screens.help import HelpScreen
from tui.app.screens.main import MainScreen
from tui.app.screens.share import ShareScreen
from tui.engine.session import Engine
from tui.sandbox.server import Sandbox


def with_keys(engine: Engine, **keys: dict[str, str]) -> Engine:
    engine.settings = replace(engine.settings, keys=keys)
    return engine


async def pressed(pilot: Pilot[int], *keys: str) -> object:
    await pilot.press(*keys)
    await settled(pilot)
    return pilot.app.screen


async def test_a_key_does_what_config_toml_says_and_its_old_one_nothing(
    dozen: Engine, screen: Screen
) -> None:
    async with screen(with_keys(dozen, table={"new": "f2,ctrl+n", "export": ""})) as pilot:
        for key in ("n", "e"):
            assert isinstance(await pressed(pilot, key), MainScreen), key
        assert isinstance(await pressed(pilot, "ctrl+n"), FormScreen)
        await pressed(pilot, "escape")
        assert isinstance(await pressed(pilot, "f2"), FormScreen)


async def test_the_footer_tells_the_keys_of_now_in_their_order(
    dozen: Engine, screen: Screen
) -> None:
    async with screen(dozen, (160, 24)) as pilot:
        before = shown(pilot).splitlines()[-1]
    changed = with_keys(dozen, table={"new": "b"}, app={"help": "f10"})
    async with screen(changed, (160, 24)) as pilot:
        after = shown(pilot).splitlines()[-1]

    assert after.split() == before.replace("n new", "b new").replace("? help", "F10 help").split()


async def test_two_actions_swap_their_keys(dozen: Engine, screen: Screen) -> None:
    async with screen(with_keys(dozen, table={"new": "e", "export": "n"})) as pilot:
        assert isinstance(await pressed(pilot, "n"), ExportScreen)
        await pressed(pilot, "escape")
        assert isinstance(await pressed(pilot, "e"), FormScreen)


async def test_a_shared_action_has_its_new_key_on_every_screen(
    dozen: Engine, screen: Screen
) -> None:
    keys = {"app": {"help": "f10", "palette": "f11"}, "dialog": {"close": "f8"}}
    async with screen(with_keys(dozen, **keys)) as pilot:
        for opens in ("", "n"):
            await pressed(pilot, *opens)
            assert isinstance(await pressed(pilot, "f10"), HelpScreen)
            assert isinstance(await pressed(pilot, "escape"), HelpScreen)
            assert not isinstance(await pressed(pilot, "f8"), HelpScreen)
        assert isinstance(await pressed(pilot, "ctrl+p"), FormScreen)
        assert "CommandPalette" in str(await pressed(pilot, "f11"))


async def test_the_help_shows_the_keys_of_now(dozen: Engine, screen: Screen) -> None:
    async with screen(with_keys(dozen, table={"new": "b,f2", "many": ""}), (80, 50)) as pilot:
        await pressed(pilot, "question_mark")
        lines = [" ".join(line.split()) for line in shown(pilot).splitlines()]

        assert any("b f2 type a new invocation" in line.lower() for line in lines)
        assert any("– send many, out of files" in line for line in lines)


async def test_sharing_names_the_key_of_now_for_the_tab_with_the_objects(
    dozen: Engine, screen: Screen
) -> None:
    async with screen(with_keys(dozen, detail={"output": "f7"}), (120, 30)) as pilot:
        assert isinstance(await pressed(pilot, "u"), ShareScreen)
        assert "choose it in the Output tab (F7)" in shown(pilot)


async def test_while_words_are_typed_a_key_of_the_viewer_says_that_first(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    put(sandbox, **{"a.txt": b"one"})
    engine.board.apply([ROW])
    async with screen(with_keys(engine, viewer={"path": "f7"})) as pilot:
        await viewed(pilot)
        await pressed(pilot, "slash", "o", "f7")
        assert [notice.message for notice in pilot.app._notifications] == [
            "the line below is typed: ⏎ takes it, esc leaves it"
        ]
