"""Reports that services write in JSON about what they made: what they say, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import msgspec

from tui.model.document import size_text
from tui.model.invocation import duration, utc
from tui.model.json_bytes import decoded
from tui.model.members import list_of, number_of, object_of, text_of
from tui.model.parts import Parts
from tui.model.remark import Outcome, Remark, counting, ranges, remedies

_MOST_KINDS = 4
_DEEPEST = 4
"""Envelopes in each other around a notification."""

_MESSAGES = ("failureReason", "errorMessage", "message", "error", "detail")


def remarks_on(value: object, sizes: Mapping[str, int], *, is_report: bool = True) -> list[Remark]:
    """What a report says; nothing where the value is none that is known.

    Args:
        value: Any JSON value.
        sizes: The bytes of the invocation's objects, by file name.
        is_report: Whether it may be a model's report: other JSON may have the same members.
    """
    members = object_of(value)
    if is_report and ("shots" in members or "fullVideo" in members):
        return counting(_video(members, sizes), _video_parts(members))
    if is_report and "embeddingResults" in members:
        return counting(_embedding_results(members), *_result_parts(members))
    if "invocationArn" in members and "status" in members:
        return list(_invocation(members))
    notice = _notice(value)
    return list(_inference(notice)) if notice else []


def remarks_on_failure(value: object) -> list[Remark]:
    """Why an inference failed: a text, or a JSON value that holds one."""
    text = text_of(value)
    members = object_of(value)
    told = (_message(members.get(name)) for name in _MESSAGES)
    failure = text or next(filter(None, told), "")
    return [Remark("failure", failure, is_bad=True), *remedies(failure)] if failure else []


def _message(value: object) -> str:
    return text_of(value) or text_of(object_of(value).get("message"))


# Amazon Nova Reel's video and its shots


def _video(members: Mapping[str, object], sizes: Mapping[str, int]) -> Iterator[Remark]:
    full = object_of(members.get("fullVideo"))
    whole = _generated(full)
    shots = [object_of(shot) for shot in list_of(members.get("shots"))]
    if str(whole):
        text = " · ".join(filter(None, (str(whole), _file(full, sizes))))
        yield Remark("video", text, whole.is_bad)
    alike = _alike(map(_generated, shots))
    bad = [outcome for outcome in alike if outcome.is_bad]
    good = [outcome for outcome in alike if str(outcome) and not outcome.is_bad]
    for outcome in bad[:_MOST_KINDS]:
        yield _shots(outcome, alike[outcome], len(shots))
    yield from remedies(*(outcome.why for outcome in bad), whole.why)
    for outcome in good[:_MOST_KINDS]:
        files = [_name(shots[place]) for place in alike[outcome]]
        total = sum(sizes.get(name, 0) for name in files)
        yield _shots(outcome, alike[outcome], len(shots), size_text(total) if total else "")


def _video_parts(members: Mapping[str, object]) -> Parts:
    """The shots that failed; the video itself where none did, or it has none."""
    whole = _generated(object_of(members.get("fullVideo")))
    shots = [_generated(object_of(shot)) for shot in list_of(members.get("shots"))]
    bad = [shot for shot in shots if shot.is_bad]
    if whole.is_bad and not bad:
        return Parts(noun="video", failed=1, total=1, why=whole.why)
    why = next(filter(None, (shot.why for shot in bad)), "")
    return Parts(noun="shot", failed=len(bad), total=len(shots), why=why)


def _shots(outcome: Outcome, places: list[int], count: int, size: str = "") -> Remark:
    which = ranges(place + 1 for place in places)
    of_all = f"{len(places)} of {count} " if count > 1 else ""
    text = " · ".join(filter(None, (which, f"{of_all}{outcome}", size)))
    return Remark("shots" if len(places) > 1 else "shot", text, outcome.is_bad)


def _generated(members: Mapping[str, object]) -> Outcome:
    names = ("status", "failureType", "failureMessage")
    return Outcome(*(text_of(members.get(name)) for name in names))


def _name(members: Mapping[str, object]) -> str:
    return text_of(members.get("location")).rpartition("/")[2]


def _file(members: Mapping[str, object], sizes: Mapping[str, int]) -> str:
    name = _name(members)
    return f"{name} · {size_text(sizes[name])}" if name in sizes else name


# Amazon Nova multimodal embeddings: what became of each kind of content


def _embedding_results(members: Mapping[str, object]) -> Iterator[Remark]:
    results = [object_of(result) for result in list_of(members.get("embeddingResults"))]
    alike = _alike(map(_embedded, results))
    dimension = number_of(members.get("embeddingDimension"))
    size = f"{dimension:.6g} dimensions" if dimension else ""
    for outcome, places in sorted(alike.items(), key=lambda found: not found[0].is_bad):
        kinds = filter(None, (text_of(results[place].get("embeddingType")) for place in places))
        parts = (", ".join(list(kinds)[:_MOST_KINDS]), str(outcome), size)
        if text := " · ".join(filter(None, parts)):
            yield Remark("result", text, outcome.is_bad)
        size = ""
    if source := text_of(members.get("sourceFileUri")):
        yield Remark("source", source)
    cut = (number_of(result.get("truncatedCharLength")) for result in results)
    if lengths := [f"{length:.9g}" for length in cut if length]:
        text = f"the text, at character {', '.join(lengths[:_MOST_KINDS])}"
        yield Remark("truncated", text, is_bad=True)


def _embedded(members: Mapping[str, object]) -> Outcome:
    names = ("status", "failureReason", "message")
    return Outcome(*(text_of(members.get(name)) for name in names))


def _result_parts(members: Mapping[str, object]) -> Iterator[Parts]:
    """The kinds of content that failed, and the segments: those are counted in other objects."""
    results = [object_of(result) for result in list_of(members.get("embeddingResults"))]
    outcomes = [_embedded(result) for result in results]
    bad = [outcome for outcome in outcomes if outcome.is_bad and not outcome.is_partial]
    why = next(filter(None, (outcome.why for outcome in bad)), "")
    yield Parts(noun="result", failed=len(bad), total=len(outcomes), why=why)
    for outcome in outcomes:
        if outcome.is_partial:
            yield Parts(noun="segment", failed=1, why=outcome.why)


# What Bedrock answers of an invocation, and what SageMaker tells of an inference


def _invocation(members: Mapping[str, object]) -> Iterator[Remark]:
    status = text_of(members.get("status"))
    model = text_of(members.get("modelArn")).rpartition("/")[2]
    took = _took(members.get("submitTime"), members.get("endTime"))
    text = " · ".join(filter(None, (status, model, took)))
    is_bad = Outcome(status).is_bad
    yield Remark("invocation", text, is_bad)
    if is_bad:
        yield from remarks_on_failure(text_of(members.get("failureMessage")))
    config = object_of(object_of(members.get("outputDataConfig")).get("s3OutputDataConfig"))
    if place := text_of(config.get("s3Uri")):
        yield Remark("output", place)


def _notice(value: object) -> Mapping[str, object]:
    """A notification of SageMaker, out of the envelopes that SNS, SQS and Lambda put around it."""
    for _ in range(_DEEPEST):
        members = object_of(value)
        if "invocationStatus" in members or members.get("eventSource") == "aws:sagemaker":
            return members
        records = list_of(members.get("Records"))
        inner = members.get("Message", members.get("Sns", members.get("body")))
        value = records[0] if records else inner
        if isinstance(value, str):
            value = decoded(value.encode("utf-8", "replace"))
    return {}


def _inference(members: Mapping[str, object]) -> Iterator[Remark]:
    asked = object_of(members.get("requestParameters"))
    answered = object_of(members.get("responseParameters"))
    status = text_of(members.get("invocationStatus"))
    endpoint = text_of(asked.get("endpointName"))
    took = _took(members.get("receivedTime"), members.get("eventTime"))
    parts = (status, f"at {endpoint}" if endpoint else "", took)
    is_bad = Outcome(status).is_bad
    yield Remark("inference", " · ".join(filter(None, parts)), is_bad)
    yield from remarks_on_failure(text_of(members.get("failureReason")))
    for name, place in (
        ("input", asked.get("inputLocation")),
        ("output", answered.get("outputLocation")),
        ("content", answered.get("contentType")),
        ("id", members.get("inferenceId")),
    ):
        if text := text_of(place):
            yield Remark(name, text)


def _took(start: object, end: object) -> str:
    """How long it took, as far as both times can be read."""
    try:
        began, ended = (utc(msgspec.convert(time, datetime)) for time in (start, end))
        seconds = (ended - began).total_seconds()
    except (msgspec.ValidationError, OverflowError):
        return ""
    if seconds < 0:
        return ""
    return f"took {f'{seconds:.3g} s' if seconds < 60 else duration(seconds)}"


def _alike(outcomes: Iterable[Outcome]) -> dict[Outcome, list[int]]:
    """Equal outcomes, and where each of them stands."""
    found: dict[Outcome, list[int]] = {}
    for place, outcome in enumerate(outcomes):
        found.setdefault(outcome, []).append(place)
    return found
