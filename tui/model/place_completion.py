"""Completion of an output URI: what to ask S3 for, and which answer continues what is typed."""

from __future__ import annotations

from collections.abc import Iterable

from tui.model import placeholder
from tui.model.outputs import Place

SCHEME = "s3://"


def question(text: str) -> Place | None:
    """The bucket and the beginning of a key that are typed; None where nothing can be asked.

    Without a bucket's slash the bucket itself is still being typed: it is then the prefix, and
    the bucket empty.
    """
    if not text.startswith(SCHEME):
        return None
    try:
        typed = placeholder.fill(text.removeprefix(SCHEME), {})
    except ValueError:
        return None  # what a placeholder stands for is not asked for
    bucket, slash, prefix = typed.partition("/")
    return Place(bucket, prefix) if slash else Place("", bucket)


def answer(text: str, wanted: Place, found: Iterable[str]) -> str | None:
    """The first of the buckets, or of the prefixes, that continues the text; None if none does."""
    uris = (f"{wanted.bucket}/{name}" if wanted.bucket else f"{name}/" for name in found)
    return first(text, (SCHEME + placeholder.literal(uri) for uri in uris))


def first(text: str, uris: Iterable[str]) -> str | None:
    """The first URI that continues the text."""
    return next((uri for uri in uris if uri.startswith(text) and uri != text), None)
