"""``asyncinvoke retry``: failed invocations once more, as new ones, as the screen's key does it."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from tui.commands import chosen, exit_codes
from tui.commands.chosen import NothingChosenError
from tui.commands.output import complain, narrate, put
from tui.commands.wait import until_all_end, verdict
from tui.engine import submission
from tui.engine.contexts import Contexts
from tui.engine.session import Engine
from tui.model.export import members
from tui.model.invocation import Invocation, Status, key_of_token
from tui.model.problem import ProblemError
from tui.model.request import Request


@dataclass(frozen=True, slots=True)
class Again:
    """A failed invocation, and what it is sent again as.

    Attributes:
        row: The one that failed.
        engine: The context that it failed in, and is sent in again.
        request: What it was asked, under a token of its own.
    """

    row: Invocation
    engine: Engine
    request: Request


async def run(contexts: Contexts, given: argparse.Namespace) -> int:
    """Send what the keys name or, of what the filter keeps, what has failed; print the new ones.

    A key that names what cannot be retried keeps all from being sent: a second try would double
    the rest.

    Returns:
        0 when all were sent; 3 when AWS refused one; with ``--wait`` how they ended, see ``wait``.

    Raises:
        ProblemError: AWS refused the only one, or the ledger failed: nothing was sent.
    """
    try:
        rows = await chosen.choose(contexts, given.keys, given.filter)
        again = await _judged(contexts, rows, is_named=bool(given.keys))
    except NothingChosenError as error:
        return error.code
    if not again:
        put([], contexts.settings)
        return exit_codes.OK
    await _send(again)
    sent = [_sent(each) for each in again]
    refused = [row for row in sent if row.status is Status.FAILED and not _is_accepted(row)]
    for each, row in zip(again, sent, strict=True):
        why = f": {row.failure_message}" if row in refused else ""
        narrate(f"{each.row.id} again as {row.id}: {row.status.value}{why}")
    if given.wait and len(refused) < len(sent):
        code = await until_all_end(contexts, sent)
        return exit_codes.REFUSED if refused else code
    put(
        [
            {**members(row), "retryOf": each.row.invocation_arn or each.row.id}
            for each, row in zip(again, sent, strict=True)
        ],
        contexts.settings,
    )
    return exit_codes.REFUSED if refused else verdict([row for row in sent if row not in refused])


async def _judged(contexts: Contexts, rows: Sequence[Invocation], *, is_named: bool) -> list[Again]:
    """What is sent again; why something is not is told.

    Raises:
        NothingChosenError: A key names what cannot be, or nothing that failed can be.
    """
    failed = [row for row in rows if row.status is Status.FAILED]
    again, faults = list[Again](), list[str]()
    for row in rows if is_named else failed:
        engine = contexts.of(row)
        request = await engine.request_of(row) if row.status is Status.FAILED else None
        if row.status is not Status.FAILED:
            faults.append(f"{row.id} is {row.status.value}: only what failed is retried")
        elif request is None:
            faults.append(f"{row.id}: its input is not known: AWS returns none, and none is kept")
        elif len(failed) > 1 and row.is_waited_for:
            faults.append(f"{row.id} is waited for: such are retried one by one")
        else:
            token = submission.new_token()
            again.append(Again(row, engine, replace(request, client_request_token=token)))
    engines = {each.engine for each in again}
    if len(again) > 1 and any(engine.queue.is_paused for engine in engines):
        faults.append("the queue is paused: the screen lets it go on")
        again.clear()
    for fault in faults:
        narrate(f"asyncinvoke: {fault}")
    if faults and (is_named or not again):
        narrate("nothing was sent")
        raise NothingChosenError(exit_codes.USAGE)
    if not failed:
        narrate("nothing of it has failed")
    return again


async def _send(again: Sequence[Again]) -> None:
    """Submit one at once; have several go through the queue, which asks as AWS has room."""
    if len(again) == 1:
        (only,) = again
        await only.engine.submit(only.request)
        if only.engine.problem:
            complain(only.engine.problem)  # what the ledger did not take
        return
    groups: dict[Engine, list[Request]] = {}
    for each in again:
        groups.setdefault(each.engine, []).append(each.request)
    for engine, requests in groups.items():
        await engine.enqueue(requests)
    try:
        await asyncio.gather(*(_let_go(engine, group) for engine, group in groups.items()))
    except asyncio.CancelledError:
        left = sum(_is_queued(each.engine, each.request) for each in again)
        if left:
            narrate(f"{left:,} wait in the ledger, and are sent once the screen is open")
        raise


async def _let_go(engine: Engine, requests: Sequence[Request]) -> None:
    """Run the queue until these have left it.

    Raises:
        ProblemError: The credentials ended, and nobody can renew them from outside.
    """
    changed, told = asyncio.Event(), ""
    leave = engine.subscribe(lambda _: changed.set())
    others = sum(row.status is Status.QUEUED for row in engine.board) - len(requests)
    if others > 0:
        narrate(f"{others:,} more wait in the queue, and are sent as well")
    try:
        engine.start(sends_queued=True)
        while any(_is_queued(engine, request) for request in requests):
            await changed.wait()
            changed.clear()
            trouble = engine.signing_in.problem or engine.dispatch.trouble
            if trouble and trouble.is_signed_out and engine.signing_in.is_final:
                raise ProblemError(trouble)
            if trouble and trouble.one_line != told:
                told = trouble.one_line
                narrate(f"not sent yet: {told}")
    finally:
        leave()


def _is_queued(engine: Engine, request: Request) -> bool:
    row = engine.board.get(key_of_token(request.client_request_token))
    return row is not None and row.status is Status.QUEUED


def _sent(each: Again) -> Invocation:
    """The row of what was sent; of what another copy of the program has taken over, as it was."""
    token = each.request.client_request_token
    found = each.engine.board.get(key_of_token(token))
    return found or submission.row_of(
        each.request, each.engine.context.region or "", each.engine.clock()
    )


def _is_accepted(row: Invocation) -> bool:
    return bool(row.invocation_arn or row.witness) or row.is_waited_for
