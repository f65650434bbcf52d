"""Members of a JSON value that others wrote; one of another type than expected is not there."""

from __future__ import annotations

from collections.abc import Mapping

_LONGEST = 300
"""Characters of a text: what is longer is read in the object itself."""


def object_of(value: object) -> Mapping[str, object]:
    """The object that it is, or an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[object]:
    """The list that it is; an object alone is a list of one."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) else []


def text_of(value: object) -> str:
    """The text that it is on one line, cut where it is long; or an empty one."""
    if not isinstance(value, str):
        return ""
    text = " ".join(value[: 4 * _LONGEST].split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def number_of(value: object) -> float | None:
    """The number that it is, as far as a double holds it."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value)
    except OverflowError:
        return None
