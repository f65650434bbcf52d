"""JSON lines, laid out record by record. Reads no further than it is given."""

from __future__ import annotations

from typing import NamedTuple

from tui.model.counting import so_many
from tui.model.json_text import laid_out

_MOST = 20_000
"""Records that are shown."""

_LONGEST = 8_000_000
"""Characters that are shown."""


class Records(NamedTuple):
    """Records to be read.

    Attributes:
        text: Each behind its number.
        document: A JSON list of them; null stands for one that is not JSON.
        facts: How many they are.
        is_all: Whether none is left out for there being too many.
    """

    text: str
    document: str
    facts: str
    is_all: bool


def records_of(text: str, *, is_cut: bool, is_end: bool = False) -> Records:
    """The records of a text.

    Args:
        text: A record a line.
        is_cut: Whether its end cuts the last one, which is left out then, unless it is the only.
        is_end: Whether it is the end of a longer text: its records are numbered from the last, -1.
    """
    lines = text.split("\n")
    if is_cut and len(lines) > 1:
        del lines[-1]
    found = [line for line in lines if line.strip()]
    shown: list[str] = []
    values: list[str] = []
    left = _LONGEST
    for line in found[: -_MOST - 1 : -1] if is_end else found[:_MOST]:
        value = laid_out(line)
        record = f"(not JSON, or cut) {line.strip()}" if value is None else value
        left -= len(record)
        if left < 0 and shown:
            break
        number = -len(shown) - 1 if is_end else len(shown) + 1
        shown.append(f"record {number} {record}")
        values.append("null" if value is None else value)
    if is_end:
        shown.reverse()
        values.reverse()
    count = so_many(len(found), "record")
    if len(shown) < len(found):
        count += f", of which {len(shown):,} are shown"
    document = f"[{','.join(values)}]"
    return Records("\n".join(shown), document, count, is_all=len(shown) == len(found))
