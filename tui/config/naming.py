"""A name → a context: one of config.toml's or, failing that, the profile of that name."""

from __future__ import annotations

from msgspec.structs import replace

from tui.config.layers import Found, Layer, Place
from tui.config.resolving import Resolved, Sources, context_layer, resolve
from tui.config.settings import Settings
from tui.model.context import Context

_ASIDE: tuple[Place, ...] = (("profile",), ("region",))
"""What a flag says of the context that it was given with, and of no other."""


def beside(sources: Sources) -> Sources:
    """The same without the profile and the region that were asked for: for yet another context."""

    def rest(layer: Layer) -> Layer:
        return {place: found for place, found in layer.items() if place not in _ASIDE}

    return replace(sources, flags=rest(sources.flags), own=rest(sources.own))


def resolve_named(sources: Sources, settings: Settings, name: str, region: str = "") -> Context:
    """The context of a name; see ``resolved_named``."""
    return resolved_named(sources, settings, name, region).context


def resolved_named(sources: Sources, settings: Settings, name: str, region: str = "") -> Resolved:
    """What all sources come to for a name, of config.toml or a profile; see ``resolve``.

    Args:
        sources: What was said.
        settings: What config.toml names.
        name: The name.
        region: Instead of its own.

    Raises:
        ConfigError: Its endpoint is no URL.
    """
    layer = dict(context_layer(name, sources.file))
    origin = f"the context {name}"
    is_asked = any(("profile",) in said for said in (sources.own, sources.aws, sources.file))
    if name != "default" or is_asked:  # otherwise credentials of the environment count as well
        layer.setdefault(("profile",), Found(name, origin))
    if region:
        layer["region",] = Found(region, origin)
    found = resolve(sources, layer)
    called = name if name in settings.contexts else ""
    return replace(found, context=replace(found.context, name=called))
