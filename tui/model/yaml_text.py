"""YAML → the JSON value that it says, in bounded time and memory. Knows no tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui.model import document
from tui.model.document import DEEPEST, DocumentFault
from tui.model.reading import ReadingError

if TYPE_CHECKING:
    from yaml import Event, Mark, ScalarEvent

LONGEST = 1_000_000
"""Characters of a text; a parser of YAML takes some ten seconds for ten million."""

_MOST = 2 * LONGEST
_NODE = 20
"""What one node counts besides its characters, of which ``_MOST`` may come out of a text."""

_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER = re.compile(r"([-+]?)(\d*)(\.\d*)?([eE][-+]?\d+)?")
_STRANGE_NUMBER = re.compile(r"0x[\da-fA-F]+|0o[0-7]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def read(text: str) -> object:
    """The value of a text's one document; plain words mean what YAML 1.2's core schema says.

    Raises:
        ReadingError: It is no YAML, is too large or too deep, or says what JSON cannot.
    """
    if len(text) > LONGEST:
        raise ReadingError(f"YAML of more than {LONGEST:,} characters is not read: paste JSON")
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        value = _Builder(yaml.parse(text, Loader=loader)).document()
    except yaml.MarkedYAMLError as error:
        raise ReadingError(
            f"not YAML: {error.problem or error.context}", _offset(text, error.problem_mark)
        ) from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise ReadingError("not YAML: it holds a character that YAML does not allow") from error
    except _MarkedError as error:
        raise ReadingError(error.message, _offset(text, error.mark)) from error
    if isinstance(fault := document.parse(document.compact(value)), DocumentFault):
        raise ReadingError(fault.message)
    return value


class _MarkedError(Exception):
    def __init__(self, message: str, mark: Mark | None) -> None:
        super().__init__(message)
        self.message = message
        self.mark = mark


class _Builder:
    """One pass over the parser's events, so that nothing is built beyond the bounds."""

    def __init__(self, events: Iterator[Event]) -> None:
        self._events = events
        self._size = 0
        self._anchored: dict[str, tuple[object, int]] = {}

    def document(self) -> object:
        """The stream's one document."""
        import yaml

        next(self._events)
        if isinstance(event := next(self._events), yaml.StreamEndEvent):
            raise _MarkedError("the YAML is empty", event.start_mark)
        value = self._value(next(self._events), 0)
        next(self._events)
        if not isinstance(event := next(self._events), yaml.StreamEndEvent):
            raise _MarkedError("a second YAML document begins here", event.start_mark)
        return value

    def _value(self, event: Event, depth: int) -> object:
        import yaml

        if depth > DEEPEST:
            raise _MarkedError("nested too deeply to be sent", event.start_mark)
        before = self._size
        self._count(_NODE, event)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchored:
                raise _MarkedError(f"*{event.anchor[:60]} stands for nothing", event.start_mark)
            value, size = self._anchored[event.anchor]
            self._count(size, event)
            return value
        if event.tag not in (None, "!"):
            raise _MarkedError(f"the tag {event.tag[:60]} is not read here", event.start_mark)
        if isinstance(event, yaml.ScalarEvent):
            self._count(len(event.value), event)
            value = _scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(item := next(self._events), yaml.SequenceEndEvent):
                items.append(self._value(item, depth + 1))
            value = items
        else:
            value = self._mapping(depth)
        if event.anchor:
            self._anchored[event.anchor] = (value, self._size - before)
        return value

    def _mapping(self, depth: int) -> dict[str, object]:
        import yaml

        members: dict[str, object] = {}
        while not isinstance(name := next(self._events), yaml.MappingEndEvent):
            if not isinstance(name, yaml.ScalarEvent) or (name.value == "<<" and not name.style):
                raise _MarkedError("a plain word is wanted as a name", name.start_mark)
            self._count(_NODE + len(name.value), name)
            if name.value in members:
                raise _MarkedError(f"{name.value[:60]} stands twice", name.start_mark)
            members[name.value] = self._value(next(self._events), depth + 1)
        return members

    def _count(self, size: int, event: Event) -> None:
        self._size += size
        if self._size > _MOST:
            raise _MarkedError("too much YAML, or aliases that multiply", event.start_mark)


def _scalar(event: ScalarEvent) -> object:
    text: str = event.value
    if event.style or event.tag == "!":
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _STRANGE_NUMBER.fullmatch(text):
        raise _MarkedError(f"{text[:60]} is no number of JSON; or quote it", event.start_mark)
    number = _NUMBER.fullmatch(text)
    if not number or not (number[2] or len(number[3] or "") > 1):
        return text
    sign, whole, fraction, exponent = (part or "" for part in number.groups())
    fraction = f"{fraction}0" if fraction == "." else fraction
    whole = whole.lstrip("0") or "0"
    token = f"{sign.strip('+')}{whole}{fraction}{exponent}"
    value = document.parse(token)
    if isinstance(value, DocumentFault):
        raise _MarkedError(value.message, event.start_mark)
    return value


def _offset(text: str, mark: Mark | None) -> int:
    """A mark as an offset: the parser's own index counts bytes."""
    if mark is None:
        return -1
    lines = text.split("\n", mark.line)
    column: int = mark.column
    return min(len(text), len(text) - len(lines[-1]) + column)
