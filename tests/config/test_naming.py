from __future__ import annotations

from pathlib import Path

import pytest

from tui import config
from tui.model.context import ENVIRONMENT, Context

CONFIG = """\
region = "us-east-1"
[contexts.prod-eu]
profile = "prod"
region = "eu-west-1"
endpoint-url = "https://vpce.example:443"
ca-bundle = "/etc/ca.pem"
[contexts.prod]
"""
AWS = "[profile prod]\nregion = us-west-2\n[profile dev]\nregion = sa-east-1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "aws-config").write_text(AWS)
    return tmp_path


def resolved(
    folder: Path, name: str, region: str = "", flag: str | None = None, **variables: str
) -> Context:
    env = {"AWS_CONFIG_FILE": str(folder / "aws-config"), **variables}
    flags = {"region": flag} if flag else {}
    sources = config.gather({"config": str(folder / "config.toml"), **flags}, env)
    return config.resolve_all(sources, config.resolve(sources).settings, name, region).context


def test_a_named_context_has_what_its_table_says(folder: Path) -> None:
    found = resolved(folder, "prod-eu", AWS_REGION="ap-south-1")

    assert (found.name, found.profile, found.region) == ("prod-eu", "prod", "eu-west-1")
    assert (found.endpoint_url, found.ca_bundle) == ("https://vpce.example:443", "/etc/ca.pem")


def test_a_table_without_a_profile_is_the_profile_of_its_name(folder: Path) -> None:
    found = resolved(folder, "prod")

    assert (found.profile, found.region) == ("prod", "us-west-2")


def test_a_name_without_a_table_is_a_profile_s(folder: Path) -> None:
    found = resolved(folder, "dev", AWS_REGION="ap-south-1", AWS_PROFILE="prod")

    assert (found.name, found.profile, found.region) == ("", "dev", "sa-east-1")


def test_a_flag_and_a_region_that_is_chosen_go_before_what_a_context_says(folder: Path) -> None:
    assert resolved(folder, "prod-eu", flag="us-east-2").region == "us-east-2"
    assert resolved(folder, "prod-eu", "eu-north-1").region == "eu-north-1"


def test_the_default_profile_leaves_room_for_the_environment_s_credentials(folder: Path) -> None:
    assert resolved(folder, "default").profile is None
    assert resolved(folder, "default", AWS_PROFILE="prod").profile == "default"


def test_no_variable_goes_before_what_a_context_and_its_profile_say(folder: Path) -> None:
    variables = {
        "ASYNCINVOKE_PROFILE": "dev",
        "ASYNCINVOKE_REGION": "ap-south-1",
        "AWS_PROFILE": "dev",
        "AWS_REGION": "ap-south-1",
    }

    by_table = resolved(folder, "prod-eu", **variables)
    by_profile = resolved(folder, "prod", **variables)
    assert (by_table.profile, by_table.region) == ("prod", "eu-west-1")
    assert (by_profile.profile, by_profile.region) == ("prod", "us-west-2")


def test_the_default_profile_s_own_region_goes_before_a_variable(folder: Path) -> None:
    (folder / "aws-config").write_text("[default]\nregion = us-west-2\n")

    assert resolved(folder, "default", AWS_REGION="ap-south-1").region == "us-west-2"


def test_an_endpoint_of_a_variable_does_not_replace_the_one_of_a_context(folder: Path) -> None:
    found = resolved(folder, "prod-eu", ASYNCINVOKE_ENDPOINT_URL="https://elsewhere.example")

    assert found.endpoint_url == "https://vpce.example:443"


def test_an_empty_value_of_a_context_says_nothing(folder: Path) -> None:
    with (folder / "config.toml").open("a") as file:
        file.write('profile = ""\nregion = ""\n')
    found = resolved(folder, "prod", AWS_PROFILE="dev")

    assert (found.profile, found.region) == ("prod", "us-west-2")


def test_a_region_that_is_chosen_is_judged_as_one_that_is_said(folder: Path) -> None:
    with pytest.raises(config.ConfigError, match="region"):
        resolved(folder, "prod", region="US-WEST-2")


def test_keys_of_the_environment_and_the_default_profile_are_two_contexts(folder: Path) -> None:
    env = {"AWS_CONFIG_FILE": str(folder / "aws-config"), "AWS_PROFILE": "prod"}
    sources = config.gather({}, {**env, "AWS_ACCESS_KEY_ID": "AKIA", "AWS_REGION": "us-west-2"})
    resolved = config.resolve(sources)
    default = config.resolve_all(sources, resolved.settings, "default", "us-west-2").context

    assert (resolved.context.profile, default.profile) == (None, "default")
    assert resolved.context.key != default.key
    assert resolved.context.label != default.label


def test_the_environment_s_keys_are_named_and_have_the_defaults_of_no_profile(folder: Path) -> None:
    env = {"AWS_CONFIG_FILE": str(folder / "aws-config"), "AWS_PROFILE": "prod"}
    sources = config.gather({}, {**env, "AWS_ACCESS_KEY_ID": "AKIA", "AWS_REGION": "us-west-2"})
    of_default = config.ContextSettings(defaults=config.Defaults(s3_uri="s3://of-default/"))
    settings = config.Settings(contexts={"default": of_default})

    found = config.resolve_all(sources, settings, ENVIRONMENT, "eu-west-2").context

    assert (found.profile, found.region, found.is_environment) == (None, "eu-west-2", True)
    assert found.label == f"{ENVIRONMENT} eu-west-2"
    assert settings.defaults_of(found).s3_uri == ""


def test_an_empty_profile_of_the_file_asks_for_none(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('profile = ""\n')
    sources = config.gather({"config": str(tmp_path / "config.toml")}, {})

    assert config.resolve_all(sources, config.Settings(), "default").context.profile is None
