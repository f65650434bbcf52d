"""A name → a context: one of config.toml's or, failing that, the profile of that name."""

from __future__ import annotations

from msgspec.structs import replace

from tui.config.judging import parse
from tui.config.layers import Found, Layer, first
from tui.config.resolving import PLACE, Resolved, Sources, context_layer, resolve
from tui.config.settings import ConfigError, Settings
from tui.model.context import ENVIRONMENT

_PROFILE = ("profile",)


def beside(sources: Sources) -> Sources:
    """The same without the profile and the region that were asked for: for yet another context."""

    def rest(layer: Layer) -> Layer:
        return {place: found for place, found in layer.items() if place not in PLACE}

    return replace(sources, flags=rest(sources.flags), own=rest(sources.own))


def resolve_all(
    sources: Sources,
    settings: Settings,
    name: str,
    region: str = "",
    origin: str = "",
) -> Resolved:
    """The context of a name, with the settings that hold there, and who says each.

    Args:
        sources: What was said.
        settings: What config.toml names.
        name: The name.
        region: Instead of its own.
        origin: Who says the name: ``--context prod``.

    Raises:
        ConfigError: Its endpoint is no URL, or the region is none.
    """
    origin = origin or f"the context {name}"
    layer = {
        place: replace(found, origin=f"contexts.{name} in {found.origin}")
        for place, found in context_layer(name, sources.file).items()
        if found.value or place not in PLACE  # an empty one says nothing
    }
    is_asked = any(
        first(_PROFILE, [said]).value for said in (sources.own, sources.aws, sources.file)
    )
    # Otherwise credentials of the environment count as well.
    if name != ENVIRONMENT and (name != "default" or is_asked):
        layer.setdefault(_PROFILE, Found(name, origin))
    if region:
        if fault := parse(("region",), region)[1]:
            raise ConfigError(f"region: {fault}")
        layer["region",] = Found(region, origin)
    found = resolve(sources, layer)
    known = name if name in settings.contexts else ""
    return replace(found, context=replace(found.context, name=known))
