"""The language of the rules: shapes that find what is wrong with a JSON value.

Every member is looked at, whatever is wrong with the others; members without a shape are allowed.
"""
# ruff: noqa: D102 - what a shape's call does, `Shape` says for all of them

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tui.model.fault import Fault, Path

Shape = Callable[[object, Path], Iterator[Fault]]
"""The rules for one value: called with it and its path, a shape yields what is wrong."""


@dataclass(frozen=True)
class Text:
    """A string, with bounds on its length. ``pattern`` must match all of it."""

    minimum: int = 0
    maximum: int | None = None
    pattern: str = ""
    expected: str = ""

    def __call__(self, value: object, path: Path) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield Fault(path, "type", "a text", _kind_of(value))
        elif len(value) < self.minimum:
            yield Fault(path, "minLength", f"at least {_count(self.minimum)}", _count(len(value)))
        elif self.maximum is not None and len(value) > self.maximum:
            yield Fault(path, "maxLength", f"at most {_count(self.maximum)}", _count(len(value)))
        elif self.pattern and not re.fullmatch(self.pattern, value, re.DOTALL):
            yield Fault(path, "pattern", self.expected or self.pattern, _shown(value))


@dataclass(frozen=True)
class Number:
    """A number within bounds."""

    minimum: float
    maximum: float | None = None
    multiple_of: int | None = None
    is_whole: bool = False

    def __call__(self, value: object, path: Path) -> Iterator[Fault]:
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            yield Fault(path, "type", "a number", _kind_of(value))
        elif self.is_whole and value % 1:
            yield Fault(path, "type", "a whole number", str(value))
        elif value < self.minimum:
            yield Fault(path, "minimum", f"at least {self.minimum}", str(value))
        elif self.maximum is not None and value > self.maximum:
            yield Fault(path, "maximum", f"at most {self.maximum}", str(value))
        elif self.multiple_of is not None and value % self.multiple_of:
            yield Fault(path, "multipleOf", f"a multiple of {self.multiple_of}", str(value))


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def __call__(self, value: object, path: Path) -> Iterator[Fault]:
        if not isinstance(value, bool):
            yield Fault(path, "type", "true or false", _kind_of(value))


@dataclass(frozen=True, init=False)
class Choice:
    """One of a few values."""

    values: tuple[str | int, ...]

    def __init__(self, *values: str | int) -> None:
        object.__setattr__(self, "values", values)

    def __call__(self, value: object, path: Path) -> Iterator[Fault]:
        if not isinstance(value, (str, int, float)) or value not in self.values:
            yield Fault(path, "enum", " or ".join(map(str, self.values)), _shown(value))


@dataclass(frozen=True)
class ListOf:
    """A list whose items have one shape."""

    item: Shape
    minimum: int = 0
    maximum: int | None = None

    def __call__(self, value: object, path: Path) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield Fault(path, "type", "a list", _kind_of(value))
            return
        if len(value) < self.minimum:
            yield Fault(path, "minItems", f"at least {self.minimum}", str(len(value)))
        if self.maximum is not None and len(value) > self.maximum:
            yield Fault(path, "maxItems", f"at most {self.maximum}", str(len(value)))
        for index, item in enumerate(value):
            yield from self.item(item, (*path, index))


@dataclass(frozen=True)
class OneOrMany:
    """A list whose items have one shape, or such an item alone."""

    item: Shape

    def __call__(self, value: object, path: Path) -> Iterator[Fault]:
        shape = ListOf(self.item) if isinstance(value, list) else self.item
        yield from shape(value, path)


@dataclass(frozen=True)
class Record:
    """An object.

    Attributes:
        members: The shapes of the members, by name.
        required: Names that must be there.
        exactly_one: Names of which exactly one must be there.
        refused: Names that must not be there, and what is expected instead.
        check: A rule about the object as a whole.
    """

    members: Mapping[str, Shape]
    required: tuple[str, ...] = ()
    exactly_one: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    check: Callable[[object, Path], Iterator[Fault]] | None = None

    def __call__(self, value: object, path: Path) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield Fault(path, "type", "an object", _kind_of(value))
            return
        for name in self.required:
            if name not in value:
                yield Fault((*path, name), "required", "is required")
        found = [name for name in self.exactly_one if name in value]
        if self.exactly_one and len(found) != 1:
            rule = "rule" if found else "required"
            expected = f"exactly one of {', '.join(self.exactly_one)}"
            yield Fault(path, rule, expected, " and ".join(found) or "none")
        for name, expected in self.refused.items():
            if name in value:
                yield Fault((*path, name), "rule", expected)
        for name, shape in self.members.items():
            if name in value:
                yield from shape(value[name], (*path, name))
        if self.check is not None:
            yield from self.check(value, path)


@dataclass(frozen=True)
class Switch:
    """An object of which one member says what the others are."""

    member: str
    cases: Mapping[str, Record]

    def __call__(self, value: object, path: Path) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield Fault(path, "type", "an object", _kind_of(value))
        elif self.member not in value:
            yield Fault((*path, self.member), "required", "is required")
        else:
            case = value[self.member]
            yield from Choice(*self.cases)(case, (*path, self.member))
            if isinstance(case, str) and case in self.cases:
                yield from self.cases[case](value, path)


def _kind_of(value: object) -> str:
    """What sort of JSON value it is, for a person."""
    if value is None:
        return "null"
    for kind, name in (
        (bool, "true or false"),
        (str, "a text"),
        ((int, float), "a number"),
        (list, "a list"),
        (Mapping, "an object"),
    ):
        if isinstance(value, kind):
            return name
    return type(value).__name__


def _shown(value: object) -> str:
    """A value in a few characters."""
    if isinstance(value, (Mapping, list)) or value is None:
        return _kind_of(value)
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _count(characters: int) -> str:
    return f"{characters} character" + ("" if characters == 1 else "s")
