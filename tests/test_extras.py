"""Who installed no extra is told which one brings what was asked for, and what to type."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal import environment_at

WITHOUT = """
import sys
for name in sys.argv[1].split():
    sys.modules[name] = None
from tui.__main__ import main
sys.exit(main(sys.argv[2:]))
"""
"""A Python that has not what an extra brings."""

SANDBOX = "moto flask flask_cors hypercorn"


@pytest.mark.parametrize(
    ("modules", "arguments", "extra"),
    [
        (SANDBOX, ["sandbox", "--port=0"], "sandbox"),
        (SANDBOX, ["--sandbox", "list"], "sandbox"),
        (SANDBOX, ["--serve", "--sandbox"], "sandbox"),
        ("textual_serve", ["--serve"], "serve"),
    ],
)
def test_what_an_extra_brings_is_named(
    modules: str, arguments: list[str], extra: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", WITHOUT, modules, *arguments]
    environment = environment_at(tmp_path)

    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=60
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert f"pip install '.[{extra}]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_extras_bring_is_not_needed_for_the_rest(tmp_path: Path) -> None:
    modules = f"{SANDBOX} textual_serve av PIL textual_image awscrt"
    command = [sys.executable, "-c", WITHOUT, modules, "config", "check"]
    environment = environment_at(tmp_path)

    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=60
    )

    assert (done.returncode, done.stdout) == (0, "ok\n")
