"""What is wrong with a configuration whose every value is right: names of nothing, filters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tui import config
from tui.commands.start import open_from_start
from tui.config import ConfigError, Resolved, Settings, Sources
from tui.model.clock import utc_now
from tui.model.filter import parse


def active(sources: Sources, resolved: Resolved, names: Sequence[str]) -> Resolved:
    """What the context comes to that is active from the start.

    Args:
        sources: What was said.
        resolved: What it comes to without a name.
        names: The contexts that ``--context`` names.

    Raises:
        ConfigError: One of them is neither a context nor a profile.
    """
    known = _known(resolved.settings, sources.environment) if names else frozenset()
    if faults := [f"--context: {_nothing(name, known)}" for name in names if name not in known]:
        raise ConfigError(*faults)
    return open_from_start(sources, resolved, names)[0]


def check(sources: Sources, settings: Settings) -> None:
    """Find what only the AWS files, or another value, can tell to be wrong.

    Raises:
        ConfigError: Something is; the text has all of it.
    """
    settings.ledger_path, settings.log_path  # noqa: B018 - they may raise
    if faults := list(_faults(sources, settings)):
        raise ConfigError(*faults)


def _faults(sources: Sources, settings: Settings) -> Iterator[str]:
    now = utc_now()
    for name, text in settings.filters.items():
        if fault := parse(text, now, settings.filters, is_done=True).fault:
            yield f"{_where(sources, 'filters', name)}: {fault.message}"
    try:
        profiles = config.profile_names(sources.environment)
    except ConfigError as error:  # without it, nobody knows which names are of nothing
        yield from error.faults
        return
    known = profiles | settings.contexts.keys()
    for name in filter(None, map(str.strip, settings.open.split(","))):
        if name not in known:
            yield f"{_where(sources, 'open')}: {_nothing(name, known)}"
    for name, context in settings.contexts.items():
        named = context.profile or name
        if named not in profiles:
            place = ("contexts", name, "profile") if context.profile else ("contexts", name)
            yield f"{_where(sources, *place)}: the AWS files have no profile {named!r}"
    profile = sources.file.get(("profile",))
    if profile and profile.value and profile.value not in profiles:
        yield f"{_where(sources, 'profile')}: the AWS files have no such profile"


def _known(settings: Settings, environment: Mapping[str, str]) -> frozenset[str]:
    return config.profile_names(environment) | settings.contexts.keys()


def _nothing(name: str, known: frozenset[str]) -> str:
    near = config.suggestion(name, sorted(known))
    return f"{name!r} is neither a context of config.toml nor a profile of the AWS files{near}"


def _where(sources: Sources, *place: str) -> str:
    """Who says what stands at a place, or below it, and which place that is."""
    layers = (sources.flags, sources.own, sources.aws, sources.file)
    origins = (
        found.origin
        for layer in layers
        for each, found in layer.items()
        if each[: len(place)] == place
    )
    return ": ".join(filter(None, (next(origins, ""), config.title(place))))
