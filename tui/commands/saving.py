"""Saves outputs to the disk, with how far it is on stderr. Says nothing of what it has saved."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from tui.commands import progress
from tui.engine import downloading
from tui.engine.advance import words
from tui.engine.downloading import Failed, Progress, Saved, Wanted
from tui.engine.session import Engine
from tui.engine.source import Store, pages
from tui.model.document import size_text
from tui.model.invocation import Invocation
from tui.model.pace import Pace
from tui.model.problem import Problem, ProblemError

Owned = tuple[Engine, Invocation]
"""An invocation, and the context that its outputs are read through."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of it.

    Attributes:
        saved: What is on the disk now.
        empty: What has written nothing, and where it would have.
        problems: Why something else is not on the disk; each names what.
    """

    saved: tuple[Saved, ...]
    empty: tuple[tuple[Invocation, str], ...]
    problems: tuple[Problem, ...]


async def fetch(owned: Sequence[Owned], folder: Path) -> Fetched:
    """Save all outputs of invocations, each in a folder of its own; see ``download_pages``.

    Args:
        owned: What to save; one that cannot be listed keeps no other from being saved.
        folder: The folder that theirs are in.

    Raises:
        ProblemError: The disk has not enough room, and nothing was saved.
    """
    listing, advance = _Listing(owned, folder), Progress()
    async with progress.following(_Words(advance)):
        outcome = await downloading.download_pages(listing.pages(), advance)
    failed = [await listing.told(each) for each in outcome.failed]
    lack = [outcome.lack] if outcome.lack else []
    return Fetched(outcome.saved, tuple(listing.empty), (*failed, *listing.problems, *lack))


def told(saved: Saved) -> str:
    """One saved object, for a person."""
    did = "was there already:" if saved.was_there else "saved"
    anew = "; it had changed and was begun anew" * saved.is_begun_anew
    checked = f", its {saved.checked} is right" if saved.checked else ""
    return f"{did} {saved.path} ({size_text(saved.thing.size)}{checked}){anew}"


class _Listing:
    """The objects that there are, and what there is to tell besides.

    Attributes:
        empty: What has written nothing, and where it would have.
        problems: Why something could not be listed; each names what.
    """

    def __init__(self, owned: Sequence[Owned], folder: Path) -> None:
        self.empty: list[tuple[Invocation, str]] = []
        self.problems: list[Problem] = []
        self._owned = owned
        self._folder = folder
        self._engines: dict[Store, Engine] = {}

    async def pages(self) -> AsyncGenerator[Sequence[Wanted], None]:
        """All of them, page by page."""
        for engine, row in self._owned:
            count, place = 0, ""
            try:
                source = engine.source_of(row)
                self._engines[source] = engine
                layout = engine.settings.download.layout
                folder = downloading.folder_of(row, self._folder, layout)
                async for outputs in pages(source, row):
                    count, place = count + len(outputs.objects), outputs.place
                    yield [Wanted(source, thing, folder) for thing in outputs.objects]
            except ProblemError as error:
                problem = await engine.signing_in.told(error.problem)
                named = f"{row.id}: {problem.message}"
                is_one = len(self._owned) == 1
                self.problems.append(problem if is_one else replace(problem, message=named))
            else:
                if not count:
                    self.empty.append((row, place))

    async def told(self, failed: Failed) -> Problem:
        """Why one was not saved, with the remedy for the credentials of its context."""
        return await self._engines[failed.source].signing_in.told(failed.problem)


class _Words:
    """How far a download is now: bytes, rate, time left."""

    def __init__(self, advance: Progress) -> None:
        self._advance = advance
        self._pace = Pace()

    def __call__(self) -> str:
        self._pace = self._pace.heard(time.monotonic(), self._advance.fetched)
        return " · ".join(words(self._advance, self._pace))
