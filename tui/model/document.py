"""The model input: JSON text ↔ the value that is sent. What is sent equals what was typed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

import msgspec

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?(?:NaN|Infinity)|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?')
_NUMBERS = re.compile(r"\[\s+-?\d[-+\d.eE,\s]*\]")
_SURROGATE = re.compile("[\ud800-\udfff]")


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
    """A token that JSON or the SDK cannot carry unchanged; the token is its argument."""


def parse(text: str) -> object | DocumentFault:
    """The JSON value that ``text`` says, or why there is none.

    Refuses what would not arrive as typed: NaN and infinities, duplicate names, lone surrogates,
    and numbers that a double cannot hold.
    """
    if not text.strip():
        return DocumentFault("the input is empty; JSON starts with {", 1, 1)
    try:
        value: object = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_exact_float,
            object_pairs_hook=_unique_names,
        )
    except json.JSONDecodeError as error:
        return DocumentFault(_in_words(error, text), error.lineno, error.colno)
    except _UnsendableError as error:
        message, token = error.args
        return _at(text, token, message)
    except RecursionError:
        return DocumentFault("nested too deeply to be sent")
    except ValueError as error:
        return DocumentFault(str(error))
    if _SURROGATE.search(text) or _has_lone_surrogate(value):
        return DocumentFault("holds half of a surrogate pair, which UTF-8 cannot carry")
    return value


def pretty(value: object, *, flat_numbers: bool = False) -> str:
    """The value as indented JSON with names in the order they were given.

    Args:
        value: Any JSON value.
        flat_numbers: Whether a list of numbers stays on one line: embeddings have thousands.
    """
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return _NUMBERS.sub(lambda match: " ".join(match[0].split()), text) if flat_numbers else text


def compact(value: object) -> str:
    """The value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def abridged(value: object, longest: int = 200) -> object:
    """The value with long strings cut for reading: base64 is never printed in full."""
    if isinstance(value, str) and len(value) > longest:
        return f"{value[:40]}… ({len(value):,} characters)"
    if isinstance(value, dict):
        return {name: abridged(member, longest) for name, member in value.items()}
    if isinstance(value, list):
        return [abridged(item, longest) for item in value]
    return value


def size_text(size: int) -> str:
    """A number of bytes for a person: ``214 B``, ``2.4 MB``."""
    number = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000 or unit == "GB":
            return f"{int(number)} B" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    raise AssertionError


def _refuse_constant(token: str) -> NoReturn:
    raise _UnsendableError(f"{token} is not JSON", token)


def _exact_float(token: str) -> float:
    number = float(token)
    if number in (float("inf"), float("-inf")):
        raise _UnsendableError(f"{token} is larger than a JSON number can be sent", token)
    if Decimal(token) != Decimal(repr(number)):
        raise _UnsendableError(
            f"{token} would be sent as {number!r}; write that, or a string", token
        )
    return number


def _unique_names(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise _UnsendableError(
            f"the name {double!r} stands twice in one object", json.dumps(double)
        )
    return members


def _at(text: str, token: str, message: str) -> DocumentFault:
    places = [match.start() for match in _TOKEN.finditer(text) if match[0] == token]
    if not places:
        return DocumentFault(message)
    start = places[-1]
    return DocumentFault(
        message, text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
    )


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
    if error.msg.startswith("Expecting property name") and found == "}":
        return "a comma before } is one too many"
    if error.msg.startswith("Expecting property name") and found == "'":
        return "names stand in double quotes"
    return error.msg[0].lower() + error.msg[1:]
