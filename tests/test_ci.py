"""What CI runs is run by the Python that is asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.written import ROOT

PYTHON = """\
#!/bin/sh
case "$2" in
    "") echo Python {version} ;;
    venv) [ -e .venv/bin/python ] || {{ mkdir -p .venv/bin && cp "$0" .venv/bin/python; }} ;;
    pytest) echo tested by {version} ;;
esac
"""
"""It says its version, keeps what a ``.venv`` has, as the real one does, and tests."""

README = "python3 -m venv .venv && true && .venv/bin/python -m pytest"


def a_python(path: Path, version: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PYTHON.format(version=version), encoding="utf-8")
    path.chmod(0o755)
    return path


def test_the_python_that_is_asked_for_tests_also_where_another_one_s_venv_is(
    tmp_path: Path,
) -> None:
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    (tmp_path / "README.md").write_text(README, encoding="utf-8")
    a_python(tmp_path / ".venv/bin/python", "3.13.0")
    a_python(tmp_path / "bin/python3", "3.12.0")
    wanted = a_python(tmp_path / "bin/python3.10", "3.10.13")
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"

    done = subprocess.run(
        ["bash", ".ci/run"],
        cwd=tmp_path,
        env={"PATH": path, "PYTHON": wanted.name, "AWS_CLI": "none", "JS_SDK": "none"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "tested by 3.10.13" in done.stdout.splitlines()
