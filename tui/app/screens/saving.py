"""Saving outputs to disk: asking for the folder, and doing it with progress."""

from __future__ import annotations

import asyncio
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path

from textual.app import App

from tui.app.screens.prompt import PromptScreen
from tui.app.widgets.download_line import DownloadLine
from tui.engine import downloading
from tui.engine.downloading import Progress, Saved, Wanted
from tui.engine.session import Engine
from tui.engine.source import Outputs
from tui.model.document import size_text
from tui.model.invocation import Invocation, Key
from tui.model.outputs import OutputObject
from tui.model.problem import ProblemError
from tui.model.view import unseen

NAMED = 3
"""How many of those that failed are named; there may be thousands."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of it, for a person.

    Attributes:
        done: What was saved, and where.
        failed: What was not, and why; empty when all was.
    """

    done: str
    failed: str


async def ask(
    app: App[int],
    rows: Sequence[Invocation],
    one: OutputObject | None,
    folder: str,
    shown: Container[Key],
) -> str | None:
    """Ask for the folder below which the outputs go; None when nothing is to be saved."""
    if one:
        what = one.name
    elif len(rows) == 1:
        what = f"all outputs of {rows[0].id}"
    else:
        what = f"all outputs of {len(rows):,} invocations"
    question = f"Save {what}{unseen(rows, shown)} below"
    return await app.push_screen_wait(PromptScreen(question, folder, "a folder"))


async def save(
    engine: Engine,
    rows: Sequence[Invocation],
    one: OutputObject | None,
    folder: str,
    line: DownloadLine,
) -> Report:
    """Save one object, or all that the invocations wrote; each has a folder of its own.

    Raises:
        ProblemError: Nothing can be saved: AWS or the disk does not let it begin.
    """
    progress, failed = Progress(), list[str]()
    with line.following(progress):
        wanted = await _listed(engine, rows, one, Path(folder), failed)
        outcome = await downloading.download(wanted, progress)
    failed += [failure.problem.one_line for failure in outcome.failed]
    done = "" if wanted or failed else "there are no outputs to save"
    if outcome.saved:
        place = wanted[0].folder if len(rows) == 1 else wanted[0].folder.parent
        done = await asyncio.to_thread(_done, outcome.saved, place)
    return Report(done, _not_done(failed))


async def _listed(
    engine: Engine,
    rows: Sequence[Invocation],
    one: OutputObject | None,
    folder: Path,
    failed: list[str],
) -> list[Wanted]:
    """All objects that there are; what cannot be listed is told in ``failed``.

    Raises:
        ProblemError: The only one cannot be listed.
    """
    wanted: list[Wanted] = []
    for row in rows:
        source, below = engine.source_of(row), downloading.folder_of(row, folder)
        try:
            outputs = Outputs("", (one,)) if one else await source.list_outputs(row)
        except ProblemError as error:
            if len(rows) == 1:
                raise
            failed.append(f"{row.id}: {error.problem.one_line}")
        else:
            wanted += [Wanted(source, thing, below) for thing in outputs.objects]
            if not outputs.is_whole:
                failed.append(f"{row.id}: it has more than these {len(outputs.objects):,} objects")
    return wanted


def _done(saved: Sequence[Saved], folder: Path) -> str:
    place = saved[0].path if len(saved) == 1 else folder
    count = f"{len(saved):,} objects, " if len(saved) > 1 else ""
    size = size_text(sum(one.thing.size for one in saved))
    anew = [one.thing.name for one in saved if one.is_begun_anew]
    others = f" and {len(anew) - 1:,} more" if len(anew) > 1 else ""
    again = f"; begun anew, for it had changed: {anew[0]}{others}" if anew else ""
    return f"saved {count}{size} to {place.resolve()}{again}"


def _not_done(failed: Sequence[str]) -> str:
    if not failed:
        return ""
    more = [f"and {len(failed) - NAMED:,} more"] if len(failed) > NAMED else []
    return "not saved: " + "; ".join([*failed[:NAMED], *more])
