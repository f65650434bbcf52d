"""The endpoints to choose from: those asked last, then the account's. Looks for words in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tui.model.endpoint import Endpoint, async_first
from tui.model.haystack import can_be_short, fold, is_short_for

RECENT = 5
"""How many of the endpoints that were asked last come first."""


@dataclass(frozen=True, slots=True)
class EndpointEntry:
    """One line of the list.

    Attributes:
        endpoint: What is known of it.
        is_recent: Whether it is among those asked last.
        is_listed: Whether the account lists it; None when it was not asked.
    """

    endpoint: Endpoint
    is_recent: bool = False
    is_listed: bool | None = None

    @property
    def marks(self) -> str:
        """What to know before choosing it, in a few words."""
        words = ["recent" if self.is_recent else ""]
        words += ["not listed" if self.is_listed is False else ""]
        words += ["not async" if self.endpoint.is_async is False else "", self.endpoint.status]
        words += ["no instance" if self.endpoint.instances == 0 else ""]
        return " · ".join(filter(None, words))

    @property
    def is_doubtful(self) -> bool:
        """Whether it will hardly take a request."""
        is_up = self.endpoint.status in ("", "InService", "Updating", "SystemUpdating")
        return self.endpoint.is_async is False or self.is_listed is False or not is_up


def entries(recent: Iterable[str], listed: Sequence[Endpoint] | None) -> list[EndpointEntry]:
    """Those asked last, the latest first; then the account's, asynchronous ones first.

    Args:
        recent: The names of those that were asked, the latest first.
        listed: What the account lists; None while it has not.
    """
    found = {endpoint.name: endpoint for endpoint in async_first(listed or ())}
    latest = list(dict.fromkeys(recent))[:RECENT]
    return [
        EndpointEntry(
            endpoint=found.get(name, Endpoint(name)),
            is_recent=name in latest,
            is_listed=None if listed is None else name in found,
        )
        for name in dict.fromkeys([*latest, *found])
    ]


def matching(known: Iterable[EndpointEntry], text: str) -> list[EndpointEntry]:
    """The entries that hold every word of the text, also abbreviated: ``sndecho``."""
    words = fold(text).split()
    return [entry for entry in known if all(_holds(entry, word) for word in words)]


def _holds(entry: EndpointEntry, word: str) -> bool:
    name = entry.endpoint.name
    if word in fold(f"{name} {entry.marks}"):
        return True
    return can_be_short(word) and is_short_for(word, fold(name))
