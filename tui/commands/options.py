"""The command line's options: the AWS CLI's names and meanings where it has them."""

from __future__ import annotations

import argparse
import contextlib
from argparse import SUPPRESS, ArgumentParser

from tui import __version__
from tui.config import BinaryFormat, Color, Output

EPILOG = """\
exit codes:
  0 done    1 an invocation failed    2 usage    3 AWS refused    4 trying again may help
  5 SageMaker never answered, or the time is up: it may have run, look before it is sent again
  130 interrupted
"""


def build() -> ArgumentParser:
    """The parser of the whole command line."""
    shared = _shared()
    parser = ArgumentParser(
        prog="asyncinvoke",
        description="Submit AWS asynchronous inference, watch it, and read what it wrote. "
        "Without a command, opens the screen.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[shared],
    )
    parser.add_argument("--version", action="version", version=f"asyncinvoke {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    _start(commands.add_parser("start-async-invoke", parents=[shared], help=_START))
    _invoke_endpoint(commands.add_parser("invoke-endpoint-async", parents=[shared], help=_INVOKE))
    _list(commands.add_parser("list", parents=[shared], help=_LIST))
    _recover(commands.add_parser("recover", parents=[shared], help=_RECOVER))
    commands.add_parser("purge-inputs", parents=[shared], help=_PURGE, description=_PURGE)
    _config(commands.add_parser("config", parents=[shared], help=_CONFIG))
    _doctor(commands.add_parser("doctor", parents=[shared], help=_DOCTOR))
    _sandbox(commands.add_parser("sandbox", parents=[shared], help=_SANDBOX))
    return parser


_START = "submit one Bedrock async invocation, with the AWS CLI's options"
_INVOKE = "submit one SageMaker async inference, with the AWS CLI's options"
_LIST = "the region's invocations, with what the ledger knows"
_RECOVER = "look up the submissions whose answer never came"
_PURGE = "erase the drafts and the model inputs of settled submissions from the ledger"
_CONFIG = "where the configuration is, what holds and who says so, and whether it is right"
_DOCTOR = "look at all that the program needs, and say what to mend; exit 1 if there is something"
_SANDBOX = "run the embedded AWS alone, for other clients"


def _shared() -> ArgumentParser:
    """Options that stand before or after the command; a later one wins."""
    shared = ArgumentParser(add_help=False, argument_default=SUPPRESS)
    group = shared.add_argument_group("where")
    group.add_argument("--profile", help="a profile of the AWS files")
    group.add_argument("--region", help="an AWS region")
    help_ = "a context of config.toml, or a profile; several, the first active"
    group.add_argument("--context", metavar="NAME", action="append", help=help_)
    group.add_argument("--endpoint-url", metavar="URL", help="instead of every AWS endpoint")
    group.add_argument("--no-verify-ssl", action="store_true", help="trust any certificate")
    group.add_argument("--ca-bundle", metavar="PATH", help="a CA bundle to trust")
    group.add_argument("--no-sign-request", action="store_true", help="send no credentials")
    group.add_argument("--cli-read-timeout", type=_seconds, metavar="S", help="seconds (60)")
    group.add_argument("--cli-connect-timeout", type=_seconds, metavar="S", help="seconds (10)")
    group.add_argument("--no-paginate", action="store_true", help="list one page, not all")
    group.add_argument("--sandbox", action="store_true", help="an embedded AWS, for trying")
    group.add_argument("--job-seconds", type=_seconds, metavar="S", help="the sandbox's (8)")
    group.add_argument("--seed-jobs", type=_count, metavar="N", help="the sandbox's (12)")
    data = shared.add_argument_group("data")
    data.add_argument("--output", choices=[each.value for each in Output], help="how it is written")
    data.add_argument("--query", metavar="JMESPATH", help="what of it is written")
    data.add_argument("--color", choices=[each.value for each in Color], help="colours (auto)")
    binary = "what --body is; if not said, base64 where it can be"
    formats = [each.value for each in BinaryFormat]
    data.add_argument("--cli-binary-format", choices=formats, help=binary)
    files = shared.add_argument_group("files")
    files.add_argument("--config", metavar="PATH", help="instead of the usual config.toml")
    files.add_argument("--ledger", metavar="PATH", help="instead of the usual ledger")
    files.add_argument("--log-file", metavar="PATH", help="add to it what is done, as JSON lines")
    files.add_argument(
        "--debug",
        action="store_true",
        help="the same in detail; without a file, on stderr or, for the screen, beside the ledger",
    )
    return shared


def fault_of(given: argparse.Namespace) -> str:
    """What the options say that does not go together about where calls go; empty if nothing."""
    names = getattr(given, "context", [])
    if not all(name.strip() for name in names):
        return "--context: expected the name of a context of config.toml, or of a profile"
    if names and getattr(given, "profile", None) is not None:
        return "--context and --profile both say whose credentials are used: use one of them"
    if len(names) > 1:
        for option in ("region", "endpoint_url"):
            if getattr(given, option, None) is not None:
                flag = f"--{option.replace('_', '-')}"
                return f"{flag} cannot hold for several --context: name it in each of them"
    return ""


def _start(parser: ArgumentParser) -> None:
    parser.description = _START
    parser.add_argument("--model-id", help="a base model's id or ARN")
    parser.add_argument("--model-input", metavar="JSON", help="JSON, or file://PATH")
    parser.add_argument("--output-data-config", metavar="JSON", help="JSON, shorthand or file://")
    parser.add_argument("--client-request-token", metavar="TOKEN", help="makes it idempotent")
    parser.add_argument("--tags", nargs="+", metavar="TAG", help="key=…,value=… or a JSON list")
    parser.add_argument("--cli-input-json", metavar="JSON", help="all of the above, as JSON")
    parser.add_argument("--wait", action="store_true", help="until it ends; exit 1 if it failed")
    parser.add_argument("--download", metavar="DIR", help="wait, then save the outputs there")


def _invoke_endpoint(parser: ArgumentParser) -> None:
    parser.description = _INVOKE
    parser.add_argument("--endpoint-name", metavar="NAME", help="an endpoint that is asynchronous")
    where = "s3://…, or a file that is sent or uploaded"
    parser.add_argument("--input-location", metavar="URI", help=where)
    parser.add_argument("--body", help="the input itself, or file://PATH, fileb://PATH")
    parser.add_argument("--upload-to", metavar="URI", help="s3:// folder: upload the input first")
    parser.add_argument("--content-type", metavar="TYPE", help="of the input")
    parser.add_argument("--accept", metavar="TYPE", help="of the output")
    parser.add_argument("--custom-attributes", metavar="TEXT", help="passed on to the container")
    parser.add_argument("--inference-id", metavar="ID", help="1 to 64 characters; made up if none")
    parser.add_argument("--s3-output-path-extension", metavar="PATH", help="below the output path")
    parser.add_argument("--filename", metavar="NAME", help="of the output")
    parser.add_argument("--request-ttl-seconds", type=_count, metavar="S", help="in the queue")
    parser.add_argument("--invocation-timeout-seconds", type=_count, metavar="S", help="at work")
    parser.add_argument("--cli-input-json", metavar="JSON", help="all of the above, as JSON")
    parser.add_argument("--wait", action="store_true", help="until it ends; exit 1 if it failed")
    parser.add_argument("--download", metavar="DIR", help="wait, then save the output there")


def _list(parser: ArgumentParser) -> None:
    parser.description = _LIST
    parser.add_argument("--filter", default="", metavar="WORDS", help="as in the table: words, …")


def _recover(parser: ArgumentParser) -> None:
    parser.description = _RECOVER
    help_ = "send what AWS does not list again, with the same token"
    parser.add_argument("--resend", action="store_true", help=help_)


def _config(parser: ArgumentParser) -> None:
    parser.description = _CONFIG
    what = "its path; every setting with its origin; or every fault"
    parser.add_argument("action", choices=["path", "show", "check"], help=what)


def _doctor(parser: ArgumentParser) -> None:
    parser.description = _DOCTOR


def _sandbox(parser: ArgumentParser) -> None:
    parser.description = _SANDBOX
    parser.add_argument("--port", type=_port, default=4566, help="0 takes any free one (4566)")


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 <= (number := float(text)) < float("inf"):
            return number
    raise argparse.ArgumentTypeError(f"{text} is not a number of seconds")


def _count(text: str) -> int:
    return _whole(text, "a count")


def _port(text: str) -> int:
    return _whole(text, "a port", 65535)


def _whole(text: str, name: str, largest: float = float("inf")) -> int:
    with contextlib.suppress(ValueError):
        if 0 <= (number := int(text)) <= largest:
            return number
    raise argparse.ArgumentTypeError(f"{text} is not {name}")
