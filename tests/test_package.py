"""What ``pip install`` gets: the wheel and the sdist, built from a copy of the tree."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from zipfile import ZipFile

import pytest

import tui

ROOT = Path(__file__).parents[1]
FILES = [path.name for path in ROOT.iterdir() if path.is_file()]
FOLDERS = ["benchmarks", "screenshots", "tests", "tui"]
DATA = {"tui/app/app.tcss", "tui/commands/tab.html", "tui/sandbox/clip.mp4", "tui/py.typed"}


@dataclass(frozen=True)
class Package:
    """What was built, and the wheel unpacked as ``pip`` does it."""

    wheel: Path
    sdist: Path
    installed: Path

    @property
    def _about(self) -> Path:
        return self.installed / f"asyncinvoke-{tui.__version__}.dist-info"

    @property
    def metadata(self) -> EmailMessage:
        """The core metadata."""
        parsed = BytesParser(policy=default).parsebytes((self._about / "METADATA").read_bytes())
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def description(self) -> str:
        """What stands below the core metadata."""
        return (self._about / "METADATA").read_text(encoding="utf-8").partition("\n\n")[2]

    @property
    def entry_points(self) -> configparser.ConfigParser:
        """The commands that an installer makes."""
        parser = configparser.ConfigParser()
        parser.read(self._about / "entry_points.txt")
        return parser


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Package]:
    pytest.importorskip("hatchling", reason="needs the extra dev")
    folder = tmp_path_factory.mktemp("package")
    tree, built, installed = folder / "tree", folder / "built", folder / "installed"
    tree.mkdir()
    for name in FILES:
        shutil.copy(ROOT / name, tree)
    for name in FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tree / name, ignore=ignored)
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(built)]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,), (sdist,) = built.glob("*.whl"), built.glob("*.tar.gz")
    with ZipFile(wheel) as archive:
        archive.extractall(installed)
    yield Package(wheel, sdist, installed)
    shutil.rmtree(folder)


def ours() -> set[str]:
    """The package's files, as they stand in the tree."""
    found = (path for path in (ROOT / "tui").rglob("*") if path.is_file())
    return {str(path.relative_to(ROOT)) for path in found if "__pycache__" not in path.parts}


def test_the_wheel_holds_the_package_and_nothing_else(package: Package) -> None:
    names = set(ZipFile(package.wheel).namelist())
    about = f"asyncinvoke-{tui.__version__}.dist-info/"

    rest = {name.removeprefix(about) for name in names if name.startswith(about)}
    assert {name for name in names if not name.startswith(about)} == ours()
    assert ours() >= DATA
    assert rest == {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
    assert package.wheel.name == f"asyncinvoke-{tui.__version__}-py3-none-any.whl"


def test_the_sdist_holds_no_tests_and_builds_the_same_wheel(
    package: Package, tmp_path: Path
) -> None:
    with tarfile.open(package.sdist) as archive:
        root = f"asyncinvoke-{tui.__version__}"
        names = {name.removeprefix(f"{root}/") for name in archive.getnames()}
        archive.extractall(tmp_path, filter="data")
    beside = {"CHANGELOG.md", "LICENSE", "README.md", "config.example.toml", "pyproject.toml"}
    assert names == ours() | beside | {".gitignore", "PKG-INFO"}

    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run(command, cwd=tmp_path / root, capture_output=True, check=True)

    (again,) = (tmp_path / root / "dist").glob("*.whl")
    assert set(ZipFile(again).namelist()) == set(ZipFile(package.wheel).namelist())


def test_the_version_is_the_same_everywhere(package: Package) -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", changelog, re.MULTILINE)

    assert newest
    assert package.metadata["Version"] == tui.__version__ == newest[1]


def test_the_metadata_say_what_it_is_and_needs(package: Package) -> None:
    metadata = package.metadata

    assert metadata["Name"] == "asyncinvoke"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.10"
    classifiers = metadata.get_all("Classifier", [])
    minors = [name.rpartition(" :: ")[2] for name in classifiers if "Python :: 3." in name]
    assert minors == ["3.10", "3.11", "3.12", "3.13"]
    assert "Typing :: Typed" in classifiers
    assert set(metadata.get_all("Provides-Extra", [])) >= {"login", "media", "sandbox", "serve"}
    needed = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    tools = ("hatchling", "mypy", "pytest", "ruff")
    assert not [line for line in needed if line.startswith(tools)]


def test_the_readme_is_the_description_and_renders(package: Package) -> None:
    from markdown_it import MarkdownIt

    text = package.description

    assert package.metadata["Description-Content-Type"] == "text/markdown"
    assert text.strip() == (ROOT / "README.md").read_text(encoding="utf-8").strip()
    rendered = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    assert "<h1>asyncinvoke</h1>" in rendered
    assert rendered.count("<h2>") == len(re.findall(r"^## ", text, re.MULTILINE))
    assert "<table>" in rendered


def test_the_command_and_the_module_run_what_was_installed(
    package: Package, tmp_path: Path
) -> None:
    entry = package.entry_points["console_scripts"]["asyncinvoke"]
    module, _, function = entry.partition(":")
    program = f"import {module} as m; print(m.__file__); m.{function}()"
    environment = {**os.environ, "PYTHONPATH": str(package.installed)}

    for command in (["-c", program, "--version"], ["-m", "tui", "--version"]):
        done = subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        *path, version = done.stdout.splitlines()
        assert version == f"asyncinvoke {tui.__version__}"
        assert all(line.startswith(str(package.installed)) for line in path)
