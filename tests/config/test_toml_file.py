from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tui import config
from tui.config import ConfigError, Settings
from tui.config.layers import defaults
from tui.model.context import Context
from tui.model.keymap import BY_ID, keys_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


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
        ("profile = 'p'\nregion = 5", 2, "region", "expected text, got 5"),
        ("[polling]\n# fastest = 1\nfastest = 'x'", 3, "polling.fastest", "expected a number"),
        ('[ polling ]\n "fastest" = "x"', 2, "polling.fastest", 'expected a number, got "x"'),
        ('polling.fastest = "x"', 1, "polling.fastest", 'expected a number, got "x"'),
        ('\npolling = {fastest = "x"}', 2, "polling.fastest", 'expected a number, got "x"'),
        ("[polling]\nfastest = 0", 2, "polling.fastest", "expected a number > 0.0, got 0"),
        ("[polling]\nidle = nan", 2, "polling.idle", "expected"),
        ("[polling]\nidle = inf", 2, "polling.idle", "expected a number <= 86400.0, got inf"),
        ('[download]\nlayout = "../{id}"', 2, "download.layout", "not . or .."),
        ('[download]\nlayout = "{name}"', 2, "download.layout", "{id} {target}"),
        ('[download]\nlayout = ""', 2, "download.layout", "expected folders such as {id}"),
        ("[history]\nhorizon = 1e9", 2, "history.horizon", "a number <= 36500.0, got 1000000000.0"),
        ("polling = 5", 1, "polling", "expected a table, got 5"),
        ("[[polling]]\nfastest = 1", 1, "polling", "expected a table, got a list"),
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
        ("region = 'a'\nregion = ", "line 2: is not TOML: Invalid value: the file ends too early"),
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

    assert message.startswith(f"{file}: ")
    assert "is not TOML" in message
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


def test_all_faults_of_a_file_are_told_at_once_in_the_order_of_its_lines(file: Path) -> None:
    lines = error_of(
        file,
        'regoin = "x"\n[polling]\nfastest = "soon"\n'
        + "# …\n" * 35
        + '[history]\nhorizon = "a week"\n[notice]\ndesktop = "osc8"\n',
    ).splitlines()

    assert lines == [
        f"{file}: line 1: regoin: is not a setting; did you mean region?",
        f'{file}: line 3: polling.fastest: expected a number, got "soon"',
        f'{file}: line 40: history.horizon: expected a number, got "a week"',
        f'{file}: line 42: notice.desktop: expected one of "off", "osc9", "osc777", got "osc8"; '
        "did you mean osc9?",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[history]\nkeep_days = 3", "did you mean keep-days?"),
        ('color = "of"', 'expected one of "on", "off", "auto", got "of"; did you mean off?'),
        ("output = 5", '"yaml", "yaml-stream", "off", got 5'),
        ("confirm = 1", "expected true or false, got 1"),
        ("theme = true", "expected text, got true"),
        ("theme = 1979-05-27", "expected text, got a date"),
        ("[filters]\nmine = 5", "line 2: filters.mine: expected text, got 5"),
        ("[contexts.prod]\ndefault = 1", "did you mean defaults?"),
        ('endpoint-url = "localhost:4566"', "did you mean http://localhost:4566?"),
        ('endpoint-url = "htps://vpce.example.com"', "did you mean https://vpce.example.com?"),
        ('endpoint-url = "http://[::1"', "'http://[::1' is not like https://host:port"),
        ('endpoint-url = "http://host:port"', "'http://host:port' is not like"),
        ('endpoint-url = "http://h]x"', "'http://h]x' is not like"),
        ('endpoint-url = "http:/vpce.example.com"', "did you mean http://vpce.example.com?"),
        ('endpoint-url = "me:secret@host"', "is not like https://host:port"),
        ('query = "[?"', "it ends too early, at character 3"),
        ('region = "us west 2"', "'us west 2' is no region's name, such as us-west-2"),
        ("cli-read-timeout = -1", "expected a number >= 0.0, got -1"),
        ("[polling]\nfastest = 9\nidle = 3", "polling: expected fastest ≤ slowest ≤ idle"),
    ],
)
def test_an_error_helps(file: Path, content: str, words: str) -> None:
    assert words in error_of(file, content)


def test_values_that_do_not_go_together_are_named_with_their_lines(file: Path) -> None:
    message = error_of(file, "[polling]\nfastest = 9\nidle = 3")

    assert (
        "polling.fastest from config.toml line 2, polling.idle from config.toml line 3" in message
    )


def test_a_password_in_a_url_is_not_told(file: Path) -> None:
    assert "secret" not in error_of(file, 'endpoint-url = "htp://me:secret@host"')


def test_lines_in_a_long_text_set_nothing(file: Path) -> None:
    message = error_of(file, 'theme = """\nregion = 1\n"""\nregion = 5\n')

    assert message == f"{file}: line 4: region: expected text, got 5"


def test_keys_with_dots_and_quotes_find_their_line(file: Path) -> None:
    message = error_of(file, '[contexts."a.b".defaults]\nmodel-id = 5\n')

    assert message == f'{file}: line 2: contexts."a.b".defaults.model-id: expected text, got 5'


EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def test_the_example_has_every_setting_with_its_default() -> None:
    content = re.sub(r"(?m)^# (?=[\w.-]+ = |\[)", "", EXAMPLE.read_text(encoding="utf-8"))
    given = dict(leaves_of(tomllib.loads(content)))
    written = dict(leaves_of(tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))))
    usual = {place: value for place, value in defaults() if place not in OWN_TABLES}

    assert {place for place in given if place[:1] not in OWN_TABLES} == usual.keys()
    assert written.pop(("templates",)) == "templates"
    unset = {place for place, value in usual.items() if value is None}
    assert written == {place: usual[place] for place in usual.keys() - unset}


def test_the_example_is_right_also_with_everything_in_it(file: Path) -> None:
    content = re.sub(r"(?m)^# (?=[\w.-]+ = |\[)", "", EXAMPLE.read_text(encoding="utf-8"))
    file.write_text(content, encoding="utf-8")

    assert config.load(EXAMPLE) == replace(
        Settings(), templates=str(EXAMPLE.with_name("templates"))
    )
    settings = config.load(file)
    assert settings.filters == {"mine": "origin:here since:1d"}
    assert settings.changed_keys.keys() == BY_ID.keys()
    for name, text in settings.changed_keys.items():
        assert {action.key_list[:1] for action in BY_ID[name]} >= {keys_of(text)[:1]}
        assert set(keys_of(text)) <= {key for each in BY_ID[name] for key in each.key_list}


OWN_TABLES = (("filters",), ("contexts",), ("keys",))


def leaves_of(
    members: Mapping[str, object], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], object]]:
    for name, value in members.items():
        if isinstance(value, dict):
            yield from leaves_of(value, (*above, name))
        else:
            yield (*above, name), tuple(value) if isinstance(value, list) else value
