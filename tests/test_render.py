"""What is rendered, and where to; the pictures themselves are looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from screenshots import render
from screenshots.scenes import SCENES

HERE = Path(render.__file__).parent


@pytest.mark.parametrize(
    ("arguments", "folder", "scenes"),
    [
        ("", HERE, []),
        ("pictures", Path("pictures"), []),
        ("--all pictures", Path("pictures"), [scene.name for scene in SCENES]),
        ("--all pictures prompt form", Path("pictures"), ["form", "prompt"]),
    ],
)
def test_all_is_rendered_into_the_folder_that_is_named(
    arguments: str, folder: Path, scenes: list[str]
) -> None:
    where, wanted = render.wanted(arguments.split())

    assert where == folder.resolve()
    assert sorted(scene.name for scene in wanted) == sorted(scenes)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ("--all", "expected at least one argument"),
        ("pictures form", "unrecognized arguments: form"),
        ("pictures --all others", "not allowed with argument"),
        ("--all pictures from", "no such scene: from"),
    ],
)
def test_nothing_that_is_said_is_passed_over(
    capsys: pytest.CaptureFixture[str], arguments: str, why: str
) -> None:
    with pytest.raises(SystemExit):
        render.wanted(arguments.split())

    assert why in capsys.readouterr().err
