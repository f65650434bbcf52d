"""``asyncinvoke list``: what AWS lists now, with what the ledger knows."""

from __future__ import annotations

import argparse

from tui.commands import exit_codes
from tui.commands.output import complain, narrate, put_invocations
from tui.engine.session import Engine
from tui.model import filter as filters
from tui.model.invocation import Key, ago
from tui.model.problem import Problem, ProblemError
from tui.model.view import Listing, View


async def run(engine: Engine, given: argparse.Namespace) -> int:
    """Ask once, print the invocations, newest first; returns the exit code.

    When AWS cannot be asked, what the ledger knows is printed all the same. With ``--no-paginate``
    one page is asked for, and its invocations alone are printed.
    """
    wanted = filters.parse(given.filter, engine.clock(), engine.settings.filters)
    if wanted.fault:
        narrate(f"asyncinvoke: --filter: {wanted.fault.message}")
        return exit_codes.USAGE
    problem, keys = await _ask(engine)
    listed = Listing(engine.board, View(filter=wanted))
    rows = [engine.board[key] for key in listed if keys is None or key in keys]
    if problem is None or rows:
        put_invocations(rows, engine.settings, engine.clock())
    if problem is None:
        return exit_codes.OK
    complain(problem)
    heard = max((row.heard for row in rows if row.heard), default=None)
    if heard:
        narrate(f"these are the known invocations, last heard of {ago(heard, engine.clock())}")
    return exit_codes.of(problem)


async def _ask(engine: Engine) -> tuple[Problem | None, set[Key] | None]:
    """Ask AWS; returns why it did not answer, and what it listed where that alone is wanted."""
    if not engine.settings.no_paginate:
        await engine.poll()
        return engine.problem, None
    try:
        return None, await engine.poller.list_page()
    except ProblemError as error:
        return error.problem, None
