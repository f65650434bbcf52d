"""A request as a command of the AWS CLI. Pure text; every value is quoted for the shell."""

from __future__ import annotations

import shlex

from tui.model.context import Context
from tui.model.document import compact
from tui.model.invocation import Invocation
from tui.model.outputs import places
from tui.model.request import StartAsyncInvoke

_CONTINUED = " \\\n    "


def start_command(request: StartAsyncInvoke, context: Context, model_input: object) -> str:
    """``aws bedrock-runtime start-async-invoke …`` for the request.

    Args:
        request: The request.
        context: Where it goes.
        model_input: What stands for its model input: itself, or an abridged one for reading.
    """
    arguments = request.arguments()
    options = [
        ("--model-id", request.model_id),
        ("--model-input", compact(model_input)),
        ("--output-data-config", compact(arguments["outputDataConfig"])),
    ]
    if request.client_request_token:
        options.append(("--client-request-token", request.client_request_token))
    if "tags" in arguments:
        options.append(("--tags", compact(arguments["tags"])))
    return _command("start-async-invoke", options, context)


def get_command(invocation: Invocation, context: Context) -> str:
    """``aws bedrock-runtime get-async-invoke …`` for an invocation that has an ARN."""
    return _command("get-async-invoke", [("--invocation-arn", invocation.invocation_arn)], context)


def copy_command(invocation: Invocation, context: Context) -> str:
    """``aws s3 cp --recursive …`` that brings the outputs into the current folder."""
    place = next(iter(places(invocation)), invocation.s3_uri)
    return f"{_aws(context)} s3 cp --recursive {shlex.quote(str(place))} ." + "".join(
        _where(context)
    )


def _command(operation: str, options: list[tuple[str, str]], context: Context) -> str:
    parts = [f"{_aws(context)} bedrock-runtime {operation}"]
    parts += [f"{name} {shlex.quote(value)}" for name, value in options]
    return _CONTINUED.join(parts) + "".join(_where(context))


def _aws(context: Context) -> str:
    return " ".join([*context.variables, "aws"])


def _where(context: Context) -> list[str]:
    options = [
        ("--profile", None if context.variables else context.profile),
        ("--region", context.region),
        ("--endpoint-url", context.endpoint_url),
        ("--ca-bundle", context.ca_bundle),
    ]
    flags = [
        ("--no-verify-ssl", not context.verify_ssl),
        ("--no-sign-request", not context.sign_requests),
    ]
    return [
        *(f"{_CONTINUED}{name} {shlex.quote(value)}" for name, value in options if value),
        *(f"{_CONTINUED}{name}" for name, is_set in flags if is_set),
    ]
