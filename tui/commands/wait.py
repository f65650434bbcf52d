"""``asyncinvoke wait``: until some invocations have ended. Nothing is sent, or cancelled."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Collection, Sequence

from tui.commands import chosen, exit_codes, progress
from tui.commands.chosen import NothingChosenError
from tui.commands.output import narrate, put_invocations
from tui.commands.waiting import code_of, tell_of, where_to_look
from tui.engine.awaiting import Awaited, may_end
from tui.engine.contexts import Contexts
from tui.engine.session import Engine
from tui.engine.together import all_of
from tui.model.columns import SHOWN
from tui.model.counting import so_many
from tui.model.invocation import Invocation, Status, duration
from tui.model.problem import ProblemError

_FEW = 3
"""How many of those that had ended badly before the waiting are named."""


class ToldError(ProblemError):
    """What ended the waiting, and a person has read already."""


async def run(contexts: Contexts, given: argparse.Namespace) -> int:
    """Wait for what the keys name or, of what the filter keeps, for what is pending.

    Returns:
        See ``verdict``, over all that is named or kept; 4 when the time is up before all have
        ended.

    Raises:
        ProblemError: The credentials ended, and nobody can renew them from outside.
    """
    try:
        rows = await chosen.choose(contexts, given.keys, given.filter, is_status_needed=False)
    except NothingChosenError as error:
        return error.code
    if not given.filter:
        return await until_all_end(contexts, rows, given.timeout)
    spoilt = [row for row in rows if not may_end(row) and row.status is not Status.COMPLETED]
    for row in spoilt[:_FEW]:
        narrate(_told(row, contexts))
    if (more := len(spoilt) - _FEW) > 0:
        narrate(f"… and {more:,} more had ended, and not completed")
    pending = [row for row in rows if may_end(row)]
    what = so_many(len(pending), "invocation")
    narrate(f"waiting for {what}" if pending else "none of them is pending")
    return await until_all_end(contexts, pending, given.timeout, spoilt)


async def until_all_end(
    contexts: Contexts,
    rows: Sequence[Invocation],
    timeout: float | None = None,
    spoilt: Sequence[Invocation] = (),
    told: Collection[Engine] = (),
) -> int:
    """Wait, telling of each that ends, and print them all; returns the exit code.

    Args:
        contexts: Where they are asked for.
        rows: What to wait for.
        timeout: Seconds to wait at most; None for no end.
        spoilt: What had ended before, and not completed: it is printed as well, so that the exit
            code is the same whether one fails now or did so a moment ago.
        told: The contexts of which it was told already that their credentials ended.

    Raises:
        ToldError: As below, in one of ``told``.
        ProblemError: The credentials ended, and nobody can renew them from outside; what is known
            is printed all the same.
    """

    def ended(row: Invocation) -> None:
        narrate(_told(row, contexts))

    awaited = [
        Awaited(engine, group, narrate, ended, is_one=contexts.is_one)
        for engine, group in contexts.grouped(rows)
    ]
    count, is_late = len(rows), False

    def words() -> str:
        left = sum(each.left for each in awaited)
        return f"waiting: {count - left:,} of {count:,} ended"

    _take_stock(awaited)  # before the clock starts: it may leave no time for it
    try:
        async with progress.following(words):
            await asyncio.wait_for(all_end(awaited, told), timeout)
    except asyncio.TimeoutError:
        if left := _take_stock(awaited):
            is_late = True
            they = "has not ended, and goes on" if left == 1 else "have not ended, and go on"
            narrate(f"the time is up: {left:,} of {count:,} {they}")
    except ProblemError:
        _put(contexts, [*rows, *spoilt])
        raise
    found = _put(contexts, [*rows, *spoilt])
    return exit_codes.TRY_AGAIN if is_late else verdict(found[: len(rows)], found[len(rows) :])


async def all_end(awaited: Sequence[Awaited], told: Collection[Engine] = ()) -> None:
    """Wait for the ends in every context; the first that fails ends the waiting in the others.

    Raises:
        ToldError: As below, in one of ``told``.
        ProblemError: As ``Awaited.end`` does; nobody waits any more then.
    """

    async def end(each: Awaited) -> None:
        try:
            await each.end()
        except ProblemError as error:
            if each.engine in told:
                raise ToldError(error.problem) from error
            raise

    await all_of(map(end, awaited))


def _take_stock(awaited: Sequence[Awaited]) -> int:
    """How many have not ended, nor been given up, by what is known now."""
    for each in awaited:
        each.take_stock()
    return sum(each.left for each in awaited)


def _put(contexts: Contexts, rows: Sequence[Invocation]) -> list[Invocation]:
    """Print invocations as they are now; returns them."""
    found = [contexts.board.get(row.key) or row for row in rows]
    shown = SHOWN if contexts.is_one else ("context", *SHOWN)
    put_invocations(found, contexts.settings, contexts.clock(), shown)
    return found


def verdict(rows: Sequence[Invocation], spoilt: Sequence[Invocation] = ()) -> int:
    """The exit code for how some invocations ended.

    Args:
        rows: What was waited for; what nobody knows of it is told.
        spoilt: What had ended before; of it nothing is told here.

    Returns:
        1 where one failed; 5 where nobody can tell how one at an endpoint ended; 4 where one was
        never answered, and AWS may yet list it; otherwise 0.
    """
    for row in rows:
        tell_of(row)
    codes = {code_of(row) for row in (*rows, *spoilt)}
    order = (exit_codes.JOB_FAILED, exit_codes.NOT_KNOWN, exit_codes.TRY_AGAIN)
    return next((code for code in order if code in codes), exit_codes.OK)


def _told(row: Invocation, contexts: Contexts) -> str:
    """How one ended, in a line."""
    if row.is_watched:
        return f"{row.id}: its time is up: {where_to_look(row)}"
    took = f" after {duration(row.took(contexts.clock()))}" if row.status.is_terminal else ""
    why = f": {row.failure or 'AWS gave no message'}" if row.status is Status.FAILED else ""
    return f"{row.id} {row.status.value}{took}{why}"
