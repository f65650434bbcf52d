"""The Content-Disposition that has a browser show an object, and name it when it is saved.

RFC 6266: a plain name for all, and the exact one, in UTF-8, for those that read it.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from tui.model.text import printable

LONGEST = 120
"""Bytes of the name: it stands in a URL, encoded twice, and servers take no line of 8 kB."""

_ODD = re.compile(r"[^A-Za-z0-9!#$&+.^_`|~ ()\[\]{}@,;=-]")


def inline(name: str) -> str:
    """``inline; filename="output.mp4"``.

    Args:
        name: An object's; what stands before its last slash is left out.
    """
    name = _short(printable(name.rpartition("/")[2]).strip())
    if not name.strip("."):
        return "inline"
    plain = _ODD.sub("_", name)
    exact = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'inline; filename="{plain}"{exact}'


def _short(name: str) -> str:
    """A name that is not too long, with its ending."""
    if len(name.encode()) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    kept = f"{dot}{ending}" if stem and len(ending.encode()) < LONGEST // 4 else ""
    room = LONGEST - len(kept.encode())
    return name.encode()[:room].decode("utf-8", "ignore") + kept
