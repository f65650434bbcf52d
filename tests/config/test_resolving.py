from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.resolved import Variables, origin, resolve, write_profiles
from tests.config.resolved import home as home
from tui import config
from tui.config import ConfigError
from tui.config.layers import Found, Layer
from tui.model.context import Context

KEYS = {"profile": "{}", "region": "{}-1", "endpoint-url": "http://{}", "ca-bundle": "/{}"}
FLAGS: dict[str, object] = {
    key.replace("-", "_"): value.format("flag") for key, value in KEYS.items()
}
OWN = {
    f"ASYNCINVOKE_{key.replace('-', '_').upper()}": value.format("own")
    for key, value in KEYS.items()
}
AWS = {
    "AWS_PROFILE": "aws",
    "AWS_REGION": "aws-1",
    "AWS_ENDPOINT_URL": "http://aws",
    "AWS_CA_BUNDLE": "/aws",
}
TOML = "".join(f'{key} = "{value.format("file")}"\n' for key, value in KEYS.items())
PROFILES = "".join(
    f"[profile {name}]\nregion = profile-1\nendpoint_url = http://profile\nca_bundle = /profile\n"
    for name in ("flag", "own", "aws", "file")
)


@pytest.mark.parametrize(
    ("flags", "variables", "winner", "origins"),
    [
        (FLAGS, {**OWN, **AWS}, "flag", ("--profile", "--region", "--endpoint-url")),
        (
            {},
            {**OWN, **AWS},
            "own",
            ("ASYNCINVOKE_PROFILE", "ASYNCINVOKE_REGION", "ASYNCINVOKE_ENDPOINT_URL"),
        ),
        ({}, AWS, "aws", ("AWS_PROFILE", "AWS_REGION", "AWS_ENDPOINT_URL")),
        ({}, {}, "file", ("config.toml line 1", "config.toml line 2", "config.toml line 3")),
        (
            {},
            {**dict.fromkeys(OWN, ""), **dict.fromkeys(AWS, "")},
            "file",
            ("config.toml line 1", "config.toml line 2", "config.toml line 3"),
        ),
    ],
)
def test_flags_win_over_our_variables_those_over_aws_s_and_all_over_the_file(
    home: Variables,
    flags: dict[str, object],
    variables: Variables,
    winner: str,
    origins: tuple[str, ...],
) -> None:
    write_profiles(home, PROFILES)

    resolved = resolve(home, flags, TOML, **variables)

    context = resolved.context
    assert context.profile == winner
    assert context.region == f"{winner}-1"
    assert context.endpoint_url == f"http://{winner}"
    assert context.ca_bundle == f"/{winner}"
    keys = ("profile", "region", "endpoint-url")
    assert tuple(origin(resolved, key) for key in keys) == origins


@pytest.mark.parametrize("asked", [{"profile": "prod"}, {}])
def test_a_profile_that_was_asked_for_brings_its_own(
    home: Variables, asked: dict[str, object]
) -> None:
    write_profiles(
        home,
        "[profile prod]\nregion = eu-west-1\noutput = yaml\nca_bundle = /theirs\n"
        "endpoint_url = http://theirs\ncli_binary_format = base64\n"
        "cli_timestamp_format = iso8601\n",
    )
    toml = (
        'profile = "prod"\nregion = "us-east-1"\noutput = "text"\nca-bundle = "/file"\n'
        'endpoint-url = "http://file"\n'
    )

    resolved = resolve(home, asked, toml)

    context, settings = resolved.context, resolved.settings
    found = (context.region, settings.output, context.ca_bundle, context.endpoint_of("s3"))
    if asked:
        assert found == ("eu-west-1", "yaml", "/theirs", "http://theirs")
        place = f"profile prod in {home['AWS_CONFIG_FILE']}"
        assert origin(resolved, "region") == origin(resolved, "endpoint-url") == place
    else:
        assert found == ("us-east-1", "text", "/file", "http://file")
        assert origin(resolved, "region") == "config.toml line 2"
    assert settings.cli_binary_format == "base64"
    assert settings.cli_timestamp_format == "iso8601"


def test_every_setting_has_a_variable(home: Variables) -> None:
    resolved = resolve(
        home,
        ASYNCINVOKE_POLLING_IDLE="30",
        ASYNCINVOKE_CONFIRM="FALSE",
        ASYNCINVOKE_PICTURES="sixel",
        ASYNCINVOKE_DEFAULTS_MODEL_ID="luma.ray-v2:0",
        ASYNCINVOKE_NO_SIGN_REQUEST="1",
        ASYNCINVOKE_CLI_READ_TIMEOUT="0",
    )

    settings = resolved.settings
    assert settings.polling.idle == 30.0
    assert settings.confirm is False
    assert settings.pictures is config.Pictures.SIXEL
    assert settings.defaults.model_id == "luma.ray-v2:0"
    assert resolved.context.sign_requests is False
    assert resolved.context.read_timeout == 0.0
    assert origin(resolved, "polling.idle") == "ASYNCINVOKE_POLLING_IDLE"
    assert origin(resolved, "polling.fastest") == "default"


def test_the_faults_of_every_source_are_told_at_once(home: Variables) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve(
            home,
            {"endpoint_url": "localhost:1", "query": "a b"},
            "regoin = 'x'\n",
            ASYNCINVOKE_POLLING_IDEL="3",
            ASYNCINVOKE_POLLING_FASTEST="soon",
            ASYNCINVOKE_COLOR="of",
            AWS_DEFAULT_OUTPUT="xml",
            AWS_ENDPOINT_URL="htp:/x.com",
        )

    said = [fault.removeprefix(home["ASYNCINVOKE_CONFIG"]) for fault in caught.value.faults]
    assert said == [
        "--endpoint-url: 'localhost:1' is not like https://host:port; "
        "did you mean http://localhost:1?",
        "--query: 'a b': 'b' does not fit here, at character 3",
        'ASYNCINVOKE_COLOR: expected one of "on", "off", "auto", got "of"; did you mean off?',
        'ASYNCINVOKE_POLLING_FASTEST: expected a number, got "soon"',
        "ASYNCINVOKE_POLLING_IDEL: is no variable of a setting; "
        "did you mean ASYNCINVOKE_POLLING_IDLE?",
        "AWS_ENDPOINT_URL: 'htp:/x.com' is not like https://host:port; did you mean http://x.com?",
        'AWS_DEFAULT_OUTPUT: expected one of "json", "text", "table", "yaml", "yaml-stream", '
        '"off", got "xml"',
        ": line 1: regoin: is not a setting; did you mean region?",
    ]


def test_values_of_two_sources_that_do_not_go_together_are_told_with_both(
    home: Variables,
) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve(home, toml="[polling]\nslowest = 20\n", ASYNCINVOKE_POLLING_IDLE="5")

    assert caught.value.faults == (
        "polling: expected fastest ≤ slowest ≤ idle "
        "(polling.idle from ASYNCINVOKE_POLLING_IDLE, polling.slowest from config.toml line 2)",
    )


def test_secrets_in_urls_are_not_shown(home: Variables) -> None:
    resolved = resolve(
        home,
        {"endpoint_url": "https://me:hunter2@host/x"},
    )
    beside = resolve(home, AWS_ENDPOINT_URL_S3="https://me:hunter2@s3.example.com")

    assert "hunter2" not in str(resolved.shown) + str(beside.shown)
    assert '"https://***@host/x"' in str(resolved.shown)
    assert resolved.context.endpoint_url == "https://me:hunter2@host/x"


# What a named context says -----------------------------------------------------------------------


def test_a_named_context_goes_before_variables_and_after_flags(home: Variables) -> None:
    Path(home["ASYNCINVOKE_CONFIG"]).touch()
    named: Layer = {("region",): Found("eu-west-1", "contexts.prod")}
    sources = config.gather({}, {**home, "AWS_REGION": "us-east-1"})
    ours = config.gather({}, {**home, "ASYNCINVOKE_REGION": "us-east-1"})

    assert config.resolve(sources, named).context.region == "eu-west-1"
    assert config.resolve(ours, named).context.region == "eu-west-1"
    assert config.resolve(sources).context.region == "us-east-1"


def test_the_profile_of_a_named_context_goes_before_aws_s_variables(home: Variables) -> None:
    write_profiles(home, "[profile prod]\nregion = eu-west-1\nendpoint_url = http://theirs\n")
    Path(home["ASYNCINVOKE_CONFIG"]).touch()
    named: Layer = {("profile",): Found("prod", "contexts.prod")}
    sources = config.gather({}, {**home, "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": "http://a"})

    context = config.resolve(sources, named).context

    assert (context.profile, context.region) == ("prod", "eu-west-1")
    assert context.endpoint_of("sts") == "http://theirs"


def test_what_the_file_says_of_a_context_is_a_layer(home: Variables) -> None:
    Path(home["ASYNCINVOKE_CONFIG"]).write_text(
        '[defaults]\nmodel-id = "m"\ns3-uri = "s3://all/"\n'
        '[contexts.prod.defaults]\ns3-uri = "s3://prod/"\n'
    )
    sources = config.gather({}, home)

    prod = config.resolve(sources, config.context_layer("prod", sources.file)).settings

    assert (prod.defaults.model_id, prod.defaults.s3_uri) == ("m", "s3://prod/")
    assert config.resolve(sources).settings.defaults.s3_uri == "s3://all/"


def test_nothing_said_is_the_default(home: Variables) -> None:
    Path(home["ASYNCINVOKE_CONFIG"]).touch()

    resolved = config.resolve(config.gather({}, home))

    assert resolved.context == Context()
    assert {each.origin for each in resolved.shown} == {"default"}


@pytest.mark.parametrize(
    ("flags", "variables", "profile"),
    [
        ({}, {"AWS_PROFILE": "work"}, "work"),
        ({}, {"AWS_PROFILE": "work", "AWS_ACCESS_KEY_ID": "AKIA"}, None),
        ({"profile": "work"}, {"AWS_PROFILE": "other", "AWS_ACCESS_KEY_ID": "AKIA"}, "work"),
        ({}, {"ASYNCINVOKE_PROFILE": "work", "AWS_ACCESS_KEY_ID": "AKIA"}, "work"),
    ],
)
def test_keys_of_the_environment_sign_before_the_profile_that_it_names(
    home: Variables, flags: dict[str, object], variables: Variables, profile: str | None
) -> None:
    assert resolve(home, flags, **variables).context.profile == profile


def test_the_services_of_a_profile_are_told_as_its_own_beside_the_environment_s_keys(
    home: Variables,
) -> None:
    Path(home["AWS_CONFIG_FILE"]).write_text(
        "[profile work]\nservices = far\n[services far]\ns3 =\n  endpoint_url = https://s3.far\n"
    )

    shown = resolve(home, {}, AWS_PROFILE="work", AWS_ACCESS_KEY_ID="AKIA").shown

    assert [each.origin for each in shown if each.key == "endpoint-url (s3)"] == [
        "services of profile work"
    ]
