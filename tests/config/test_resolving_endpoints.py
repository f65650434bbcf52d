from __future__ import annotations

import pytest

from tests.config.resolved import Variables, resolve, write_profiles
from tests.config.resolved import home as home
from tui.config import ConfigError
from tui.model.context import EVERY_SERVICE

SERVICES = """
[profile dev]
services = local
endpoint_url = http://theirs
[services local]
s3 =
  endpoint_url = http://theirs-s3
bedrock_runtime =
  max_attempts = 3
  endpoint_url = http://theirs-bedrock
"""


@pytest.mark.parametrize(
    ("flags", "variables", "toml", "bedrock", "s3", "sts"),
    [
        ({}, {}, "", "http://theirs-bedrock", "http://theirs-s3", "http://theirs"),
        (
            {},
            {"AWS_ENDPOINT_URL_S3": "http://s3"},
            "",
            "http://theirs-bedrock",
            "http://s3",
            "http://theirs",
        ),
        ({}, {"AWS_ENDPOINT_URL": "http://all"}, "", "http://all", "http://all", "http://all"),
        (
            {},
            {"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "http://one"},
            'endpoint-url = "http://file"',
            "http://one",
            "http://all",
            "http://all",
        ),
        (
            {"endpoint_url": "http://flag"},
            {"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_S3": "http://s3"},
            "",
            "http://flag",
            "http://flag",
            "http://flag",
        ),
        (
            {},
            {"ASYNCINVOKE_ENDPOINT_URL": "http://own", "AWS_ENDPOINT_URL_S3": "http://s3"},
            "",
            "http://own",
            "http://own",
            "http://own",
        ),
        (
            {},
            {},
            'endpoint-url = "http://file"',
            "http://theirs-bedrock",
            "http://theirs-s3",
            "http://theirs",
        ),
        ({}, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, "", None, None, None),
        (
            {},
            {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true", "AWS_ENDPOINT_URL_S3": "http://s3"},
            'endpoint-url = "http://file"',
            "http://file",
            "http://file",
            "http://file",
        ),
    ],
)
def test_endpoints_come_as_the_sdk_resolves_them(
    home: Variables,
    flags: dict[str, object],
    variables: Variables,
    toml: str,
    bedrock: str | None,
    s3: str | None,
    sts: str | None,
) -> None:
    write_profiles(home, SERVICES)

    context = resolve(home, {"profile": "dev", **flags}, toml, **variables).context

    assert context.endpoint_of("bedrock-runtime") == bedrock
    assert context.endpoint_of("s3") == s3
    assert context.endpoint_of("sts") == sts


def test_a_profile_that_nobody_asked_for_leaves_its_endpoints_behind_the_file_s(
    home: Variables,
) -> None:
    write_profiles(home, "[default]\nendpoint_url = http://theirs\n")

    assert resolve(home, toml='endpoint-url = "http://file"').context.endpoint_of("s3") == (
        "http://file"
    )
    theirs = resolve(home).context
    assert theirs.profile_endpoints == ((EVERY_SERVICE, "http://theirs"),)
    assert theirs.replaced("s3") is None


def test_the_endpoint_of_a_single_service_that_is_none_is_told(home: Variables) -> None:
    with pytest.raises(ConfigError, match="AWS_ENDPOINT_URL_S3: 's3' is not like https://"):
        resolve(home, AWS_ENDPOINT_URL_S3="s3")


@pytest.mark.parametrize(
    ("flags", "variables", "key"),
    [
        ({}, {}, "default us-west-2"),
        ({"endpoint_url": "http://x"}, {}, "default us-west-2 http://x"),
        ({}, {"AWS_ENDPOINT_URL": "http://x"}, "default us-west-2 http://x"),
        (
            {},
            {"AWS_ENDPOINT_URL": "http://x", "AWS_ENDPOINT_URL_S3": "http://s3"},
            "default us-west-2 http://x",
        ),
        ({"profile": "dev"}, {}, "dev us-west-2"),
        ({}, {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "http://b"}, "default us-west-2 http://b"),
    ],
)
def test_the_ledger_knows_a_context_by_what_it_always_did(
    home: Variables, flags: dict[str, object], variables: Variables, key: str
) -> None:
    write_profiles(home, SERVICES)

    context = resolve(home, {"region": "us-west-2", **flags}, **variables).context

    assert context.key == key
