"""Command line, environment, AWS files and config.toml → the settings and the context in use."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field

from tui.config import variables
from tui.config.layers import Layer, Place, first, masked, settings_of, shown
from tui.config.profile import Profile, read_profile
from tui.config.settings import ConfigError, Settings, default_path
from tui.config.toml_file import read
from tui.model.context import EVERY_SERVICE, Context
from tui.model.setting import Setting

_KEY_ID = "AWS_ACCESS_KEY_ID"
_ENDPOINT = ("endpoint-url",)

PLACE: tuple[Place, ...] = (("profile",), ("region",))
"""What says which account and region is meant: of one context, and of no other."""


class Sources(Struct, frozen=True):
    """What was said before any profile is looked at, each source in a layer.

    Attributes:
        flags: The command line.
        own: ``ASYNCINVOKE_…``.
        aws: The AWS CLI's variables.
        file: config.toml.
        environment: All variables.
        path: Where config.toml is, or would be.
    """

    flags: Layer = {}
    own: Layer = {}
    aws: Layer = {}
    file: Layer = {}
    environment: Mapping[str, str] = {}
    path: Path = field(default_factory=default_path)


class Resolved(Struct, frozen=True):
    """What all sources come to.

    Attributes:
        settings: The settings in use.
        context: Where calls go.
        layers: Who said what; the first wins.
    """

    settings: Settings
    context: Context
    layers: tuple[Layer, ...]

    @property
    def shown(self) -> tuple[Setting, ...]:
        """Every setting in use, and where it came from; then the endpoints of single services."""
        endpoints = self.context.endpoints
        theirs = [each for each in self.context.profile_endpoints if each[0] != EVERY_SERVICE]
        own = [(service, url, variables.endpoint_variable(service)) for service, url in endpoints]
        profile = f"profile {self.settings.profile or 'default'}"
        own += [(service, url, f"services of {profile}") for service, url in theirs]
        rows = (
            Setting(f"endpoint-url ({service})", json.dumps(masked(url)), origin)
            for service, url, origin in own
        )
        return (*shown(self.layers), *rows)


def path_of(named: str | None, environment: Mapping[str, str]) -> tuple[Path, bool]:
    """The configuration file, and whether somebody named it: then it must exist."""
    name = named or environment.get(variables.CONFIG)
    return (Path(name), True) if name else (default_path(), False)


def gather(given: Mapping[str, object], environment: Mapping[str, str] | None = None) -> Sources:
    """Read every source.

    Args:
        given: The options that were given, as argparse names them; ``config`` is the file's.
        environment: The variables, instead of the process's own.

    Raises:
        ConfigError: Something may not be said; the text has every fault of every source.
    """
    env = os.environ if environment is None else environment
    named = given.get("config")
    path, is_required = path_of(named if isinstance(named, str) else None, env)
    faults: list[str] = []

    def said(source: Callable[[], Layer]) -> Layer:
        try:
            return source()
        except ConfigError as error:
            faults.extend(error.faults)
            return {}

    sources = Sources(
        flags=said(lambda: variables.flags(given)),
        own=said(lambda: variables.own(env)),
        aws=said(lambda: variables.of_aws(env)),
        file=said(lambda: read(path, is_required=is_required)),
        environment=env,
        path=path,
    )
    if faults:
        raise ConfigError(*faults)
    return sources


def context_layer(name: str, file: Layer) -> Layer:
    """What config.toml says below ``contexts`` of one context, as settings of their own."""
    return {
        place[2:]: found
        for place, found in file.items()
        if place[:2] == ("contexts", name) and len(place) > 2
    }


def resolve(sources: Sources, named: Layer | None = None) -> Resolved:
    """The settings and the context in use.

    Flags go first, then our variables, the AWS CLI's variables, a profile that any of these asked
    for, config.toml and, last, the profile that nobody asked for. What a named context says goes
    before all variables, and the region of its profile, too: they cannot mean each of several.

    Args:
        sources: What was said.
        named: What a context says that was chosen by its name; none for the unnamed one.

    Raises:
        ConfigError: Two values do not go together, or an endpoint is no URL.
    """
    over: Sequence[Layer] = (sources.flags, named or {}, sources.own, sources.aws)
    asked = first(("profile",), over).value
    profile = str(first(("profile",), (*over, sources.file)).value or "default")
    theirs = read_profile(profile, sources.environment)
    file = sources.file
    if asked and theirs.has_endpoints:  # which are for all that it does not name, too
        file = {place: found for place, found in file.items() if place != _ENDPOINT}
    if named is not None:
        # Two variables mean a place, and the name has said another one.
        general = {place: found for place, found in sources.own.items() if place not in PLACE}
        layers: tuple[Layer, ...] = (sources.flags, named, general, theirs.layer)
        layers = (*layers, sources.own, sources.aws, file)
    else:
        layers = (*over, theirs.layer, file) if asked else (*over, file, theirs.layer)
    settings = settings_of(layers)
    return Resolved(settings, _context(settings, layers, sources, theirs), layers)


def _context(
    settings: Settings, layers: Sequence[Layer], sources: Sources, theirs: Profile
) -> Context:
    """Where calls go.

    An endpoint that a flag, a variable of ours or a named context says stands for all; after it
    come the AWS CLI's variables for single services, and the others in the order of the layers.

    A profile that ``AWS_PROFILE`` alone names does not sign where the environment holds keys, as
    with the SDK: it is left to that to read the variable then.
    """
    profile = first(("profile",), layers)
    is_left = profile is sources.aws.get(("profile",)) and sources.environment.get(_KEY_ID)
    found = first(_ENDPOINT, layers)
    is_aws = found is sources.aws.get(_ENDPOINT)
    is_theirs = found is theirs.layer.get(_ENDPOINT)
    is_file = found is sources.file.get(_ENDPOINT)
    leaves_services = found.value is None or is_aws or is_theirs or is_file
    leaves_profile = found.value is None or is_theirs
    general = ((EVERY_SERVICE, str(found.value)),) if is_theirs else ()
    return Context(
        profile=None if is_left else settings.profile or None,
        is_environment=bool(is_left),
        region=settings.region or None,
        endpoint_url=None if is_theirs else settings.endpoint_url or None,
        endpoints=variables.endpoints(sources.environment) if leaves_services else (),
        profile_endpoints=(*theirs.endpoints, *general) if leaves_profile else (),
        verify_ssl=not settings.no_verify_ssl,
        ca_bundle=settings.ca_bundle or None,
        sign_requests=not settings.no_sign_request,
        connect_timeout=settings.cli_connect_timeout,
        read_timeout=settings.cli_read_timeout,
    )
