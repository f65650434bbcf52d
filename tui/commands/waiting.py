"""What the commands that submit share: sending, waiting for the end, saving, the exit code."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from tui.commands import exit_codes
from tui.commands.output import complain, narrate, put
from tui.engine import downloading, submission
from tui.engine.downloading import Outcome, Wanted
from tui.engine.session import Engine
from tui.engine.source import pages
from tui.engine.ticking import Heard, Missed
from tui.model.document import size_text
from tui.model.explanation import explain_failure
from tui.model.export import members
from tui.model.invocation import Invocation, Key, Status, duration
from tui.model.problem import ProblemError
from tui.model.request import Request, StartAsyncInvoke

LAST_LOOK_SECONDS = 10.0
"""How long S3 may take to answer once the time is up."""


def unusable(folder: Path) -> str:
    """Why nothing can be saved in a folder; empty when it can."""
    try:
        folder = folder.expanduser()
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError) as error:
        return str(error)
    return "" if os.access(folder, os.W_OK | os.X_OK) else f"{folder} cannot be written"


async def may_be_sent(request: Request, download: str | None) -> bool:
    """Whether nothing speaks against a request, nor against saving its outputs; what does is told.

    Args:
        request: As it will be sent.
        download: The folder to save to; None for none.
    """
    verdict = await submission.check(request)
    where = "--model-input: " if isinstance(request, StartAsyncInvoke) else ""
    for warning in verdict.warnings:
        narrate(f"warning: {where}{warning}")
    for fault in verdict.faults:
        narrate(f"asyncinvoke: {fault}")
    if verdict.faults:
        return False
    if download and (reason := unusable(Path(download))):
        narrate(f"asyncinvoke: --download: {reason}; nothing was sent")
        return False
    return True


async def submit(engine: Engine, request: Request) -> Invocation:
    """Submit a request; what the ledger did not take of its answer is told.

    Raises:
        ProblemError: AWS or the ledger refused: nothing was submitted.
    """
    row = await engine.submit(request)
    if engine.problem:
        complain(engine.problem)
    return row


async def see_to_its_end(engine: Engine, row: Invocation, download: str | None) -> int:
    """Wait until an invocation has ended, save its outputs, put it out; returns the exit code.

    Args:
        engine: Where it was submitted.
        row: What was submitted.
        download: The folder to save to; None for none.

    Raises:
        ProblemError: It cannot be followed, or the outputs cannot be read or saved; the row is put
            out all the same.
    """
    narrate(f"submitted {row.id} ({row.model_id}); waiting for it to end")
    try:
        row = await _end_of(engine, row.key)
    except ProblemError:
        put(members(engine.board[row.key]), engine.settings)
        raise
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(engine.inspector.settle(), LAST_LOOK_SECONDS)
    row = engine.board[row.key]
    narrate(f"{row.status.value} after {duration(row.took(engine.clock()))}")
    if row.status is Status.FAILED:
        complain(explain_failure(row.failure_message, row.s3_uri, row.region))
    if row.parts:
        narrate(f"but {row.parts.one_line}")
    if row.witness and row.is_watched:
        narrate(f"its time is up: {row.witness.note or _silence(row)}")
    try:
        if download and row.status.is_terminal:
            await _download(engine, row, Path(download))
    finally:
        put(members(row), engine.settings)
    return exit_codes.NOT_KNOWN if row.is_watched else code_of(row)


def code_of(row: Invocation) -> int:
    """The exit code for what became of an invocation; what nobody knows is told."""
    if row.status is not Status.UNKNOWN:
        return exit_codes.JOB_FAILED if row.status is Status.FAILED else exit_codes.OK
    narrate(f"no answer came back: {row.failure_message}")
    name = "client token" if row.is_listed else "inference id"
    narrate(f"it may have started; its {name} is {json.dumps(row.client_request_token)}")
    if row.is_listed:
        return exit_codes.TRY_AGAIN
    narrate(f"AWS keeps no list of these: {where_to_look(row)} before it is sent again")
    return exit_codes.NOT_KNOWN


def _silence(row: Invocation) -> str:
    is_told = row.status is Status.OVERDUE
    return "S3 holds neither an output nor a failure" if is_told else "S3 did not answer"


def where_to_look(row: Invocation) -> str:
    """What a person can do who must know whether an endpoint was asked."""
    logs = f"/aws/sagemaker/Endpoints/{row.model_id}"
    return f"look for the inference id in {logs} in CloudWatch, and below the output path"


async def _end_of(engine: Engine, key: Key) -> Invocation:
    """Poll until the invocation has ended, through failing polls and a change of its key.

    Credentials that end, and that nobody can renew from outside, end the waiting.

    One whose answer never came is given up, still Unknown, when AWS does not list it in time; and
    one at an endpoint when its time is up, for S3 may never tell.
    """
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    followed, told = key, ""

    def listen(news: Heard | Missed) -> None:
        nonlocal followed, told
        if isinstance(news, Missed):
            narrate(f"no news: {news.problem.one_line}")
            is_lost = news.problem.is_signed_out and engine.signing_in.is_final(news.problem)
            if is_lost and not ended.done():
                ended.set_exception(ProblemError(news.problem))
            return
        followed = news.changes.renamed.get(followed, followed)
        row = engine.board[followed]
        if row.witness and row.witness.note != told:
            told = row.witness.note
            narrate(told or "S3 tells again")
        if not (ended.done() or _is_waited_for(row)):
            ended.set_result(None)

    engine.subscribe(listen)
    row = engine.board[key]
    if row.is_listed:
        engine.start()
        if not row.invocation_arn:
            await _within(ended, submission.SETTLE.total_seconds())
    elif row.witness:
        engine.watch()
        left = row.witness.deadline - engine.clock()
        await _within(ended, left.total_seconds())
        if engine.board[followed].status is Status.PENDING:
            with contextlib.suppress(asyncio.TimeoutError):  # the last look may lie a minute back
                await asyncio.wait_for(engine.watcher.tick(), LAST_LOOK_SECONDS)
        return engine.board[followed]
    row = engine.board[key]
    if row.invocation_arn and _is_waited_for(row):
        await ended
    return engine.board[followed]


async def _within(ended: asyncio.Future[None], seconds: float) -> None:
    """Wait for the end for so long at most; raises what makes the waiting vain."""
    await asyncio.wait([ended], timeout=seconds)
    if ended.done():
        ended.result()


def _is_waited_for(row: Invocation) -> bool:
    return not (row.status.is_terminal or row.status is Status.OVERDUE)


async def _download(engine: Engine, row: Invocation, chosen: Path) -> None:
    source = engine.source_of(row)
    folder = downloading.folder_of(row, chosen, engine.settings.download.layout)
    place = ""

    async def listed() -> AsyncGenerator[Sequence[Wanted], None]:
        nonlocal place
        async for outputs in pages(source, row):
            place = outputs.place
            yield [Wanted(source, thing, folder) for thing in outputs.objects]

    outcome = await downloading.download_pages(listed())
    if outcome == Outcome():
        narrate(f"nothing was written to {place}")
    for saved in outcome.saved:
        did = "was there already:" if saved.was_there else "saved"
        anew = "; it had changed and was begun anew" * saved.is_begun_anew
        checked = f", its {saved.checked} is right" if saved.checked else ""
        narrate(f"{did} {saved.path} ({size_text(saved.thing.size)}{checked}){anew}")
    problems = [failed.problem for failed in outcome.failed]
    problems += [outcome.lack] if outcome.lack else []
    for problem in problems[1:]:
        complain(problem)
    if problems:
        raise ProblemError(problems[0])
