from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tui.engine import paging
from tui.engine.paging import pager_of
from tui.engine.program import Program
from tui.model.problem import ProblemError


def test_the_pager_is_the_one_that_is_named() -> None:
    assert pager_of({"PAGER": "less -R"}) == Program("PAGER", ("less", "-R"))


def test_where_none_is_named_it_is_what_is_there(tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.touch(0o700)

    assert pager_of({"PATH": str(tmp_path)}) == Program("PAGER", (str(more),))
    more.unlink()
    with pytest.raises(ProblemError, match="PAGER names no program"):
        pager_of({"PATH": str(tmp_path), "PAGER": " "})


@pytest.mark.parametrize(
    ("name", "file"), [("shots/a.json", "a.json"), ("..", "object"), ("a\x1b\n.txt", "a__.txt")]
)
async def test_the_copy_has_a_harmless_name_and_is_gone_afterwards(
    tmp_path: Path, name: str, file: str
) -> None:
    login, seen = tmp_path / "login", tmp_path / "seen"
    login.mkdir()
    lines = f"import sys; from pathlib import Path; Path({str(seen)!r}).write_text(sys.argv[1])"
    program = Program("PAGER", (sys.executable, "-I", "-c", lines))

    await paging.show(b"one", name, program, {"XDG_RUNTIME_DIR": str(login)})

    assert Path(seen.read_text()).name == file
    assert Path(seen.read_text()).parent.parent == login
    assert list(login.iterdir()) == []


async def test_a_program_that_fails_says_so(tmp_path: Path) -> None:
    environment = {"XDG_RUNTIME_DIR": str(tmp_path)}

    with pytest.raises(ProblemError, match="false ended with exit code 1"):
        await paging.show(b"one", "a.txt", Program("EDITOR", ("false",)), environment)

    assert list(tmp_path.iterdir()) == []
