"""What a filter's words are looked for in: one folded text per invocation, made once and kept.

A word is found where the text contains it. From three letters on it may abbreviate a model id: it
leaves out whole parts, and within a part only vowels (``nvreel`` for ``amazon.nova-reel-v1:1``).
From four letters on it may abbreviate one word of a prompt or tag, leaving out vowels (``drgn``).
Ids, messages and URIs contain most letters in most orders: there a word stands only for itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

from tui.model.invocation import Invocation, Status

Entry = tuple[Invocation, str]
"""An invocation and the text that its words are looked for in."""

_VOWELS = frozenset("aeiou")
_PART = re.compile(r"[^\W\d_]+|\d+")
_WORD = re.compile(r"[^\W\d_]{4,}")
_EDGE = "\1"
_FEW = 6


def fold(text: str) -> str:
    """The text for comparing: no case, and every run of blanks one space."""
    return " ".join(text.casefold().split())


def can_be_short(word: str) -> bool:
    """Whether a word may abbreviate: three letters or more, no punctuation, no bare number."""
    return 3 <= len(word) <= 40 and word.isalnum() and word[0].isalpha()


def is_short_for(word: str, name: str) -> bool:
    """Whether a folded word abbreviates a name of several parts.

    A part is a run of letters or of digits. The word is cut into pieces that stand for parts of the
    name, in order: each begins with its part's first letter, and leaves out nothing but vowels.

    >>> is_short_for("marengo27", "twelvelabs.marengo-embed-2-7-v1:0")
    True
    """
    reached = {0}
    for part in _PART.findall(name):
        reached |= {
            start + length
            for start in reached
            for length in range(1, _taken(word, start, part) + 1)
        }
        if len(word) in reached:
            return True
    return False


def _taken(word: str, start: int, part: str) -> int:
    """How many letters of the word, from ``start``, the part can stand for."""
    taken = 0
    for letter in part:
        if start + taken == len(word):
            break
        if letter == word[start + taken]:
            taken += 1
        elif not taken or letter not in _VOWELS:
            break
    return taken


class Haystack:
    """The texts of the rows last looked through, and the names and words that occur in them.

    Making the texts costs microseconds a row, looking them up a tenth of one: keep one haystack for
    as long as there are rows, and pass all of them, so that it can forget those that have gone.
    """

    def __init__(self) -> None:
        # By the row's identity: hashing a row reads all its fields, and an entry keeps its row
        # alive, so that no other row can come to have the same identity.
        self._entries: dict[int, Entry] = {}
        self._models: set[str] = set()
        self._words: set[str] = set()

    @property
    def text_count(self) -> int:
        """How many texts it keeps."""
        return len(self._entries)

    def entries(self, rows: Sequence[Invocation]) -> list[Entry]:
        """Each row with its text; only texts that are not known yet are made."""
        known = self._entries.get
        return [known(id(row)) or self._learn(row) for row in rows]

    def forget_all_but(self, rows: Sequence[Invocation]) -> None:
        """Drop the texts of other rows, once they are a good part of all."""
        if len(self._entries) > 1.25 * len(rows) + 1000:
            kept = {id(row): self._entries.get(id(row)) for row in rows}
            self._entries = {key: entry for key, entry in kept.items() if entry}

    def models_short_as(self, word: str) -> set[str]:
        """The model ids, as rows spell them, that the word abbreviates."""
        return {name for name in self._models if is_short_for(word, name.casefold())}

    def words_short_as(self, word: str) -> set[str]:
        """The words of prompts and tags that the word abbreviates, and does not occur in.

        A prompt has so many words that three letters would abbreviate one in most prompts, and
        pieces of several words one in all: a single word is meant, by four letters or more.
        """
        if len(word) < 4:
            return set()
        return {
            full
            for full in self._words
            if full[0] == word[0] and word not in full and _taken(word, 0, full) == len(word)
        }

    def _learn(self, row: Invocation) -> Entry:
        fields = [row.model_id, row.id, row.status, row.s3_uri]
        if row.status is Status.IN_PROGRESS:
            fields.append("pending")
        if row.is_at_endpoint:
            fields.append("sagemaker")
        if row.witness and row.witness.note:
            fields.append(" ".join(row.witness.note.split()))
        if row.failure_message:
            fields.append(" ".join(row.failure_message.split()))
        if row.parts:
            fields.append(row.parts.one_line)
        fields += [" ".join(f"{tag.key}={tag.value}".split()) for tag in row.tags]
        if row.prompt:
            fields.append(" ".join(row.prompt.split()))
        text = "\n".join(fields).casefold().replace(_EDGE, " ")
        if row.tags or row.prompt:
            text = _EDGE.join((text, *self._learn_words(row), ""))
        self._models.add(row.model_id)
        entry = self._entries[id(row)] = (row, text)
        return entry

    def _learn_words(self, row: Invocation) -> set[str]:
        tags = [f"{tag.key}={tag.value}" for tag in row.tags]
        words = set(_WORD.findall("\n".join((row.prompt, *tags)).casefold()))
        self._words |= words
        return words


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase of a filter.

    Attributes:
        text: Folded.
        is_exact: Whether it stands only for itself.
        is_wanted: False for one that must not be found.
    """

    text: str
    is_exact: bool = False
    is_wanted: bool = True

    def sift(self, entries: list[Entry], haystack: Haystack) -> list[Entry]:
        """The entries, all out of ``haystack``, in which it is found or, unwanted, is not."""
        word, wanted = self.text, self.is_wanted
        if word.startswith("arn:"):
            return [entry for entry in entries if _has_arn(entry, word) is wanted]
        if self.is_exact or not can_be_short(word):
            return [entry for entry in entries if (word in entry[1]) is wanted]
        models = haystack.models_short_as(word)
        words = haystack.words_short_as(word)
        if not models and not words:
            return [entry for entry in entries if (word in entry[1]) is wanted]
        hits = [word in text or row.model_id in models for row, text in entries]
        if len(words) > _FEW:
            hits = [
                hit or not words.isdisjoint(text.split(_EDGE))
                for hit, (_, text) in zip(hits, entries, strict=True)
            ]
        else:
            for full in words:
                edged = f"{_EDGE}{full}{_EDGE}"
                hits = [hit or edged in entry[1] for hit, entry in zip(hits, entries, strict=True)]
        return list(compress(entries, hits if wanted else [not hit for hit in hits]))


def _has_arn(entry: Entry, arn: str) -> bool:
    row, text = entry
    return arn in text or arn in row.invocation_arn.casefold() or arn in row.model_arn.casefold()
