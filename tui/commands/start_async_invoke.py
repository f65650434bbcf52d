"""``asyncinvoke start-async-invoke``: as in the AWS CLI, and then wait and download."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from pathlib import Path

from tui.commands import exit_codes, values
from tui.commands.output import complain, narrate, put_json
from tui.engine import fetching, submission
from tui.engine.polling import Heard, Missed
from tui.engine.session import Engine
from tui.model.document import size_text
from tui.model.export import members
from tui.model.invocation import Invocation, Key, Status, duration
from tui.model.problem import explain_failure
from tui.model.request import StartAsyncInvoke


async def run(engine: Engine, given: argparse.Namespace) -> int:
    """Submit what the options say; returns the exit code.

    Raises:
        ProblemError: AWS or the ledger refused.
    """
    try:
        request = _request(given)
    except values.ValueFault as error:
        narrate(f"asyncinvoke: {error}")
        return exit_codes.USAGE
    verdict = await submission.check(request)
    for warning in verdict.warnings:
        narrate(f"warning: --model-input: {warning}")
    for fault in verdict.faults:
        narrate(f"asyncinvoke: {fault}")
    if verdict.faults:
        return exit_codes.USAGE
    if given.download and (reason := _unusable(Path(given.download))):
        narrate(f"asyncinvoke: --download: {reason}; nothing was sent")
        return exit_codes.USAGE
    row = await engine.submit(request)
    if not (given.wait or given.download):
        put_json({"invocationArn": row.invocation_arn} if row.invocation_arn else members(row))
        return _code(row)
    narrate(f"submitted {row.id} ({row.model_id}); waiting for it to end")
    row = await _end_of(engine, row.key)
    narrate(f"{row.status.value} after {duration(row.took(engine.clock()))}")
    if row.status is Status.FAILED:
        complain(explain_failure(row.failure_message))
    try:
        if given.download and row.status.is_terminal:
            await _download(engine, row, Path(given.download))
    finally:
        put_json(members(row))
    return _code(row)


def _request(given: argparse.Namespace) -> StartAsyncInvoke:
    members: dict[str, object] = {}
    if given.cli_input_json:
        found = values.parse_json("--cli-input-json", given.cli_input_json)
        if not isinstance(found, dict):
            raise values.ValueFault("--cli-input-json: wants an object")
        members |= found
    if given.model_id:
        members["modelId"] = given.model_id
    if given.model_input:
        members["modelInput"] = values.parse_json("--model-input", given.model_input)
    if given.output_data_config:
        option = "--output-data-config"
        members["outputDataConfig"] = values.parse_output(option, given.output_data_config)
    if given.tags:
        members["tags"] = values.parse_tags("--tags", given.tags)
    if given.client_request_token:
        members["clientRequestToken"] = given.client_request_token
    if not members.get("clientRequestToken"):
        members["clientRequestToken"] = submission.new_token()
    try:
        return StartAsyncInvoke.of(members)
    except ValueError as error:
        raise values.ValueFault(str(error)) from error


def _unusable(folder: Path) -> str:
    """Why nothing can be saved in a folder; empty when it can."""
    try:
        folder = folder.expanduser()
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError) as error:
        return str(error)
    return "" if os.access(folder, os.W_OK | os.X_OK) else f"{folder} cannot be written"


async def _end_of(engine: Engine, key: Key) -> Invocation:
    """Poll until the invocation has ended, through failing polls and a change of its key.

    One whose answer never came is given up, still Unknown, when AWS does not list it in time.
    """
    ended: asyncio.Future[Key] = asyncio.get_running_loop().create_future()
    followed = key

    def listen(news: Heard | Missed) -> None:
        nonlocal followed
        if isinstance(news, Missed):
            narrate(f"no news: {news.problem.one_line}")
            return
        followed = news.changes.renamed.get(followed, followed)
        if engine.board[followed].status.is_terminal and not ended.done():
            ended.set_result(followed)

    engine.subscribe(listen)
    engine.start()
    if not engine.board[key].invocation_arn:
        await asyncio.wait([ended], timeout=submission.SETTLE.total_seconds())
        if not engine.board[key].invocation_arn:
            return engine.board[key]
    return engine.board[await ended]


async def _download(engine: Engine, row: Invocation, chosen: Path) -> None:
    outputs = await engine.source_of(row).list_outputs(row)
    if not outputs.objects:
        narrate(f"nothing was written to {outputs.place}")
        return
    folder = fetching.folder_of(row, chosen)
    for thing in outputs.objects:
        path = await fetching.download(engine.source_of(row), thing, folder)
        narrate(f"saved {path} ({size_text(thing.size)})")


def _code(row: Invocation) -> int:
    if row.status is Status.UNKNOWN:
        narrate(f"no answer came back: {row.failure_message}")
        narrate(f"it may have started; its client token is {json.dumps(row.client_request_token)}")
        return exit_codes.TRY_AGAIN
    return exit_codes.JOB_FAILED if row.status is Status.FAILED else exit_codes.OK
