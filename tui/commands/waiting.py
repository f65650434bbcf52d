"""What the commands that submit share: waiting for the end, saving the outputs, the exit code."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

from tui.commands import exit_codes
from tui.commands.output import complain, narrate, put_json
from tui.engine import fetching, submission
from tui.engine.session import Engine
from tui.engine.ticking import Heard, Missed
from tui.model.document import size_text
from tui.model.export import members
from tui.model.invocation import Invocation, Key, Status, duration
from tui.model.problem import explain_failure


def unusable(folder: Path) -> str:
    """Why nothing can be saved in a folder; empty when it can."""
    try:
        folder = folder.expanduser()
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError) as error:
        return str(error)
    return "" if os.access(folder, os.W_OK | os.X_OK) else f"{folder} cannot be written"


async def see_to_its_end(engine: Engine, row: Invocation, download: str | None) -> int:
    """Wait until an invocation has ended, save its outputs, put it out; returns the exit code.

    Args:
        engine: Where it was submitted.
        row: What was submitted.
        download: The folder to save to; None for none.

    Raises:
        ProblemError: The outputs cannot be read or saved; the row is put out all the same.
    """
    narrate(f"submitted {row.id} ({row.model_id}); waiting for it to end")
    row = await _end_of(engine, row.key)
    narrate(f"{row.status.value} after {duration(row.took(engine.clock()))}")
    if row.status is Status.FAILED:
        complain(explain_failure(row.failure_message))
    try:
        if download and row.status.is_terminal:
            await _download(engine, row, Path(download))
    finally:
        put_json(members(row))
    return code_of(row)


def code_of(row: Invocation) -> int:
    """The exit code for what became of an invocation; what nobody knows is told."""
    if row.status is Status.UNKNOWN:
        narrate(f"no answer came back: {row.failure_message}")
        name = "client token" if row.is_listed else "inference id"
        narrate(f"it may have started; its {name} is {json.dumps(row.client_request_token)}")
        return exit_codes.TRY_AGAIN
    if row.status is Status.OVERDUE:
        narrate("its time is up, and S3 holds neither an output nor a failure")
        return exit_codes.TRY_AGAIN
    return exit_codes.JOB_FAILED if row.status is Status.FAILED else exit_codes.OK


async def _end_of(engine: Engine, key: Key) -> Invocation:
    """Poll until the invocation has ended, through failing polls and a change of its key.

    One whose answer never came is given up, still Unknown, when AWS does not list it in time; and
    one that is Overdue, for S3 may never tell.
    """
    ended: asyncio.Future[Key] = asyncio.get_running_loop().create_future()
    followed, told = key, ""

    def listen(news: Heard | Missed) -> None:
        nonlocal followed, told
        if isinstance(news, Missed):
            narrate(f"no news: {news.problem.one_line}")
            return
        followed = news.changes.renamed.get(followed, followed)
        row = engine.board[followed]
        if row.witness and row.witness.note != told:
            told = row.witness.note
            narrate(told or "S3 tells again")
        if _is_waited_for_no_more(row) and not ended.done():
            ended.set_result(followed)

    engine.subscribe(listen)
    row = engine.board[key]
    if row.is_listed:
        engine.start()
        if not row.invocation_arn:
            await asyncio.wait([ended], timeout=submission.SETTLE.total_seconds())
    elif row.is_watched:
        engine.watch()
    row = engine.board[key]
    is_lost = not (row.invocation_arn or row.is_watched)
    return row if is_lost or _is_waited_for_no_more(row) else engine.board[await ended]


def _is_waited_for_no_more(row: Invocation) -> bool:
    return row.status.is_terminal or row.status is Status.OVERDUE


async def _download(engine: Engine, row: Invocation, chosen: Path) -> None:
    outputs = await engine.source_of(row).list_outputs(row)
    if not outputs.objects:
        narrate(f"nothing was written to {outputs.place}")
        return
    folder = fetching.folder_of(row, chosen)
    for thing in outputs.objects:
        path = await fetching.download(engine.source_of(row), thing, folder)
        narrate(f"saved {path} ({size_text(thing.size)})")
