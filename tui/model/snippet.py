"""A request in other tools' syntax, and other commands for an invocation. Pure text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from tui.model.command_line import INPUT_JSON, STANDARD_INPUT
from tui.model.context import Context
from tui.model.document import compact, pretty
from tui.model.invocation import Invocation
from tui.model.operation import START_ASYNC_INVOKE, Operation, dashed
from tui.model.outputs import places
from tui.model.request import StartAsyncInvoke
from tui.model.shell import quote
from tui.model.text import escaped_json

_CONTINUED = " \\\n    "
_LONGEST_WORD = 100_000
"""Linux takes no argument of more than 131,072 bytes."""

_SAFE_INTEGER = 2**53 - 1
_READ_BY_THE_CLI = ("file://", "fileb://", "http://", "https://")


class Kind(Enum):
    """A syntax that requests are written in; the value is its name for a person."""

    AWS_CLI = "AWS CLI command"
    CLI_INPUT_JSON = "--cli-input-json"
    BOTO3 = "boto3"
    JAVASCRIPT = "AWS SDK for JavaScript v3"


def write(request: StartAsyncInvoke, kind: Kind, context: Context) -> str:
    """The request as text that the tool takes as it is, without a line end.

    Args:
        request: The request; its strings may hold anything.
        kind: The syntax.
        context: Where it goes; the JSON document does not say it.
    """
    operation = START_ASYNC_INVOKE
    members = {
        name: value
        for name, value in request.arguments().items()
        if value != "" or operation.members[name] != ""  # an empty document is one, too
    }
    if kind is Kind.AWS_CLI:
        return _cli(operation, members, context)
    if kind is Kind.BOTO3:
        return _boto3(operation, members, context)
    if kind is Kind.JAVASCRIPT:
        return _javascript(operation, members, context)
    return escaped_json(pretty(members))


def skeleton(operation: Operation = START_ASYNC_INVOKE) -> str:
    """What the AWS CLI's ``--generate-cli-skeleton`` prints for an operation."""
    return json.dumps(operation.members, indent=4)


def get_command(invocation: Invocation, context: Context) -> str:
    """``aws bedrock-runtime get-async-invoke …`` for an invocation that has an ARN."""
    arn = ("--invocation-arn", invocation.invocation_arn)
    return _command("bedrock-runtime get-async-invoke", [arn], context)


def copy_command(invocation: Invocation, context: Context) -> str:
    """``aws s3 cp --recursive …`` that brings the outputs into the current folder."""
    place = next(iter(places(invocation)), invocation.s3_uri)
    return _command(f"s3 cp --recursive {quote(str(place))} .", [], context)


def _cli(operation: Operation, members: Mapping[str, object], context: Context) -> str:
    command = f"{operation.service} {operation.command}"
    if all(_is_plain(operation.members[name], value) for name, value in members.items()):
        options = [(f"--{dashed(name)}", _option_text(value)) for name, value in members.items()]
        return _command(command, options, context)
    whole = _option_text(members)
    if len(whole.encode()) <= _LONGEST_WORD:
        return _command(command, [(INPUT_JSON, whole)], context)
    text = _command(command, [(INPUT_JSON, STANDARD_INPUT)], context)
    return f"{text} <<'REQUEST'\n{whole}\nREQUEST"


def _is_plain(shape: object, value: object) -> bool:
    """Whether the AWS CLI takes the value of an option as it is, and every shell passes it on."""
    text = _option_text(value)
    if len(text.encode("utf-8", "replace")) > _LONGEST_WORD:
        return False
    if isinstance(value, str) and shape == "":
        is_seen = "\n" not in text and escaped_json(text) == text
        return is_seen and not text.startswith(_READ_BY_THE_CLI)
    return shape != {} or isinstance(value, dict)


def _option_text(value: object) -> str:
    return value if isinstance(value, str) else escaped_json(compact(value))


def _command(command: str, options: list[tuple[str, str]], context: Context) -> str:
    flags = [
        ("--no-verify-ssl", not context.verify_ssl),
        ("--no-sign-request", not context.sign_requests),
    ]
    places = [
        ("--profile", None if context.variables else context.profile),
        ("--region", context.region),
        ("--endpoint-url", context.endpoint_url),
        ("--ca-bundle", context.ca_bundle),
    ]
    return _CONTINUED.join(
        [
            " ".join([*map(_assignment, context.variables), "aws", command]),
            *(_option(name, value) for name, value in options),
            *(_option(name, value) for name, value in places if value),
            *(name for name, is_set in flags if is_set),
        ]
    )


def _option(name: str, value: str) -> str:
    joint = "=" if value.startswith("-") else " "
    return f"{name}{joint}{quote(value)}"


def _assignment(variable: str) -> str:
    name, value = _assigned(variable)
    return f"{name}={quote(value)}"


@dataclass(frozen=True, slots=True)
class _Syntax:
    """How a language writes values.

    Attributes:
        indent: One step of indentation.
        scalar: Writes a string, number, boolean or null.
        name: Writes the name of a member of an object.
    """

    indent: str
    scalar: Callable[[object], str]
    name: Callable[[str], str]

    def value(self, value: object, before: str) -> str:
        """A value whose first line is indented already, as ``before`` is."""
        inner = before + self.indent
        if isinstance(value, dict) and value:
            lines = [f"{self.name(n)}: {self.value(v, inner)}" for n, v in value.items()]
            return "".join(["{\n", *(f"{inner}{line},\n" for line in lines), before, "}"])
        if isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
            lines = [self.value(item, inner) for item in value]
            return "".join(["[\n", *(f"{inner}{line},\n" for line in lines), before, "]"])
        if isinstance(value, list):
            return f"[{', '.join(map(self.scalar, value))}]"
        return "{}" if value == {} else self.scalar(value)


def _javascript_scalar(value: object) -> str:
    text = escaped_json(compact(value))
    if isinstance(value, str):
        # Neither ends a script element of a page, nor begins a comment in one.
        return text.replace("</", "<\\/").replace("<!--", "<\\!--")
    is_rounded = isinstance(value, int) and abs(value) > _SAFE_INTEGER
    return f"{text}n" if is_rounded else text


def _javascript_name(name: str) -> str:
    if name == "__proto__":  # which would set the object's prototype
        return '["__proto__"]'
    return name if name.isascii() and name.isidentifier() else _javascript_scalar(name)


_PYTHON = _Syntax("    ", repr, repr)
_JAVASCRIPT = _Syntax("  ", _javascript_scalar, _javascript_name)


def _boto3(operation: Operation, members: Mapping[str, object], context: Context) -> str:
    profile = None if context.variables else context.profile
    given: list[tuple[str, object]] = [
        ("region_name", context.region),
        ("endpoint_url", context.endpoint_url),
        ("verify", context.ca_bundle if context.verify_ssl else False),
    ]
    arguments = [f"{n}={v!r}" for n, v in given if v not in (None, "")]
    imports = ["import boto3"]
    if not context.sign_requests:
        arguments.append("config=Config(signature_version=UNSIGNED)")
        imports += ["from botocore import UNSIGNED", "from botocore.config import Config"]
    lines = []
    if context.variables:
        imports.insert(0, "import os\n")
        variables = dict(_assigned(variable) for variable in context.variables)
        lines.append(f"os.environ.update({_PYTHON.value(variables, '')})")
    session = f"boto3.Session(profile_name={profile!r})" if profile else "boto3.Session()"
    lines.append(f"client = {session}.client({', '.join([repr(operation.service), *arguments])})")
    lines.append(f"response = client.{operation.method}(")
    lines += [f"    {name}={_PYTHON.value(value, '    ')}," for name, value in members.items()]
    return "\n".join([*imports, "", *lines, ")", f"print(response[{operation.result!r}])"])


def _javascript(operation: Operation, members: Mapping[str, object], context: Context) -> str:
    client, command = operation.javascript_client, operation.javascript_command
    profile = None if context.variables else context.profile
    given = [
        ("region", context.region),
        ("profile", profile),
        ("endpoint", context.endpoint_url),
    ]
    settings = [f"  {name}: {_javascript_scalar(value)},\n" for name, value in given if value]
    if not context.sign_requests:
        settings.append("  signer: { sign: async (request) => request },\n")
    variables = dict(_assigned(variable) for variable in context.variables)
    if not context.verify_ssl:
        variables["NODE_TLS_REJECT_UNAUTHORIZED"] = "0"
    lines = [f'import {{ {client}, {command} }} from "{operation.javascript_package}";', ""]
    if context.ca_bundle and context.verify_ssl:
        bundle = _javascript_scalar(context.ca_bundle)
        lines.append(f"// Node reads a CA bundle at its start: set NODE_EXTRA_CA_CERTS to {bundle}")
    if variables:
        lines.append(f"Object.assign(process.env, {_JAVASCRIPT.value(variables, '')});")
    body = "".join(["{\n", *settings, "}"]) if settings else "{}"
    return "\n".join(
        [
            *lines,
            f"const client = new {client}({body});",
            "const response = await client.send(",
            f"  new {command}({_JAVASCRIPT.value(dict(members), '  ')}),",
            ");",
            f"console.log(response.{operation.result});",
        ]
    )


def _assigned(variable: str) -> tuple[str, str]:
    name, _, value = variable.partition("=")
    return name, value
