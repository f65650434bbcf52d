"""The tags of an invocation, as they are typed and as the API has them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

from msgspec import Struct

_TAG = re.compile(r"((?:[^=\\]|\\.)+)=(.*)", re.DOTALL)


class Tag(Struct, frozen=True):
    """One tag of an invocation."""

    key: str
    value: str


def tags_text(tags: Iterable[Tag]) -> str:
    """Tags as they are typed; ``parse_tags`` reads them back."""
    return " ".join(shlex.quote(f"{_escaped(tag.key)}={tag.value}") for tag in tags)


def parse_tags(text: str) -> tuple[Tag, ...]:
    """Tags typed as ``key=value`` words; quotes keep spaces together.

    A backslash, in quotes, keeps an ``=`` in the key.

    Raises:
        ValueError: A word has no ``=``, or a quote is not closed.
    """
    tags = []
    for word in shlex.split(text):
        match = _TAG.fullmatch(word)
        if not match:
            raise ValueError(f"{word!r} is not key=value")
        tags.append(Tag(re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL), match[2]))
    return tuple(tags)


def _escaped(key: str) -> str:
    return key.replace("\\", "\\\\").replace("=", "\\=")
