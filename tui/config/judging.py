"""Members → a layer, or every fault in them, in words. Reads nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum, EnumMeta
from typing import Any, get_args, get_origin
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from tui.config.layers import Found, Layer, Place, fields_of, masked
from tui.config.settings import Settings
from tui.model.layout import check_layout

OriginOf = Callable[[Place], str]
"""Who says what stands at a place, in words."""

KEYS = "keys"
"""The table of keys: its own keys are ids of actions, whole in quotes or in halves."""

_TYPES = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "object": "a table",
    "array": "a list",
    "null": "nothing",
    "datetime": "a date",
    "date": "a date",
    "time": "a time",
}


class Fault(Struct, frozen=True):
    """What is wrong at a place."""

    place: Place
    what: str


def judge(members: Mapping[str, object], origin_of: OriginOf) -> tuple[Layer, list[Fault]]:
    """What nested members say, leaf by leaf, and what is wrong with the others."""
    layer: dict[Place, Found] = {}
    faults: list[Fault] = []
    for place, kind, value in _leaves(members, Settings, ()):
        if kind is None:
            faults.append(Fault(place, unknown(place, str(value))))
        elif what := _fault(place, kind, value):
            faults.append(Fault(place, what))
        elif place in layer:  # TOML takes an id in quotes and one in halves for two
            faults.append(Fault(place, _twice(place)))
        else:
            layer[place] = Found(value, origin_of(place))  # type: ignore[arg-type]
    return layer, [*faults, *_conflicts(layer)]


def _twice(place: Place) -> str:
    """What is said of an id that is there in both ways to write one."""
    _, *above, last = place
    return f'is said twice: "{".".join(place[1:])}" and [{".".join([KEYS, *above])}] {last}'


def _conflicts(layer: Layer) -> Iterator[Fault]:
    """Keys that would mean two things at once."""
    changed = {".".join(place[1:]): str(layer[place].value) for place in layer if place[0] == KEYS}
    if changed:
        from tui.model import keymap

        for name, what in keymap.conflicts(changed).items():
            yield Fault((KEYS, *name.split(".")), what)


def parse(place: Place, text: str) -> tuple[object, str]:
    """The value that a variable's text stands for at a place, and what is wrong with it, or none.

    Args:
        place: One that ``layers.defaults`` knows.
        text: ``0.5``, ``true``, ``sixel``.
    """
    if any("\ud800" <= char <= "\udfff" for char in text):
        return text, "holds bytes that are not UTF-8"
    kind = kind_of(place)
    value: object = text
    with_case = text.lower() if _is(kind, bool) else text
    try:
        value = msgspec.convert(with_case, kind, strict=False)
    except msgspec.ValidationError:
        return value, _fault(place, kind, value)
    value = value.value if isinstance(value, Enum) else value
    return value, _rule(place, value)


def kind_of(place: Place) -> Any:
    """The type of a place; None where there is none."""
    kind: Any = Settings
    for part in place:
        if get_origin(kind) is dict:
            kind = get_args(kind)[1]
        elif isinstance(kind, type) and issubclass(kind, Struct):
            kind = next((f.type for f in fields_of(kind) if f.encode_name == part), None)
        else:
            return None
    return kind


def unknown(place: Place, near: str = "") -> str:
    """What is said of a place that is none, with the nearest one that is."""
    kind = kind_of(place[:-1])
    names = [field.encode_name for field in fields_of(kind)] if kind else []
    what = "is not a setting"
    return f"{what}{suggestion(near or place[-1], names) or '; config.example.toml lists them all'}"


def suggestion(text: str, names: Sequence[str]) -> str:
    """``; did you mean …?`` of the nearest name; empty where none is near."""
    import difflib  # a file without a fault needs it not

    near = difflib.get_close_matches(text.replace("_", "-"), names, n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""


def _leaves(
    members: Mapping[str, object], struct: type[Struct], above: Place
) -> Iterator[tuple[Place, Any, object]]:
    """Each leaf with its type; None of a key that is none."""
    kinds = {field.encode_name: field.type for field in fields_of(struct)}
    for name, value in members.items():
        if (*above, name) == (KEYS,) and isinstance(value, Mapping):
            yield from _keys((KEYS,), value)
        else:
            yield from _below((*above, name), kinds.get(name), value)


def _keys(above: Place, members: Mapping[str, object]) -> Iterator[tuple[Place, Any, object]]:
    """Each text of keys, at the parts of its action's id, however these were written."""
    for name, value in members.items():
        place = (*above, *name.split("."))
        if isinstance(value, Mapping):
            yield from _keys(place, value)
        else:
            yield place, str, value


def _below(place: Place, kind: Any, value: object) -> Iterator[tuple[Place, Any, object]]:
    if kind is None:
        yield place, None, place[-1]
    elif not isinstance(value, Mapping):
        yield place, kind, value
    elif get_origin(kind) is dict:
        for name, inner in value.items():
            yield from _below((*place, name), get_args(kind)[1], inner)
    elif isinstance(kind, type) and issubclass(kind, Struct):
        yield from _leaves(value, kind, place)
    else:
        yield place, kind, value


def _fault(place: Place, kind: Any, value: object) -> str:
    """What is wrong with a value; empty where nothing is."""
    allowed = _choices(kind)
    if allowed and value not in allowed:
        near = suggestion(value, allowed) if isinstance(value, str) else ""
        listed = ", ".join(f'"{each}"' for each in allowed)
        return f"expected one of {listed}, got {_shown(value)}{near}"
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        what = str(error).partition(" - at `$")[0].replace(" | null", "")
        what = re.sub(r"`(\w+)`", lambda found: _TYPES.get(found[1], found[1]), what)
        return f"{what[0].lower()}{what[1:].split(', got')[0]}, got {_shown(value)}"
    return _rule(place, value)


def _rule(place: Place, value: object) -> str:
    """What only the place itself can say against a value of the right type."""
    if place[-1] == "endpoint-url" and isinstance(value, str):
        return endpoint_fault(value)
    if place[-1] == "region" and isinstance(value, str) and value:
        is_name = re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", value)
        if is_name and value != value.lower():  # a signature holds for the name as it is written
            return f"{value!r} is no region's name; did you mean {value.lower()}?"
        return "" if is_name else f"{value!r} is no region's name, such as us-west-2"
    if place == ("download", "layout"):
        try:
            check_layout(str(value))
        except ValueError as error:
            return str(error)
    if place[0] == KEYS:
        from tui.model import keymap

        return keymap.fault(".".join(place[1:]), str(value))
    if place == ("query",) and isinstance(value, str):
        from tui.model.query import fault_of

        return fault_of(value)
    return ""


def endpoint_fault(url: str) -> str:
    """What is wrong with an endpoint's URL; empty where nothing is, and for an empty one."""
    if not url or (re.fullmatch(r"https?://[^\s/?#]+\S*", url) and _has_place(url)):
        return ""
    near = ""
    if re.fullmatch(r"(localhost|[\d.]+|\[[\da-f:]+\])(:\d+)?(/\S*)?", url):
        near = f"; did you mean http://{url}?"
    elif found := re.fullmatch(r"h?t{1,3}ps?(s?)[:/]*([^\s/:]+\.[^\s/]+\S*)", url):
        near = f"; did you mean {'https' if 's' in url[:6] else 'http'}://{found[2]}?"
    return f"{str(masked(url))!r} is not like https://host:port{near}"


def _has_place(url: str) -> bool:
    """Whether a URL names a host, and a port if any, that can be one."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _choices(kind: Any) -> list[str]:
    """The values of an enumeration, also of one that may be left out."""
    for each in (kind, *get_args(kind)):
        if isinstance(each, EnumMeta):
            return [str(member.value) for member in each]  # type: ignore[var-annotated]
    return []


def _is(kind: Any, wanted: type) -> bool:
    return kind is wanted or wanted in get_args(kind)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return f"{value}"
    if isinstance(value, str):
        return f'"{masked(value)}"'
    return (
        "a table"
        if isinstance(value, Mapping)
        else "a list"
        if isinstance(value, list)
        else "a date"
    )
