"""JSON lines, laid out record by record. Reads no further than it is given."""

from __future__ import annotations

from typing import NamedTuple

from tui.model.json_text import laid_out

_MOST = 20_000
"""Records that are shown."""

_LONGEST = 8_000_000
"""Characters that are shown."""

_LINES = 100
"""Lines of one record that are shown."""

_WIDEST = 2_000
"""Characters of one line that are shown: of an embedding, what tells it from another."""


class Records(NamedTuple):
    """Records to be read.

    Attributes:
        text: Each below its number.
        facts: How many they are.
        is_all: Whether none is left out for there being too many.
    """

    text: str
    facts: str
    is_all: bool


def records_of(text: str, *, is_cut: bool) -> Records:
    """The records of a text; one that its end cuts is left out, unless there is no other."""
    lines = text.split("\n")
    if is_cut and len(lines) > 1:
        del lines[-1]
    found = [line for line in lines if line.strip()]
    shown: list[str] = []
    left = _LONGEST
    for line in found[:_MOST]:
        record = _record(line)
        left -= len(record)
        if left < 0 and shown:
            break
        shown.append(f"record {len(shown) + 1}\n{record}\n")
    count = f"{len(found):,} record{'s' * (len(found) != 1)}"
    if len(shown) < len(found):
        count += f", of which {len(shown):,} are shown"
    return Records("\n".join(shown), count, is_all=len(shown) == len(found))


def _record(line: str) -> str:
    pretty = laid_out(line)
    lines = (f"(not JSON, or cut)\n{line.strip()}" if pretty is None else pretty).split("\n")
    kept = [part if len(part) <= _WIDEST else f"{part[:_WIDEST]}…" for part in lines[:_LINES]]
    if len(lines) > _LINES:
        kept.append(f"… {len(lines) - _LINES:,} more lines")
    return "\n".join(kept)
