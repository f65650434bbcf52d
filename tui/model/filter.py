"""The table's filter: one line of text → the invocations it keeps. No I/O.

Every term must hold: a word, a ``"phrase"``, a ``field:value`` or the ``@name`` of a filter in the
configuration. ``!`` before a term turns it round, a comma between values is an or, quotes hold
blanks and commas. How a word is found is haystack.py's; a field holds when it contains its value.
A term that cannot be read is left out, so that the table does not jump while someone types.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce

from tui.model.filter_fields import FIELDS, FieldError, Holds, is_age, nearest
from tui.model.filter_terms import Term, terms_of
from tui.model.haystack import Haystack, Word, fold
from tui.model.invocation import Invocation

LONGEST = 1000
"""Characters that a filter may have."""

_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class FilterFault:
    """What is wrong with a filter, and where.

    Attributes:
        message: For a person: what is wrong or what would be right.
        start: Offset of the first wrong character in the filter's text.
        end: Offset after the last.
    """

    message: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Test:
    """A test of one field; ``cost`` is its rank among the others."""

    cost: int
    holds: Holds


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that has been read.

    Attributes:
        text: As it was typed.
        fault: The first thing that is wrong with it.
        is_unfinished: Whether its last term is left out because it has only been begun.
        is_relative: Whether what it keeps changes as time passes.
        tests: Of single fields, the cheapest first.
        words: Words and phrases.
        excluded: Filters whose rows it leaves out.
    """

    text: str = ""
    fault: FilterFault | None = None
    is_unfinished: bool = False
    is_relative: bool = False
    tests: tuple[Test, ...] = field(default=(), repr=False, compare=False)
    words: tuple[Word, ...] = field(default=(), repr=False, compare=False)
    excluded: tuple[Filter, ...] = field(default=(), repr=False, compare=False)

    def __bool__(self) -> bool:
        return bool(self.tests or self.words or self.excluded)

    def keeps(self, row: Invocation) -> bool:
        """Whether it keeps this one."""
        return bool(self._sift([row], Haystack()))

    def select(self, rows: Sequence[Invocation], haystack: Haystack) -> list[Invocation]:
        """The rows it keeps, in their order.

        Args:
            rows: All the rows there are; the haystack forgets others.
            haystack: What earlier calls were given. An empty one costs time, nothing else.
        """
        haystack.forget_all_but(rows)
        return self._sift(list(rows), haystack)

    def _sift(self, rows: list[Invocation], haystack: Haystack) -> list[Invocation]:
        for test in self.tests:
            rows = list(filter(test.holds, rows))
        if self.words:
            entries = haystack.entries(rows)
            for word in self.words:
                entries = word.sift(entries, haystack)
            rows = [row for row, _ in entries]
        for other in self.excluded:
            left_out = set(map(id, other._sift(rows, haystack)))
            rows = [row for row in rows if id(row) not in left_out]
        return rows


def parse(
    text: str, now: datetime, named: Mapping[str, str] = {}, *, is_done: bool = False
) -> Filter:
    """Read a filter. Never raises: what is wrong with the text is the filter's ``fault``.

    Args:
        text: As typed.
        now: What ``since:2h`` counts back from.
        named: What ``@name`` stands for, by name.
        is_done: Whether nothing more will be typed: what is only begun is a fault then.
    """
    return _Reader(now, named, is_done=is_done).read(text)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one text; ``inside`` are the names that it is the text of, the outermost first."""

    now: datetime
    named: Mapping[str, str]
    inside: tuple[str, ...] = ()
    is_done: bool = False

    def read(self, text: str) -> Filter:
        end = -1 if self.inside or self.is_done else len(text)
        # Said once is enough: names that stand for repeated names would take exponential time.
        terms = {
            (term.is_wanted, term.field, term.body, term.is_phrase): term
            for term in terms_of(text[:LONGEST])
        }
        parts = [self._term(term, is_last=term.end == end) for term in terms.values()]
        if len(text) > LONGEST:
            message = f"a filter has at most {LONGEST:,} characters, not {len(text):,}"
            parts.append(Filter(fault=FilterFault(message, LONGEST, len(text))))
        return _all_of(text, parts)

    def _term(self, term: Term, *, is_last: bool) -> Filter:
        if term.field:
            return self._field(term, is_last=is_last)
        if term.body.startswith("@") and not term.is_phrase:
            return self._name(term, is_last=is_last)
        word = fold(term.body)
        if word:
            return Filter(words=(Word(word, is_exact=term.is_phrase, is_wanted=term.is_wanted),))
        return _left_out(term, "a word is missing here", is_begun=is_last)

    def _field(self, term: Term, *, is_last: bool) -> Filter:
        known = FIELDS.get(term.field)
        if not known:
            near = nearest(term.field, FIELDS) or f"; there are {', '.join(FIELDS)}."
            message = f"there is no field {_cut(term.field)}{near} Quotes make it a word"
            return _left_out(term, message)
        tests: list[Holds] = []
        left_out: list[Filter] = []
        is_relative = False
        for start, end, raw in term.values():
            value = fold(raw.replace('"', ""))
            if not value:
                continue
            try:
                tests.append(known.test(value, self.now))
            except FieldError as error:
                is_begun = error.is_begun and is_last and end == term.end
                left_out.append(_left_out(term, str(error), (start, end), is_begun=is_begun))
            else:
                is_relative |= term.field == "took"
                is_relative |= term.field in ("since", "before") and is_age(value)
        if not tests and not left_out:
            message = f"a value is missing, as in {term.field}:{known.example}"
            return _left_out(term, message, is_begun=is_last)
        if tests:
            holds = reduce(_either, tests)
            cost = list(FIELDS).index(term.field)
            test = Test(cost, holds if term.is_wanted else _not(holds))
            left_out.append(Filter(tests=(test,), is_relative=is_relative))
        return _all_of("", left_out)

    def _name(self, term: Term, *, is_last: bool) -> Filter:
        name = term.body[1:]
        if name in self.inside:
            return _left_out(term, f"@{_cut(name)} stands for itself")
        if name not in self.named:
            near = nearest(name, self.named)
            message = f"the configuration has no filter {_cut(name)}{near}"
            is_begun = is_last and any(known.startswith(name) for known in self.named)
            return _left_out(term, message, is_begun=is_begun)
        if len(self.inside) == _DEEPEST:
            return _left_out(term, f"more than {_DEEPEST} filters stand for one another here")
        meant = replace(self, inside=(*self.inside, name)).read(self.named[name])
        fault = meant.fault and FilterFault(
            f"in @{_cut(name)}: {meant.fault.message}", term.start, term.end
        )
        if term.is_wanted:
            return replace(meant, fault=fault)
        return Filter(fault=fault, is_relative=meant.is_relative, excluded=(meant,))


def _all_of(text: str, parts: Iterable[Filter]) -> Filter:
    parts = list(parts)
    faults = [part.fault for part in parts if part.fault]
    tests = [test for part in parts for test in part.tests]
    return Filter(
        text=text,
        fault=min(faults, key=lambda fault: fault.start, default=None),
        is_unfinished=any(part.is_unfinished for part in parts),
        is_relative=any(part.is_relative for part in parts),
        tests=tuple(sorted(tests, key=lambda test: test.cost)),
        words=tuple(dict.fromkeys(word for part in parts for word in part.words)),
        excluded=tuple(other for part in parts for other in part.excluded),
    )


def _left_out(
    term: Term, message: str, span: tuple[int, int] | None = None, *, is_begun: bool = False
) -> Filter:
    """A filter without the term; one that is only begun is no fault yet."""
    if is_begun:
        return Filter(is_unfinished=True)
    return Filter(fault=FilterFault(message, *(span or (term.start, term.end))))


def _either(one: Holds, other: Holds) -> Holds:
    return lambda row: one(row) or other(row)


def _not(holds: Holds) -> Holds:
    return lambda row: not holds(row)


def _cut(name: str) -> str:
    return name if len(name) <= 30 else f"{name[:29]}…"
