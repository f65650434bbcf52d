"""Saves outputs to the disk, with how far it is on stderr. Says nothing of what it has saved."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from tui.commands import progress
from tui.engine import downloading
from tui.engine.advance import words
from tui.engine.downloading import Progress, Saved, Wanted
from tui.engine.session import Engine
from tui.engine.source import pages
from tui.model.document import size_text
from tui.model.invocation import Invocation
from tui.model.pace import Pace
from tui.model.problem import Problem, ProblemError

Row = tuple[Engine, Invocation]
"""An invocation, and the context that its outputs are read through."""


@dataclass(slots=True)
class Fetched:
    """What came of it.

    Attributes:
        saved: What is on the disk now.
        empty: What has written nothing, and where it would have.
        problems: Why something else is not on the disk; each names what.
    """

    saved: tuple[Saved, ...] = ()
    empty: list[tuple[Invocation, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


async def fetch(rows: Sequence[Row], chosen: Path) -> Fetched:
    """Save all outputs of invocations, each in a folder of its own; see ``download_pages``.

    Args:
        rows: What to save; one that cannot be listed keeps no other from being saved.
        chosen: The folder that theirs are in.

    Raises:
        ProblemError: The disk has not enough room, and nothing was saved.
    """
    fetched, advance = Fetched(), Progress()
    async with progress.following(_Words(advance)):
        outcome = await downloading.download_pages(_listed(rows, chosen, fetched), advance)
    lack = [outcome.lack] if outcome.lack else []
    fetched.saved = outcome.saved
    fetched.problems[:0] = [failed.problem for failed in outcome.failed]
    fetched.problems += lack
    return fetched


def told(saved: Saved) -> str:
    """One saved object, for a person."""
    did = "was there already:" if saved.was_there else "saved"
    anew = "; it had changed and was begun anew" * saved.is_begun_anew
    checked = f", its {saved.checked} is right" if saved.checked else ""
    return f"{did} {saved.path} ({size_text(saved.thing.size)}{checked}){anew}"


async def _listed(
    rows: Sequence[Row], chosen: Path, fetched: Fetched
) -> AsyncGenerator[Sequence[Wanted], None]:
    """All objects that there are, page by page; what there is to tell besides is noted."""
    for engine, row in rows:
        count, place = 0, ""
        try:
            source = engine.source_of(row)
            folder = downloading.folder_of(row, chosen, engine.settings.download.layout)
            async for outputs in pages(source, row):
                count, place = count + len(outputs.objects), outputs.place
                yield [Wanted(source, thing, folder) for thing in outputs.objects]
        except ProblemError as error:
            named = f"{row.id}: {error.problem.message}"
            problem = error.problem if len(rows) == 1 else replace(error.problem, message=named)
            fetched.problems.append(problem)
        else:
            if not count:
                fetched.empty.append((row, place))


class _Words:
    """How far a download is now: bytes, rate, time left."""

    def __init__(self, advance: Progress) -> None:
        self._advance = advance
        self._pace = Pace()

    def __call__(self) -> str:
        self._pace = self._pace.heard(time.monotonic(), self._advance.fetched)
        return " · ".join(words(self._advance, self._pace))
