from __future__ import annotations

import asyncio
import os
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.engine import editing
from tui.engine.attaching import LARGEST
from tui.engine.program import Program
from tui.model.problem import Problem, ProblemError

TEXT = '{"prompt": "a tide pool"}'

Script = Callable[[str], Program]


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """An editor that is a few lines of Python; ``path`` is the file that it edits."""

    def make(lines: str) -> Program:
        file = tmp_path / "editor.py"
        before = "import os, sys, time\nfrom pathlib import Path\npath = Path(sys.argv[1])\n"
        file.write_text(before + lines)
        return Program("EDITOR", (sys.executable, "-I", str(file)))

    return make


@pytest.fixture
def login(tmp_path: Path) -> Path:
    """The folder for files of this login."""
    folder = tmp_path / "login"
    folder.mkdir()
    return folder


RESCUED: list[str] = []


@pytest.fixture(autouse=True)
def nothing_rescued() -> None:
    RESCUED.clear()


async def edit(editor: Program, login: Path, text: str = TEXT) -> str:
    try:
        environment = {"XDG_RUNTIME_DIR": str(login)}
        edited = await editing.edit(text, editor, environment, RESCUED.append)
    finally:
        assert list(login.iterdir()) == []
    assert edited.trouble is None
    return edited.text


async def refused(editor: Program, login: Path, text: str = TEXT) -> Problem:
    with pytest.raises(ProblemError) as caught:
        await edit(editor, login, text)
    assert caught.value.problem.remedy
    return caught.value.problem


async def test_what_the_editor_saves_comes_back(script: Script, login: Path) -> None:
    editor = script("path.write_text(path.read_text().replace('tide', 'rock'))")
    assert await edit(editor, login) == '{"prompt": "a rock pool"}'


async def test_nobody_else_can_read_the_file(script: Script, login: Path) -> None:
    editor = script(
        "file, folder = path.stat(), path.parent.stat()\n"
        "path.write_text(f'{path.name} {file.st_mode:o} {folder.st_mode:o} {path.parent.parent}')"
    )
    name, file, folder, parent = (await edit(editor, login)).split(" ", 3)
    assert name.endswith(".json")
    assert stat.S_IMODE(int(file, 8)) == 0o600
    assert stat.S_IMODE(int(folder, 8)) == 0o700
    assert parent == str(login)


@pytest.mark.parametrize("where", ["", "relative", "/no/such/folder"])
async def test_without_a_folder_of_the_login_it_is_among_the_temporary_files(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    editor = script("path.write_text(str(path.parent.parent))")
    before = set(tmp_path.iterdir())
    edited = await editing.edit(TEXT, editor, {"XDG_RUNTIME_DIR": where}, RESCUED.append)
    assert edited.text == str(tmp_path)
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("text", "saved", "expected"),
    [
        ("{}", "[]\n", "[]"),
        ("{}", "[]\r\n", "[]"),
        ("{}", "[]\n\n", "[]\n"),
        ("{}", "\n", ""),
        ("{}\n", "[]\n", "[]\n"),
        ("{}\n", "[]", "[]"),
        ("{}", "", ""),
    ],
)
async def test_a_line_feed_that_the_editor_adds_is_dropped(
    script: Script, login: Path, text: str, saved: str, expected: str
) -> None:
    assert await edit(script(f"path.write_bytes({saved.encode()!r})"), login, text) == expected


def test_any_text_comes_back_unchanged(tmp_path: Path) -> None:
    environment = {"XDG_RUNTIME_DIR": str(tmp_path)}

    @given(st.text(st.characters(exclude_categories=["Cs"])))
    @settings(max_examples=30, deadline=None)
    def check(text: str) -> None:
        editor = Program("EDITOR", ("true",))
        edited = asyncio.run(editing.edit(text, editor, environment, RESCUED.append))
        assert edited.text == text

    check()


async def test_a_file_that_took_the_first_ones_place_is_read(script: Script, login: Path) -> None:
    editor = script("new = path.with_suffix('.new'); new.write_text('[]'); new.replace(path)")
    assert await edit(editor, login) == "[]"


async def test_copies_that_the_editor_makes_are_removed_too(script: Script, login: Path) -> None:
    editor = script(
        "(path.parent / 'deep').mkdir(); (path.parent / 'deep/x').write_text('y')\n"
        "Path(f'{path}~').write_text('a secret prompt')"
    )
    assert await edit(editor, login) == TEXT


@pytest.mark.parametrize(
    ("lines", "kind", "message"),
    [
        ("path.write_text('[]'); sys.exit(3)", "EditorFailed", "exit code 3"),
        ("os.kill(os.getpid(), 15)", "EditorFailed", "SIGTERM"),
        ("os.kill(os.getpid(), 9)", "EditorFailed", "SIGKILL"),
        ("os.kill(os.getpid(), 40)", "EditorFailed", "signal 40"),
        ("path.unlink()", "EditorLeftNoText", "left no file"),
        ("import shutil; shutil.rmtree(path.parent)", "EditorLeftNoText", "left no file"),
        ("path.unlink(); path.mkdir()", "EditorLeftNoText", "in place of the file"),
        ("path.unlink(); os.mkfifo(path)", "EditorLeftNoText", "in place of the file"),
        ("path.unlink(); path.symlink_to('/etc/passwd')", "EditorLeftNoText", "in place of"),
        (r"path.write_bytes(b'{\n \xe4}')", "EditorLeftNoText", "0xe4 at line 2, byte 2"),
        ("os.truncate(path, 30_000_000)", "EditorLeftTooMuch", "30.0 MB"),
    ],
)
async def test_an_editor_that_fails_is_named_with_what_to_do(
    script: Script, login: Path, lines: str, kind: str, message: str
) -> None:
    problem = await refused(script(lines), login)
    assert problem.kind == kind
    assert message in problem.message


async def test_as_much_as_the_service_takes_comes_back(script: Script, login: Path) -> None:
    assert len(await edit(script(f"os.truncate(path, {LARGEST})"), login)) == LARGEST


@pytest.mark.parametrize(
    ("program", "message"),
    [("no-such-editor", "No such file"), ("/etc/passwd", "Permission"), ("nul\0", "null")],
)
async def test_an_editor_that_cannot_be_started(login: Path, program: str, message: str) -> None:
    problem = await refused(Program("VISUAL", (program,)), login)
    assert problem.kind == "ProgramNotStarted"
    assert message in problem.message
    assert "$VISUAL" in problem.remedy


async def test_a_text_that_no_file_can_hold_is_refused(login: Path) -> None:
    problem = await refused(Program("EDITOR", ("true",)), login, '"\ud83d"')
    assert problem.kind == "FileNotWritten"
    assert "surrogate" in problem.message


@pytest.mark.parametrize("ignores", ["", "import signal; signal.signal(15, signal.SIG_IGN)\n"])
async def test_leaving_ends_the_editor_and_removes_the_file(
    script: Script, login: Path, tmp_path: Path, ignores: str
) -> None:
    told = tmp_path / "told"
    os.mkfifo(told)
    editor = script(f"{ignores}Path({str(told)!r}).write_text(str(os.getpid()))\ntime.sleep(600)")
    running = asyncio.create_task(edit(editor, login))
    editors_id = int(await asyncio.to_thread(told.read_text))

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    with pytest.raises(ProcessLookupError):
        os.kill(editors_id, signal.SIGCONT)


@pytest.mark.parametrize("ending", ["sys.exit(1)", "os.kill(os.getpid(), 15)"])
async def test_what_was_saved_before_a_failure_is_rescued(
    script: Script, login: Path, ending: str
) -> None:
    with pytest.raises(ProblemError):
        await edit(script(f"path.write_text('saved'); {ending}"), login)

    assert RESCUED == ["saved"]


async def test_what_comes_back_or_was_not_changed_is_not_rescued(
    script: Script, login: Path
) -> None:
    await edit(script("path.write_text('saved')"), login)
    with pytest.raises(ProblemError):
        await edit(script("sys.exit(1)"), login)

    assert RESCUED == []


async def test_half_of_what_could_not_be_written_is_not_taken_for_what_was_saved(
    script: Script, login: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        path.write_bytes(content[: len(content) // 2])
        raise ProblemError(Problem(kind="FileNotWritten", message="the disk is full"))

    monkeypatch.setattr("tui.engine.program.write", full)

    with pytest.raises(ProblemError, match="full"):
        await edit(script("path.write_text('saved')"), login)

    assert RESCUED == []


# A folder that cannot be removed -----------------------------------------------------------------


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    """Something else writes into every folder that is to be removed."""
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)


@pytest.mark.usefixtures("stuck")
async def test_what_the_editor_saves_comes_back_with_the_word_that_its_file_is_still_there(
    script: Script, login: Path
) -> None:
    editor, environment = script("path.write_text('saved')"), {"XDG_RUNTIME_DIR": str(login)}

    edited = await editing.edit(TEXT, editor, environment, RESCUED.append)

    (folder,) = login.iterdir()
    assert edited.text == "saved"
    assert edited.trouble is not None
    assert edited.trouble.kind == "FileNotRemoved"
    assert str(folder) in edited.trouble.message


@pytest.mark.usefixtures("stuck")
async def test_of_an_editor_that_failed_it_is_said_that_its_file_is_still_there(
    script: Script, login: Path
) -> None:
    editor = script("path.write_text('saved'); sys.exit(1)")

    with pytest.raises(ProblemError) as caught:
        await editing.edit(TEXT, editor, {"XDG_RUNTIME_DIR": str(login)}, RESCUED.append)

    assert caught.value.problem.kind == "FileNotRemoved"
    assert RESCUED == ["saved"]


@pytest.mark.usefixtures("stuck")
async def test_leaving_is_not_held_up_by_a_file_that_is_still_there(
    script: Script, login: Path, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    os.mkfifo(told)
    editor = script(f"Path({str(told)!r}).write_text('open')\ntime.sleep(600)")
    environment = {"XDG_RUNTIME_DIR": str(login)}
    running = asyncio.create_task(editing.edit(TEXT, editor, environment, RESCUED.append))
    await asyncio.to_thread(told.read_text)

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
