"""What the commands that submit share: sending, waiting for the end, saving, the exit code."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from tui.commands import exit_codes, progress, saving
from tui.commands.output import complain, narrate, put, writing
from tui.engine import submission
from tui.engine.awaiting import Awaited
from tui.engine.room import disk_problem, require_folder
from tui.engine.session import Engine
from tui.model.explanation import explain_failure
from tui.model.export import members
from tui.model.invocation import Invocation, Status, duration
from tui.model.problem import Problem, ProblemError
from tui.model.request import Request, StartAsyncInvoke


def make_folder(folder: Path) -> str:
    """Make a folder to save in, unless it is there; returns why that cannot be, or nothing."""
    try:
        require_folder(folder)
        folder.expanduser().mkdir(parents=True, exist_ok=True)
    except ProblemError as error:
        problem = error.problem
    except OSError as error:
        problem = disk_problem(error)
    else:
        return ""
    return f"{problem.message}: {problem.remedy}"


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
    if download and (reason := make_folder(Path(download))):
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
        with answering(lambda: [row]):
            complain(engine.problem)
    return row


def answering(
    submitted: Callable[[], Sequence[Invocation]],
) -> contextlib.AbstractContextManager[None]:
    """Have it told what was submitted, should stdout or stderr not take it; see ``writing``.

    Args:
        submitted: What was, by then.
    """

    def unwritten(why: str) -> Problem | None:
        if not (rows := submitted()):
            return None
        return Problem(
            kind="NotWritten",
            message=f"the answer: {why}",
            cause=f"it was submitted all the same: {', '.join(map(_name, rows))}",
            remedy="look at it with asyncinvoke show before it is sent again",
        )

    return writing(unwritten)


def _name(row: Invocation) -> str:
    """By what an invocation is found, here and at AWS."""
    token = f"{_kind_of_token(row)} {json.dumps(row.client_request_token)}"
    is_queued = row.status is Status.QUEUED
    return row.invocation_arn or f"{token}{' (queued: the screen sends it)' * is_queued}"


def _kind_of_token(row: Invocation) -> str:
    return "client token" if row.is_listed else "inference id"


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
    key, awaited = row.key, Awaited(engine, [row], narrate)
    try:
        async with progress.following(lambda: f"waiting: {engine.board[key].status.value}"):
            await awaited.end()
    except ProblemError:
        put(members(engine.board[key]), engine.settings)
        raise
    row = engine.board[key]
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
    tell_of(row)
    return code_of(row)


def code_of_answer(row: Invocation) -> int:
    """The exit code for what was answered to a submission; that nothing was is told."""
    tell_of(row)
    return exit_codes.OK if row.is_watched else code_of(row)


def tell_of(row: Invocation) -> None:
    """Tell what nobody knows of an invocation."""
    if row.status is Status.UNKNOWN:
        narrate(f"no answer came back: {row.failure_message}")
        token = json.dumps(row.client_request_token)
        narrate(f"it may have started; its {_kind_of_token(row)} is {token}")
        if not row.is_listed:
            narrate(f"AWS keeps no list of these: {where_to_look(row)} before it is sent again")


def code_of(row: Invocation) -> int:
    """The exit code for how an invocation ended, or was given up."""
    if row.status is Status.UNKNOWN:
        return exit_codes.TRY_AGAIN if row.is_listed else exit_codes.NOT_KNOWN
    if row.is_watched:
        return exit_codes.NOT_KNOWN
    return exit_codes.JOB_FAILED if row.status is Status.FAILED else exit_codes.OK


def _silence(row: Invocation) -> str:
    is_told = row.status is Status.OVERDUE
    return "S3 holds neither an output nor a failure" if is_told else "S3 did not answer"


def where_to_look(row: Invocation) -> str:
    """What a person can do who must know whether an endpoint was asked."""
    logs = f"/aws/sagemaker/Endpoints/{row.model_id}"
    return f"look for the inference id in {logs} in CloudWatch, and below the output path"


async def _download(engine: Engine, row: Invocation, folder: Path) -> None:
    fetched = await saving.fetch([(engine, row)], folder)
    for _, place in fetched.empty:
        narrate(f"nothing was written to {place}")
    for saved in fetched.saved:
        narrate(saving.told(saved))
    for problem in fetched.problems[1:]:
        complain(problem)
    if fetched.problems:
        raise ProblemError(fetched.problems[0])
