"""Who installs the package without extras gets all that it imports, and each extra what it needs.

The developers' own environment cannot tell: it has everything.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

IN_EXTRAS = {
    "av": "media",
    "PIL": "media",
    "textual_image": "media",
    "textual_serve": "serve",
}
"""The modules that are imported where they are there, and the extra that brings them."""

NOT_INSTALLED = {"_typeshed", "tomli", "tomllib"}
"""For type checkers alone, and for one Python or the other."""


def homes() -> dict[str, set[str]]:
    """Which distributions a top-level module comes from; before 3.11, Python finds but a few."""
    found: dict[str, set[str]] = {}
    for each in distributions():
        name = canonicalize_name(each.metadata["Name"])
        for module in {file.parts[0].partition(".")[0] for file in each.files or ()}:
            found.setdefault(module, set()).add(name)
    return found


@cache
def required(*extras: str) -> frozenset[str]:
    """The distributions that come with the package and its extras, those that they need too."""
    lines = list(PROJECT["dependencies"])
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    found: set[tuple[str, frozenset[str]]] = set()
    waiting = [Requirement(line) for line in lines]
    while waiting:
        each = waiting.pop()
        name = canonicalize_name(each.name)
        asked = (name, frozenset(each.extras))
        if asked in found:
            continue
        found.add(asked)
        try:
            needed = distribution(name).requires or []
        except PackageNotFoundError:  # for another Python
            continue
        for line in map(Requirement, needed):
            wanted = any(
                line.marker is None or line.marker.evaluate({"extra": extra})
                for extra in (*each.extras, "")
            )
            if wanted:
                waiting.append(line)
    return frozenset(name for name, _ in found)


def imported(path: Path) -> Iterator[str]:
    """The top-level modules that a file imports when it is run, also by their names."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            known = re.fullmatch(r"(\w+)(?:\.\w+)+", node.value)  # for importlib
            if known and known[1] in {"boto3", "botocore", "aiobotocore"}:
                yield known[1]


FILES = sorted(path.relative_to(ROOT) for path in (ROOT / "tui").rglob("*.py"))


def test_all_that_is_imported_is_required() -> None:
    own, sandbox, known = required(), required("sandbox"), homes()
    missing = []
    for path in FILES:
        held = sandbox if path.parts[1] == "sandbox" else own
        for module in set(imported(ROOT / path)) - {"tui"} - set(sys.stdlib_module_names):
            theirs = required(IN_EXTRAS[module]) if module in IN_EXTRAS else held
            if module not in NOT_INSTALLED and not known.get(module, set()) & theirs:
                missing.append(f"{path}: {module}")
    assert missing == []


@pytest.mark.parametrize("extra", [None, *PROJECT["optional-dependencies"]])
def test_the_extras_that_are_asked_for_exist(extra: str | None) -> None:
    optional = PROJECT["optional-dependencies"]
    lines = PROJECT["dependencies"] if extra is None else optional[extra]
    for each in map(Requirement, lines):
        if each.extras and each.name != PROJECT["name"]:
            offered = distribution(each.name).metadata.get_all("Provides-Extra", [])
            assert each.extras <= set(offered), each
