"""The models to choose from: the catalogue's, the account's own and the recent ones, in one list.

Says what is known of each, and looks for words in them. Asks nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from msgspec import Struct

from tui.model.catalogue import ASYNC_MODELS, model_named
from tui.model.fault import Fault
from tui.model.haystack import can_be_short, fold, is_short_for

RECENT = 5
"""How many of the models that were invoked last come first."""

_MAYBE_ASYNC = frozenset({"VIDEO", "EMBEDDING"})
"""What the models make that are known to take StartAsyncInvoke."""

_SYNC_ONLY = re.compile(
    r"amazon\.(titan|rerank|nova-(micro|lite|pro|premier|canvas|sonic|2-(lite|pro|sonic|omni)))\b"
    r"|twelvelabs\.pegasus\b"
    r"|(ai21|anthropic|cohere|deepseek|google|meta|minimax|mistral|moonshot|nvidia|openai|qwen"
    r"|stability|writer)\."
)
"""Ids of families that only answer at once."""


class FoundationModel(Struct, frozen=True, kw_only=True):
    """A model as ListFoundationModels describes it.

    Attributes:
        model_id: The base model's id.
        name: What its maker calls it.
        provider: Who makes it.
        status: ``ACTIVE`` or ``LEGACY``; empty when it is not told.
        legacy_time: Since when, or from when on, it is legacy; aware, UTC.
        end_of_life_time: When it goes away; aware, UTC.
        takes: What goes in: ``TEXT``, ``IMAGE``, …
        makes: What comes out, likewise.
    """

    model_id: str
    name: str = ""
    provider: str = ""
    status: str = ""
    legacy_time: datetime | None = None
    end_of_life_time: datetime | None = None
    takes: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One line of the list.

    Attributes:
        model_id: The base model's id or, among the recent ones, what was invoked.
        title: Its name and maker; empty when nobody told.
        does: What it makes, and from what; empty when nobody told.
        is_async: Whether it takes StartAsyncInvoke; None when nobody knows.
        is_async_only: Whether InvokeModel refuses it.
        lifecycle: ``legacy since 2026-03-01, ends 2026-09-30``; empty while it is active.
        is_recent: Whether it is among those invoked last.
        is_listed: Whether the account lists it; None when it was not asked, or need not list it.
    """

    model_id: str
    title: str
    does: str
    is_async: bool | None
    lifecycle: str = ""
    is_recent: bool = False
    is_listed: bool | None = None
    is_async_only: bool = False

    @property
    def remark(self) -> str:
        """What to know before choosing it, in a few words; empty when there is nothing."""
        words = [self.lifecycle]
        if self.is_async is False:
            words.append("answers at once only: InvokeModel")
        elif self.is_async is None:
            words.append("nobody knows whether it takes StartAsyncInvoke")
        if self.is_listed is False:
            words.append("not listed in this region")
        return " · ".join(filter(None, words))


def entries(
    recent: Iterable[str],
    listed: Sequence[FoundationModel] | None,
    now: datetime,
    *,
    is_async: bool = True,
) -> list[ModelEntry]:
    """Every model that is known: the recent ones, the catalogue's, the account's own.

    What the account lists adds to the lines of the others and puts its own behind them, so that
    no line moves when the answer comes: those that may take StartAsyncInvoke, then the others.
    For InvokeModel those come last that it refuses, and before them those that take either.

    Args:
        recent: Ids of the models that were invoked last, the latest first.
        listed: What ListFoundationModels said; None while it has not.
        now: The time.
        is_async: Whether it is for StartAsyncInvoke, else for InvokeModel.
    """
    found = {model.model_id: model for model in listed or ()}
    latest = list(dict.fromkeys(recent))[:RECENT]
    known = [model.model_id for model in ASYNC_MODELS]
    own = sorted(found, key=lambda model_id: is_sync_only(model_id, listed or ()) is is_async)
    if not is_async:
        own = [model_id for model_id in own if model_id not in known]
        known.sort(key=_is_async_only)
    others = [*known, *own] if is_async else [*own, *known]
    told = (
        _entry(model_id, found.get(model_id), listed is not None, now)
        for model_id in dict.fromkeys([*latest, *others])
    )
    return [_as_recent(each, is_async) if each.model_id in latest else each for each in told]


def _as_recent(entry: ModelEntry, is_async: bool) -> ModelEntry:
    return replace(entry, is_recent=True, is_async=True if is_async else entry.is_async)


def _is_async_only(model_id: str) -> bool:
    model = model_named(model_id)
    return model is not None and model.is_async_only


def matching(models: Iterable[ModelEntry], text: str) -> list[ModelEntry]:
    """The entries that hold every word of the text, also abbreviated: ``nvreel``."""
    words = fold(text).split()
    return [entry for entry in models if all(_holds(entry, word) for word in words)]


def is_sync_only(model_id: str, listed: Iterable[FoundationModel] = ()) -> bool:
    """Whether a model is known to answer at once only, so that StartAsyncInvoke refuses it.

    Args:
        model_id: An id or a foundation-model ARN.
        listed: What ListFoundationModels said, where it was asked.
    """
    base = _base(model_id)
    if model_named(base):
        return False
    makes = next((model.makes for model in listed if model.model_id == base), ())
    return bool(_SYNC_ONLY.match(base)) or bool(makes and not _MAYBE_ASYNC.intersection(makes))


def warnings(
    model_id: str, listed: Iterable[FoundationModel], now: datetime, *, is_async: bool = True
) -> Iterator[Fault]:
    """What speaks against invoking a model; models change, so it may do.

    Args:
        model_id: An id or a foundation-model ARN.
        listed: What ListFoundationModels said, where it was asked.
        now: The time.
        is_async: Whether it is for StartAsyncInvoke, else for InvokeModel.
    """
    found = list(listed)
    if whole := _whole_ids(_base(model_id), found, is_async=is_async):
        yield Fault(("modelId",), "rule", f"a whole id, such as {' or '.join(whole[:2])}")
    if is_async and is_sync_only(model_id, found):
        expected = "a model for StartAsyncInvoke: this one only takes InvokeModel"
        yield Fault(("modelId",), "rule", expected)
    for model in found:
        end = model.end_of_life_time
        if model.model_id == _base(model_id) and end is not None and end <= now:
            yield Fault(("modelId",), "rule", f"a model that is there: it {_ends(end, now)}")


def _whole_ids(part: str, listed: Sequence[FoundationModel], *, is_async: bool) -> list[str]:
    """The ids that hold a text which is none itself, those first that will do and begin with it."""
    known = {model.model_id for model in listed} | {model.model_id for model in ASYNC_MODELS}
    if not part or part in known:
        return []

    def rank(whole: str) -> tuple[bool, bool, str]:
        is_refused = is_sync_only(whole, listed) if is_async else _is_async_only(whole)
        return is_refused, not whole.startswith(part), whole

    ranked = sorted((each for each in known if fold(part) in fold(each)), key=rank)
    return [each for each in ranked if rank(each)[0] == rank(ranked[0])[0]]


def _entry(
    model_id: str, found: FoundationModel | None, is_asked: bool, now: datetime
) -> ModelEntry:
    model = model_named(model_id)
    is_async: bool | None = None
    title = does = ""
    if found is not None:
        title = f"{found.name} · {found.provider}".strip(" ·")
        does = f"{_words(found.makes) or '?'} from {_words(found.takes) or '?'}"
    if model is not None:
        title = f"{model.name} · {model.provider}"
        does = f"{model.makes} from {model.needs}"
    if model is not None:
        is_async = True
    elif is_sync_only(model_id, [found] if found else ()):
        is_async = False
    return ModelEntry(
        model_id=model_id,
        title=title,
        does=does,
        is_async=is_async,
        lifecycle=_lifecycle(found, now) if found else "",
        is_listed=True if found else False if is_asked and model else None,
        is_async_only=_is_async_only(model_id),
    )


def _lifecycle(model: FoundationModel, now: datetime) -> str:
    words = []
    if model.status == "LEGACY":
        since = model.legacy_time
        words.append(f"legacy since {since:%Y-%m-%d}" if since and since <= now else "legacy")
    elif model.legacy_time:
        words.append(f"legacy from {model.legacy_time:%Y-%m-%d}")
    if model.end_of_life_time:
        words.append(_ends(model.end_of_life_time, now))
    return ", ".join(words)


def _ends(end: datetime, now: datetime) -> str:
    return f"{'ended' if end <= now else 'ends'} {end:%Y-%m-%d}"


def _holds(entry: ModelEntry, word: str) -> bool:
    way = {True: "async", False: "InvokeModel", None: ""}[entry.is_async]
    when = "recent" if entry.is_recent else ""
    parts = (entry.model_id, entry.title, entry.does, entry.lifecycle, way, when)
    if word in fold(" ".join(parts)):
        return True
    return can_be_short(word) and is_short_for(word, fold(entry.model_id))


def _base(model_id: str) -> str:
    return model_id.rpartition(":foundation-model/")[2]


def _words(kinds: Iterable[str]) -> str:
    return ", ".join(kind.lower() for kind in kinds)
