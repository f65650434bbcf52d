"""A request in other tools' syntax, and other commands for an invocation. Pure text."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from tui.model import printing
from tui.model.command_line import STANDARD_INPUT
from tui.model.context import Context
from tui.model.document import compact, pretty
from tui.model.invocation import Invocation
from tui.model.operation import START_ASYNC_INVOKE, Operation, dashed, named
from tui.model.option import INPUT_JSON
from tui.model.outputs import place_of, places
from tui.model.request import Request
from tui.model.shell import quote
from tui.model.text import escaped_json

_CONTINUED = " \\\n    "
_LONGEST_WORD = 100_000
"""Linux takes no argument of more than 131,072 bytes."""

_OUTFILE = "answer.json"
_SAFE_INTEGER = 2**53 - 1
_READ_BY_THE_CLI = ("file://", "fileb://", "http://", "https://")


class Kind(Enum):
    """A syntax that requests are written in; the value is its name for a person."""

    AWS_CLI = "AWS CLI command"
    CLI_INPUT_JSON = "JSON: --cli-input-json, boto3's arguments"
    BOTO3 = "boto3"
    JAVASCRIPT = "AWS SDK for JavaScript v3"


def write(request: Request, kind: Kind, context: Context) -> str:
    """The request as text that the tool takes as it is, without a line end.

    The AWS CLI has no ``--cli-input-json`` for InvokeModel, as for all that answers with a body:
    the document then holds the body as boto3 and JavaScript take it, a string of JSON. So does
    that of InvokeEndpointAsync, for which version 2 of the AWS CLI wants
    ``--cli-binary-format raw-in-base64-out``; it has no way to say a body that is no text.

    Args:
        request: The request; its strings may hold anything.
        kind: The syntax.
        context: Where it goes; the JSON document does not say it.
    """
    operation = named(type(request).__name__)
    members = {
        name: value
        for name, value in request.arguments().items()
        if value != "" or operation.members[name] != ""  # an empty document is one, too
    }
    if kind is Kind.AWS_CLI:
        write_command = _cli_with_document if operation.has_json_body else _cli
        return write_command(operation, members, context)
    if kind is Kind.BOTO3:
        return _boto3(operation, members, context)
    if kind is Kind.JAVASCRIPT:
        return _javascript(operation, members, context)
    if operation.has_json_body:
        members[operation.document] = _json(members[operation.document])
    if isinstance(members.get(operation.body), bytes):
        return f"# no JSON takes this {operation.body} as it is: use boto3"
    return escaped_json(pretty(members))


def skeleton(operation: Operation = START_ASYNC_INVOKE) -> str:
    """What the AWS CLI's ``--generate-cli-skeleton`` prints for an operation."""
    members = {
        name: None if name == operation.body else shape for name, shape in operation.members.items()
    }
    return json.dumps(members, indent=4)


def get_command(invocation: Invocation, context: Context) -> str:
    """``aws bedrock-runtime get-async-invoke …`` for an invocation that has an ARN."""
    arn = ("--invocation-arn", invocation.invocation_arn)
    return _command("bedrock-runtime get-async-invoke", [arn], context)


def head_command(invocation: Invocation, context: Context) -> str:
    """``aws s3api head-object …``, which tells whether an invocation with a witness has ended."""
    place = place_of(invocation.s3_uri)
    found = [("--bucket", place.bucket), ("--key", place.prefix)] if place else []
    return _command("s3api head-object", found, context)


def copy_command(invocation: Invocation, context: Context) -> str:
    """``aws s3 cp …`` that brings the outputs into the current folder."""
    if invocation.witness:
        return fetch_command(invocation.s3_uri, context)
    place = next(iter(places(invocation)), invocation.s3_uri)
    return fetch_command(str(place), context, is_folder=True)


def fetch_command(uri: str, context: Context, *, is_folder: bool = False) -> str:
    """``aws s3 cp …`` that brings an object, or all of a folder, into the current folder."""
    how = "--recursive " if is_folder else ""
    return _command(f"s3 cp {how}{quote(uri)} .", [], context)


def _cli(operation: Operation, members: Mapping[str, object], context: Context) -> str:
    """With the body as a file, which is printed into the command byte by byte."""
    command = f"{operation.service} {operation.command}"
    given = dict(members)
    body = given.pop(operation.body, None)
    printed, from_pipe = "", []
    if isinstance(body, (str, bytes)):
        content = body.encode() if isinstance(body, str) else body
        printed = f"{printing.write(content)} |\n"
        from_pipe.append((f"--{dashed(operation.body)}", f"fileb://{STANDARD_INPUT}"))
    unfit = [name for name, value in given.items() if not _is_plain(operation.members[name], value)]
    if not unfit:
        options = [(f"--{dashed(name)}", _option_text(value)) for name, value in given.items()]
        return printed + _command(command, options + from_pipe, context)
    whole = _option_text(given)
    if len(whole.encode()) <= _LONGEST_WORD:
        return printed + _command(command, [(INPUT_JSON, whole), *from_pipe], context)
    if printed:
        return _none_takes(unfit)
    text = _command(command, [(INPUT_JSON, f"file://{STANDARD_INPUT}")], context)
    return f"{text} <<'REQUEST'\n{whole}\nREQUEST"


def _cli_with_document(
    operation: Operation, members: Mapping[str, object], context: Context
) -> str:
    """With the document as a here-document, which ends in a line end that no JSON minds."""
    given = {name: str(value) for name, value in members.items() if name != operation.document}
    unfit = [name for name, value in given.items() if not _is_option(value)]
    if unfit:
        return _none_takes(unfit)
    options = [(f"--{dashed(name)}", value) for name, value in given.items()]
    options.append((f"--{dashed(operation.document)}", f"fileb://{STANDARD_INPUT}"))
    text = _command(f"{operation.service} {operation.command}", options, context)
    body = escaped_json(pretty(members[operation.document]))
    return f"{text}{_CONTINUED}{_OUTFILE} <<'REQUEST'\n{body}\nREQUEST"


def _none_takes(members: list[str]) -> str:
    return f"# no option of the AWS CLI takes this {' or '.join(members)} as it is: use boto3"


def _is_option(text: str) -> bool:
    """Whether an option of the AWS CLI can say a text at all, in quotes."""
    is_word = not re.search("[\0\ud800-\udfff]", text) and len(text.encode()) <= _LONGEST_WORD
    return is_word and not text.startswith(_READ_BY_THE_CLI)


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
    return value if isinstance(value, str) else _json(value)


def _json(value: object) -> str:
    return escaped_json(compact(value))


def _command(command: str, options: list[tuple[str, str]], context: Context) -> str:
    flags = [
        ("--no-verify-ssl", not context.verify_ssl),
        ("--no-sign-request", not context.sign_requests),
    ]
    places = [
        ("--profile", None if context.variables else context.profile),
        ("--region", context.region),
        ("--endpoint-url", context.replaced(command.split()[0].removesuffix("api"))),
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
    text = _json(value)
    if isinstance(value, str):
        # Neither ends a script element of a page, nor begins a comment in one.
        return text.replace("</", "<\\/").replace("<!--", "<\\!--")
    is_rounded = isinstance(value, int) and abs(value) > _SAFE_INTEGER
    return f"{text}n" if is_rounded else text


def _javascript_name(name: str) -> str:
    if name == "__proto__":  # which would set the object's prototype
        return '["__proto__"]'
    return name if name.isascii() and name.isidentifier() else _javascript_scalar(name)


def _is_rewritten(value: object) -> bool:
    """Whether JSON.stringify would write a number in another way, or refuse it."""
    if isinstance(value, (dict, list)):
        return any(map(_is_rewritten, value.values() if isinstance(value, dict) else value))
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and abs(value) > _SAFE_INTEGER


_PYTHON = _Syntax("    ", repr, repr)
_JAVASCRIPT = _Syntax("  ", _javascript_scalar, _javascript_name)


def _python_member(shape: object, value: object) -> str:
    text = _PYTHON.value(value, "    ")
    return f"json.dumps({text})" if shape is None else text


def _javascript_member(shape: object, value: object) -> str:
    if isinstance(value, bytes):
        return f'Buffer.from("{base64.b64encode(value).decode()}", "base64")'
    if shape is None and _is_rewritten(value):
        return _javascript_scalar(_json(value))
    text = _JAVASCRIPT.value(value, "    ")
    return f"JSON.stringify({text})" if shape is None else text


def _boto3(operation: Operation, members: Mapping[str, object], context: Context) -> str:
    profile = None if context.variables else context.profile
    given: list[tuple[str, object]] = [
        ("region_name", context.region),
        ("endpoint_url", context.replaced(operation.service)),
        ("verify", context.ca_bundle if context.verify_ssl else False),
    ]
    arguments = [f"{n}={v!r}" for n, v in given if v not in (None, "")]
    imports = ["import boto3"]
    standard = ["import json"] if operation.has_json_body else []
    if not context.sign_requests:
        arguments.append("config=Config(signature_version=UNSIGNED)")
        imports += ["from botocore import UNSIGNED", "from botocore.config import Config"]
    lines = []
    if context.variables:
        standard.append("import os")
        variables = dict(_assigned(variable) for variable in context.variables)
        lines.append(f"os.environ.update({_PYTHON.value(variables, '')})")
    session = f"boto3.Session(profile_name={profile!r})" if profile else "boto3.Session()"
    lines.append(f"client = {session}.client({', '.join([repr(operation.service), *arguments])})")
    lines.append(f"response = client.{operation.method}(")
    lines += [
        f"    {name}={_python_member(operation.members[name], value)},"
        for name, value in members.items()
    ]
    result = f"response[{operation.result!r}]"
    if operation.is_streamed:
        result += ".read().decode()"
    before = [*standard, ""] if standard else []
    return "\n".join([*before, *imports, "", *lines, ")", f"print({result})"])


def _javascript(operation: Operation, members: Mapping[str, object], context: Context) -> str:
    client, command = operation.javascript_client, operation.javascript_command
    profile = None if context.variables else context.profile
    given = [
        ("region", context.region),
        ("profile", profile),
        ("endpoint", context.replaced(operation.service)),
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
    result = f"response.{operation.result}"
    if operation.is_streamed:
        result = f"new TextDecoder().decode({result})"
    return "\n".join(
        [
            *lines,
            f"const client = new {client}({body});",
            "const response = await client.send(",
            f"  new {command}({{",
            *(
                f"    {name}: {_javascript_member(operation.members[name], value)},"
                for name, value in members.items()
            ),
            "  }),",
            ");",
            f"console.log({result});",
        ]
    )


def _assigned(variable: str) -> tuple[str, str]:
    name, _, value = variable.partition("=")
    return name, value
