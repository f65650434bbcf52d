"""The fields of the filter's language: a field's name and one value → a test of an invocation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from difflib import get_close_matches
from functools import cache

from tui.model.haystack import can_be_short, fold, is_short_for
from tui.model.invocation import Invocation, Status

Holds = Callable[[Invocation], bool]

STATUSES: Mapping[str, frozenset[Status]] = {
    "pending": frozenset((Status.IN_PROGRESS, Status.PENDING)),
    "completed": frozenset((Status.COMPLETED,)),
    "failed": frozenset((Status.FAILED,)),
    "unknown": frozenset((Status.UNKNOWN,)),
    "overdue": frozenset((Status.OVERDUE,)),
    "queued": frozenset((Status.QUEUED,)),
    "inprogress": frozenset((Status.IN_PROGRESS,)),
}
"""What ``status:`` takes; any beginning of these does as well."""

ORIGINS = ("here", "elsewhere")
"""What ``origin:`` takes; any beginning of these does as well."""

PARTS = ("failed",)
"""What ``parts:`` takes; any beginning of it does as well."""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_AGE = re.compile(r"(?:[0-9]+[smhdw])+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:t[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?z?")
_TIME_BEGUN = re.compile(r"[0-9][0-9smhdwtz:-]*")
_TOOK = re.compile(r"(?P<sign>[<>])=?(?P<age>(?:[0-9]+[smhdw])+)")
_TOOK_BEGUN = re.compile(r"[<>]=?[0-9smhdw]*")


class FieldError(ValueError):
    """A value that its field does not take; ``is_begun`` if further letters can mend it."""

    def __init__(self, message: str, *, is_begun: bool = False) -> None:
        super().__init__(message)
        self.is_begun = is_begun


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the language.

    Attributes:
        example: A value, for messages.
        test: A folded value and the time it is → the test; raises ``FieldError``.
    """

    example: str
    test: Callable[[str, datetime], Holds]


def is_age(value: str) -> bool:
    """Whether the value is a length of time such as ``2h``, which counts back from now."""
    return _AGE.fullmatch(value) is not None


def nearest(word: str, names: Iterable[str]) -> str:
    """``: did you mean a or b?`` with the names most like the word; empty if none is."""
    known = list(names)
    close = [name for name in known if name.startswith(word)] or get_close_matches(word, known)
    return f": did you mean {' or '.join(close[:3])}?" if close else ""


def _status(value: str, _now: datetime) -> Holds:
    meant = [statuses for name, statuses in STATUSES.items() if name.startswith(value)]
    if not meant:
        *names, last = STATUSES
        raise FieldError(f"a status is {', '.join(names)} or {last}")
    wanted = frozenset().union(*meant)
    return lambda row: row.status in wanted


def _origin(value: str, _now: datetime) -> Holds:
    wanted = {origin for origin in ORIGINS if origin.startswith(value)}
    if not wanted:
        raise FieldError("an origin is here or elsewhere")
    return lambda row: row.origin in wanted


def _parts(value: str, _now: datetime) -> Holds:
    if not any(name.startswith(value) for name in PARTS):
        raise FieldError("parts: takes failed, for what completed without some of its parts")
    return lambda row: row.parts is not None


def _since(value: str, now: datetime) -> Holds:
    moment = _moment(value, now)
    return lambda row: row.submit_time >= moment


def _before(value: str, now: datetime) -> Holds:
    moment = _moment(value, now)
    return lambda row: row.submit_time < moment


def _moment(value: str, now: datetime) -> datetime:
    try:
        if is_age(value):
            return now - timedelta(seconds=_seconds(value))
        if _DATE.fullmatch(value):
            moment = datetime.fromisoformat(value.upper().removesuffix("Z"))
            return moment.replace(tzinfo=timezone.utc)
    except (ValueError, OverflowError):
        pass
    raise FieldError(
        "a time is 30m, 2h, 7d, 2026-11-20 or 2026-11-20T10:00 (UTC)",
        is_begun=_TIME_BEGUN.fullmatch(value) is not None,
    )


def _took(value: str, now: datetime) -> Holds:
    match = _TOOK.fullmatch(value)
    if not match:
        is_begun = _TOOK_BEGUN.fullmatch(value) is not None
        raise FieldError("took: compares, as in took:>5m or took:<30s", is_begun=is_begun)
    limit = _seconds(match["age"])
    # What became of an unknown one, and when, nobody knows.
    if match["sign"] == "<":
        return lambda row: row.status.is_known_to_aws and row.took(now) <= limit
    return lambda row: row.status.is_known_to_aws and row.took(now) >= limit


def _seconds(age: str) -> int:
    return sum(int(count) * _UNITS[unit] for count, unit in re.findall(r"([0-9]+)(.)", age))


def _model(value: str, _now: datetime) -> Holds:
    # The same few ids come back in all rows.
    @cache
    def is_meant(model_id: str) -> bool:
        name = model_id.casefold()
        return value in name or (can_be_short(value) and is_short_for(value, name))

    return lambda row: is_meant(row.model_id)


def _endpoint(value: str, _now: datetime) -> Holds:
    return lambda row: row.is_at_endpoint and value in row.model_id.casefold()


def _id(value: str, _now: datetime) -> Holds:
    if value.startswith("arn:"):
        return lambda row: value in row.invocation_arn.casefold()
    return lambda row: value in row.id.casefold() or value in row.client_request_token.casefold()


def _account(value: str, _now: datetime) -> Holds:
    # Cutting the ARN up takes ten times as long as looking into it.
    return lambda row: value in row.invocation_arn and value in row.account


def _tag(value: str, _now: datetime) -> Holds:
    key, equals, content = value.partition("=")
    if not equals:
        return lambda row: bool(row.tags) and any(key in fold(tag.key) for tag in row.tags)
    return lambda row: (
        bool(row.tags)
        and any(fold(tag.key) == key and content in fold(tag.value) for tag in row.tags)
    )


def _context(value: str, _now: datetime) -> Holds:
    # The same few labels come back in all rows.
    @cache
    def is_meant(label: str) -> bool:
        return value in label.casefold()

    return lambda row: is_meant(row.context)


def _in(read: Callable[[Invocation], str]) -> Callable[[str, datetime], Holds]:
    return lambda value, _now: lambda row: value in fold(read(row))


FIELDS: Mapping[str, Field] = {
    "status": Field("failed", _status),
    "since": Field("2h", _since),
    "before": Field("2d", _before),
    "origin": Field("here", _origin),
    "parts": Field("failed", _parts),
    "model": Field("nova", _model),
    "endpoint": Field("my-endpoint", _endpoint),
    "region": Field("us-west-2", lambda value, _: lambda row: value in row.region),
    "context": Field("prod", _context),
    "tag": Field("team=media", _tag),
    "took": Field(">5m", _took),
    "id": Field("mm0oexhd8y31", _id),
    "account": Field("123456789012", _account),
    "output": Field("s3://", _in(lambda row: row.s3_uri)),
    "failure": Field("timeout", _in(lambda row: row.failure)),
    "prompt": Field("tide", _in(lambda row: row.prompt)),
}
"""By name, in the order of what their tests cost, the cheapest first."""
