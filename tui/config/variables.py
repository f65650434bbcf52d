"""Environment variables → layers of settings: our own, and the AWS CLI's. Reads no files."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tui.config.judging import parse, suggestion
from tui.config.layers import OWN_KEYS, Found, Layer, Place, Value, defaults, title
from tui.config.settings import ConfigError

PREFIX = "ASYNCINVOKE_"
CONFIG = f"{PREFIX}CONFIG"
"""Names the file of the configuration; every other one stands for one of its keys."""

_AWS = {
    "profile": ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"),
    "region": ("AWS_REGION", "AWS_DEFAULT_REGION"),
    "endpoint-url": ("AWS_ENDPOINT_URL",),
    "ca-bundle": ("AWS_CA_BUNDLE",),
    "output": ("AWS_DEFAULT_OUTPUT",),
}
"""Settings that the AWS CLI has variables for, the first of which wins."""


def variable_of(place: Place) -> str:
    """The variable that stands for a place: ``ASYNCINVOKE_POLLING_IDLE``."""
    return PREFIX + "_".join(place).replace("-", "_").upper()


def own(environment: Mapping[str, str]) -> Layer:
    """What the variables of this program say; an empty one says nothing.

    Raises:
        ConfigError: One is of no setting, or says what it may not.
    """
    places = {variable_of(place): place for place, value in defaults() if value is not OWN_KEYS}
    layer: dict[Place, Found] = {}
    faults = []
    for name, text in sorted(environment.items()):
        if not name.startswith(PREFIX) or name == CONFIG or not text:
            continue
        place = places.get(name)
        if place is None:
            near = suggestion(name, [*places, CONFIG]) or "; `asyncinvoke config show` lists them"
            faults.append(f"{name}: is no variable of a setting{near}")
            continue
        value, fault = parse(place, text)
        if fault:
            faults.append(f"{name}: {fault}")
        else:
            layer[place] = Found(value, name)  # type: ignore[arg-type]
    if faults:
        raise ConfigError(*faults)
    return layer


def of_aws(environment: Mapping[str, str]) -> Layer:
    """What the AWS CLI's variables say; an empty one says nothing.

    Raises:
        ConfigError: One says what it may not.
    """
    layer: dict[Place, Found] = {}
    faults = []
    for key, names in _AWS.items():
        name = next((name for name in names if environment.get(name)), None)
        if name is None or (key == "endpoint-url" and ignores_endpoints(environment)):
            continue
        _, fault = parse((key,), environment[name])
        if fault:
            faults.append(f"{name}: {fault}")
        layer[(key,)] = Found(environment[name], name)
    if faults:
        raise ConfigError(*faults)
    return layer


def endpoints(environment: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The endpoints of single services that variables name, by botocore's name of the service.

    Raises:
        ConfigError: One is no URL.
    """
    if ignores_endpoints(environment):
        return ()
    named = {
        found[1].lower().replace("_", "-"): (name, url)
        for name, url in sorted(environment.items())
        if url and (found := re.fullmatch(r"AWS_ENDPOINT_URL_(\w+)", name))
    }
    faults = {name: parse(("endpoint-url",), url)[1] for name, url in named.values()}
    if told := [f"{name}: {fault}" for name, fault in faults.items() if fault]:
        raise ConfigError(*told)
    return tuple((service, url) for service, (_, url) in named.items())


def endpoint_variable(service: str) -> str:
    """The SDK's variable for a service's endpoint: ``AWS_ENDPOINT_URL_S3``."""
    return f"AWS_ENDPOINT_URL_{service.replace('-', '_').upper()}"


def ignores_endpoints(environment: Mapping[str, str]) -> bool:
    """Whether AWS's own settings of endpoints do not count, as the SDK reads it."""
    return environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true"


def flags(given: Mapping[str, object]) -> Layer:
    """What options of the command line say.

    Args:
        given: The options that were given, as argparse names them; others than settings may be
            among them.

    Raises:
        ConfigError: One says what it may not.
    """
    layer: dict[Place, Found] = {}
    faults = []
    for place, default in defaults():
        is_option = len(place) == 1 and default is not OWN_KEYS  # a command's KEY… is no table
        value = given.get(place[0].replace("-", "_")) if is_option else None
        if value is None:
            continue
        option = f"--{title(place)}"
        fault = parse(place, value)[1] if isinstance(value, str) else ""
        if fault:
            faults.append(f"{option}: {fault}")
        layer[place] = Found(_value(value), option)
    if faults:
        raise ConfigError(*faults)
    return layer


def _value(value: object) -> Value:
    return value if isinstance(value, (str, bool, int, float)) else str(value)
