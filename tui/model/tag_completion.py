"""Completion of tags from recent ones: the key first, then its value."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tui.model.tag import Tag, parse_tags, tags_text

_LAST_WORD = re.compile(
    r"(?:[^\s'\"\\]|\\.|'[^']*(?:'|\Z)|\"(?:[^\"\\]|\\.)*(?:\"|\Z))*\Z", re.DOTALL
)


def complete(text: str, recent: Sequence[Tag]) -> str | None:
    """The text with its last word completed to a recent key or, behind its ``=``, value."""
    match = _LAST_WORD.search(text)
    word = match[0] if match else ""
    head = text[: len(text) - len(word)]
    try:
        taken = {tag.key for tag in parse_tags(head)}
    except ValueError:
        return None
    for tag in recent:
        whole = tags_text([tag])
        offered = whole if "=" in word else whole[: whole.find("=") + 1]
        if tag.key not in taken and offered.startswith(word) and offered != word:
            return head + offered
    return None
