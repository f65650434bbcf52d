from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui import config
from tui.config import ConfigError, Settings
from tui.model.context import Context

NOWHERE = {"AWS_CONFIG_FILE": "/nowhere/aws-config"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def error_of(file: Path, content: str) -> str:
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        config.load(file)
    return str(caught.value)


def test_a_file_that_does_not_exist_means_the_defaults(file: Path) -> None:
    assert config.load(file) == Settings()


def test_a_file_that_was_asked_for_must_exist(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.toml: there is no such file"):
        config.load(file, is_required=True)


def test_an_empty_file_means_the_defaults(file: Path) -> None:
    file.touch()

    settings = config.load(file, is_required=True)

    assert settings == Settings(templates=str(file.with_name("templates")))


def test_the_folder_of_templates_is_beside_the_file_that_names_it(file: Path) -> None:
    file.write_text('templates = "mine"')

    assert config.load(file).template_folder == file.parent / "mine"
    assert Settings().template_folder.name == "templates"


def test_a_folder_in_nobody_s_home_is_refused(file: Path) -> None:
    assert "templates" in error_of(file, 'templates = "~no-such-user/x"')


def test_a_file_says_what_is_different(file: Path) -> None:
    file.write_text(
        'profile = "prod"\nledger = "/data/ledger"\n'
        '[defaults]\nmodel-id = "luma.ray-v2:0"\ns3-uri = "s3://media/"\n'
        "[polling]\nfastest = 1\n[history]\nhorizon = 30\n"
        '[download]\nfolder = "~/videos"\n'
    )

    settings = config.load(file)

    assert settings.profile == "prod"
    assert settings.ledger_path == Path("/data/ledger")
    assert settings.defaults.model_id == "luma.ray-v2:0"
    assert settings.defaults.kms_key_id == ""
    assert settings.polling.fastest == 1.0
    assert settings.polling.slowest == Settings().polling.slowest
    assert settings.history.horizon == 30.0
    assert settings.download.folder == "~/videos"


@pytest.mark.parametrize(
    ("content", "line", "key", "expected"),
    [
        ('regoin = "x"', 1, "regoin", "is not a setting"),
        ("[history]\nkeep_days = 3", 2, "history.keep_days", "is not a setting"),
        (
            '[download]\nfolder = "a"\n[defaults]\nfolder = "b"',
            4,
            "defaults.folder",
            "not a setting",
        ),
        ('[defaults]\nmodel-id = "x"\nmodel = "y"', 3, "defaults.model", "is not a setting"),
        ("[poling]\nfastest = 1", 1, "poling", "is not a setting"),
        ("profile = 'p'\nregion = 5", 2, "region", "expected `str | null`, got `int`"),
        ("[polling]\n# fastest = 1\nfastest = 'x'", 3, "polling.fastest", "expected `float`"),
        ('[ polling ]\n "fastest" = "x"', 2, "polling.fastest", "expected `float`, got `str`"),
        ('polling.fastest = "x"', 1, "polling.fastest", "expected `float`, got `str`"),
        ('\npolling = {fastest = "x"}', 2, "polling.fastest", "expected `float`, got `str`"),
        ("[polling]\nfastest = 0", 2, "polling.fastest", "> 0"),
        ("[polling]\nidle = nan", 2, "polling.idle", "expected"),
        ("[polling]\nidle = inf", 2, "polling.idle", "<= 86400"),
        ('[download]\nlayout = "../{id}"', 2, "download.layout", "not . or .."),
        ('[download]\nlayout = "{name}"', 2, "download.layout", "{id} {target}"),
        ('[download]\nlayout = ""', 2, "download.layout", "expected folders such as {id}"),
        ("[history]\nhorizon = 1e9", 2, "history.horizon", "<= 36500"),
        ("polling = 5", 1, "polling", "expected `object`, got `int`"),
        ("[[polling]]\nfastest = 1", 1, "polling", "expected `object`, got `array`"),
    ],
)
def test_an_error_names_file_line_key_and_what_was_expected(
    file: Path, content: str, line: int, key: str, expected: str
) -> None:
    message = error_of(file, content)

    assert message.startswith(f"{file}: line {line}: {key}: ")
    assert expected in message


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("region = 'a'\nregion = ", "end of document"),
        ("region = 'a'\nregion ? 'b'", "line 2"),
        ("region = us-west-2", "line 1"),
        ('region = "a"\nregion = "b"\n', "line 2"),
        ("[polling\n", "line 1"),
        ("x = " + "[" * 5000, ""),
        ("x = " + "1" * 5000, ""),
    ],
)
def test_what_is_not_toml_is_refused_with_its_place(file: Path, content: str, place: str) -> None:
    message = error_of(file, content)

    assert message.startswith(f"{file}: is not TOML: ")
    assert place in message


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, file: Path) -> None:
    file.write_bytes(b'profile = "\xff"')

    for path in (file, tmp_path):
        with pytest.raises(ConfigError, match="cannot be read") as caught:
            config.load(path)
        assert str(path) in str(caught.value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.text() | st.text("[]{}=\"'.#\n \tpolingfast0e", max_size=40),
    st.sampled_from(["", "[polling]\n", "region = "]),
)
def test_no_file_makes_anything_but_settings_or_an_error(file: Path, text: str, head: str) -> None:
    file.write_bytes((head + text).encode("utf-8", "surrogatepass"))

    with contextlib.suppress(ConfigError):
        assert isinstance(config.load(file), Settings)


def test_the_ledger_has_a_place_of_its_own_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/u")

    assert Settings().ledger_path.name == "ledger.sqlite3"
    assert Settings(ledger="~/l").ledger_path == Path("/home/u/l")
    with pytest.raises(ConfigError, match="ledger"):
        _ = Settings(ledger="~no-such-user/l").ledger_path


def test_the_configuration_file_has_a_place_of_its_own() -> None:
    assert config.default_path().parts[-2:] == ("asyncinvoke", "config.toml")


FLAGS = Context(profile="flag", region="flag-1", endpoint_url="http://flag", ca_bundle="/flag")
ENVIRONMENT = {
    "AWS_PROFILE": "env",
    "AWS_REGION": "env-1",
    "AWS_ENDPOINT_URL": "http://env",
    "AWS_CA_BUNDLE": "/env",
    **NOWHERE,
}
FILE = Settings(profile="file", region="file-1", endpoint_url="http://file", ca_bundle="/file")


@pytest.mark.parametrize(
    ("flags", "environment", "winner"),
    [
        (FLAGS, ENVIRONMENT, "flag"),
        (Context(), ENVIRONMENT, "env"),
        (Context(), NOWHERE, "file"),
        (Context(), {**dict.fromkeys(ENVIRONMENT, ""), **NOWHERE}, "file"),
    ],
)
def test_flags_win_over_the_environment_and_that_over_the_file(
    flags: Context, environment: dict[str, str], winner: str
) -> None:
    context = config.resolve_context(FILE, flags, environment)

    assert context.profile == winner
    assert context.region == f"{winner}-1"
    assert context.endpoint_url == f"http://{winner}"
    assert context.ca_bundle == f"/{winner}"


def test_what_only_flags_can_say_is_kept() -> None:
    flags = Context(verify_ssl=False, sign_requests=False, connect_timeout=1.0, read_timeout=2.0)

    assert config.resolve_context(Settings(), flags, NOWHERE) == flags


@pytest.mark.parametrize(
    ("names", "profile", "region"),
    [
        (["AWS_PROFILE", "AWS_DEFAULT_PROFILE"], "AWS_PROFILE", None),
        (["AWS_DEFAULT_PROFILE"], "AWS_DEFAULT_PROFILE", None),
        (["AWS_REGION", "AWS_DEFAULT_REGION"], None, "AWS_REGION"),
        (["AWS_DEFAULT_REGION"], None, "AWS_DEFAULT_REGION"),
    ],
)
def test_the_older_names_of_variables_count_too(
    names: list[str], profile: str | None, region: str | None
) -> None:
    environment = {name: name for name in names} | NOWHERE

    context = config.resolve_context(Settings(), Context(), environment)

    assert (context.profile, context.region) == (profile, region)


AWS_CONFIG = """
[default]
region = us-east-1
[profile prod]
region = eu-west-1
[profile "two words"]
region = eu-west-2
[profile none]
output = json
[profile empty]
region =
"""


@pytest.mark.parametrize(
    ("profile", "region"),
    [
        (None, "us-east-1"),
        ("default", "us-east-1"),
        ("prod", "eu-west-1"),
        ("two words", "eu-west-2"),
        ("none", None),
        ("empty", None),
        ("missing", None),
    ],
)
def test_the_region_may_come_from_the_profile(
    tmp_path: Path, profile: str | None, region: str | None
) -> None:
    path = tmp_path / "aws-config"
    path.write_text(AWS_CONFIG)
    environment = {"AWS_CONFIG_FILE": str(path)}

    context = config.resolve_context(Settings(), Context(profile=profile), environment)

    assert context.region == region


@pytest.mark.parametrize("content", [b"no section", b"[default]\nregion = \xff", b"[a]\n[a]"])
def test_broken_aws_files_are_left_to_the_sdk(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "aws-config"
    path.write_bytes(content)

    for name in (str(path), str(tmp_path), "~no-such-user/config"):
        context = config.resolve_context(Settings(), Context(), {"AWS_CONFIG_FILE": name})
        assert context.region is None


def test_the_region_of_a_profile_that_was_asked_for_beats_the_one_in_config_toml(
    tmp_path: Path,
) -> None:
    aws = tmp_path / "config"
    aws.write_text("[profile other]\nregion = eu-west-1\n")
    settings = Settings(region="us-east-1")

    asked = config.resolve_context(
        settings, Context(profile="other"), {"AWS_CONFIG_FILE": str(aws)}
    )
    unasked = config.resolve_context(settings, Context(), {"AWS_CONFIG_FILE": str(aws)})

    assert asked.region == "eu-west-1"
    assert unasked.region == "us-east-1"


def test_what_a_context_names_goes_before_the_general_defaults(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        '[defaults]\nmodel-id = "m"\ns3-uri = "s3://all/"\n'
        '[contexts.prod.defaults]\ns3-uri = "s3://prod/"\n'
        '[contexts.default.defaults]\nbucket-owner = "123456789012"\n'
    )
    settings = config.load(path)

    prod = settings.defaults_of(Context(profile="prod"))
    assert (prod.model_id, prod.s3_uri, prod.bucket_owner) == ("m", "s3://prod/", "")
    assert settings.defaults_of(Context()).bucket_owner == "123456789012"
    assert settings.defaults_of(Context(profile="other")) == settings.defaults


def test_a_wrong_default_of_a_context_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[contexts.prod.defaults]\ns3uri = "s3://prod/"\n')

    with pytest.raises(ConfigError, match="s3uri: is not a setting"):
        config.load(path)
