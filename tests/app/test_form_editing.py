from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, TextArea

from tests.app.conftest import Screen, settled, shown
from tui.app.bindings import keyed
from tui.app.external import RESCUED_HERE
from tui.app.screens.form import FormScreen
from tui.app.widgets.json_area import JsonArea
from tui.engine.draft import BUSY, OpenDraft
from tui.engine.session import Engine
from tui.model.actions import EDIT, FORM
from tui.model.problem import Problem

Script = Callable[[str], None]

TYPED = '{"prompt": "typed here"}'


@pytest.fixture
def login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for files of this login."""
    folder = tmp_path / "login"
    folder.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


@pytest.fixture
def script(tmp_path: Path, login: Path, monkeypatch: pytest.MonkeyPatch) -> Script:
    """Makes a few lines of Python the person's editor; ``path`` is the file that it edits."""
    monkeypatch.delenv("VISUAL", raising=False)

    def make(lines: str) -> None:
        file = tmp_path / "editor.py"
        before = "import os, sys\nfrom pathlib import Path\npath = Path(sys.argv[1])\n"
        file.write_text(before + lines)
        monkeypatch.setenv("EDITOR", f"'{sys.executable}' -I '{file}'")

    return make


async def opened(pilot: Pilot[int], text: str = TYPED) -> JsonArea:
    await pilot.press("n")
    await settled(pilot)
    area = pilot.app.screen.query_one(JsonArea)
    area.text = text
    await settled(pilot)
    return area


async def edited(pilot: Pilot[int]) -> str:
    await pilot.press("f5")
    await settled(pilot)
    return shown(pilot)


async def test_what_the_editor_saved_is_in_the_form_and_can_be_undone_at_once(
    engine: Engine, screen: Screen, script: Script, login: Path
) -> None:
    script('path.write_text(\'{"prompt":\\n"edited elsewhere"}\\n\')')
    async with screen(engine) as pilot:
        area = await opened(pilot)
        text = await edited(pilot)

        assert area.text == '{"prompt":\n"edited elsewhere"}'
        assert "valid" in text
        assert area.has_focus
        await pilot.press("ctrl+z")
        assert area.text == TYPED
        await pilot.press("ctrl+y")
        assert area.text == '{"prompt":\n"edited elsewhere"}'
    assert list(login.iterdir()) == []


async def test_the_focus_stays_in_its_field(engine: Engine, screen: Screen, script: Script) -> None:
    script("path.write_text('{}')")
    async with screen(engine) as pilot:
        area = await opened(pilot)
        pilot.app.screen.query_one("#tags", Input).focus()
        await edited(pilot)

        assert area.text == "{}"
        assert pilot.app.screen.query_one("#tags", Input).has_focus


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("path.write_text('x'); sys.exit(1)", "exit code 1"),
        ("path.unlink()", "left no file"),
        (r"path.write_bytes(b'\xff')", "0xff at line 1, byte 1"),
    ],
)
async def test_the_form_keeps_what_it_had_when_the_editor_fails(
    engine: Engine, screen: Screen, script: Script, login: Path, lines: str, message: str
) -> None:
    script(lines)
    async with screen(engine, (120, 30)) as pilot:
        area = await opened(pilot)
        text = await edited(pilot)

        assert message in text
        assert "remedy" in text
        assert ("the form keeps what it had" in text) != ("F3 lists it" in text)
        assert area.text == TYPED
        await pilot.press("!")
        assert area.text == f"!{TYPED}"
    assert list(login.iterdir()) == []


@pytest.mark.parametrize(
    ("lines", "saved"),
    [
        ("path.write_text('the new text'); sys.exit(1)", "the new text"),
        (r"path.write_bytes(b'caf\xe9')", r"caf\xe9"),
    ],
)
async def test_what_an_editor_saved_before_it_failed_is_a_draft_of_its_own(
    engine: Engine, screen: Screen, script: Script, lines: str, saved: str
) -> None:
    script(lines)
    async with screen(engine, (120, 30)) as pilot:
        await opened(pilot)
        assert "F3 lists it" in await edited(pilot)

        assert saved in [draft.fields["model_input"] for draft in await engine.drafts.all()]


async def test_what_no_draft_takes_stands_in_the_form_and_that_is_said_until_one_types(
    engine: Engine, screen: Screen, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = OpenDraft.keep

    async def refuse(
        draft: OpenDraft, fields: dict[str, str], patience: float | None = None
    ) -> Problem | None:
        is_saved = fields["model_input"] == "the new text" and draft.kept is None
        return BUSY if is_saved else await keep(draft, fields, patience)

    script("path.write_text('the new text'); sys.exit(1)")
    async with screen(engine, (120, 30)) as pilot:
        area = await opened(pilot)
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        await form.keep()
        monkeypatch.setattr(OpenDraft, "keep", refuse)
        assert keyed(RESCUED_HERE) in await edited(pilot)
        await settled(pilot)

        assert area.text == "the new text"
        assert keyed(RESCUED_HERE) in shown(pilot)
        assert "keeps what it had" not in shown(pilot)
        await pilot.press("x")
        await settled(pilot)
        assert keyed(RESCUED_HERE) not in shown(pilot)


async def test_a_file_that_cannot_be_removed_keeps_no_text_from_coming_back(
    engine: Engine, screen: Screen, script: Script, login: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script("path.write_text('[]')")
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)
    async with screen(engine, (120, 30)) as pilot:
        area = await opened(pilot)
        text = await edited(pilot)

        assert area.text == "[]"
        assert "FileNotRemoved" in text
        await pilot.pause()
        assert "FileNotRemoved" in shown(pilot)
    assert list(login.iterdir()) != []


async def test_without_an_editor_it_is_said_what_to_set(
    engine: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    async with screen(engine) as pilot:
        area = await opened(pilot)
        text = await edited(pilot)

        assert "ProgramNotSet" in text
        assert "export EDITOR=vim" in text
        assert area.text == TYPED


async def test_an_editor_that_changes_nothing_is_told_of(
    engine: Engine, screen: Screen, script: Script
) -> None:
    script("")
    async with screen(engine, (120, 30)) as pilot:
        area = await opened(pilot)
        text = await edited(pilot)

        assert "changed nothing" in text
        assert area.text == TYPED
        assert area.history.undo_stack == []


async def test_what_came_back_is_checked_at_once_and_kept_as_a_draft(
    engine: Engine, screen: Screen, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    script("path.write_text('{\"prompt\": 5}')")
    monkeypatch.setattr("tui.app.screens.form.CHECK_SECONDS", 600)
    async with screen(engine) as pilot:
        await opened(pilot)
        assert "prompt: a text, not a number" in await edited(pilot)
        await pilot.press("escape")
        await settled(pilot)

    (draft,) = await engine.drafts.all()
    assert draft.fields["model_input"] == '{"prompt": 5}'


@pytest.mark.parametrize("is_paused", [False, True])
async def test_while_the_editor_is_open_drafts_are_kept_and_aws_is_left_alone(
    engine: Engine, screen: Screen, script: Script, tmp_path: Path, is_paused: bool
) -> None:
    told, go = tmp_path / "told", tmp_path / "go"
    os.mkfifo(told)
    os.mkfifo(go)
    script(
        f"Path({str(told)!r}).write_text('open')\npath.write_text(Path({str(go)!r}).read_text())"
    )
    async with screen(engine) as pilot:
        area = await opened(pilot)
        if is_paused:
            engine.poller.pause()
        await pilot.press("f5", "f5")
        assert await asyncio.to_thread(told.read_text) == "open"

        assert engine.poller.is_paused
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        assert await form.keep()
        (draft,) = await engine.drafts.all()
        assert draft.fields["model_input"] == TYPED
        await pilot.press("x", "ctrl+s", "f4", "ctrl+n")
        assert area.text == TYPED

        await asyncio.to_thread(go.write_text, "[]")
        await settled(pilot)
        assert area.text == "[]"
        assert engine.poller.is_paused is is_paused


async def test_leaving_the_program_ends_the_editor_and_removes_its_file(
    engine: Engine, screen: Screen, script: Script, login: Path, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    os.mkfifo(told)
    told_of = f"Path({str(told)!r}).write_text(str(os.getpid()))"
    script(f"path.write_text('saved'); {told_of}\nimport time; time.sleep(600)")
    async with screen(engine) as pilot:
        await opened(pilot)
        await pilot.press("f5")
        editors_id = int(await asyncio.to_thread(told.read_text))
        assert list(login.iterdir()) != []
        await pilot.app.action_quit()

    saved = [draft.fields["model_input"] for draft in await engine.drafts.all()]
    assert sorted(saved) == sorted([TYPED, "saved"])
    assert list(login.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(editors_id, 0)


async def test_a_template_of_a_model_is_undone_at_once(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        area = await opened(pilot, "")
        await pilot.press("f2")
        await pilot.pause()
        pilot.app.screen.query_one(OptionList).highlighted = 0
        await pilot.press("enter")
        await settled(pilot)
        assert "TEXT_VIDEO" in area.text

        await pilot.press("ctrl+z")
        assert area.text == ""
        assert isinstance(pilot.app.screen, FormScreen)


async def test_the_help_names_the_keys_of_the_editor(engine: Engine, screen: Screen) -> None:
    async with screen(engine, (80, 40)) as pilot:
        await opened(pilot)
        await pilot.press("f1")
        await settled(pilot)

        text = shown(pilot)
        assert "^z" in text
        assert "$EDITOR" in text
        for action in EDIT:
            assert action.help in text


def test_the_keys_of_the_editor_take_none_from_the_text_area() -> None:
    theirs = {
        key: binding.action
        for binding in TextArea.BINDINGS
        if isinstance(binding, Binding)
        for key in binding.key.split(",")
    }
    ours = [action for action in (*EDIT, *FORM) if action in EDIT or action.keys == "f5"]
    assert {action.keys: theirs.get(action.keys) for action in ours} == {
        "f5": None,
        "ctrl+g": None,
        "ctrl+z": "undo",
        "ctrl+y": "redo",
        "ctrl+home": None,
        "ctrl+end": None,
    }


async def test_the_footer_has_room_for_every_key_at_80_columns(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        footer = shown(pilot).splitlines()[-1]
        for action in FORM:
            if action.in_footer and action.action != "screen.cancel":  # there while it can
                assert action.label in footer
