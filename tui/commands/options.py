"""The command line's options: the AWS CLI's names and meanings where it has them."""

from __future__ import annotations

import argparse
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Container, Sequence
from typing import NoReturn

from tui import __version__
from tui.commands import aws_options, own_options
from tui.commands.aws_options import AwsParser
from tui.commands.completion import SHELLS
from tui.commands.numbers import count, port, seconds
from tui.config import BinaryFormat, Color, Output

SANDBOX_PORT = 4566
"""Where the sandbox listens, if nothing else is said."""

EPILOG = """\
exit codes:
  0 done    1 an invocation failed    2 usage    3 AWS refused
  4 trying again may help: also when --timeout is up, or something is still pending
  5 no answer came, or could not be written, or the time is up: look before it is sent again
  130 interrupted, 129 the terminal is gone; what was submitted goes on
"""


def build() -> AwsParser:
    """The parser of the whole command line."""
    shared = _shared()
    parser = AwsParser(
        prog="asyncinvoke",
        description="Submit AWS asynchronous inference, watch it, and read what it wrote. "
        "Without a command, opens the screen.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[shared],
    )
    _serve(parser)
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", parser_class=AwsParser
    )
    for name, (words, add) in aws_options.COMMANDS.items():
        add(_of_aws(commands, name, words, shared))
    _list(commands.add_parser("list", parents=[shared], help=_LIST))
    own_options.show(commands.add_parser("show", parents=[shared], help=own_options.SHOW))
    own_options.wait(commands.add_parser("wait", parents=[shared], help=own_options.WAIT))
    own_options.fetch(commands.add_parser("fetch", parents=[shared], help=own_options.FETCH))
    own_options.retry(commands.add_parser("retry", parents=[shared], help=own_options.RETRY))
    own_options.watch(commands.add_parser("watch", parents=[shared], help=own_options.WATCH))
    _recover(commands.add_parser("recover", parents=[shared], help=_RECOVER))
    commands.add_parser("purge-inputs", parents=[shared], help=_PURGE, description=_PURGE)
    _config(commands.add_parser("config", parents=[shared], help=_CONFIG))
    _doctor(commands.add_parser("doctor", parents=[shared], help=_DOCTOR))
    _sandbox(commands.add_parser("sandbox", parents=[shared], help=_SANDBOX))
    _completion(commands.add_parser("completion", help=_COMPLETION))
    return parser


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """What a command line says; one of the AWS CLI may name its service.

    Raises:
        SystemExit: It cannot be understood, or asked for help or the version.
    """
    parser = build()
    given: argparse.Namespace
    unknown: list[str]
    given, unknown = parser.parse_known_args(aws_options.without_service(arguments))
    if unknown:
        _refuse(parser, given.command, unknown)
    return given


def _refuse(parser: AwsParser, command: str | None, unknown: Sequence[str]) -> NoReturn:
    """End with what was not understood, and what it may have been."""
    from difflib import get_close_matches

    for action in parser._actions:
        if command and isinstance(action.choices, dict):
            parser = action.choices[command]
    word = unknown[0].partition("=")[0]
    near = get_close_matches(word, parser._option_string_actions, n=1, cutoff=0.8)
    meant = f"; did you mean {near[0]}?" if near else ""
    parser.error(f"not understood: {' '.join(unknown)}{meant}")


def _of_aws(
    commands: argparse._SubParsersAction[AwsParser], name: str, words: str, shared: AwsParser
) -> AwsParser:
    """A command with the AWS CLI's name."""
    return commands.add_parser(
        name,
        parents=[shared],
        help=words,
        description=words,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


_LIST = "the region's invocations, with what the ledger knows"
_RECOVER = "look up the submissions whose answer never came"
_PURGE = "erase the drafts and the model inputs of settled submissions from the ledger"
_CONFIG = "where the configuration is, what holds and who says so, and whether it is right"
_DOCTOR = "look at all that the program needs, and say what to mend; exit 1 if there is something"
_COMPLETION = "print what has a shell complete commands, options, profiles, regions and ids"
_SANDBOX = "run the embedded AWS alone, for other clients"


def _shared() -> AwsParser:
    """Options that stand before or after the command; a later one wins."""
    shared = AwsParser(add_help=False, argument_default=SUPPRESS)
    shared.add_argument("--version", action="version", version=f"asyncinvoke {__version__}")
    group = shared.add_argument_group("where")
    group.add_argument("--profile", help="a profile of the AWS files")
    group.add_argument("--region", help="an AWS region")
    help_ = "a context of config.toml, or a profile; several, the first active"
    group.add_argument("--context", metavar="NAME", action="append", help=help_)
    group.add_argument("--endpoint-url", metavar="URL", help="instead of every AWS endpoint")
    group.add_argument("--no-verify-ssl", action="store_true", help="trust any certificate")
    group.add_argument("--ca-bundle", metavar="PATH", help="a CA bundle to trust")
    group.add_argument("--no-sign-request", action="store_true", help="send no credentials")
    group.add_argument("--cli-read-timeout", type=seconds, metavar="S", help="seconds (60)")
    group.add_argument("--cli-connect-timeout", type=seconds, metavar="S", help="seconds (10)")
    group.add_argument("--no-paginate", action="store_true", help="list one page, not all")
    group.add_argument("--sandbox", action="store_true", help="an embedded AWS, for trying")
    group.add_argument("--job-seconds", type=seconds, metavar="S", help="a sandbox's job lasts (8)")
    past = "past jobs of --sandbox (12), or of the command sandbox (0)"
    group.add_argument("--seed-jobs", type=count, metavar="N", help=past)
    data = shared.add_argument_group("data")
    data.add_argument("--output", choices=[each.value for each in Output], help="how it is written")
    data.add_argument("--query", metavar="JMESPATH", help="what of it is written")
    data.add_argument("--color", choices=[each.value for each in Color], help="colours (auto)")
    binary = "what --body is; if not said, base64 where it can be"
    formats = [each.value for each in BinaryFormat]
    data.add_argument("--cli-binary-format", choices=formats, help=binary)
    aws_options.add_meaningless(data)
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
    """What the options say that does not go together, or means nothing here; empty if nothing."""
    if given.serve and given.command:
        return f"--serve shows the screen: {given.command} does without it"
    if not given.serve and hasattr(given, "host"):
        return "--host is for --serve"
    if not given.serve and given.command != "sandbox" and hasattr(given, "port"):
        return "--port is for --serve and the command sandbox"
    if fault := aws_options.fault_of(given):
        return fault
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


def again(given: argparse.Namespace, *, but: Container[str]) -> list[str]:
    """The words that say the shared options once more, without those of some names."""
    words: list[str] = []
    for action in _shared()._actions:
        value = getattr(given, action.dest, None)
        if action.dest in but or value is None or value is False:
            continue
        name = action.option_strings[0]
        values = value if isinstance(value, list) else [value]
        words += [name] if value is True else [f"{name}={each}" for each in values]
    return words


def _serve(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("in a browser")
    group.add_argument("--serve", action="store_true", help="the screen at a URL of this machine")
    help_ = "where to listen (any free one)"
    group.add_argument("--port", type=port, default=SUPPRESS, help=help_)
    group.add_argument("--host", default=SUPPRESS, help="the address to listen on (127.0.0.1)")


def _list(parser: ArgumentParser) -> None:
    parser.description = _LIST
    parser.add_argument("--filter", default="", metavar="WORDS", help=own_options.WORDS)


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
    help_ = f"0 takes any free one ({SANDBOX_PORT})"
    parser.add_argument("--port", type=port, default=SUPPRESS, help=help_)


def _completion(parser: ArgumentParser) -> None:
    parser.description = _COMPLETION
    parser.epilog = "source <(asyncinvoke completion bash); asyncinvoke completion fish | source"
    parser.add_argument("shell", choices=SHELLS, help="whose")
