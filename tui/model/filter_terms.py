"""Where the terms of a filter's text begin and end. What they mean is filter.py's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TERM = re.compile(
    r'(?P<bang>!*)(?:"(?P<phrase>[^"]*)"?|(?P<name>[^\s":]+):(?P<values>(?:"[^"]*"?|[^\s"])*))?'
)
_VALUE = re.compile(r'(?:"[^"]*"?|[^",])+')
_BLANK = re.compile(r"[\s\0-\x1f]")
_SCHEMES = ("arn", "http", "https")


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a filter.

    Attributes:
        start: Its offset in the text, that of its ``!`` if it has one.
        end: The offset after it.
        is_wanted: Whether it has no ``!``, or an even number.
        field: The folded name in a ``field:value``, else empty.
        body: What follows the ``!`` and the field's colon; of a phrase, what is in its quotes.
        body_start: The body's offset.
        is_phrase: Whether it is in quotes.
    """

    start: int
    end: int
    is_wanted: bool
    field: str
    body: str
    body_start: int
    is_phrase: bool = False

    def values(self) -> Iterator[tuple[int, int, str]]:
        """The values in its body: start and end in the text, and the value with its quotes."""
        for match in _VALUE.finditer(self.body):
            start, end = match.span()
            yield self.body_start + start, self.body_start + end, match[0]


def terms_of(text: str) -> Iterator[Term]:
    """Cut a text into its terms. A quote that is not closed ends with the text."""
    text = _BLANK.sub(" ", text)
    at = 0
    while at < len(text):
        if text[at] == " ":
            at += 1
            continue
        term = _term_at(text, at)
        yield term
        at = term.end


def _term_at(text: str, at: int) -> Term:
    match = _TERM.match(text, at)
    assert match is not None
    is_wanted = len(match["bang"]) % 2 == 0
    if match["phrase"] is not None:
        start = match.start("phrase")
        return Term(at, match.end(), is_wanted, "", match["phrase"], start, is_phrase=True)
    name, values = match["name"], match["values"]
    if name and _is_field(name, values):
        start = match.start("values")
        return Term(at, match.end(), is_wanted, name.casefold(), values, start)
    start = match.end("bang")
    word = text[start:].partition(" ")[0]
    return Term(at, start + len(word), is_wanted, "", word, start)


def _is_field(name: str, values: str) -> bool:
    """Whether ``name:values`` is about a field, and is no ARN, URI, model id or time of day."""
    is_name = name.isascii() and name.isalpha() and name.casefold() not in _SCHEMES
    return is_name and not values.startswith("//")
