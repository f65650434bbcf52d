from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.widgets import Input, TextArea

from tests.app.conftest import Screen, settled, shown
from tests.conftest import SETTINGS, MakeEngine
from tui.app.screens.confirm import ConfirmScreen
from tui.app.screens.form import FormScreen
from tui.app.screens.main import MainScreen
from tui.engine.session import Engine


@pytest.fixture
async def asking(make_engine: MakeEngine) -> Engine:
    return make_engine(replace(SETTINGS, confirm=True))


async def test_what_is_sent_and_where_is_shown_and_asked_about_first(
    asking: Engine, screen: Screen
) -> None:
    async with screen(asking) as pilot:
        await pilot.press("n")
        await settled(pilot)
        await asking.recover()
        pilot.app.screen.query_one("#tags", Input).value = "team=media"
        await pilot.press("ctrl+s")
        while not isinstance(pilot.app.screen, ConfirmScreen):
            await pilot.pause()

        text = shown(pilot)
        for words in (
            "Submit this to luma.ray-v2:0?",
            "default · us-west-2",
            "123456789012",
            asking.context.endpoint_url or "",
            "s3://media/ray/",
            "35 B",
            "team=media",
        ):
            assert words in text
        assert len(asking.board) == 0

        await pilot.press("y")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MainScreen)
        assert len(asking.board) == 1


@pytest.mark.parametrize(("size", "is_on_top"), [((40, 20), True), ((80, 24), False)], ids=str)
async def test_on_a_short_screen_a_question_stands_above_what_is_told(
    asking: Engine, screen: Screen, size: tuple[int, int], *, is_on_top: bool
) -> None:
    async with screen(asking, size) as pilot:
        await pilot.press("n")
        await settled(pilot)
        for word in ("region", "profile"):
            pilot.app.notify(f"--{word} is left out: the context on the screen decides")
        await pilot.press("ctrl+s")
        while not isinstance(pilot.app.screen, ConfirmScreen):
            await pilot.pause()
        await pilot.pause()

        assert (pilot.app.screen.query_one("#prompt").region.y == 0) is is_on_top
        for words in ("Submit this to luma.ray-v2:0?", "URL", "s3://media/ray/", "⏎ yes"):
            assert words in shown(pilot)


async def test_the_size_counts_the_files_that_are_sent(
    asking: Engine, screen: Screen, tmp_path: Path
) -> None:
    (tmp_path / "a.bin").write_bytes(b"x" * 3_000_000)
    async with screen(asking, (120, 30)) as pilot:
        await pilot.press("n")
        await settled(pilot)
        form = pilot.app.screen
        form.query_one(TextArea).text = f'{{"prompt": "x", "file": "fileb://{tmp_path}/a.bin"}}'
        await settled(pilot)
        await pilot.press("ctrl+s")
        while not isinstance(pilot.app.screen, ConfirmScreen):
            await pilot.pause()

        assert "4.0 MB as sent, with" in shown(pilot)
        await pilot.press("escape")
        await settled(pilot)


async def test_a_no_sends_nothing_and_keeps_what_is_typed(asking: Engine, screen: Screen) -> None:
    async with screen(asking) as pilot:
        await pilot.press("n")
        await settled(pilot)
        pilot.app.screen.query_one(TextArea).text = '{"prompt": "second thoughts"}'
        await pilot.press("ctrl+s")
        while not isinstance(pilot.app.screen, ConfirmScreen):
            await pilot.pause()
        await pilot.press("escape")
        await settled(pilot)

        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        assert "second thoughts" in form.query_one(TextArea).text
        assert form.query_one("#token", Input).value == ""
        assert "not sent" in shown(pilot)
        assert await asking.journal.all() == []
        await pilot.press("x")
        assert "x" in form.query_one(TextArea).text


async def test_what_stands_in_the_form_is_copied_as_a_command(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        await pilot.press("f9")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)

        assert pilot.app.clipboard.startswith("aws bedrock-runtime start-async-invoke")
        assert "A tide pool at sunrise" in pilot.app.clipboard
        assert "--client-request-token" not in pilot.app.clipboard
        assert isinstance(pilot.app.screen, FormScreen)


async def test_a_file_that_the_input_names_is_copied_with_its_content(
    engine: Engine, screen: Screen, tmp_path: Path
) -> None:
    (tmp_path / "words.txt").write_text("a tide pool")
    async with screen(engine, (120, 30)) as pilot:
        await pilot.press("n")
        await settled(pilot)
        form = pilot.app.screen
        form.query_one(TextArea).text = f'{{"prompt": "file://{tmp_path}/words.txt"}}'
        await pilot.press("f9")
        await settled(pilot)
        assert "with the content of" in shown(pilot)
        await pilot.press("enter")
        await settled(pilot)

        assert '{"prompt":"a tide pool"}' in pilot.app.clipboard


async def test_a_file_that_cannot_be_copied_along_is_said(engine: Engine, screen: Screen) -> None:
    async with screen(engine, (120, 30)) as pilot:
        await pilot.press("n")
        await settled(pilot)
        pilot.app.screen.query_one(TextArea).text = '{"prompt": "file://no-such.txt"}'
        await pilot.press("f9")
        await settled(pilot)

        told = " ".join(shown(pilot).replace("│", "").split())
        assert "the content of no-such.txt is not in it" in told
        await pilot.press("enter")
        await settled(pilot)
        assert "file://no-such.txt" in pilot.app.clipboard


async def test_a_typed_token_is_copied_too(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        pilot.app.screen.query_one("#token", Input).value = "mine"
        await pilot.press("f9")
        await settled(pilot)
        await pilot.press("down", "enter")
        await settled(pilot)

        assert '"clientRequestToken": "mine"' in pilot.app.clipboard


async def test_what_is_no_request_yet_is_not_copied(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n")
        await settled(pilot)
        pilot.app.screen.query_one("#s3-uri", Input).value = ""
        await pilot.press("f9")
        await settled(pilot)

        assert "not copied" in shown(pilot)
        assert pilot.app.screen.query_one("#s3-uri", Input).has_focus
        assert pilot.app.clipboard == ""
