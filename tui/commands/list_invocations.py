"""``asyncinvoke list``: what AWS lists now, with what the ledger knows."""

from __future__ import annotations

import argparse

from tui.commands import exit_codes
from tui.commands.output import complain, narrate, put_json, put_table
from tui.engine.session import Engine
from tui.model import filter as filters
from tui.model.export import members
from tui.model.invocation import ago
from tui.model.view import Listing, View


async def run(engine: Engine, given: argparse.Namespace) -> int:
    """Ask once, print the invocations, newest first; returns the exit code.

    When AWS cannot be asked, what the ledger knows is printed all the same.
    """
    wanted = filters.parse(given.filter, engine.clock(), engine.settings.filters)
    if wanted.fault:
        narrate(f"asyncinvoke: --filter: {wanted.fault.message}")
        return exit_codes.USAGE
    await engine.poll()
    rows = [engine.board[key] for key in Listing(engine.board, View(filter=wanted))]
    if engine.problem is None or rows:
        if given.output == "table":
            put_table(rows, engine.clock())
        else:
            put_json([members(row) for row in rows])
    if engine.problem is None:
        return exit_codes.OK
    complain(engine.problem)
    heard = max((row.heard for row in rows if row.heard), default=None)
    if heard:
        narrate(f"these are the known invocations, last heard of {ago(heard, engine.clock())}")
    return exit_codes.of(engine.problem)
