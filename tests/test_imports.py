"""What a front end does not need, it does not import: that is how it starts at once."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import tui.model

ROOT = Path(__file__).parent.parent
AWS = {"aiobotocore", "aiohttp", "boto3", "botocore", "moto"}


def imported_by(*modules: str) -> set[str]:
    """The top-level packages that importing the modules adds to a fresh interpreter's."""
    program = (
        "import importlib, json, sys\n"
        "before = set(sys.modules)\n"
        "for name in json.loads(sys.argv[1]): importlib.import_module(name)\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))\n"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program, json.dumps(modules)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in json.loads(finished.stdout)}


@pytest.mark.parametrize(
    "module",
    [
        "tui.__main__",
        "tui.commands.run",
        "tui.commands.doctor",
        "tui.commands.invoke_model",
        "tui.commands.list_async_invokes",
        "tui.commands.skeleton",
        "tui.engine.session",
    ],
)
def test_the_headless_commands_import_neither_the_screen_nor_aws(module: str) -> None:
    assert not imported_by(module) & {"textual", "rich", *AWS}


def test_the_screen_is_there_before_anything_of_aws() -> None:
    assert not imported_by("tui.app.app") & AWS


def test_the_first_frame_does_not_wait_for_what_is_used_later() -> None:
    program = (
        "import sys, tui.app.app; print([name for name in sys.argv[1:] if name in sys.modules])"
    )
    later = [
        "tui.model.paste",
        "tui.engine.fetching",
        "tui.engine.downloading",
        "tui.app.screens.form",
        "yaml",
    ]
    later += ["textual.widgets._text_area"]

    finished = subprocess.run(
        [sys.executable, "-c", program, *later], capture_output=True, text=True, check=True
    )

    assert finished.stdout.strip() == "[]"


def test_the_model_needs_only_the_standard_library_msgspec_and_sortedcontainers() -> None:
    modules = [f"tui.model.{module.name}" for module in pkgutil.iter_modules(tui.model.__path__)]

    allowed = {"tui", *sys.stdlib_module_names, *imported_by("msgspec", "sortedcontainers")}
    assert imported_by(*modules) <= allowed
