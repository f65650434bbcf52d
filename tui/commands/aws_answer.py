"""The answers of the commands that have the AWS CLI's names, written as it writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from tui.commands.output import put
from tui.config import Output, Settings, TimestampFormat

_TIMES = frozenset({"submitTime", "lastModifiedTime", "endTime"})


def put_answer(members: Mapping[str, object], settings: Settings) -> None:
    """Write an answer to stdout; its times as AWS wrote them, or with an offset where that is set.

    An answer that says nothing is not written, as with the AWS CLI.
    """
    if settings.cli_timestamp_format is TimestampFormat.ISO_8601:
        members = {name: _with_offsets(name, value) for name, value in members.items()}
    for part in _parts(members, settings):
        put(part, settings)


def _parts(members: Mapping[str, object], settings: Settings) -> list[object]:
    """The answer or, of a table, its lists by themselves, a row for each of theirs, and the rest.

    Where it is asked for something, it is asked as a whole.
    """
    if settings.output is not Output.TABLE or settings.query:
        return [dict(members)] if members else []
    lists = {name: value for name, value in members.items() if isinstance(value, list)}
    rest = {name: value for name, value in members.items() if name not in lists}
    return [*lists.values(), *([rest] if rest else [])]


def _with_offsets(name: str, value: object) -> object:
    if isinstance(value, Mapping):
        return {inner: _with_offsets(inner, each) for inner, each in value.items()}
    if isinstance(value, list):
        return [_with_offsets(name, each) for each in value]
    if name not in _TIMES or not isinstance(value, str):
        return value
    try:
        return msgspec.convert(value, datetime).isoformat()
    except msgspec.ValidationError:
        return value  # of no form that is known: as AWS wrote it
