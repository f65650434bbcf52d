"""``asyncinvoke invoke-endpoint-async``: as in the AWS CLI, and it uploads, waits, downloads."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Mapping

from msgspec.structs import replace

from tui.commands import exit_codes, values
from tui.commands.output import narrate, put
from tui.commands.waiting import code_of, may_be_sent, see_to_its_end, submit
from tui.config import BinaryFormat
from tui.engine import destination, staging, submission
from tui.engine.local_file import UnusableError
from tui.engine.session import Engine
from tui.engine.staging import Local
from tui.model import form, placeholder
from tui.model.document import size_text
from tui.model.invocation import Invocation
from tui.model.request import InvokeEndpointAsync


async def run(engine: Engine, given: argparse.Namespace) -> int:
    """Submit what the options say; returns the exit code.

    Raises:
        ProblemError: AWS, the disk or the ledger refused.
    """
    try:
        request = _request(given, engine.settings.cli_binary_format)
        local = await _local(request.input_location)
        folder = _folder(engine, given, request)
    except values.ValueFault as error:
        narrate(f"asyncinvoke: {error}")
        return exit_codes.USAGE
    is_uploaded = bool(folder) and (local is not None or request.model_input is not None)
    is_staged = is_uploaded or local is not None
    if not await may_be_sent(_probe(request, is_staged=is_staged), given.download):
        return exit_codes.USAGE
    if is_staged:
        request = await engine.stage(request, local, folder, _Progress(local))
        if request.input_location:
            narrate(f"uploaded to {request.input_location}")
    row = await submit(engine, request)
    if not (given.wait or given.download):
        put(_answer(row), engine.settings)
        return code_of(row)
    return await see_to_its_end(engine, row, given.download)


_OPTIONS = {
    "EndpointName": "endpoint_name",
    "ContentType": "content_type",
    "Accept": "accept",
    "CustomAttributes": "custom_attributes",
    "InferenceId": "inference_id",
    "InputLocation": "input_location",
    "S3OutputPathExtension": "s3_output_path_extension",
    "Filename": "filename",
    "RequestTTLSeconds": "request_ttl_seconds",
    "InvocationTimeoutSeconds": "invocation_timeout_seconds",
}
"""The members, but for the body, and their options as argparse names them."""


def _request(given: argparse.Namespace, binary_format: BinaryFormat | None) -> InvokeEndpointAsync:
    members = values.parse_members("--cli-input-json", given.cli_input_json)
    named = {member: getattr(given, option) for member, option in _OPTIONS.items()}
    members |= {member: value for member, value in named.items() if value not in (None, "")}
    members |= _body(given, members.get("Body"), binary_format and binary_format.value)
    if given.inference_id == "":
        raise values.ValueFault("--inference-id: is empty; leave it out to have one made up")
    if not members.get("InferenceId"):
        members["InferenceId"] = submission.new_token()
    try:
        return InvokeEndpointAsync.of(members)
    except ValueError as error:
        raise values.ValueFault(str(error)) from error


def _body(
    given: argparse.Namespace, whole: object, binary_format: str | None
) -> Mapping[str, object]:
    """The member Body of its own option or, without that, of the whole request; none for none."""
    if given.body is not None:
        said = values.read_bytes("--body", given.body, binary_format)
    elif isinstance(whole, str):
        said = values.decode("--cli-input-json", whole, binary_format)
    else:
        return {}
    for note in said.notes:
        narrate(note)
    return said.members


async def _local(location: str) -> Local | None:
    """The file on this machine that an input location names; None where it names none."""
    if not form.is_local(location):
        return None
    try:
        return await staging.look(location)
    except UnusableError as error:
        raise values.ValueFault(f"--input-location: {error}") from error


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
        raise values.ValueFault(f"--upload-to: {error}") from error


def _probe(request: InvokeEndpointAsync, *, is_staged: bool) -> InvokeEndpointAsync:
    """The request as it will be sent, as far as that is known before its input is there."""
    if not is_staged or (request.input_location and request.model_input is not None):
        return request
    return replace(request, input_location="s3://bucket/key", model_input=None)


class _Progress:
    """Says on a terminal how much of the input has been uploaded, on one line."""

    def __init__(self, local: Local | None) -> None:
        self._whole = size_text(local.size) if local else ""
        self._sent = 0

    def __call__(self, count: int) -> None:
        self._sent += count
        if self._whole and sys.stderr.isatty():
            with contextlib.suppress(OSError):
                sys.stderr.write(f"\ruploading… {size_text(self._sent)} of {self._whole} ")
                sys.stderr.flush()


def _answer(row: Invocation) -> dict[str, str]:
    """What the AWS CLI puts out."""
    answer = {"InferenceId": row.client_request_token}
    if row.witness:
        answer["OutputLocation"] = row.witness.output_location
        answer["FailureLocation"] = row.witness.failure_location
    return {name: value for name, value in answer.items() if value}
