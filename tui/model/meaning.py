"""What a model made, in a few lines, from its objects' names, sizes and bounded contents.

Says which of them have to be read for it; reads none itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tui.model import embeddings, parts, reports
from tui.model.counting import so_many
from tui.model.document import size_text
from tui.model.invocation import Invocation, Status
from tui.model.json_bytes import decoded
from tui.model.outputs import OutputObject
from tui.model.problem import Problem
from tui.model.remark import Remark

HEAD = 64 * 1024
"""Bytes by which it is judged whether the rest of an object is worth reading."""

LARGEST = 8_000_000
"""Bytes of an object that is still read, and half of what is read in all."""

_MOST_READ = 8
_MOST_SAID = 4
"""Objects of which it is said that they are too large."""

_LINES = (".jsonl", ".ndjson")
_JSON = (".json", *_LINES)
_VIDEOS = (".mp4", ".mov", ".webm", ".mkv")
_MARK = b"\xef\xbb\xbf"

_REPORT = "report"
"""Names the object that was believed."""

_RANKS = ("embeddings", "failed", "of these", embeddings.FIRST, "source", _REPORT)
"""What comes last, in this order: the counts of several sets stand below each other."""

Remarks = tuple[Remark, ...]


def needed(row: Invocation, objects: Sequence[OutputObject]) -> list[OutputObject]:
    """The objects that must be read, in this order; those that are too large are left out."""
    chosen: list[OutputObject] = []
    room = 2 * LARGEST
    for thing in _telling(row, objects)[:_MOST_READ]:
        if thing.size <= min(LARGEST, room):
            chosen.append(thing)
            room -= thing.size
    return chosen


def is_promising(head: bytes) -> bool:
    """Whether what begins with these bytes can be JSON: nothing else is worth reading whole."""
    return head.removeprefix(_MARK).lstrip()[:1] in (b"{", b"[")


def is_report(row: Invocation, thing: OutputObject) -> bool:
    """Whether an object tells, by its name and by the model, what became of the others."""
    return not row.is_at_endpoint and parts.is_report(row.model_id, _file(thing))


def digest(
    row: Invocation, objects: Sequence[OutputObject], thing: OutputObject, content: bytes
) -> Remarks:
    """What one of the ``needed`` objects says.

    Args:
        row: The invocation.
        objects: All that it wrote.
        thing: The object.
        content: All of it or, where that is not ``is_promising``, its first bytes.
    """
    value, faults = _value(thing, content)
    if _is_failure(row, thing):
        return tuple(_failure(value, content.decode(errors="replace")))
    if records := embeddings.records_in(value):
        found = embeddings.remarks_on(records, _label(thing))
        if not parts.counts_parts(row.model_id, _file(thing)):
            found = [replace(remark, parts=()) for remark in found]
        return (*faults, *found)
    sizes = {_file(other): other.size for other in objects}
    is_one = is_report(row, thing)
    said = tuple(reports.remarks_on(value, sizes, is_report=is_one))
    if said:
        return (*said, Remark(_REPORT, _file(thing))) if is_one else said
    return faults if _has_lines(thing) else ()


def unread(thing: OutputObject, problem: Problem) -> Remarks:
    """What is said of a needed object that could not be read."""
    return (Remark("not read", f"{_file(thing)}: {problem.one_line}", is_bad=True),)


def meaning(
    row: Invocation, objects: Sequence[OutputObject], digests: Iterable[Remarks]
) -> Remarks:
    """All that is to be said of an invocation, what is likeliest to matter first.

    Args:
        row: The invocation.
        objects: All that it wrote.
        digests: What ``digest`` or ``unread`` said of those that were ``needed``.
    """
    said = [remark for remarks in digests for remark in remarks]
    if not any(remark.name in ("video", "shot", "shots") for remark in said):
        said = [*_films(row, objects), *said]
    if row.status is Status.FAILED and not any(remark.is_bad for remark in said):
        said = [*reports.remarks_on_failure(row.failure_message), *said]
    # One vector is enough to look at.
    vectors = [remark for remark in said if remark.name == embeddings.FIRST]
    others = [remark for remark in said if remark.name != embeddings.FIRST]
    return tuple(sorted([*others, *_too_large(row, objects), *vectors[:1]], key=_rank))


def _rank(remark: Remark) -> int:
    return _RANKS.index(remark.name) if remark.name in _RANKS else -1


def _telling(row: Invocation, objects: Sequence[OutputObject]) -> list[OutputObject]:
    """The objects that tell of the others, or hold numbers; reports before embeddings."""
    if row.is_at_endpoint:  # its one object may have any name
        return [thing for thing in objects if not thing.key.lower().endswith(_VIDEOS)]
    found = [
        thing
        for thing in objects
        if _file(thing).lower().endswith(_JSON) and _file(thing) != "manifest.json"
    ]
    return sorted(found, key=lambda thing: not is_report(row, thing))


def _too_large(row: Invocation, objects: Sequence[OutputObject]) -> Iterable[Remark]:
    read = needed(row, objects)
    left = [thing for thing in _telling(row, objects)[:_MOST_READ] if thing not in read]
    for thing in left[:_MOST_SAID]:
        size = size_text(thing.size)
        yield Remark("not read", f"{_file(thing)}: {size}, too large to be summarised")


def _films(row: Invocation, objects: Sequence[OutputObject]) -> Iterable[Remark]:
    """The videos by their names and sizes, while no report tells of them."""
    films = [thing for thing in objects if _file(thing).lower().endswith(_VIDEOS)]
    shots = [thing for thing in films if _file(thing).startswith("shot_")]
    whole = [thing for thing in films if thing not in shots]
    if len(whole) == 1:
        yield Remark("video", f"{_file(whole[0])} · {size_text(whole[0].size)}")
    elif whole:
        total = size_text(sum(thing.size for thing in whole))
        yield Remark("videos", f"{len(whole)} · {total}")
    elif row.status is Status.IN_PROGRESS and objects and "reel" in row.model_id:
        yield Remark("video", "not there yet: the model has begun to write")
    if shots:
        total = size_text(sum(thing.size for thing in shots))
        yield Remark("shots", f"{len(shots)} · {total}")


def _value(thing: OutputObject, content: bytes) -> tuple[object, Remarks]:
    """The JSON value of a content, or the list of its lines', and what is wrong with them."""
    content = content.removeprefix(_MARK)
    if not _has_lines(thing):
        value = decoded(content)
        if value is not None or b"\n{" not in content:
            return value, ()
    lines = [line for line in content.split(b"\n") if line.strip()]
    values = [value for line in lines if (value := decoded(line)) is not None]
    if bad := len(lines) - len(values):
        which = f"{bad:,} of {so_many(len(lines), 'line')} of {_file(thing)}"
        text = f"{which} {'is' if bad == 1 else 'are'} no JSON"
        return values, (Remark("not read", text, is_bad=True),)
    return values, ()


def _has_lines(thing: OutputObject) -> bool:
    """Whether its name says that each line is a JSON value."""
    return _file(thing).lower().endswith(_LINES)


def _is_failure(row: Invocation, thing: OutputObject) -> bool:
    return row.witness is not None and thing.uri == row.witness.failure_location


def _failure(value: object, text: str) -> Iterable[Remark]:
    """What a failure object says: a report, a JSON value with a message in it, or a text."""
    return (
        reports.remarks_on(value, {})
        or reports.remarks_on_failure(value)
        or reports.remarks_on_failure(text)
        or [Remark("failure", "the failure object is empty", is_bad=True)]
    )


def _label(thing: OutputObject) -> str:
    """What was embedded, where the name says it: ``embedding-video.jsonl``."""
    stem = _file(thing).rpartition(".")[0]
    return stem.removeprefix("embedding-") if stem.startswith("embedding-") else ""


def _file(thing: OutputObject) -> str:
    return thing.name.rpartition("/")[2]
