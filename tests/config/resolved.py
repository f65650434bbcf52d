"""What a machine's files and variables come to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui import config
from tui.config import Resolved

Variables = dict[str, str]


@pytest.fixture
def home(tmp_path: Path) -> Variables:
    """The variables of a machine whose AWS files and config.toml do not exist yet."""
    return {
        "AWS_CONFIG_FILE": str(tmp_path / "aws-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "aws-credentials"),
        "ASYNCINVOKE_CONFIG": str(tmp_path / "config.toml"),
    }


def resolve(
    home: Variables, flags: dict[str, object] | None = None, toml: str = "", **variables: str
) -> Resolved:
    Path(home["ASYNCINVOKE_CONFIG"]).write_text(toml, encoding="utf-8")
    return config.resolve(config.gather(flags or {}, {**home, **variables}))


def write_profiles(home: Variables, text: str) -> None:
    Path(home["AWS_CONFIG_FILE"]).write_text(text, encoding="utf-8")


def origin(resolved: Resolved, key: str) -> str:
    return next(each.origin for each in resolved.shown if each.key == key)
