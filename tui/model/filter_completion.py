"""How a filter that is being typed could go on: a field, a value seen in the rows, a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timezone

from tui.model.filter import parse
from tui.model.filter_fields import FIELDS, ORIGINS, PARTS, STATUSES
from tui.model.filter_terms import Term, terms_of
from tui.model.invocation import Invocation

_ANY_TIME = datetime(2000, 1, 1, tzinfo=timezone.utc)


def complete(text: str, rows: Iterable[Invocation], named: Mapping[str, str] = {}) -> str | None:
    """The whole text with its last term completed, or None where nothing comes to mind.

    What it returns begins with ``text`` and has no fault.

    Args:
        text: As typed.
        rows: Where model ids, regions, contexts, accounts and tags are taken from.
        named: The filters of the configuration, by name.
    """
    last = next(reversed(list(terms_of(text))), None)
    if not last or last.end < len(text) or last.is_phrase:
        return None
    rest = _rest_of_value(last, rows) if last.field else _rest_of_word(last.body, rows, named)
    if not rest:
        return None
    completed = text + rest
    return None if parse(completed, _ANY_TIME, named).fault else completed


def _rest_of_word(typed: str, rows: Iterable[Invocation], named: Mapping[str, str]) -> str:
    if typed.startswith("@"):
        return _rest(typed, sorted(f"@{name}" for name in named))
    if not typed:
        return ""
    models = sorted({row.model_id for row in rows})
    return _rest(typed, [*(f"{name}:" for name in FIELDS), *models])


def _rest_of_value(term: Term, rows: Iterable[Invocation]) -> str:
    typed, is_quoted = "", False
    for _, end, raw in term.values():
        if end == term.end:
            typed, is_quoted = raw.replace('"', ""), raw.count('"') % 2 == 1
    values = [value for value in _values(term.field, typed, rows) if '"' not in value]
    if is_quoted:
        rest = _rest(typed, values)
        return f'{rest}"' if rest else ""
    if typed:
        return _rest(typed, [value for value in values if not _needs_quotes(value)])
    value = next(iter(values), "")
    return f'"{value}"' if _needs_quotes(value) else value


def _values(field: str, typed: str, rows: Iterable[Invocation]) -> list[str]:
    """What the field could be given, the likeliest first."""
    if field == "status":
        return list(STATUSES)
    if field == "origin":
        return list(ORIGINS)
    if field == "parts":
        return list(PARTS)
    if field in ("since", "before"):
        return [f"{typed}h"] if typed.isdecimal() else ["2h"]
    if field == "took":
        return [f"{typed}m"] if typed[-1:].isdecimal() else [">5m", "<5m"]
    if field in ("model", "endpoint"):
        is_endpoint = field == "endpoint"
        return sorted({row.model_id for row in rows if row.is_at_endpoint is is_endpoint})
    if field == "region":
        return sorted({row.region for row in rows})
    if field == "context":
        return sorted({row.context for row in rows if row.context})
    if field == "account":
        return sorted({row.account for row in rows})
    if field == "tag":
        tags = {tag for row in rows for tag in row.tags}
        if "=" in typed:
            return sorted(f"{tag.key}={tag.value}" for tag in tags)
        return sorted({f"{tag.key}=" for tag in tags})
    return []


def _needs_quotes(value: str) -> bool:
    return "," in value or any(letter.isspace() for letter in value)


def _rest(typed: str, candidates: Iterable[str]) -> str:
    """What the first candidate that begins as typed, in any case, has beyond that."""
    for candidate in candidates:
        head, rest = candidate[: len(typed)], candidate[len(typed) :]
        if rest and head.casefold() == typed.casefold():
            return rest
    return ""
