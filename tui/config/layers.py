"""Layers of settings: the first that names one wins. Knows where each came from; reads nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import cache

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields

from tui.config.settings import ConfigError, Settings
from tui.model.redaction import without_userinfo
from tui.model.setting import Setting

Place = tuple[str, ...]
"""A setting's tables and its key: ``("polling", "idle")``."""

Value = str | bool | int | float | None

DEFAULT = "default"


class Found(Struct, frozen=True):
    """What a layer says of one setting.

    Attributes:
        value: As TOML or the command line have it.
        origin: Who says it, in words: ``ASYNCINVOKE_REGION``, ``config.toml line 4``.
    """

    value: Value
    origin: str


Layer = Mapping[Place, Found]
"""What one source says, by place. Layers stand in sequences, the first of which wins."""


@cache
def fields_of(struct: type[Struct]) -> tuple[FieldInfo, ...]:
    """The fields of a table: msgspec evaluates their annotations each time that it is asked."""
    return fields(struct)


def title(place: Place) -> str:
    """A place as TOML would have it: ``polling.idle``, ``filters."a b"``."""
    return ".".join(part if re.fullmatch(r"[\w-]+", part) else json.dumps(part) for part in place)


def first(place: Place, layers: Iterable[Layer]) -> Found:
    """What the first layer says that names a place; the value None, by default, where none does."""
    return next((layer[place] for layer in layers if place in layer), Found(None, DEFAULT))


def settings_of(layers: Iterable[Layer]) -> Settings:
    """The settings that layers come to, each of which was judged alone.

    Raises:
        ConfigError: Two values do not go together.
    """
    merged = _merged(layers)
    members: dict[str, object] = {}
    for place, found in merged.items():
        table = members
        for part in place[:-1]:
            table = table.setdefault(part, {})  # type: ignore[assignment]
        table[place[-1]] = found.value
    faults = []
    for field in fields_of(Settings):
        name = field.encode_name
        if name in members:
            try:
                msgspec.convert(members[name], field.type)
            except msgspec.ValidationError as error:
                origins = [
                    f"{title(place)} from {found.origin}"
                    for place, found in merged.items()
                    if place[0] == name
                ]
                what = str(error).partition(" - at `$")[0]
                faults.append(f"{name}: {what[0].lower()}{what[1:]} ({', '.join(origins)})")
    if faults:
        raise ConfigError(*faults)
    return msgspec.convert(members, Settings)


def shown(layers: Iterable[Layer]) -> tuple[Setting, ...]:
    """Every setting in use, in the order of ``Settings``, and where it came from."""
    return tuple(
        Setting(title(place), toml(place, found.value), found.origin)
        for place, found in in_use(layers)
    )


def in_use(layers: Iterable[Layer]) -> Iterator[tuple[Place, Found]]:
    """Every setting that was named or has a default, in the order of ``Settings``."""
    merged = _merged(layers)
    for name, default in defaults():
        if name in merged:
            yield name, merged[name]
        elif default is not OWN_KEYS:
            yield name, Found(default, DEFAULT)
        else:
            below = (place for place in merged if place[: len(name)] == name)
            yield from ((place, merged[place]) for place in sorted(below))


OWN_KEYS = object()
"""Stands for the default of a table whose keys are the person's own."""


def defaults(struct: type[Struct] = Settings, above: Place = ()) -> Iterator[tuple[Place, Value]]:
    """Every place below a table with its default; a table of one's own keys counts as one."""
    for field in fields_of(struct):
        place = (*above, field.encode_name)
        if isinstance(field.type, type) and issubclass(field.type, Struct):
            yield from defaults(field.type, place)
        elif field.default is NODEFAULT:
            yield place, OWN_KEYS  # type: ignore[misc]
        else:
            value = field.default
            yield place, value.value if isinstance(value, Enum) else value


def toml(place: Place, value: Value) -> str:
    """A value as config.toml has it, but for what is secret in it; empty where there is none."""
    value = masked(value)
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False)


def masked(value: Value) -> Value:
    """A value without the name and password that a URL holds."""
    return without_userinfo(value) if isinstance(value, str) else value


def _merged(layers: Iterable[Layer]) -> dict[Place, Found]:
    merged: dict[Place, Found] = {}
    for layer in layers:
        for place, found in layer.items():
            merged.setdefault(place, found)
    return merged
