"""What a profile of the AWS files sets, read without the SDK: it is needed before the first frame.

A file that cannot be read says nothing here: the SDK reads it later, and says what is wrong.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from tui.config.judging import parse
from tui.config.layers import Found, Layer, Place
from tui.config.settings import ConfigError
from tui.config.variables import ignores_endpoints

_KEYS = {
    "region": "region",
    "output": "output",
    "ca_bundle": "ca-bundle",
    "endpoint_url": "endpoint-url",
    "cli_binary_format": "cli-binary-format",
    "cli_timestamp_format": "cli-timestamp-format",
}
"""The AWS CLI's keys of a profile, and ours."""


class Profile(Struct, frozen=True):
    """A profile of the AWS files.

    Attributes:
        layer: Its settings under our names.
        endpoints: Its endpoints of single services, by botocore's names.
    """

    layer: Layer = {}
    endpoints: tuple[tuple[str, str], ...] = ()

    @property
    def has_endpoints(self) -> bool:
        """Whether it names any endpoint."""
        return bool(self.endpoints) or ("endpoint-url",) in self.layer


def read_profile(name: str, environment: Mapping[str, str]) -> Profile:
    """What the AWS files say of a profile; one that does not exist says nothing.

    A value that is none of ours, such as a format of a later AWS CLI, says nothing either.
    """
    config_name = environment.get("AWS_CONFIG_FILE") or "~/.aws/config"
    credentials_name = environment.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials"
    config, credentials = _parsed(config_name), _parsed(credentials_name)
    sections = [f"profile {name}", f'profile "{name}"', f"profile '{name}'"]
    if name == "default":
        sections.insert(0, name)
    told: dict[str, tuple[str, str]] = {}
    for parser, file, names in (
        (credentials, credentials_name, [name]),  # the SDK lets these win
        (config, config_name, sections),
    ):
        for section in names:
            if parser.has_section(section):
                for key, value in parser.items(section):
                    told.setdefault(key, (value, file))
    ignores = ignores_endpoints(environment) or _is_true(told, "ignore_configured_endpoint_urls")
    layer: dict[Place, Found] = {}
    for key, ours in _KEYS.items():
        value, file = told.get(key, ("", ""))
        judged = value.lower() if ours == "region" else value  # its case is the SDK's matter
        if not value or parse((ours,), judged)[1] or (ignores and key == "endpoint_url"):
            continue
        layer[(ours,)] = Found(value, f"profile {name} in {file}")
    services = "" if ignores else told.get("services", ("", ""))[0]
    return Profile(layer, _services(config, services) if services else ())


def profile_names(environment: Mapping[str, str]) -> frozenset[str]:
    """The profiles that the AWS files name; ``default`` always is one.

    Raises:
        ConfigError: A file cannot be read, or is no configuration; the text names it and the line.
    """
    names = {"default"}
    for variable, usual, is_config in (
        ("AWS_CONFIG_FILE", "~/.aws/config", True),
        ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials", False),
    ):
        file = environment.get(variable) or usual
        parser = configparser.RawConfigParser(strict=False)
        try:
            parser.read(Path(file).expanduser(), encoding="utf-8")
        except (OSError, RuntimeError, configparser.Error, UnicodeDecodeError) as error:
            raise ConfigError(f"{file}: {_fault(error)}") from error
        for section in parser.sections():
            found = re.fullmatch(r"profile\s+([\"']?)(.+)\1", section) if is_config else None
            if found or not is_config:
                names.add(found[2] if found else section)
    return frozenset(names)


def _fault(error: Exception) -> str:
    """What is wrong with a file, its line first, in one line."""
    if isinstance(error, configparser.MissingSectionHeaderError):
        return f"line {error.lineno}: is in no section, such as [profile prod]"
    if isinstance(error, configparser.ParsingError) and error.errors:
        return f"line {error.errors[0][0]}: is neither a section nor a setting"
    return " ".join(str(error).split())


def _services(parser: configparser.RawConfigParser, name: str) -> tuple[tuple[str, str], ...]:
    """The endpoints in a section ``services``: each key is a service with an indented block."""
    section = next((s for s in (f"services {name}", f'services "{name}"') if s in parser), None)
    found = []
    for service, block in parser.items(section) if section else ():
        for line in block.splitlines():
            key, _, value = line.partition("=")
            if key.strip() == "endpoint_url" and value.strip():
                found.append((service.replace("_", "-"), value.strip()))
    return tuple(found)


def _is_true(told: Mapping[str, tuple[str, str]], key: str) -> bool:
    return told.get(key, ("", ""))[0].lower() == "true"


def _parsed(name: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser()
    try:
        parser.read(Path(name).expanduser(), encoding="utf-8")
    except (OSError, RuntimeError, configparser.Error, UnicodeDecodeError):
        return configparser.RawConfigParser()
    return parser
