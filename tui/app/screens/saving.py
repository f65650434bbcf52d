"""Saving outputs to disk: asking for the folder, and doing it with progress."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncGenerator, Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from textual.app import App

from tui.app.screens.prompt import PromptScreen
from tui.app.widgets.download_line import DownloadLine
from tui.engine import downloading
from tui.engine.downloading import Outcome, Progress, Saved, Wanted
from tui.engine.elsewhere import SourceOf, elsewhere
from tui.engine.room import is_of_the_folder, require_folder
from tui.engine.session import Engine
from tui.engine.source import pages
from tui.model.document import size_text
from tui.model.invocation import Invocation, Key
from tui.model.layout import Below
from tui.model.outputs import OutputObject
from tui.model.problem import Problem, ProblemError
from tui.model.view import unseen

NAMED = 3
"""How many of those that failed are named; there may be thousands."""


_VARIABLE = re.compile(r"\$(?:([a-z_]\w*)|\{([a-z_]\w*)\})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Report:
    """What became of it, for a person.

    Attributes:
        done: What was saved, and where.
        failed: What was not, and why; empty when all was.
        is_folder_bad: Whether the folder takes nothing, so that it is not to be offered again.
        problem: The first of what is not saved, in full.
    """

    done: str
    failed: str
    is_folder_bad: bool = False
    problem: Problem | None = None


async def ask(
    app: App[int],
    rows: Sequence[Invocation],
    one: OutputObject | None,
    offered: Below,
    shown: Container[Key],
) -> str | None:
    """Ask for the folder below which the outputs go.

    Args:
        app: Where to ask.
        rows: The invocations; one at least.
        one: The only object of theirs that is wanted; None for all.
        offered: What is taken if nothing else is typed.
        shown: The keys of those that the person has before their eyes, and of others.

    Returns:
        The folder; None when nothing is to be saved.
    """
    if one:
        what = one.name
    elif len(rows) == 1:
        what = f"all outputs of {rows[0].id}"
    else:
        what = f"all outputs of {len(rows):,} invocations"
    running = 0 if one else len(_running(rows))
    runs = f"still run{'s' * (running == 1)}"
    which = f"which {runs}" if len(rows) == 1 else f"{running:,} of which {runs}"
    question = f"Save {what}{unseen(rows, shown)}{f', {which},' if running else ''} below"

    async def check(answer: str) -> None:
        await asyncio.to_thread(require_folder, Path(meant(answer)))

    def meant(answer: str) -> str:
        return answer if answer == offered.folder else _filled(answer)

    inside = "each saved in a folder of its own"
    if len(rows) == 1:
        inside = f"saved in {downloading.folder_of(rows[0], Path(), offered.layout)}/"
    where = "a folder on the server" if app.is_web else "a folder"
    hint = f"{where} (empty: the current one); {inside} below it"
    prompt = PromptScreen(question, offered.folder, hint, check, empty=".")
    answer = await app.push_screen_wait(prompt)
    return None if answer is None else meant(answer)


def _filled(typed: str) -> str:
    """A folder with the variables of the environment filled in, as a shell does.

    Raises:
        ValueError: There is no such variable.
    """

    def value_of(found: re.Match[str]) -> str:
        try:
            return os.environ[found[1] or found[2]]
        except KeyError:
            raise ValueError(f"{found[0]} is not set") from None

    return _VARIABLE.sub(value_of, typed)


async def save(
    engine: Engine,
    rows: Sequence[Invocation],
    one: OutputObject | None,
    below: Below,
    line: DownloadLine,
) -> Report:
    """Save one object, or all that the invocations wrote; each has a folder of its own."""
    progress, problems = Progress(), list[Problem]()

    async def download(source_of: SourceOf) -> Outcome:
        listed = _listed(source_of, rows, one, below, problems)
        return await downloading.download_pages(listed, progress)

    running = () if one else _running(rows)
    with line.following(progress):
        try:
            outcome = await elsewhere(engine, download)
        except ProblemError as error:
            line.keep(f"nothing saved: {error.problem.one_line}")
            problem = error.problem
            return Report("", problem.one_line, is_of_the_folder(problem), problem)
        problems += [one.problem for one in outcome.failed if not one.is_elsewhere]
        problems += [outcome.lack] if outcome.lack else []
        if problems:
            count = f"{progress.settled:,} of {progress.objects:,} objects"
            line.keep(f"saved {count}, {progress.failed:,} failed: {problems[0].one_line}")
    done = "" if progress.objects or problems else "there are no outputs to save"
    if outcome.saved:
        place = _folder_of(rows[0], below) if len(rows) == 1 else Path(below.folder)
        done = await asyncio.to_thread(_done, outcome.saved, place)
    left = _left_out(sum(one.is_elsewhere for one in outcome.failed), running, len(rows))
    told = "; ".join(filter(None, (done, *left)))
    first = problems[0] if problems else None
    return Report(told, _not_done(problems), any(map(is_of_the_folder, problems)), first)


async def _listed(
    source_of: SourceOf,
    rows: Sequence[Invocation],
    one: OutputObject | None,
    below: Below,
    problems: list[Problem],
) -> AsyncGenerator[Sequence[Wanted], None]:
    """All objects that there are, page by page; what cannot be listed goes into ``problems``.

    Raises:
        ProblemError: Of the only one nothing can be listed.
    """
    for row in rows:
        source, folder = source_of(row), _folder_of(row, below)
        if one:
            yield [Wanted(source, one, folder)]
            continue
        count = 0
        try:
            async for outputs in pages(source, row):
                yield [Wanted(source, thing, folder) for thing in outputs.objects]
                count += len(outputs.objects)
        except ProblemError as error:
            if len(rows) == 1 and not count:
                raise
            which = f"what follows the first {count:,} of {row.id}" if count else row.id
            named = f"{which}: {error.problem.message}"
            problems.append(msgspec.structs.replace(error.problem, message=named))


def _folder_of(row: Invocation, below: Below) -> Path:
    """The folder of an invocation.

    Raises:
        ProblemError: There is no such folder to be had: ``~nobody``.
    """
    return downloading.folder_of(row, Path(below.folder), below.layout)


def _done(saved: Sequence[Saved], folder: Path) -> str:
    """What is on the disk now, in words."""
    place = (saved[0].path if len(saved) == 1 else folder).expanduser().resolve()
    new = [one for one in saved if not one.was_there]
    if not new:
        what = "it was" if len(saved) == 1 else f"all {len(saved):,} objects were"
        return f"{what} there already, and the same: {place}"
    count = f"{len(new):,} objects, " if len(new) > 1 else ""
    size = size_text(sum(one.thing.size for one in new))
    there = f"; {len(saved) - len(new):,} were there already" if len(new) < len(saved) else ""
    anew = [one.thing.name for one in new if one.is_begun_anew]
    others = f" and {len(anew) - 1:,} more" if len(anew) > 1 else ""
    again = f"; begun anew, for it had changed: {anew[0]}{others}" if anew else ""
    return f"saved {count}{size} to {place}{there}{again}"


def _running(rows: Sequence[Invocation]) -> Sequence[Invocation]:
    """Those that may go on writing."""
    return [row for row in rows if not row.status.is_terminal]


def _left_out(elsewhere: int, running: Sequence[Invocation], rows: int) -> Iterator[str]:
    """What is not among what was saved, and did not fail."""
    if elsewhere:
        are = "object is" if elsewhere == 1 else "objects are"
        yield f"{elsewhere:,} {are} being saved there already, by another download"
    if len(running) == 1:
        which = "it still runs" if rows == 1 else "1 of them still runs"
        yield f"{which}: what it writes later is not among these"
    elif running:
        yield f"{len(running):,} of them still run: what they write later is not among these"


def _not_done(problems: Sequence[Problem]) -> str:
    if not problems:
        return ""
    told = [problem.one_line for problem in problems[:NAMED]]
    told += [f"and {len(problems) - NAMED:,} more"] if len(problems) > NAMED else []
    return "not saved: " + "; ".join(told)
