"""``asyncinvoke fetch``: the outputs of some invocations, saved as the screen saves them."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

from tui.commands import chosen, exit_codes, saving
from tui.commands.chosen import NothingChosenError
from tui.commands.output import complain, narrate, put
from tui.commands.saving import Fetched
from tui.commands.waiting import make_folder
from tui.engine.contexts import Contexts
from tui.engine.downloading import Saved
from tui.model.counting import so_many
from tui.model.document import size_text
from tui.model.invocation import Invocation, Status


async def run(contexts: Contexts, given: argparse.Namespace) -> int:
    """Save all outputs of what the keys name or, of what the filter keeps, of what has ended.

    Each file that is on the disk now is printed. What is still pending is left out.

    Returns:
        0; 1 when one that failed wrote nothing; 2 when one that completed has nothing in its
        place any more; 4 when one that a key names is still pending; the code of the first problem
        when something could not be saved.

    Raises:
        ProblemError: The disk has not enough room, and nothing was saved.
    """
    try:
        rows = await chosen.choose(contexts, given.keys, given.filter)
    except NothingChosenError as error:
        return error.code
    ready = [row for row in rows if row.status.is_terminal]
    pending = [row for row in rows if not row.status.is_terminal]
    _tell_of(pending, is_named=bool(given.keys))
    folder = Path(given.to or contexts.settings.download.folder)
    if ready and (reason := await asyncio.to_thread(make_folder, folder)):
        narrate(f"asyncinvoke: {'--to: ' * bool(given.to)}{reason}; nothing was fetched")
        return exit_codes.USAGE
    try:
        fetched = await saving.fetch([(contexts.of(row), row) for row in ready], folder)
    except asyncio.CancelledError:
        narrate("what has come is kept: fetched again into the same folder, it goes on there")
        raise
    put([_members(saved) for saved in fetched.saved], contexts.settings)
    return _close(fetched, is_incomplete=bool(pending and given.keys))


def _tell_of(pending: Sequence[Invocation], *, is_named: bool) -> None:
    if not is_named and pending:
        narrate(f"{so_many(len(pending), 'of them is', 'of them are')} still pending, and left out")
        return
    for row in pending:
        narrate(f"{row.id} is still {row.status.value}: nothing of it is fetched before it ends")


def _close(fetched: Fetched, *, is_incomplete: bool) -> int:
    """Tell what came of it; returns the exit code."""
    for row, place in fetched.empty:
        what = "nothing is left in" if _is_gone(row) else "nothing was written to"
        narrate(f"{row.id} ({row.status.value}): {what} {place}")
    new = [saved for saved in fetched.saved if not saved.was_there]
    size = size_text(sum(saved.thing.size for saved in new))
    there = len(fetched.saved) - len(new)
    again = f"; {so_many(there, 'object')} there already" * bool(there)
    narrate(f"{so_many(len(new), 'object')} saved, {size}{again}")
    for problem in fetched.problems:
        complain(problem)
    if fetched.problems:
        return exit_codes.of(fetched.problems[0])
    if is_incomplete:
        return exit_codes.TRY_AGAIN
    if not fetched.empty:
        return exit_codes.OK
    is_all_gone = all(_is_gone(row) for row, _ in fetched.empty)
    return exit_codes.USAGE if is_all_gone else exit_codes.JOB_FAILED


def _is_gone(row: Invocation) -> bool:
    """Whether it has written something, so that who finds nothing comes too late."""
    return row.status is Status.COMPLETED


def _members(saved: Saved) -> dict[str, object]:
    """A saved object; what S3 told no checksum of has none."""
    named = {
        "path": str(saved.path),
        "uri": saved.thing.uri if saved.thing.place.bucket else None,
        "bytes": saved.thing.size,
        "checked": saved.checked or None,
        "wasThere": saved.was_there,
    }
    return {name: value for name, value in named.items() if value is not None}
