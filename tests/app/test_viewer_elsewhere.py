from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.conftest import settled, shown
from tests.app.read import View
from tests.app.read import view as view
from tests.engine.pictured import image
from tui.app.screens.problem import ProblemScreen
from tui.app.widgets.picture import Picture
from tui.engine.fetching import PREVIEW
from tui.engine.session import Engine

Script = Callable[[str, str], None]


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Script:
    """Makes a few lines of Python a program; ``path`` is the file that it is given."""
    login = tmp_path / "login"
    login.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(login))

    def make(variable: str, lines: str) -> None:
        file = tmp_path / "program.py"
        before = "import sys\nfrom pathlib import Path\npath = Path(sys.argv[1])\n"
        file.write_text(before + lines)
        monkeypatch.setenv(variable, f"'{sys.executable}' -I '{file}'")

    return make


async def test_what_is_laid_out_is_shown_in_the_pager(
    view: View, engine: Engine, script: Script, tmp_path: Path
) -> None:
    script("PAGER", f"Path({str(tmp_path / 'seen')!r}).write_bytes(path.read_bytes())")
    async with view({"a.json": b'{"a":"\\u001b[2J","b":"\xe2\x80\xae"}'}) as (pilot, _):
        await pilot.press("P")
        await settled(pilot)
        told = (tmp_path / "seen").read_text()
        assert told == '{\n  "a": "\\u001b[2J",\n  "b": "�"\n}\n'
        assert not engine.is_paused
        assert "a.json · JSON" in shown(pilot)


async def test_a_copy_of_the_whole_object_is_shown_in_the_editor(
    view: View, script: Script, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    script(
        "EDITOR",
        f"Path({str(seen)!r}).write_text(f'{{path.name}} {{path.stat().st_mode:o}}')\n"
        f"Path({str(seen)!r} + '.copy').write_bytes(path.read_bytes())",
    )
    content = b"tide pool\n" * PREVIEW
    async with view({"a.txt": content}) as (pilot, _):
        await pilot.press("E")
        await settled(pilot)
        assert seen.read_text() == "a.txt 100400"
        assert Path(f"{seen}.copy").read_bytes() == content
        assert list((tmp_path / "login").iterdir()) == []


async def test_without_an_editor_it_is_said_what_to_set(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    async with view({"a.txt": b"one"}) as (pilot, _):
        await pilot.press("E")
        await settled(pilot)
        assert "export EDITOR=vim" in " ".join(shown(pilot).split())
        assert "one" in shown(pilot)


async def test_an_editor_that_fails_says_so_once_and_in_full_and_the_facts_stay(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "false")
    monkeypatch.delenv("VISUAL", raising=False)
    async with view({"a.txt": b"one"}) as (pilot, _):
        await pilot.press("E")
        await settled(pilot)
        assert "false ended with exit code 1" in " ".join(shown(pilot).replace("▌", "").split())
        assert "a.txt · text · 3 B" in shown(pilot)

        await pilot.press("exclamation_mark")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ProblemScreen)
        assert "false ended with exit code 1" in shown(pilot)


async def test_an_image_is_drawn_and_turned_to_its_bytes(view: View) -> None:
    async with view({"a.png": image("PNG", size=(64, 36)), "b.txt": b"one"}) as (pilot, lines):
        picture = pilot.app.screen.query_one(Picture)
        assert picture.display
        assert not lines.display
        assert "▀" in shown(pilot) or "▄" in shown(pilot)
        assert "t turn" in shown(pilot)
        assert "/ find" not in shown(pilot)
        await pilot.press("t")
        await settled(pilot)
        assert ".PNG" in shown(pilot)
        assert lines.has_focus
        await pilot.press("t")
        await settled(pilot)
        assert ".PNG" not in shown(pilot)


async def test_without_the_libraries_an_image_says_what_would_draw_it(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    async with view({"a.png": image("PNG", size=(64, 36))}) as (pilot, _):
        text = " ".join(shown(pilot).split())
        assert "PNG · 64×36 pixels" in text
        assert "what draws it: pip install '.[media]' in a clone of asyncinvoke" in text
        assert ".PNG" in text


async def test_a_damaged_image_says_so_and_shows_its_bytes(view: View) -> None:
    async with view({"a.png": image("PNG", size=(64, 36))[:60]}) as (pilot, _):
        assert "NotDrawn" in shown(pilot)
        assert ".PNG" in shown(pilot)
