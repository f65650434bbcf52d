"""JSON in bytes, which may be large: decoded part by part, so that other threads get their turn."""

from __future__ import annotations

import msgspec

_AT_ONCE = 256 * 1024
"""Bytes decoded in one go: the decoder lets no other thread run, 10 ms for each megabyte."""

_DEEPEST = 3
"""Levels that are taken apart: each is one more pass over all bytes."""


def decoded(content: bytes | msgspec.Raw, level: int = 0) -> object:
    """The value that the bytes say; None where they are no JSON, which ``null`` is taken for too.

    Args:
        content: UTF-8 without a mark.
        level: How deep in a value they stand.
    """
    try:
        if len(memoryview(content)) > _AT_ONCE and level < _DEEPEST:
            return _parts(content, level + 1)
        value: object = msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None
    return value


def _parts(content: bytes | msgspec.Raw, level: int) -> object:
    try:
        members = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
        return {name: decoded(part, level) for name, part in members.items()}
    except msgspec.ValidationError:
        pass
    try:
        return [
            decoded(part, level) for part in msgspec.json.decode(content, type=list[msgspec.Raw])
        ]
    except msgspec.ValidationError:
        return decoded(content, _DEEPEST)
