"""The options of the commands that have the AWS CLI's names: all of its own, and then ours."""

from __future__ import annotations

from argparse import SUPPRESS, Action, ArgumentError, ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NoReturn

from tui.commands import exit_codes
from tui.model.text import printable

if TYPE_CHECKING:
    from argparse import _ArgumentGroup as Group

SKELETON = "--generate-cli-skeleton"
"""Prints what a request or an answer looks like, and sends nothing."""

SHARED = frozenset({"where", "data", "files"})
"""The titles of the groups of options that every command has."""

SKELETONS = ("input", "yaml-input", "output")


SILENT = ("--no-cli-auto-prompt", "--no-cli-pager", "--v2-debug")
"""Global options of the AWS CLI that change nothing: no prompt, pager or version 1 is here."""

PROMPT = "--cli-auto-prompt"
ERRORS = "--cli-error-format"
_AS_TEXT = ("enhanced", "legacy", "text")


class AwsParser(ArgumentParser):
    """A parser that wants nothing for a skeleton, and whose help begins with what is its own."""

    def format_help(self) -> str:
        """See ``argparse``; the groups of options that every command has come last."""
        self._action_groups.sort(key=lambda group: group.title in SHARED)
        words = map(_named, self._get_positional_actions())
        self.usage = " ".join([self.prog, "[options]", *words])
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """See ``argparse``; a line, for the options are too many to stand above it."""
        told = printable(message)
        self.exit(exit_codes.USAGE, f"{self.prog}: {told}\nTry `{self.prog} --help`.\n")

    def _check_value(self, action: Action, value: Any) -> None:
        """See ``argparse``; where it is known what was meant, that alone is named."""
        from tui.model.filter_fields import nearest  # a line that is understood needs it not

        choices = list(action.choices or ())
        if value and choices and value not in choices and (near := nearest(value, choices)):
            raise ArgumentError(action, f"{value!r} is not a choice{near}")
        super()._check_value(action, value)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """See ``argparse``; nothing of it changes but what is required."""
        if any(word.partition("=")[0] == SKELETON for word in args or ()):
            for action in self._actions:
                action.required = False
        return super().parse_known_args(args, namespace)


def _named(action: Action) -> str:
    """What stands in the usage for an argument without a name of its own."""
    name = str(action.metavar or "|".join(action.choices or ()) or action.dest)
    if action.nargs == "*":
        return f"[{name} …]"
    return name if action.required else f"[{name}]"


def add_meaningless(group: Group) -> None:
    """Take the global options of the AWS CLI that mean nothing here; the help keeps them quiet."""
    for option in (*SILENT, PROMPT):
        group.add_argument(option, action="store_true", help=SUPPRESS)
    group.add_argument(ERRORS, metavar="FORMAT", help=SUPPRESS)


def fault_of(given: Namespace) -> str:
    """Why one of those cannot be taken; empty where none is there that would change anything."""
    if getattr(given, "cli_auto_prompt", False):
        return f"{PROMPT}: the screen is the prompt: run asyncinvoke alone, and choose 'new' there"
    form = getattr(given, "cli_error_format", "text")
    if form not in _AS_TEXT:
        return f"{ERRORS}: errors are told as text, with cause and remedy, and not as {form}"
    return ""


def start_async_invoke(parser: ArgumentParser) -> None:
    """Give a parser the options of ``start-async-invoke``."""
    request = parser.add_argument_group("request")
    request.add_argument("--model-id", metavar="ID", help="a base model's id or ARN")
    request.add_argument("--model-input", metavar="JSON", help="JSON, or file://PATH")
    where = "JSON, shorthand or file://PATH"
    request.add_argument("--output-data-config", metavar="JSON", help=where)
    request.add_argument("--client-request-token", metavar="TOKEN", help="makes it idempotent")
    tags = "key=…,value=… or JSON, one or many"
    request.add_argument("--tags", nargs="+", metavar="TAG", help=tags)
    _whole(parser)
    _until_its_end(parser, "outputs")


def invoke_endpoint_async(parser: ArgumentParser) -> None:
    """Give a parser the options of ``invoke-endpoint-async``."""
    request = parser.add_argument_group("request")
    request.add_argument("--endpoint-name", metavar="NAME", help="an endpoint that is asynchronous")
    where = "s3://…, or a file that is sent or uploaded"
    request.add_argument("--input-location", metavar="URI", help=where)
    request.add_argument("--body", help="the input itself, or file://PATH, fileb://PATH")
    request.add_argument("--content-type", metavar="TYPE", help="of the input")
    request.add_argument("--accept", metavar="TYPE", help="of the output")
    request.add_argument("--custom-attributes", metavar="TEXT", help="passed on to the container")
    request.add_argument("--inference-id", metavar="ID", help="1 to 64 characters; made up if none")
    below = "below the endpoint's output path"
    request.add_argument("--s3-output-path-extension", metavar="PATH", help=below)
    request.add_argument("--filename", metavar="NAME", help="of the output")
    request.add_argument("--request-ttl-seconds", metavar="S", help="in the queue")
    request.add_argument("--invocation-timeout-seconds", metavar="S", help="at work")
    _whole(parser)
    ours = _until_its_end(parser, "output")
    ours.add_argument("--upload-to", metavar="URI", help="s3:// folder: upload the input first")


def get_async_invoke(parser: ArgumentParser) -> None:
    """Give a parser the options of ``get-async-invoke``."""
    request = parser.add_argument_group("request")
    request.add_argument("--invocation-arn", metavar="ARN", help="the invocation's ARN")
    _whole(parser)


def list_async_invokes(parser: ArgumentParser) -> None:
    """Give a parser the options of ``list-async-invokes``."""
    request = parser.add_argument_group("request")
    time = "a time: ISO 8601, seconds since 1970, RFC 822"
    request.add_argument("--submit-time-after", metavar="TIME", help=time)
    request.add_argument("--submit-time-before", metavar="TIME", help=time)
    request.add_argument(
        "--status-equals", metavar="STATUS", help="InProgress, Completed or Failed"
    )
    request.add_argument("--sort-by", metavar="NAME", help="SubmissionTime")
    request.add_argument("--sort-order", metavar="ORDER", help="Ascending or Descending")
    pages = parser.add_argument_group("pages")
    pages.add_argument("--max-items", type=int, metavar="N", help="print so many at most")
    pages.add_argument("--page-size", type=int, metavar="N", help="ask for so many at a time")
    token = "the NextToken of a list that --max-items ended"  # noqa: S105 - it names no secret
    pages.add_argument("--starting-token", metavar="TOKEN", help=token)
    one = "one page: the service's own"
    pages.add_argument("--max-results", metavar="N", help=f"{one} size of it, 1 to 1000")
    pages.add_argument("--next-token", metavar="TOKEN", help=f"{one} token for the next")
    _whole(parser)


def invoke_model(parser: ArgumentParser) -> None:
    """Give a parser the options of ``invoke-model``."""
    parser.add_argument("outfile", help="the file that the answer's body is written to")
    request = parser.add_argument_group("request")
    request.add_argument("--model-id", metavar="ID", help="a model's or inference profile's id")
    body = "JSON, base64 of it, file://PATH or fileb://PATH"
    request.add_argument("--body", metavar="JSON", help=body)
    request.add_argument("--content-type", metavar="TYPE", help="of the body: application/json")
    request.add_argument("--accept", metavar="TYPE", help="of the answer")
    trace = "the guardrail's: ENABLED, DISABLED or ENABLED_FULL"
    request.add_argument("--trace", metavar="WORD", help=trace)
    request.add_argument("--guardrail-identifier", metavar="ID", help="a guardrail's id or ARN")
    request.add_argument("--guardrail-version", metavar="N", help="a number, or DRAFT")
    latency = "standard or optimized"
    request.add_argument("--performance-config-latency", metavar="WORD", help=latency)
    tier = "priority, default, flex or reserved"
    request.add_argument("--service-tier", metavar="WORD", help=tier)
    metadata = "an object of texts, for the logs"
    request.add_argument("--request-metadata", metavar="JSON", help=metadata)
    _whole(parser)


def _whole(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("all of it at once")
    group.add_argument("--cli-input-json", metavar="JSON", help="the request, as JSON or file://")
    group.add_argument("--cli-input-yaml", metavar="YAML", help="the request, as YAML or file://")
    skeleton = "print a request to fill in, or an answer, and send nothing"
    group.add_argument(SKELETON, nargs="?", const="input", choices=SKELETONS, help=skeleton)


def _until_its_end(parser: ArgumentParser, what: str) -> Group:
    group = parser.add_argument_group("what the AWS CLI cannot do")
    group.add_argument("--wait", action="store_true", help="until it ends; exit 1 if it failed")
    group.add_argument("--download", metavar="DIR", help=f"wait, then save the {what} there")
    return group


COMMANDS: Mapping[str, tuple[str, Callable[[ArgumentParser], None]]] = {
    "start-async-invoke": (
        "submit one Bedrock async invocation, with the AWS CLI's options",
        start_async_invoke,
    ),
    "get-async-invoke": (
        "what Bedrock says of one invocation, as the AWS CLI prints it",
        get_async_invoke,
    ),
    "list-async-invokes": (
        "what Bedrock lists, as the AWS CLI prints it",
        list_async_invokes,
    ),
    "invoke-model": (
        "ask a model and wait for its answer, with the AWS CLI's options",
        invoke_model,
    ),
    "invoke-endpoint-async": (
        "submit one SageMaker async inference, with the AWS CLI's options",
        invoke_endpoint_async,
    ),
}
"""Each command, what it does, and what gives a parser its options."""

_SERVICES = dict.fromkeys(COMMANDS, "bedrock-runtime") | {
    "invoke-endpoint-async": "sagemaker-runtime"
}


def without_service(arguments: Sequence[str]) -> list[str]:
    """A command line without the service that the AWS CLI wants before the command.

    >>> without_service(["bedrock-runtime", "list-async-invokes", "help"])
    ['list-async-invokes', '--help']
    """
    words = list(arguments)
    for at, (service, command) in enumerate(pairwise(words)):
        if service == _SERVICES.get(command):
            del words[at]
            break
    if words[-1:] == ["help"] and (len(words) == 1 or words[-2] in COMMANDS):
        words[-1] = "--help"
    return words
