"""Placeholders in an output URI, such as ``{date}``: what they stand for, and their filling in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone

NAMES = ("date", "model", "user")
"""What may stand between braces."""

_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def values(model_id: str, now: datetime, user: str) -> dict[str, str]:
    """What the placeholders stand for; each fits into a key as one part of it.

    >>> values("luma.ray-v2:0", datetime(2026, 3, 1, tzinfo=timezone.utc), "ann@corp")
    {'date': '2026-03-01', 'model': 'luma.ray-v2-0', 'user': 'ann-corp'}
    """
    return {
        "date": f"{now.astimezone(timezone.utc):%Y-%m-%d}",
        "model": _as_part(model_id.rpartition("/")[2]),
        "user": _as_part(user),
    }


def fill(text: str, known: Mapping[str, str]) -> str:
    """The text with its placeholders filled in; ``{{`` and ``}}`` stand for braces.

    Raises:
        ValueError: A placeholder is not known, or a brace stands alone.
    """

    def filled(match: re.Match[str]) -> str:
        if match[0] in ("{{", "}}"):
            return match[0][0]
        if match[1] is None:
            raise ValueError(f"a lone {match[0]}: {match[0] * 2} stands for one")
        if match[1] not in known:
            names = " ".join(f"{{{name}}}" for name in known or NAMES)
            raise ValueError(f"no placeholder {match[0]}, only {names}; {{{{ stands for {{")
        return known[match[1]]

    return _PART.sub(filled, text)


def literal(text: str) -> str:
    """A text that ``fill`` gives back as it is."""
    return text.replace("{", "{{").replace("}", "}}")


def unescaped(text: str) -> str:
    """What ``literal`` was given."""
    return text.replace("{{", "{").replace("}}", "}")


def complete(text: str) -> str | None:
    """The text with the placeholder completed that is being typed at its end, or None."""
    head, brace, begun = text.rpartition("{")
    if not brace or head.endswith("{") or "}" in begun:
        return None
    name = next((name for name in NAMES if name.startswith(begun)), None)
    return f"{head}{{{name}}}" if name else None


def _as_part(text: str) -> str:
    return _UNSAFE.sub("-", text).strip("-.") or "unknown"
