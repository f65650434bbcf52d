"""``asyncinvoke retry``: failed invocations once more, as new ones, as the screen's key does it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from tui.commands import chosen, exit_codes, progress
from tui.commands.chosen import NothingChosenError
from tui.commands.output import complain, narrate, put
from tui.commands.wait import ToldError, until_all_end, verdict
from tui.commands.waiting import answering, submit
from tui.engine import submission
from tui.engine.contexts import Contexts, Trouble
from tui.engine.session import Engine
from tui.engine.together import all_of
from tui.model.counting import so_many
from tui.model.export import members
from tui.model.invocation import Invocation, Key, Status, key_of_token
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
    the rest. Of what the filter keeps, what was retried already, or another program is about to
    retry, is left out for the same reason.

    Returns:
        0 when all were sent; 2 when what the filter keeps has one that cannot be; 3 when AWS
        refused one; the code of the first problem that kept some from being sent; with ``--wait``
        how they ended, see ``wait``.

    Raises:
        ProblemError: AWS refused the only one; or the ledger failed before any was sent; or the
            credentials ended while it was waited.
        UnwrittenError: They were sent, and it could not be printed.
    """
    try:
        rows = await chosen.choose(contexts, given.keys, given.filter)
        if not (given.keys or any(row.status is Status.FAILED for row in rows)):
            narrate("none of them has failed")
        rows = await _without_retried(contexts, rows, is_named=bool(given.keys))
        judged = await _judged(contexts, rows, is_named=bool(given.keys))
    except NothingChosenError as error:
        return error.code
    again = await _noted(contexts, judged, is_named=bool(given.keys))
    is_all = len(judged) == sum(row.status is Status.FAILED for row in rows)
    rest = exit_codes.OK if is_all else exit_codes.USAGE
    if not again:
        put([], contexts.settings)
        return rest
    with answering(lambda: [row for row in _sent(again).values() if not _is_refused(row)]):
        faults = await _send(contexts, again)
        return await _told(contexts, again, faults, is_waiting=given.wait) or rest


async def _told(
    contexts: Contexts, again: Sequence[Again], faults: Sequence[Trouble], *, is_waiting: bool
) -> int:
    """Print what was sent or, after waiting, how it ended; returns the exit code.

    What still waits in the ledger is not waited for: nothing here sends it. Why, and what was not
    sent, is told before: the waiting may take hours.
    """
    sent = _sent(again)
    refused = sum(map(_is_refused, sent.values()))
    begun = [row for row in sent.values() if row.status is not Status.QUEUED]
    is_waiting = is_waiting and refused < len(begun)
    for each in again:
        if row := sent.get(each.row.key):
            is_told_here = _is_refused(row) and not is_waiting  # the waiting tells how each ended
            why = f": {row.failure_message}" if is_told_here else ""
            narrate(f"{each.row.id} again as {row.id}: {row.status.value}{why}")
    if len(begun) < len(sent):
        _tell_of_waiting(len(sent) - len(begun))
    if len(sent) < len(again):
        lost = len(again) - len(sent)
        they = ("was not sent, and is", "were not sent, and are")
        narrate(f"{so_many(lost, *they)} not queued")
    fault = await chosen.tell(contexts, faults) if faults else exit_codes.OK
    if is_waiting:
        told = {engine for engine, problem in faults if problem.is_signed_out}
        code = await _wait(contexts, begun, told)
    else:
        if sent:
            put([_members(each, sent) for each in again if each.row.key in sent], contexts.settings)
        code = verdict([row for row in begun if row.status is Status.UNKNOWN])
    return fault or (exit_codes.REFUSED if refused else code)


async def _wait(contexts: Contexts, begun: Sequence[Invocation], told: Collection[Engine]) -> int:
    """See ``until_all_end``; that the credentials ended is told once, for the sending as well."""
    try:
        return await until_all_end(contexts, begun, told=told)
    except ToldError:
        return exit_codes.REFUSED


async def _without_retried(
    contexts: Contexts, rows: Sequence[Invocation], *, is_named: bool
) -> list[Invocation]:
    """The rows that were not retried yet or, of those that keys name, all; the others are told.

    Raises:
        ProblemError: The ledger failed.
    """
    failed = [row for row in rows if row.status is Status.FAILED]
    retried = await contexts.ledger.retries.load(row.key for row in failed)
    before = [(row.id, retried[row.key]) for row in failed if row.key in retried]
    if is_named:
        for name, other in before:
            narrate(f"{name} was retried already, as {other}")
        return list(rows)
    if before:
        _tell_left_out("retried already", [" as ".join(each) for each in before])
    return [row for row in rows if row.key not in retried]


async def _noted(contexts: Contexts, again: Sequence[Again], *, is_named: bool) -> list[Again]:
    """Note what is sent again; returns it, but for what another program has taken meanwhile.

    What keys name is sent all the same.

    Raises:
        ProblemError: The ledger failed; nothing may be sent then.
    """
    retried = {each.request.client_request_token: each.row.key for each in again}
    if is_named:
        await contexts.ledger.retries.note(retried, contexts.clock())
        return list(again)
    mine = await contexts.ledger.retries.claim(retried, contexts.clock())
    taken = [each.row.id for each in again if each.request.client_request_token not in mine]
    if taken:
        _tell_left_out("taken by another retry just now", taken)
    return [each for each in again if each.request.client_request_token in mine]


def _tell_left_out(why: str, names: Sequence[str]) -> None:
    which = so_many(len(names), f"was {why}, and is", f"were {why}, and are")
    example = names[0] + ", for one" * (len(names) > 1)
    narrate(f"{which} left out ({example}): retry KEY sends it all the same")


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
            faults.append(f"{row.id} is an InvokeModel: retry it alone")
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
    return again


async def _send(contexts: Contexts, again: Sequence[Again]) -> list[Trouble]:
    """Submit one at once; have several go through the queue, which asks as AWS has room.

    Returns:
        Why some were not sent. What the ledger lets go of is not sent later.

    Raises:
        ProblemError: The only one was refused.
    """
    if len(again) == 1:
        (only,) = again
        try:
            await submit(only.engine, only.request)
        except ProblemError as error:
            await _unclaim(contexts, again)
            raise await only.engine.signing_in.raised(error.problem) from error
        return []
    groups: dict[Engine, list[Key]] = {}
    for each in again:
        key = key_of_token(each.request.client_request_token)
        groups.setdefault(each.engine, []).append(key)

    def left() -> int:
        return sum(len(_queued(engine, keys)) for engine, keys in groups.items())

    try:
        if fault := await _enqueue(again, groups):
            await _unclaim(contexts, again)
            return [fault]
        async with progress.following(lambda: _words(left(), len(again))):
            faults = await all_of(_let_go(engine, keys) for engine, keys in groups.items())
    except asyncio.CancelledError:
        if count := left():
            _tell_of_waiting(count)
        raise
    return [fault for fault in faults if fault]


async def _enqueue(
    again: Sequence[Again], groups: Mapping[Engine, Sequence[Key]]
) -> Trouble | None:
    """Have all wait in the ledger; returns why that cannot be: none waits then."""
    for engine in groups:
        try:
            await engine.enqueue([each.request for each in again if each.engine is engine])
        except ProblemError as error:
            for other, keys in groups.items():
                await _take_back(other, keys)
            return engine, error.problem
    return None


async def _unclaim(contexts: Contexts, again: Sequence[Again]) -> None:
    """Leave to others at once what was not even written down; in a while they have it anyway."""
    with contextlib.suppress(ProblemError):
        await contexts.ledger.retries.unclaim(each.request.client_request_token for each in again)


def _words(left: int, count: int) -> str:
    return f"sending: {count - left:,} of {count:,} sent"


async def _let_go(engine: Engine, keys: Sequence[Key]) -> Trouble | None:
    """Run the queue until these have left it; returns why the last of them were taken out of it.

    Nobody sits here who could mend what keeps it: only what passes by itself is waited out.
    """
    changed, told, fault = asyncio.Event(), "", None
    others = sum(row.status is Status.QUEUED for row in engine.board) - len(keys)
    if others > 0:
        they = ("more waits in the queue, and is", "more wait in the queue, and are")
        narrate(f"{so_many(others, *they)} sent as well")
    leave = engine.subscribe(lambda _: changed.set())
    try:
        engine.start(sends_queued=True)
        while _queued(engine, keys):
            await changed.wait()
            changed.clear()
            trouble = engine.signing_in.problem or engine.dispatch.trouble
            if trouble and not trouble.is_retryable and not fault:
                fault = engine, trouble
                if not await _take_back(engine, keys):  # but for the one that is being asked for
                    break
            elif trouble and not fault and trouble.one_line != told:
                told = trouble.one_line
                narrate(f"not sent yet: {told}")
    finally:
        leave()
    return fault


async def _take_back(engine: Engine, keys: Sequence[Key]) -> bool:
    """Have what still waits not be sent; returns whether the ledger let go of it, or tells why."""
    if not (waiting := _queued(engine, keys)):
        return True
    try:
        await engine.forget(waiting)
    except ProblemError as error:
        complain(error.problem)
        return False
    return True


def _tell_of_waiting(count: int) -> None:
    they = ("waits in the ledger, and is", "wait in the ledger, and are")
    narrate(f"{so_many(count, *they)} sent once the screen is open")


def _queued(engine: Engine, keys: Sequence[Key]) -> list[Key]:
    """Those that wait; what was sent stands under its ARN, for which all rows would be searched."""
    board = engine.board
    return [key for key in keys if board.holds(key) and board[key].status is Status.QUEUED]


def _sent(again: Sequence[Again]) -> dict[Key, Invocation]:
    """What was sent, or waits to be, by what it is a second try of."""
    tokens = {each.request.client_request_token for each in again}
    found = {
        (engine, row.client_request_token): row
        for engine in {each.engine for each in again}
        for row in engine.board
        if row.client_request_token in tokens
    }
    named = ((each, (each.engine, each.request.client_request_token)) for each in again)
    return {each.row.key: found[name] for each, name in named if name in found}


def _is_refused(row: Invocation) -> bool:
    """Whether AWS did not even accept it, rather than that it failed later."""
    is_accepted = bool(row.invocation_arn or row.witness) or row.is_waited_for
    return row.status is Status.FAILED and not is_accepted


def _members(each: Again, sent: Mapping[Key, Invocation]) -> dict[str, object]:
    """What was sent, with what it is a second try of."""
    return {**members(sent[each.row.key]), "retryOf": each.row.invocation_arn or each.row.id}
