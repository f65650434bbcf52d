"""``asyncinvoke list``: what AWS lists now, with what the ledger knows."""

from __future__ import annotations

import argparse

from tui.commands import exit_codes
from tui.commands.output import complain, narrate, put_invocations
from tui.config import Output
from tui.engine.contexts import Contexts
from tui.engine.session import Engine
from tui.model import filter as filters
from tui.model.columns import SHOWN
from tui.model.invocation import Key, ago
from tui.model.problem import Problem, ProblemError
from tui.model.view import Listing, View

_SAY_NOTHING = (Output.TABLE, Output.TEXT)
"""The formats in which nothing looks as if something were missing."""


async def run(contexts: Contexts, given: argparse.Namespace) -> int:
    """Ask once, print the invocations, newest first; returns the exit code.

    When AWS cannot be asked, what the ledger knows is printed all the same. With ``--no-paginate``
    one page is asked for, and its invocations alone are printed. Of several contexts, the rows of
    all are printed together; each says which is its own.
    """
    now = contexts.clock()
    wanted = filters.parse(given.filter, now, contexts.settings.filters)
    if wanted.fault:
        narrate(f"asyncinvoke: --filter: {wanted.fault.message}")
        return exit_codes.USAGE
    asked = [(engine, *await _ask(engine)) for engine in contexts.open_ones]
    pages = [keys for _, _, keys in asked if keys is not None]
    listed = Listing(contexts.board, View(filter=wanted))
    rows = [
        contexts.board[key] for key in listed if not pages or any(key in page for page in pages)
    ]
    failed = [(engine, problem) for engine, problem, _ in asked if problem]
    if rows or len(failed) < len(asked):
        shown = SHOWN if contexts.is_one else ("context", *SHOWN)
        put_invocations(rows, contexts.settings, now, shown)
    if not (rows or failed) and contexts.settings.output in _SAY_NOTHING:
        narrate("no invocation matches" if wanted else "there is no invocation yet")
    for engine, problem in failed:
        whose = "" if contexts.is_one else f" of {engine.context.label}"
        if whose:
            narrate(f"in {engine.context.label}:")
        complain(await engine.signing_in.told(problem))
        known = (row.heard for row in rows if row.heard and row.context == engine.context.label)
        if heard := max(known, default=None):
            when = ago(heard, contexts.clock())
            narrate(f"these are the known invocations{whose}, last heard of {when}")
    return exit_codes.of(failed[0][1]) if failed else exit_codes.OK


async def _ask(engine: Engine) -> tuple[Problem | None, set[Key] | None]:
    """Ask AWS; returns why it did not answer, and what it listed where that alone is wanted."""
    if not engine.settings.no_paginate:
        await engine.poll()
        return engine.problem, None
    try:
        return None, await engine.poller.list_page()
    except ProblemError as error:
        return error.problem, None
