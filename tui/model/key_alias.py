"""The aliases of KMS keys, and completion of what is typed for one to its ARN."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

ARROW = " → "
"""Stands between a name that is completed and the ARN that is taken for it."""

_PREFIX = "alias/"


class KeyAlias(Struct, frozen=True):
    """An alias of a key.

    Attributes:
        name: ``alias/media``.
        arn: What a request wants in its place.
    """

    name: str
    arn: str


def complete(text: str, aliases: Iterable[KeyAlias]) -> str | None:
    """The first alias whose ARN or name, ``alias/`` or not, continues the text; or None.

    A name comes with its ARN behind an arrow: ``alias/media → arn:aws:kms:…``.
    """
    for alias in aliases:
        if alias.arn.startswith(text) and alias.arn != text:
            return alias.arn
        for name in (alias.name, alias.name.removeprefix(_PREFIX)):
            if name.startswith(text):
                return f"{name}{ARROW}{alias.arn}"
    return None


def taken(suggestion: str) -> str:
    """What accepting a suggestion puts into the field."""
    return suggestion.rpartition(ARROW)[2]
