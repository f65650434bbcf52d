"""``asyncinvoke invoke-model``: as in the AWS CLI; the ledger keeps what was asked and answered."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
from pathlib import Path

from msgspec.structs import replace

from tui.commands import exit_codes
from tui.commands.aws_answer import put_answer
from tui.commands.aws_members import members_of, require
from tui.commands.output import is_stdout, narrate, put, put_bytes, writing
from tui.commands.values import ValueFault
from tui.commands.waiting import answering, may_be_sent, submit
from tui.config import Settings
from tui.engine import submission
from tui.engine.session import Engine
from tui.model.answer import Answer
from tui.model.export import members
from tui.model.invocation import Invocation
from tui.model.operation import INVOKE_MODEL
from tui.model.problem import Problem
from tui.model.request import InvokeModel


async def run(engine: Engine, given: argparse.Namespace) -> int:
    """Ask the model, write the body of its answer, print the rest; returns the exit code.

    Raises:
        ProblemError: AWS or the ledger refused.
        UnwrittenError: The model answered, and the file or stdout did not take it.
    """
    try:
        request = request_of(given, engine.settings)
    except ValueFault as error:
        narrate(f"asyncinvoke: {error}")
        return exit_codes.USAGE
    if not await may_be_sent(request, None):
        return exit_codes.USAGE
    if reason := await asyncio.to_thread(_unwritable, Path(given.outfile)):
        narrate(f"asyncinvoke: outfile: {reason}; nothing was sent")
        return exit_codes.USAGE
    answers = engine.calls.hand_over(request.client_request_token)
    row = await submit(engine, request)
    if not answers:
        with answering(lambda: [row]):
            put(members(row), engine.settings)
            return _unanswered(row)
    path = Path(given.outfile)
    with _charged(row, str(path)):
        await _write(answers[0], path)
    with _charged(row, "stdout"):
        put_answer(answers[0].members(), engine.settings)
    return exit_codes.OK


def request_of(given: argparse.Namespace, settings: Settings) -> InvokeModel:
    """The request that the options say, with a token by which the ledger knows it.

    Raises:
        ValueFault: They say none.
    """
    said = members_of(INVOKE_MODEL, given, settings.cli_binary_format)
    require(said, "modelId", "body")
    try:
        request = InvokeModel.of(said)
    except ValueError as error:
        raise ValueFault(str(error)) from error
    return replace(request, client_request_token=submission.new_token())


def _unwritable(path: Path) -> str:
    """Why nothing can be written to a file, which may not be there yet; empty when it can."""
    if path.is_dir():
        return f"{path} is a folder"
    if path.exists():
        return "" if os.access(path, os.W_OK) else f"{path} cannot be written"
    folder = path.parent
    if not folder.is_dir():
        return f"there is no folder {folder}"
    return "" if os.access(folder, os.W_OK | os.X_OK) else f"{folder} cannot be written"


async def _write(answer: Answer, path: Path) -> None:
    if is_stdout(path):
        put_bytes(answer.content)
    else:
        await asyncio.to_thread(path.write_bytes, answer.content)


def _charged(row: Invocation, where: str) -> contextlib.AbstractContextManager[None]:
    """Have it told that the model ran, should its answer not be written somewhere."""
    return writing(
        lambda why: Problem(
            kind="NotWritten",
            message=f"{where}: {why}",
            cause="the model has answered, and is charged for",
            remedy=f"the ledger has the answer, unless it keeps none: look at {row.id} there",
            operation="InvokeModel",
        )
    )


def _unanswered(row: Invocation) -> int:
    narrate(f"no answer came back: {row.failure_message}")
    narrate(f"the model may have run, and nobody has its answer; here it is {json.dumps(row.id)}")
    return exit_codes.NOT_KNOWN
