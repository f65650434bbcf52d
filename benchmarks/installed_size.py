"""What an installation takes on the disk, beside the AWS CLI's from PyPI.

``python benchmarks/installed_size.py [EXTRAS]`` installs this tree, with extras such as
``media,sandbox`` if they are named, and ``awscli`` into fresh environments, compiled modules
included. It needs a package index; what pip itself takes is left out.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path

from benchmarks.measuring import compare, heading, memory, show

ROOT = Path(__file__).parents[1]
SHOWN = 10
NOT_OURS = {"pip", "setuptools"}

Sizes = Mapping[str, float]
"""Bytes of each distribution, its compiled modules included, by its name and version."""


def main() -> None:
    """Print both, the largest packages of ours, and the ratio."""
    extras = f"[{sys.argv[1]}]" if len(sys.argv) > 1 else ""
    ours, theirs = installed(f"{ROOT}{extras}"), installed("awscli")
    heading(f"installed size, Python {sys.version_info.major}.{sys.version_info.minor}")
    largest = sorted(ours, key=lambda name: ours[name], reverse=True)
    our_size = show(f"asyncinvoke{extras}, {len(ours)} packages", [sum(ours.values())], memory)
    for name in largest[:SHOWN]:
        show(f"  {name}", [ours[name]], memory)
    if rest := largest[SHOWN:]:
        show(f"  {len(rest)} others", [sum(ours[name] for name in rest)], memory)
    version = next(name for name in theirs if name.startswith("awscli "))
    their_size = show(f"{version}, {len(theirs)} packages", [sum(theirs.values())], memory)
    compare(version, our_size, their_size)
    print(f"  {', '.join(sorted(re.sub(' .*', '', name) for name in ours))}")


def installed(requirement: str) -> Sizes:
    """What a requirement brings into an environment where nothing is."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        command = [str(python), "-m", "pip", "install", "--quiet", requirement]
        subprocess.run(command, check=True)
        (packages,) = Path(folder).glob("lib/python*/site-packages")
        found = distributions(path=[str(packages)])
        return {
            f"{each.metadata['Name']} {each.version}": float(_bytes(each))
            for each in found
            if each.metadata["Name"] not in NOT_OURS
        }


def _bytes(distribution: Distribution) -> int:
    """Bytes of the files that pip has written for it, as its RECORD lists them."""
    paths = (Path(str(distribution.locate_file(file))) for file in distribution.files or ())
    return sum(path.stat().st_size for path in paths if path.is_file())


if __name__ == "__main__":
    main()
