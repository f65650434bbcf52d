"""``asyncinvoke show``: all that is known of some invocations, as JSON or as a sheet."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime

from tui.commands import chosen, exit_codes
from tui.commands.chosen import NothingChosenError
from tui.commands.output import put, write
from tui.commands.waiting import where_to_look
from tui.config import Output
from tui.engine.contexts import Contexts, Trouble
from tui.engine.looking import look
from tui.engine.polling import GETS_AT_ONCE
from tui.engine.session import Engine
from tui.model.endpoint import Endpoint
from tui.model.export import members
from tui.model.facts import Asked, Fact, failure_of, known
from tui.model.invocation import Invocation, Status
from tui.model.problem import Problem, ProblemError
from tui.model.text import printable

_WIDTH = 12


async def run(contexts: Contexts, given: argparse.Namespace) -> int:
    """Ask AWS for each, unless that is not wanted, and print them; returns the exit code.

    Where AWS does not answer, what the ledger knows is printed all the same.
    """
    try:
        rows = await chosen.named(contexts, given.keys, is_offline=given.offline)
    except NothingChosenError as error:
        return error.code
    failed = [] if given.offline else await _ask_for(contexts, rows)
    rows = [contexts.board.get(row.key) or row for row in rows]
    settings = contexts.settings
    if settings.output is Output.TABLE and not settings.query:
        asked = [await _asked(contexts.of(row), row, given.offline) for row in rows]
        _print(rows, asked, contexts.clock())
    else:
        put([members(row) for row in rows], settings)
    return await chosen.tell(contexts, failed) if failed else exit_codes.OK


async def _ask_for(contexts: Contexts, rows: Sequence[Invocation]) -> list[Trouble]:
    """Have the board hold them as they are now, tags included; returns what AWS refused to tell."""
    limit = asyncio.Semaphore(GETS_AT_ONCE)
    failed: dict[tuple[Engine, str], Problem] = {}  # each once that says the same

    async def ask(row: Invocation) -> None:
        engine = contexts.of(row)
        try:
            async with limit:
                await _tag(engine, await look(engine, row.invocation_arn))
        except ProblemError as error:
            failed[engine, error.problem.one_line] = error.problem

    await asyncio.gather(*(ask(row) for row in rows if row.invocation_arn))
    for engine in {contexts.of(row) for row in rows if row.is_watched}:
        await engine.watcher.tick()
        await engine.settle()
        if engine.problem:
            failed[engine, engine.problem.one_line] = engine.problem
    return [(engine, problem) for (engine, _), problem in failed.items()]


async def _tag(engine: Engine, row: Invocation) -> None:
    """Learn the tags."""
    if not row.tags:
        with contextlib.suppress(ProblemError):  # a courtesy, which not everybody may ask for
            await engine.load_tags(row)


async def _asked(engine: Engine, row: Invocation, is_offline: bool) -> Asked:
    """What stands on the sheet besides: its own input, and how its endpoint is."""
    request = await engine.request_of(row)
    endpoint: Endpoint | Problem | None = None
    if row.is_at_endpoint and not row.status.is_terminal and not is_offline:
        try:
            endpoint = await engine.offers.endpoint(row.model_id)
        except ProblemError as error:
            endpoint = error.problem
    return Asked(tags=row.tags or None, request=request, endpoint=endpoint)


def _print(rows: Sequence[Invocation], asked: Sequence[Asked], now: datetime) -> None:
    sheets = ("".join(_lines(row, more, now)) for row, more in zip(rows, asked, strict=True))
    write("\n".join(sheets))


def _lines(row: Invocation, asked: Asked, now: datetime) -> Iterator[str]:
    facts = [Fact("id", row.id), Fact("status", row.status.value), *_verdict(row)]
    facts += [Fact("prompt", row.prompt)] if row.prompt else []
    for fact in [*facts, *known(row, asked, now)]:
        first, *rest = printable(fact.value, keep_lines=fact.name == "policy").split("\n")
        yield f"{fact.name:<{_WIDTH}}{first}\n"
        yield from (f"{'':<{_WIDTH}}{line}\n" for line in rest)


def _verdict(row: Invocation) -> Iterator[Fact]:
    """What the status asks for, told without the screen's keys."""
    if row.parts:
        yield Fact("parts", str(row.parts))
    if problem := failure_of(row):
        told = row.parts.why if row.parts else row.failure_message
        yield Fact("failure", told or "AWS gave no message")
        named = {"cause": problem.cause, "remedy": problem.remedy, "policy": problem.policy}
        yield from (Fact(name, value) for name, value in named.items() if value)
    if row.witness and row.is_watched and row.witness.note:
        yield Fact("note", row.witness.note)
    if row.status is Status.UNKNOWN:
        yield Fact("next", _unanswered(row))
    elif row.status is Status.OVERDUE:
        yield Fact("next", f"its time is up: {where_to_look(row)}")
    elif row.status is Status.QUEUED:
        yield Fact("next", "it waits here for its turn: the screen sends it")


def _unanswered(row: Invocation) -> str:
    if row.is_listed:
        return "it may have started: `asyncinvoke recover` looks its token up"
    if row.is_at_endpoint:
        return f"it may run, and nobody lists it: {where_to_look(row)}"
    return "AWS remembers no answer, and nobody can ask for it again"
