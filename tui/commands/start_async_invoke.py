"""``asyncinvoke start-async-invoke``: as in the AWS CLI, and then wait and download."""

from __future__ import annotations

import argparse

from tui.commands import exit_codes, values
from tui.commands.output import narrate, put
from tui.commands.waiting import code_of, may_be_sent, see_to_its_end, submit
from tui.engine import submission
from tui.engine.session import Engine
from tui.model.export import members
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
    if not await may_be_sent(request, given.download):
        return exit_codes.USAGE
    row = await submit(engine, request)
    if not (given.wait or given.download):
        arn = row.invocation_arn
        put({"invocationArn": arn} if arn else members(row), engine.settings)
        return code_of(row)
    return await see_to_its_end(engine, row, given.download)


def _request(given: argparse.Namespace) -> StartAsyncInvoke:
    members = values.parse_members("--cli-input-json", given.cli_input_json)
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
