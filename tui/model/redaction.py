"""What a line of the log may hold: a list of fields for each event, and a door for each field.

What is on no list is not written, whatever it is: that, not the masks, keeps secrets out. No
message of an error is on any: those of AWS quote the model input ("Malformed input request:
#/prompt: …"), those of an HTTP client its URL, those of our own faults the value at hand. The
error's type, its request id and, of a denial, the action say what support needs to know. Masks are
for the few texts that a person chose: a profile, a key, a path.

Written are client request tokens and inference ids, which open nothing and are what support asks
for, and the buckets and keys of S3, unsigned: without them no line can be told from another.
"""

from __future__ import annotations

import errno
import math
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from types import TracebackType
from typing import Literal
from urllib.parse import unquote, urlsplit

from msgspec import Struct

Written = bool | int | float | str | list[str] | None
"""What a line holds: plain JSON."""

Level = Literal["debug", "info", "warning", "error"]

WITHHELD = "[withheld]"
"""Stands for a value that is not what its field holds."""

MASK = "[redacted]"

LONGEST = 1024
"""Characters of a text that are written."""

_READ = 16 * LONGEST
"""Characters of a text that are looked through; a longer one is withheld as a whole."""

_MOST = 40
"""How many links of a chain of errors, or places of a trace, are written."""


class Event(Struct, frozen=True):
    """Something that is written down.

    Attributes:
        level: How much it matters.
        fields: What may be said of it, and the door for each value.
    """

    level: Level
    fields: Mapping[str, Callable[[object], Written]]


# What looks like a secret, and what is put in its place; in this order.
_SECRETS = tuple(
    (re.compile(pattern, flags), put)
    for pattern, put, flags in (
        # Any URL but an object's may be signed, or hold a password: its host says enough.
        (
            r"\b(?!s3:)([a-z][a-z0-9+.-]*)://(?:[^\s/?#@]*@)*([a-z0-9.:\[\]-]*)[^\s\"'<>]*",
            r"\1://\2",
            re.IGNORECASE,
        ),
        (r"(authorization|cookie)\b[\"']?\s*[:=].*", rf"\1: {MASK}", re.IGNORECASE | re.DOTALL),
        (r"\b(bearer|basic|aws4-[a-z0-9-]+)\s.*", rf"\1 {MASK}", re.IGNORECASE | re.DOTALL),
        (r"\b(x-amz-[a-z-]+|awsaccesskeyid|signature)=[^&\s]*", rf"\1={MASK}", re.IGNORECASE),
        (
            r"([\w-]*(?:secret|passw|token|credential|access[_-]?key|api[_-]?key|mfa)[\w-]*"
            r"[\"']?\s*[:=]\s*[\"']?)[^\s\"',;&]+",
            rf"\1{MASK}",
            re.IGNORECASE,
        ),
        (r"(?<![A-Z0-9])A(?:KI|SI|RO|ID|BI|CC|GP|IP|NP|NV|3T)A?[A-Z0-9]{9,}", MASK, 0),
        (r"ABSK[\w+/=-]{8,}|bedrock-api-key-\S+", MASK, 0),
        (r"\beyJ[\w-]{5,}(?:\.[\w-]*)*", MASK, 0),
        (r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", MASK, 0),  # a signature
        (  # a secret access key
            r"(?<![\w/+-])(?=[a-z0-9/+]*[A-Z])(?=[A-Z0-9/+]*[a-z])[A-Za-z0-9/+]{40}"
            r"(?![\w/+=-])",
            MASK,
            0,
        ),
    )
)


_RUN = re.compile(r"[A-Za-z0-9+/=_-]{20,}")
"""What a secret key, a session token or any other in base64 consists of; and many a path."""

_WINDOW, _LEAST_CHANGES, _LEAST_CAPITALS = 20, 8, 3
"""Of 20 characters of base64, 12 follow one of another class, and 8 are capitals.

Of words in camel case six do; UUIDs and the ids of invocations have no capitals.
"""


def _unless_random(run: re.Match[str]) -> str:
    """A run of characters as it is, or the mask where a part of it seems to be random."""
    found = run[0]
    classes = "".join("A" if c.isupper() else "a" if c.islower() else c for c in found)
    classes = re.sub(r"\d", "0", classes)
    changes = [one != other and f"{one}{other}".isalnum() for one, other in pairwise(classes)]
    for start in range(len(found) - _WINDOW + 1):
        is_mixed = sum(changes[start : start + _WINDOW - 1]) >= _LEAST_CHANGES
        if is_mixed and classes.count("A", start, start + _WINDOW) >= _LEAST_CAPITALS:
            return MASK
    return found


def without_userinfo(text: str) -> str:
    """A text whose URLs tell no user and password.

    >>> without_userinfo("no way to http://joe:secret@proxy:3128")
    'no way to http://***@proxy:3128'
    """
    return re.sub(r"(//|:/)[^/\s]*@", r"\1***@", text)


def redacted(text: str) -> str:
    """A text without what looks like a secret.

    Access keys, secret keys, session tokens, signatures, Authorization headers, passwords and URLs
    but for their host are masked; s3:// URIs stay.
    """
    if len(text) > _READ:
        return WITHHELD
    for pattern, put in _SECRETS:
        text = pattern.sub(put, text)
    text = _RUN.sub(_unless_random, text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def written(event: str, fields: Mapping[str, object]) -> dict[str, Written]:
    """What a line says of an event; what may not be said is only named, under ``withheld``."""
    doors = EVENTS[event].fields
    line: dict[str, Written] = {}
    withheld = [redacted(name) for name in fields if name not in doors]
    for name, door in doors.items():
        if (value := door(fields.get(name))) is not None:
            line[name] = value
    return {**line, "withheld": withheld} if withheld else line


def kinds(error: BaseException | None) -> tuple[str, ...]:
    """The types of an error and of what it came from, with the system's own name for it.

    Nothing that it says: ``("EndpointConnectionError", "ConnectionRefusedError ECONNREFUSED")``.
    """
    found: list[str] = []
    seen: set[int] = set()
    while isinstance(error, BaseException) and id(error) not in seen and len(found) < _MOST:
        seen.add(id(error))
        number = error.errno if isinstance(error, OSError) else None
        name = errno.errorcode.get(number, "") if isinstance(number, int) else ""
        found.append(f"{type(error).__name__} {name}".rstrip())
        told = getattr(error, "kwargs", None)  # botocore keeps the cause among its words
        inner = told.get("error") if isinstance(told, dict) else None
        error = error.__cause__ or (inner if isinstance(inner, BaseException) else None)
    return tuple(found)


def trace(error: BaseException) -> tuple[str, ...]:
    """Where an error was raised, the innermost place last: file, line and function, no values."""
    return tuple(_places(error.__traceback__))[-_MOST:]


def _places(found: TracebackType | None) -> Iterator[str]:
    while found is not None:
        code = found.tb_frame.f_code
        # The last folders name the module; those before may name a person.
        file = "/".join(re.split(r"[/\\]", code.co_filename)[-3:])
        yield f"{file}:{found.tb_lineno} {code.co_name}"
        found = found.tb_next


def action_of(message: str) -> str:
    """The action that a denial names: ``bedrock:InvokeModel``; empty where it names none."""
    denied = re.search(
        r"not authorized to perform: ([a-z0-9-]{1,40}:[A-Z][A-Za-z]{1,60})\b", message
    )
    return denied[1] if denied else ""


def _matching(pattern: str, *, is_random: bool = False) -> Callable[[object], Written]:
    """The door for a value of a known form, or several; any other one is withheld.

    One that is random by its nature looks like a secret, and has its form alone.
    """
    form = re.compile(pattern)

    def one(value: object) -> str:
        fits = isinstance(value, str) and len(value) <= LONGEST and form.fullmatch(value)
        if not fits:
            return WITHHELD
        return str(value) if is_random else redacted(str(value))

    def door(value: object) -> Written:
        if isinstance(value, tuple):
            return [one(each) for each in value[:_MOST]]
        return one(value) if value not in (None, "") else None

    return door


def _number(value: object) -> Written:
    """The door for a number, to three digits after the point, or a claim."""
    if value is None or isinstance(value, (bool, int)):
        return value
    return round(value, 3) if isinstance(value, float) and math.isfinite(value) else WITHHELD


def _text(value: object) -> Written:
    """The door for words that a person chose."""
    return redacted(str(value)) if value not in (None, "") else None


def _host(value: object) -> Written:
    """The door for a URL: its host and port; who logs in there is not said."""
    if value in (None, ""):
        return None
    try:
        found = urlsplit(str(value))
        name, port = found.hostname or "", found.port
    except ValueError:
        return WITHHELD
    is_one = re.fullmatch(r"[a-z0-9._:-]{1,253}", name)
    return redacted(f"{name}:{port}" if port else name) if is_one else WITHHELD


def _path(value: object) -> Written:
    """The door for a URL: its path, without the query."""
    if value in (None, ""):
        return None
    try:
        return redacted(unquote(urlsplit(str(value)).path))
    except ValueError:
        return WITHHELD


# Camel case, as errors are named: nothing random is.
_CAMEL = r"(?:No|Is|In|By|Of|To|Or|Id|[A-Z]{1,5}(?:2|3|256)?[A-Z]?[a-z]{2,20}){1,10}"
_kinds = _matching(
    rf"\d{{3}}|{_CAMEL}([.:]{_CAMEL})?|KMS\.{_CAMEL}|_?{_CAMEL}( E[A-Z0-9]{{2,15}})?|[a-z]{{2,20}}"
)
_operation = _matching(rf"{_CAMEL}(V\d)?")
_words = _matching(r"[a-z]{1,20}\d?(-[a-z]{1,20}){0,4}")
_system = _matching(r"[A-Z][A-Za-z]{1,11}")
_terminal = _matching(r"[a-z]{1,12}\d{0,3}([.-]([a-z]{1,12}\d{0,3}|256color)){0,4}")
_program = _matching(r"[A-Za-z]{1,12}([._][A-Za-z]{1,10})?")
_encoding = _matching(
    r"(?i)utf-?\d{1,2}|iso-?8859-\d{1,2}|ascii|ansi_x3\.4-1968|cp\d{3,5}|euc-?[a-z]{2}"
)
_version = _matching(r"\d{1,3}(\.\d{1,4}){1,3}([a-z]{1,3}\d{1,3})?\+?")
_method = _matching("GET|HEAD|PUT|POST|DELETE|PATCH|OPTIONS")
_action = _matching(r"[a-z0-9-]{1,40}:[A-Z][A-Za-z]{1,60}")
_region = _matching(r"[a-z]{2,4}(-[a-z]{2,12}){1,3}-\d{1,2}|aws-global")
# A UUID; those of S3, and of its look-alikes.
_request_id = _matching(
    r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9A-Z]{16}|[0-9A-Za-z]{52}",
    is_random=True,
)
_extended_id = _matching(r"[A-Za-z0-9+/]{75}[A-Za-z0-9+/=]", is_random=True)
_token = _matching(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,255}")
_arn = _matching(r"arn:aws[a-z-]*:[a-z0-9-]{1,40}:[a-z0-9-]*:\d*:[A-Za-z0-9/:._-]{1,300}")
_place = _matching(r"[\w./+<>-]{1,200}:\d{1,7} [\w<>.]{1,100}")

EVENTS: Mapping[str, Event] = {
    "started": Event(
        "info",
        {
            "version": _version,
            "python": _version,
            "system": _system,
            "command": _words,
            "terminal": _terminal,
            "program": _program,
            "encoding": _encoding,
            "is_tmux": _number,
            "columns": _number,
            "rows": _number,
        },
    ),
    "context opened": Event(
        "info",
        {
            "profile": _text,
            "region": _region,
            "endpoint": _host,
            "verifies": _number,
            "signs": _number,
        },
    ),
    # One attempt of a call: the SDK repeats some by itself.
    "call": Event(
        "info",
        {
            "context": _text,
            "service": _words,
            "operation": _operation,
            "region": _region,
            "method": _method,
            "host": _host,
            "path": _path,
            "attempt": _number,
            "status": _number,
            "code": _kinds,
            "failure": _kinds,
            "request_id": _request_id,
            "extended_request_id": _extended_id,
            "ms": _number,
            "sent": _number,
            "received": _number,
        },
    ),
    "presigned": Event("info", {"context": _text, "bucket": _text, "key": _text}),
    "heard": Event(
        "debug",
        {
            "context": _text,
            "source": _words,
            "added": _number,
            "updated": _number,
            "renamed": _number,
            "removed": _number,
            "ended": _number,
        },
    ),
    "missed": Event(
        "warning",
        {
            "context": _text,
            "source": _words,
            "kind": _kinds,
            "operation": _operation,
            "request_id": _request_id,
            "is_retryable": _number,
        },
    ),
    "submission": Event(
        "info",
        {
            "context": _text,
            "operation": _operation,
            "token": _token,
            "is_first": _number,
            "state": _words,
            "arn": _arn,
        },
    ),
    "recovered": Event(
        "info",
        {
            "context": _text,
            "adopted": _number,
            "missing": _number,
            "waiting": _number,
            "elsewhere": _number,
        },
    ),
    "downloaded": Event("info", {"bucket": _text, "key": _text, "bytes": _number}),
    "not downloaded": Event("warning", {"bucket": _text, "key": _text, "kind": _kinds}),
    "problem": Event(
        "warning",
        {
            "kind": _kinds,
            "operation": _operation,
            "action": _action,
            "request_id": _request_id,
            "is_retryable": _number,
            "is_ambiguous": _number,
            "failure": _kinds,
        },
    ),
    "fault": Event("error", {"kinds": _kinds, "places": _place}),
    "lines lost": Event("warning", {"count": _number}),
}
