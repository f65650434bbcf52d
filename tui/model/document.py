"""The model input: JSON text ↔ the value that is sent. What is sent equals what was typed."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import NoReturn

import msgspec

DEEPEST = 100
"""Objects and lists within each other, at most: the SDK walks them recursively."""

_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_NAME = re.compile(rf"({_STRING})(\s*:)?|[{{}}]")
# A line feed follows the bracket, which no string of a JSON text holds: strings stay as they are.
_NUMBERS = re.compile(r"\[\n\s*-?\d[-+\d.eE,\s]*\]")
_BEGINNING = re.compile(r"""[\ufeff\s]*\{\s*(?:["']|\}\s*\Z)""")
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_TOO_DEEP = f"nested too deeply to be sent: at most {DEEPEST} objects and lists in each other"


@dataclass(frozen=True, slots=True)
class DocumentFault:
    """Why a text is not a document that can be sent, and where.

    Attributes:
        message: One line for a person.
        line: From 1; 0 when the place is not known.
        column: From 1; 0 when the place is not known.
    """

    message: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return (
            f"line {self.line}, column {self.column}: {self.message}" if self.line else self.message
        )


class _UnsendableError(ValueError):
    """A token that JSON or the SDK cannot carry unchanged; its arguments are words and token."""


class _DoubleNameError(ValueError):
    """A name that stands twice in one object; the name is its argument."""


def parse(text: str) -> object | DocumentFault:
    """The JSON value that ``text`` says, or why there is none.

    Refuses what would not arrive as typed: NaN and infinities, duplicate names, lone surrogates,
    fractions that a double cannot hold, and what is nested deeper than ``DEEPEST``. A byte order
    mark is no part of it.
    """
    if text.startswith("\ufeff"):
        text = f" {text[1:]}"  # all else keeps its place
    if not text.strip():
        return DocumentFault("the input is empty; JSON starts with {", 1, 1)
    try:
        value: object = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_exact_float,
            parse_int=_exact_int,
            object_pairs_hook=_unique_names,
        )
    except json.JSONDecodeError as error:
        return DocumentFault(_in_words(error, text), error.lineno, error.colno)
    except _UnsendableError as error:
        message, token = error.args
        return _at(text, _place_of_token(text, token), message)
    except _DoubleNameError as error:
        (name,) = error.args
        message = f"the name {json.dumps(name, ensure_ascii=False)} stands twice in one object"
        return _at(text, _place_of_double(text, name), message)
    except RecursionError:
        return DocumentFault(_TOO_DEEP)
    except ValueError:  # Python's own limit for the digits of a whole number
        return DocumentFault("holds a whole number of thousands of digits")
    # Walking a large value takes as long as parsing it; most texts need no walk.
    if text.count("[") + text.count("{") > DEEPEST and _is_too_deep(value):
        return DocumentFault(_TOO_DEEP)
    if not _is_utf8(text) or (_SURROGATE_ESCAPE.search(text) and _has_lone_surrogate(value)):
        return DocumentFault("holds half of a surrogate pair, which UTF-8 cannot carry")
    return value


def begins_object(text: str) -> bool:
    """Whether a text begins like an object, of JSON or Python; ``{date}/`` does not."""
    return _BEGINNING.match(text) is not None


def pretty(value: object, *, flat_numbers: bool = False) -> str:
    """The value as indented JSON with names in the order they were given.

    Args:
        value: Any JSON value.
        flat_numbers: Whether a list of numbers stays on one line: embeddings have thousands.
    """
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return with_flat_numbers(text) if flat_numbers else text


def with_flat_numbers(text: str) -> str:
    """Indented JSON with each list of numbers on one line."""
    return _NUMBERS.sub(lambda match: " ".join(match[0].split()), text)


def compact(value: object, *, is_ascii: bool = False) -> str:
    """The value as JSON on one line; all but ASCII as it is, or as escapes."""
    return json.dumps(value, ensure_ascii=is_ascii, separators=(",", ":"))


def abridged(value: object, longest: int = 200, notes: Mapping[str, str] | None = None) -> object:
    """The value with long strings cut for reading: base64 is never printed in full.

    Args:
        value: Any JSON value.
        longest: Characters of a string that is not cut.
        notes: What to say, in brackets, after a string of the value: of a file, what it holds.
    """
    if isinstance(value, str):
        short = value if len(value) <= longest else f"{value[:40]}… ({len(value):,} characters)"
        return f"{short} ({notes[value]})" if notes and value in notes else short
    if isinstance(value, dict):
        return {name: abridged(member, longest, notes) for name, member in value.items()}
    if isinstance(value, list):
        return [abridged(item, longest, notes) for item in value]
    return value


def words(value: object, longest: int = 300) -> str:
    """What a person wrote in a document, cut short: its prompts, not its URIs, options and data."""
    found = list(itertools.islice(_written(value), 20))
    return " ".join(" ".join(text[:longest] for text in found).split())[:longest]


def _written(value: object, name: str = "") -> Iterator[str]:
    if isinstance(value, str):
        if " " in value[:200] or name.lower().endswith(("prompt", "text")):
            yield value
    elif isinstance(value, dict):
        for inner, member in value.items():
            yield from _written(member, inner)
    elif isinstance(value, list):
        for item in value:
            yield from _written(item, name)


def size_text(size: int) -> str:
    """A number of bytes for a person: ``214 B``, ``2.4 MB``."""
    if size < 1000:
        return f"{size} B"
    number = size / 1000
    for unit in ("kB", "MB"):
        if number < 999.95:  # what rounds to 1000.0 belongs to the next unit
            return f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} GB"


def _refuse_constant(token: str) -> NoReturn:
    raise _UnsendableError(f"{token} is not JSON", token)


def _exact_int(digits: str) -> int:
    # In a thread, a call for each number also lets the others run: without it, ten megabytes of
    # numbers hold them up for a quarter of a second.
    if digits == "-0":
        raise _UnsendableError("-0 would be sent as 0; write that, or -0.0", digits)
    return int(digits)


def _exact_float(token: str) -> float:
    number = float(token)
    if repr(number) == token:
        return number  # Decimals take ten times as long
    if number in (float("inf"), float("-inf")):
        raise _UnsendableError(f"{token} is larger than a JSON number can be sent", token)
    if not _is_exact(token, number):
        raise _UnsendableError(
            f"{token} would be sent as {number!r}; write that, or a string", token
        )
    return number


def _unique_names(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _DoubleNameError(name)
            seen.add(name)
    return members


def _place_of_token(text: str, token: str) -> int:
    """Where a token first stands outside of strings; -1 when it does not."""
    pattern = rf"{_STRING}|(?<![-+.\w]){re.escape(token)}(?!\.\d|[eE][-+]?\d)"
    return next((match.start() for match in re.finditer(pattern, text) if match[0] == token), -1)


def _place_of_double(text: str, name: str) -> int:
    """Where a name first stands for the second time in its object; -1 when it does not."""
    objects: list[bool] = []  # of each open one: whether it has the name already
    for match in _NAME.finditer(text):
        if match[0] == "{":
            objects.append(False)
        elif match[0] == "}":
            objects.pop()
        elif match[2] and _is_named(match[1], name):
            if objects[-1]:
                return match.start()
            objects[-1] = True
    return -1


def _is_named(string: str, name: str) -> bool:
    return (json.loads(string) if "\\" in string else string[1:-1]) == name


def _at(text: str, start: int, message: str) -> DocumentFault:
    if start < 0:
        return DocumentFault(message)
    return DocumentFault(
        message, text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
    )


def _is_exact(token: str, number: float) -> bool:
    try:
        return Decimal(token) == Decimal(repr(number))
    except InvalidOperation:  # an exponent of twenty digits
        return False


def _is_too_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _nested(outer)]
        if not level:
            return False
    return True


def _nested(value: object) -> list[object]:
    """The objects and lists right inside a value."""
    members: Iterable[object] = ()
    if isinstance(value, dict):
        members = value.values()
    elif isinstance(value, list):
        members = value
    return [member for member in members if isinstance(member, (dict, list))]


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _has_lone_surrogate(value: object) -> bool:
    try:
        msgspec.json.encode(value)
    except UnicodeEncodeError:
        return True
    return False


def _in_words(error: json.JSONDecodeError, text: str) -> str:
    found = text[error.pos : error.pos + 1]
    if not found:
        return "the JSON ends too early"
    before = text[: error.pos].rstrip()[-1:]
    if error.msg.startswith("Illegal trailing comma") or (before == "," and found in "]}"):
        return "the comma before the end is one too many"
    if error.msg.startswith("Expecting property name") and found == "'":
        return "names stand in double quotes"
    if error.msg.startswith("Unterminated string"):
        return "the string that begins here does not end"
    return error.msg[0].lower() + error.msg[1:]
