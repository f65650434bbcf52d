"""``asyncinvoke invoke-endpoint-async``: as in the AWS CLI, and it uploads, waits, downloads."""

from __future__ import annotations

import argparse

from msgspec.structs import replace

from tui.commands import exit_codes, progress
from tui.commands.aws_members import members_of, require
from tui.commands.output import narrate, put
from tui.commands.values import ValueFault
from tui.commands.waiting import answering, code_of_answer, may_be_sent, see_to_its_end, submit
from tui.config import Settings
from tui.engine import destination, staging, submission
from tui.engine.local_file import UnusableError
from tui.engine.session import Engine
from tui.engine.staging import Local
from tui.model import form, placeholder
from tui.model.document import size_text
from tui.model.invocation import Invocation
from tui.model.operation import INVOKE_ENDPOINT_ASYNC
from tui.model.request import InvokeEndpointAsync


async def run(engine: Engine, given: argparse.Namespace) -> int:
    """Submit what the options say; returns the exit code.

    Raises:
        ProblemError: AWS, the disk or the ledger refused.
        UnwrittenError: It was submitted, and the answer not written.
    """
    try:
        request = request_of(given, engine.settings)
        local = await _local(request.input_location)
        folder = _folder(engine, given, request)
    except ValueFault as error:
        narrate(f"asyncinvoke: {error}")
        return exit_codes.USAGE
    is_uploaded = bool(folder) and (local is not None or request.model_input is not None)
    is_staged = is_uploaded or local is not None
    if not await may_be_sent(_probe(request, is_staged=is_staged), given.download):
        return exit_codes.USAGE
    if is_staged:
        request = await _stage(engine, request, local, folder)
        if request.input_location:
            narrate(f"uploaded to {request.input_location}")
    row = await submit(engine, request)
    with answering(lambda: [row]):
        if given.wait or given.download:
            return await see_to_its_end(engine, row, given.download)
        put(_answer(row), engine.settings)
        return code_of_answer(row)


def request_of(given: argparse.Namespace, settings: Settings) -> InvokeEndpointAsync:
    """The request that the options say, with an id of its own where they name none.

    Raises:
        ValueFault: They say none.
    """
    said = members_of(INVOKE_ENDPOINT_ASYNC, given, settings.cli_binary_format)
    require(said, "EndpointName")
    if not said.get("InferenceId"):
        said["InferenceId"] = submission.new_token()
    try:
        return InvokeEndpointAsync.of(said)
    except ValueError as error:
        raise ValueFault(str(error)) from error


async def _local(location: str) -> Local | None:
    """The file on this machine that an input location names; None where it names none."""
    if not form.is_local(location):
        return None
    try:
        return await staging.look(location)
    except UnusableError as error:
        raise ValueFault(f"--input-location: {error}") from error


def _folder(engine: Engine, given: argparse.Namespace, request: InvokeEndpointAsync) -> str:
    """The folder that the input is uploaded to; empty for none.

    The configured one is for files: a body goes with the request, as with the AWS CLI.
    """
    is_file = request.model_input is None
    usual = engine.settings.defaults.upload_to if is_file else ""
    typed = usual if given.upload_to is None else given.upload_to
    try:
        return placeholder.fill(typed, destination.placeholders(request.model_id, engine.clock))
    except ValueError as error:
        raise ValueFault(f"--upload-to: {error}") from error


def _probe(request: InvokeEndpointAsync, *, is_staged: bool) -> InvokeEndpointAsync:
    """The request as it will be sent, as far as that is known before its input is there."""
    if not is_staged or (request.input_location and request.model_input is not None):
        return request
    return replace(request, input_location="s3://bucket/key", model_input=None)


async def _stage(
    engine: Engine, request: InvokeEndpointAsync, local: Local | None, folder: str
) -> InvokeEndpointAsync:
    """The request with its input uploaded, or read into it."""
    sent = 0

    def count(size: int) -> None:
        nonlocal sent
        sent += size

    whole = f" of {size_text(local.size)}" if local else ""
    async with progress.following(lambda: f"uploading {size_text(sent)}{whole}"):
        return await engine.stage(request, local, folder, count)


def _answer(row: Invocation) -> dict[str, str]:
    """What the AWS CLI puts out, in its order: what came in headers first."""
    answer = {}
    if row.witness:
        answer["OutputLocation"] = row.witness.output_location
        answer["FailureLocation"] = row.witness.failure_location
    answer["InferenceId"] = row.client_request_token
    return {name: value for name, value in answer.items() if value}
