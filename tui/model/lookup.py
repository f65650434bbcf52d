"""Which invocation a person means by an ARN, an id or how it begins, or a token. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from heapq import nlargest

from tui.model.invocation import Invocation

NEAR = 3
"""Names that are offered in place of one that nothing has."""

COMPARED = 1000
"""The newest invocations, whose ids alone are compared: of 100,000 it would take seconds."""

_ARN = re.compile(r"arn:[^:]*:bedrock:[^:]+:[0-9]{12}:async-invoke/.+")


@dataclass(frozen=True, slots=True)
class Match:
    """What a word stands for.

    Attributes:
        word: As it was typed.
        rows: What it may mean, the newest first: nothing, one, or several.
        is_whole: Whether the word is a whole name, rather than how an id begins.
        near: Where it means nothing: the ids that are most like it.
    """

    word: str
    rows: tuple[Invocation, ...] = ()
    is_whole: bool = False
    near: tuple[str, ...] = ()

    @property
    def row(self) -> Invocation | None:
        """The one that is meant; None for nothing, or several."""
        return self.rows[0] if len(self.rows) == 1 else None


def is_arn(word: str) -> bool:
    """Whether a word names an invocation that AWS can be asked for, known here or not."""
    return _ARN.fullmatch(word) is not None


def look_up(words: Sequence[str], rows: Iterable[Invocation]) -> list[Match]:
    """Find what each word stands for: a whole name goes before how others begin.

    Args:
        words: Each an ARN, an id, a client token, an inference id, or the beginning of an id.
        rows: Every invocation that is known.
    """
    rows = list(rows)
    wanted, beginnings = frozenset(words), tuple(filter(None, words))
    meant = [
        row for row in rows if row.id.startswith(beginnings) or not wanted.isdisjoint(names_of(row))
    ]
    return [_match(word, meant, rows) for word in words]


def _match(word: str, meant: Sequence[Invocation], rows: Iterable[Invocation]) -> Match:
    if not word:
        return Match(word)
    if whole := [row for row in meant if word in names_of(row)]:
        return Match(word, _newest_first(whole), is_whole=True)
    if begun := [row for row in meant if row.id.startswith(word)]:
        return Match(word, _newest_first(begun))
    return Match(word, near=_near(word, rows))


def names_of(row: Invocation) -> tuple[str, ...]:
    """Every whole name of an invocation."""
    return (row.key, row.id, row.invocation_arn, row.client_request_token)


def _near(word: str, rows: Iterable[Invocation]) -> tuple[str, ...]:
    newest = nlargest(COMPARED, rows, key=_age)
    return tuple(get_close_matches(word.rpartition("/")[2], [row.id for row in newest], NEAR))


def _newest_first(rows: Sequence[Invocation]) -> tuple[Invocation, ...]:
    return tuple(sorted(rows, key=_age, reverse=True))


def _age(row: Invocation) -> tuple[float, str]:
    return row.submit_time.timestamp(), row.key
