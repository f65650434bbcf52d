"""``asyncinvoke start-async-invoke``: as in the AWS CLI, and then wait and download."""

from __future__ import annotations

import argparse

from tui.commands import exit_codes
from tui.commands.aws_members import members_of, require
from tui.commands.output import narrate, put
from tui.commands.values import ValueFault
from tui.commands.waiting import answering, code_of_answer, may_be_sent, see_to_its_end, submit
from tui.config import Settings
from tui.engine import submission
from tui.engine.session import Engine
from tui.model.export import members
from tui.model.operation import START_ASYNC_INVOKE
from tui.model.request import StartAsyncInvoke


async def run(engine: Engine, given: argparse.Namespace) -> int:
    """Submit what the options say; returns the exit code.

    Raises:
        ProblemError: AWS or the ledger refused.
        UnwrittenError: It was submitted, and the answer not written.
    """
    try:
        request = request_of(given, engine.settings)
    except ValueFault as error:
        narrate(f"asyncinvoke: {error}")
        return exit_codes.USAGE
    if not await may_be_sent(request, given.download):
        return exit_codes.USAGE
    row = await submit(engine, request)
    with answering(lambda: [row]):
        if given.wait or given.download:
            return await see_to_its_end(engine, row, given.download)
        arn = row.invocation_arn
        put({"invocationArn": arn} if arn else members(row), engine.settings)
        return code_of_answer(row)


def request_of(given: argparse.Namespace, settings: Settings) -> StartAsyncInvoke:
    """The request that the options say, with a token of its own where they name none.

    Raises:
        ValueFault: They say none.
    """
    said = members_of(START_ASYNC_INVOKE, given, settings.cli_binary_format)
    require(said, "modelId", "modelInput", "outputDataConfig")
    if not said.get("clientRequestToken"):
        said["clientRequestToken"] = submission.new_token()
    try:
        return StartAsyncInvoke.of(said)
    except ValueError as error:
        raise ValueFault(str(error)) from error
