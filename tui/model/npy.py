"""A NumPy array in a file: its type, shape and first values."""

from __future__ import annotations

import itertools
import math
import re
from struct import calcsize, iter_unpack, unpack_from
from typing import NamedTuple

_TYPES = {
    "b1": "?",
    "i1": "b",
    "u1": "B",
    "i2": "h",
    "u2": "H",
    "i4": "i",
    "u4": "I",
    "i8": "q",
    "u8": "Q",
    "f2": "e",
    "f4": "f",
    "f8": "d",
}
"""NumPy's types, and struct's."""

_WORDS = {"f": "float", "i": "int", "u": "uint", "c": "complex"}

_VALUES = 1000
"""Values that are shown."""


class Array(NamedTuple):
    """An array.

    Attributes:
        facts: Type and shape.
        text: Its first values; empty where they are of a type that is not read here.
    """

    facts: str
    text: str


def array_of(head: bytes) -> Array | None:
    """The array of a .npy file that begins so; None where its header cannot be read.

    Raises:
        struct.error: The header ends early.
    """
    form, start = ("<H", 10) if head[6:7] == b"\x01" else ("<I", 12)
    (length,) = unpack_from(form, head, 8)
    header = head[start : start + min(length, 4096)].decode("latin-1")
    descr = re.search(r"'descr':\s*'([^']{1,20})'", header)
    shape = re.search(r"'shape':\s*\(([\d, ]*)\)", header)
    if not shape:
        return None
    sizes = [part.strip() for part in shape[1].split(",") if part.strip()]
    count = math.prod(int(size[:20]) for size in sizes[:64])
    shape_text = "×".join(sizes[:64]) or "one value"
    facts = f"{_type_text(descr[1]) if descr else 'several types'} · {shape_text}"
    return Array(facts, _values(head[start + length :], descr[1] if descr else "", count))


def _type_text(descr: str) -> str:
    """A type's name as NumPy prints it; what has none stays as it is written."""
    match = re.fullmatch(r"[<>|=]([fiuc])(\d{1,2})", descr)
    return f"{_WORDS[match[1]]}{8 * int(match[2])}" if match else descr


def _values(content: bytes, descr: str, count: int) -> str:
    form = ("<" if descr[:1] in "<|" else ">") + _TYPES.get(descr[1:], "")
    size = calcsize(form)
    if not size:
        return ""
    whole = content[: len(content) // size * size]
    values = [value for (value,) in itertools.islice(iter_unpack(form, whole), min(count, _VALUES))]
    lines = [
        " ".join(f"{value:.6g}" for value in values[at : at + 8]) for at in range(0, len(values), 8)
    ]
    return "\n".join([*lines, "…"] if count > len(values) else lines)
