from __future__ import annotations

from pathlib import Path

import pytest

from tui import config
from tui.commands.start import open_from_start

CONFIG = """\
open = "prod, prod-eu"
[contexts.prod]
region = "us-west-2"
[contexts.prod-eu]
profile = "prod"
region = "eu-west-1"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG)
    return path


def names(
    file: Path, *asked: str, environment: dict[str, str] | None = None, **flags: str
) -> list[str]:
    nowhere = {"AWS_CONFIG_FILE": "/nowhere", **(environment or {})}
    sources = config.gather({"config": str(file), **flags}, nowhere)
    found = open_from_start(sources, config.resolve(sources), asked)
    return [each.context.label for each in found]


def test_the_file_that_a_flag_or_a_variable_names_is_known(file: Path) -> None:
    assert config.gather({"config": str(file)}, {}).path == file
    assert config.gather({}, {"ASYNCINVOKE_CONFIG": str(file)}).path == file


def test_without_a_name_those_are_open_that_config_toml_opens(file: Path) -> None:
    assert names(file) == ["prod", "prod-eu"]


def test_a_profile_that_is_asked_for_is_active_and_the_others_beside_it(file: Path) -> None:
    dev = names(file, profile="dev", region="us-east-1")
    assert dev == ["dev us-east-1", "prod", "prod-eu"]
    assert names(file, environment={"AWS_PROFILE": "dev"}) == ["dev no region", "prod", "prod-eu"]


def test_names_on_the_command_line_are_the_only_ones_each_once(file: Path) -> None:
    assert names(file, "prod-eu", "prod-eu") == ["prod-eu"]
    assert names(file, "prod-eu", "dev") == ["prod-eu", "dev no region"]
