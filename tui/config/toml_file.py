"""config.toml → a layer of settings. Every fault names file, line and key. Writes nothing."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

from tui.config.judging import KEYS, Fault, judge
from tui.config.layers import Found, Layer, Place, settings_of, title
from tui.config.settings import ConfigError, Settings


def load(path: Path, *, is_required: bool = False) -> Settings:
    """The settings in a file; a file that does not exist means the defaults.

    Raises:
        ConfigError: The file cannot be read, is not TOML, or says what it may not.
    """
    try:
        return settings_of([read(path, is_required=is_required)])
    except ConfigError as error:
        places = (
            fault if fault.startswith(str(path)) else f"{path}: {fault}" for fault in error.faults
        )
        raise ConfigError(*places) from error


def read(path: Path, *, is_required: bool = False) -> Layer:
    """What a file says; a file that does not exist says nothing.

    Raises:
        ConfigError: The file cannot be read, is not TOML, or says what it may not.
    """
    try:
        content = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        if is_required:
            raise ConfigError(f"{path}: there is no such file") from None
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    members = _members(path, content)
    lines = lines_of(content)

    def origin(place: Place) -> str:
        line = line_at(place, lines)
        return f"{path.name} line {line}" if line else path.name

    layer, faults = judge(members, origin)
    folder = _folder(path, layer)
    if isinstance(folder, str):
        faults.append(Fault(("templates",), folder))
    else:
        layer = {**layer, ("templates",): folder}
    told = [(line_at(each.place, lines), f"{title(each.place)}: {each.what}") for each in faults]
    if told:
        texts = (f"line {line}: {what}" if line else what for line, what in sorted(told))
        raise ConfigError(*(f"{path}: {text}" for text in texts))
    return layer


def _members(path: Path, content: str) -> Mapping[str, object]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        members: Mapping[str, object] = tomllib.loads(content)
    except (ValueError, RecursionError) as error:
        what, _, place = str(error).partition(" (at ")
        found = re.search(r"line (\d+), column (\d+)", place)
        line = int(found[1]) if found else content.count("\n") + 1 if place else 0
        column = f", column {found[2]}" if found else ""
        where = f"line {line}{column}: " if line else ""
        end = ": the file ends too early" if place and not found else ""
        end = ": text must be in quotes" if what == "Invalid value" and not end else end
        raise ConfigError(f"{path}: {where}is not TOML: {what}{end}") from error
    return members


def _folder(path: Path, layer: Layer) -> Found | str:
    """The folder of templates, which is beside the file; or why there is none."""
    named = layer.get(("templates",))
    try:
        folder = path.parent / Path(str(named.value) if named else "templates").expanduser()
    except RuntimeError as error:
        return f"{named.value if named else ''}: {error}"
    return Found(str(folder), named.origin if named else "default")


def lines_of(content: str) -> dict[Place, int]:
    """The line of each table and key that begins one, from 1."""
    lines: dict[Place, int] = {}
    table: Place = ()
    open_quotes = ""
    for number, text in enumerate(content.splitlines(), 1):
        if open_quotes:
            open_quotes = "" if text.count(open_quotes) % 2 else open_quotes
            continue
        if header := re.match(r"\s*\[+([^\]]+)\]", text):
            place = table = _parts(header[1])
        elif setting := re.match(r"((?:[^=#\"']|\"[^\"]*\"|'[^']*')+)=", text):
            place = (*table, *_parts(setting[1]))
        else:
            continue
        if place[:1] == (KEYS,):
            place = tuple(".".join(place).split("."))
        lines.setdefault(place, number)
        for quotes in ('"""', "'''"):
            if text.count(quotes) % 2:
                open_quotes = quotes
    return lines


def line_at(place: Place, lines: Mapping[Place, int]) -> int:
    """The line that sets a place or, failing that, the table it is in; 0 when neither does."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 0)


def _parts(key: str) -> Place:
    """The parts of a dotted TOML key, without spaces and quotes."""
    found = re.findall(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)", key)
    return tuple("".join(part) for part in found)
