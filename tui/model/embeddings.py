"""Embeddings in a JSON value, whichever model made them: how many, of what, and how long."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import fmean

from tui.model.counting import so_many
from tui.model.members import list_of, number_of, object_of, text_of
from tui.model.parts import Parts
from tui.model.remark import Outcome, Remark, counting, ranges

BLOCKS = "▁▂▃▄▅▆▇█"

FIRST = "the first"
"""The name of the remark that shows one vector."""

_CELLS = 40
_MOST_KINDS = 6
_LONGEST_KIND = 40
_MOST_REASONS = 3

Record = Mapping[str, object]
Vector = list[float]

_MARKS = ("embedding", "segmentMetadata", "failureReason")
"""A record has one of these."""

_OPTIONS = (("option", "embeddingOption"), ("scope", "embeddingScope"), ("type", "embeddingType"))

_SPANS = (("startSec", "endSec"), ("segmentStartSeconds", "segmentEndSeconds"))
_CHARACTERS = ("segmentStartCharPosition", "segmentEndCharPosition")


def sparkline(vector: Sequence[float], cells: int = _CELLS) -> str:
    """A vector's numbers in blocks from its least to its greatest; of many, the mean of each part.

    >>> sparkline([0.0, 0.5, 1.0])
    '▁▅█'
    """
    peak = max(map(abs, vector), default=0.0) or 1.0
    scaled = [number / peak for number in vector]
    size, count = len(scaled), min(len(scaled), cells)
    edges = [size * index // count for index in range(count + 1)] if count else []
    means = [fmean(scaled[first:last]) for first, last in pairwise(edges)]
    low = min(means, default=0.0)
    step = (max(means, default=0.0) - low) / len(BLOCKS)
    return "".join(BLOCKS[min(int((mean - low) / step), 7) if step else 3] for mean in means)


def records_in(value: object) -> list[Record]:
    """The records of a value that hold an embedding each, or say why they hold none.

    They stand alone, in a list, or in the members ``data`` or ``embeddings``, there also as bare
    vectors, by type or not.
    """
    members = object_of(value)
    if "embedding" in members:
        return [members]
    if isinstance(value, list):
        found = [object_of(item) for item in value]
        return found if any(mark in record for record in found for mark in _MARKS) else []
    inner = (members[name] for name in ("data", "embeddings") if name in members)
    found = next(filter(None, (records_in(list_of(item)) for item in inner)), [])
    return found or list(_bare(members.get("embeddings")))


def remarks_on(records: Sequence[Record], label: str = "") -> list[Remark]:
    """What there is to say of the records, the failed ones first.

    Args:
        records: As ``records_in`` found them.
        label: What was embedded, where an invocation has several such sets.
    """
    failed = _failed(records)
    said = [*_failures(records, failed, label), *_made(records, label)]
    count = sum(map(len, failed.values()))
    why = next(filter(None, (outcome.why for outcome in failed)), "")
    return counting(said, Parts(noun="segment", failed=count, total=len(records), why=why))


def _made(records: Sequence[Record], label: str) -> Iterator[Remark]:
    made = [(record, vector) for record in records if (vector := _vector(record.get("embedding")))]
    if not made:
        return
    vectors = [vector for _, vector in made]
    sizes = sorted({len(vector) for vector in vectors})
    dimensions = f"{sizes[0]}–{sizes[-1]}" if len(sizes) > 1 else f"{sizes[0]}"
    holders = [record for record, _ in made]
    facts = [f"{len(made)} × {dimensions} dimensions", _span(holders), _norm(vectors)]
    yield Remark("embeddings", _labelled(label, " · ".join(filter(None, facts))))
    kinds = [f"{word} {counts}" for word, name in _OPTIONS if (counts := _counts(holders, name))]
    if kinds:
        yield Remark("of these", _labelled(label, " · ".join(kinds)))
    first = vectors[0]
    reach = f"{min(first):.3g} to {max(first):.3g}"
    yield Remark(FIRST, f"{sparkline(first)}  {reach}")


def _bare(value: object) -> Iterator[Record]:
    by_type = object_of(value) or {"": value}
    for kind, vectors in by_type.items():
        found = [vectors] if _vector(vectors) else list_of(vectors)
        yield from ({"embedding": item, "embeddingType": kind} for item in found if _vector(item))


def _vector(value: object) -> Vector | None:
    """The numbers, if that is all that it holds."""
    if not isinstance(value, list) or not value:
        return None
    types = set(map(type, value))
    if types == {float}:
        return value
    try:
        return [float(number) for number in value] if types <= {int, float} else None
    except OverflowError:
        return None


def _norm(vectors: Sequence[Vector]) -> str:
    norms = [math.hypot(*vector) for vector in vectors]
    low, high = f"{min(norms):.4g}", f"{max(norms):.4g}"
    return f"norm {low}" if low == high else f"norms {low} to {high}"


def _span(records: Sequence[Record]) -> str:
    """The time, or the characters, from the first segment to the last."""
    places = [{**record, **object_of(record.get("segmentMetadata"))} for record in records]
    for first, last in _SPANS:
        if text := _reach(places, first, last):
            return f"{text} s"
    text = _reach(places, *_CHARACTERS)
    return f"characters {text}" if text else ""


def _reach(places: Sequence[Record], first: str, last: str) -> str:
    starts = [number for place in places if (number := number_of(place.get(first))) is not None]
    ends = [number for place in places if (number := number_of(place.get(last))) is not None]
    return f"{min(starts):.6g}–{max(ends):.6g}" if starts and ends else ""


def _counts(records: Sequence[Record], name: str) -> str:
    """How many records have each value of a member, in the order of their first."""
    found = Counter(filter(None, (_value(record.get(name)) for record in records)))
    texts = [f"{value} {count}" for value, count in found.items()]
    return ", ".join(texts[:_MOST_KINDS]) + ", …" * (len(texts) > _MOST_KINDS)


def _value(value: object) -> str:
    """A text; of a list of them, all."""
    parts = [value] if isinstance(value, str) else list_of(value)[:_MOST_KINDS]
    return "+".join(filter(None, map(text_of, parts)))[:_LONGEST_KIND]


def _failed(records: Sequence[Record]) -> dict[Outcome, list[int]]:
    """Where those stand that hold no embedding, or say that they failed."""
    failed: dict[Outcome, list[int]] = {}
    for position, record in enumerate(records):
        outcome = Outcome(*(text_of(record.get(n)) for n in ("status", "failureReason", "message")))
        if _vector(record.get("embedding")) is None or outcome.is_bad:
            failed.setdefault(outcome, []).append(position)
    return failed


def _failures(
    records: Sequence[Record], failed: Mapping[Outcome, list[int]], label: str
) -> Iterator[Remark]:
    """What failed; those that failed alike in one line."""
    for outcome, positions in list(failed.items())[:_MOST_REASONS]:
        which = ranges(sorted(_index(records[position], position) for position in positions))
        if len(positions) == 1 and (span := _span([records[positions[0]]])):
            which += f" ({span})"
        count = f"{len(positions)} of {len(records)} segments, {which}"
        why = outcome.why or (outcome.status if outcome.is_bad else "no embedding in it")
        yield Remark("failed", _labelled(label, f"{count} · {why}"), is_bad=True)
    if (more := len(failed) - _MOST_REASONS) > 0:
        why = f"more, for {so_many(more, 'other reason')}"
        yield Remark("failed", _labelled(label, why), is_bad=True)


def _index(record: Record, position: int) -> int:
    index = number_of(object_of(record.get("segmentMetadata")).get("segmentIndex"))
    return int(index) if index is not None and 0 <= index < 1e9 else position


def _labelled(label: str, text: str) -> str:
    return f"{label}: {text}" if label else text
