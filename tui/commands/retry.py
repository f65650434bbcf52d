"""``asyncinvoke retry``: failed invocations once more, as new ones, as the screen's key does it."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from tui.commands import chosen, exit_codes, progress
from tui.commands.chosen import NothingChosenError
from tui.commands.output import complain, narrate, put
from tui.commands.wait import until_all_end, verdict
from tui.commands.waiting import answering
from tui.engine import submission
from tui.engine.contexts import Contexts
from tui.engine.session import Engine
from tui.model.export import members
from tui.model.invocation import Invocation, Key, Status, key_of_token
from tui.model.problem import Problem, ProblemError
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
        0 when all were sent; 2 when what the filter keeps has one that cannot be; 3 when AWS
        refused one; with ``--wait`` how they ended, see ``wait``.

    Raises:
        ProblemError: AWS refused the only one, or would refuse all, or the ledger failed; what
            was sent by then is printed.
        UnwrittenError: They were sent, and it could not be printed.
    """
    try:
        rows = await chosen.choose(contexts, given.keys, given.filter)
        again = await _judged(contexts, rows, is_named=bool(given.keys))
    except NothingChosenError as error:
        return error.code
    if not again:
        put([], contexts.settings)
        return exit_codes.OK
    fault = await _send(again)
    sent = {each.row.key: row for each in again if (row := _sent(each))}
    with answering([row for row in sent.values() if not _is_refused(row)]):
        code = await _told(contexts, again, sent, is_waiting=given.wait)
    if fault:
        raise ProblemError(fault)
    is_all = len(again) == sum(row.status is Status.FAILED for row in rows)
    return code or (exit_codes.OK if is_all else exit_codes.USAGE)


async def _told(
    contexts: Contexts,
    again: Sequence[Again],
    sent: Mapping[Key, Invocation],
    *,
    is_waiting: bool,
) -> int:
    """Print what was sent or, after waiting, how it ended; returns the exit code."""
    refused = [row for row in sent.values() if _is_refused(row)]
    for each in again:
        if row := sent.get(each.row.key):
            why = f": {row.failure_message}" if row in refused else ""
            narrate(f"{each.row.id} again as {row.id}: {row.status.value}{why}")
    if is_waiting and len(refused) < len(sent):
        code = await until_all_end(contexts, list(sent.values()))
    else:
        put([_members(each, sent) for each in again if each.row.key in sent], contexts.settings)
        code = verdict([row for row in sent.values() if row.status is Status.UNKNOWN])
    if len(sent) < len(again):
        narrate(f"{len(again) - len(sent):,} were not sent, and do not wait to be")
    return exit_codes.REFUSED if refused else code


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
        narrate("none of them has failed")
    return again


async def _send(again: Sequence[Again]) -> Problem | None:
    """Submit one at once; have several go through the queue, which asks as AWS has room.

    Returns:
        Why some were not sent, and will not be; None when all were.

    Raises:
        ProblemError: The only one was refused, or the ledger failed.
    """
    if len(again) == 1:
        (only,) = again
        await only.engine.submit(only.request)
        if only.engine.problem:
            complain(only.engine.problem)  # what the ledger did not take
        return None
    groups: dict[Engine, list[Key]] = {}
    for engine in {each.engine: None for each in again}:
        requests = [each.request for each in again if each.engine is engine]
        await engine.enqueue(requests)
        groups[engine] = [key_of_token(request.client_request_token) for request in requests]

    def words() -> str:
        left = sum(len(_queued(engine, keys)) for engine, keys in groups.items())
        return f"sending: {len(again) - left:,} of {len(again):,} sent"

    try:
        async with progress.following(words):
            work = (_let_go(engine, keys) for engine, keys in groups.items())
            faults = await asyncio.gather(*work)
    except asyncio.CancelledError:
        left = sum(len(_queued(engine, keys)) for engine, keys in groups.items())
        if left:
            narrate(f"{left:,} wait in the ledger, and are sent once the screen is open")
        raise
    return next(filter(None, faults), None)


async def _let_go(engine: Engine, keys: Sequence[Key]) -> Problem | None:
    """Run the queue until these have left it; returns why the last of them were taken out of it.

    Nobody sits here who could mend what keeps it: only what passes by itself is waited out.
    """
    changed, told, fault = asyncio.Event(), "", None
    others = sum(row.status is Status.QUEUED for row in engine.board) - len(keys)
    if others > 0:
        narrate(f"{others:,} more wait in the queue, and are sent as well")
    leave = engine.subscribe(lambda _: changed.set())
    try:
        engine.start(sends_queued=True)
        while queued := _queued(engine, keys):
            await changed.wait()
            changed.clear()
            trouble = engine.signing_in.problem or engine.dispatch.trouble
            if trouble and not trouble.is_retryable and not fault:
                fault = trouble
                await engine.forget(queued)  # but for the one that is being asked for
            elif trouble and not fault and trouble.one_line != told:
                told = trouble.one_line
                narrate(f"not sent yet: {told}")
    finally:
        leave()
    return fault


def _queued(engine: Engine, keys: Sequence[Key]) -> list[Key]:
    rows = map(engine.board.get, keys)
    return [row.key for row in rows if row and row.status is Status.QUEUED]


def _sent(each: Again) -> Invocation | None:
    """The row of what was sent; None for what was not."""
    return each.engine.board.get(key_of_token(each.request.client_request_token))


def _is_refused(row: Invocation) -> bool:
    """Whether AWS took it not even up, rather than that it failed later."""
    is_accepted = bool(row.invocation_arn or row.witness) or row.is_waited_for
    return row.status is Status.FAILED and not is_accepted


def _members(each: Again, sent: Mapping[Key, Invocation]) -> dict[str, object]:
    """What was sent, with what it is a second try of."""
    return {**members(sent[each.row.key]), "retryOf": each.row.invocation_arn or each.row.id}
