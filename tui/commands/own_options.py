"""The options of the commands about invocations that the AWS CLI does not have."""

from __future__ import annotations

from argparse import ArgumentParser

from tui.commands.numbers import seconds

SHOW = "all that is known of some invocations"
WAIT = "wait until some invocations have ended; the exit code says how"
FETCH = "save the outputs of some invocations"
RETRY = "send failed invocations again, as new ones"
WATCH = "a line for each change, until it is interrupted"

WORDS = "as in the table: words, status:…, model:…, region:…, origin:…, and so on"

_KEY = "an ARN, an id or how it begins, an inference id, or a client token"


def show(parser: ArgumentParser) -> None:
    """``asyncinvoke show``."""
    parser.description = f"{SHOW}: a JSON array as of list, or a sheet with --output table"
    parser.add_argument("keys", nargs="*", metavar="KEY", help=_KEY)
    parser.add_argument("--offline", action="store_true", help="as the ledger has them: ask nobody")


def wait(parser: ArgumentParser) -> None:
    """``asyncinvoke wait``."""
    parser.description = (
        f"{WAIT}: 0 all completed, 1 one failed, 4 --timeout is up, or an answer never came, "
        "5 nobody can tell of one of SageMaker's"
    )
    _chosen(
        parser,
        "instead: what is pending, and the table's filter keeps; what it keeps that had failed "
        "before is printed and counts, too (since:10m leaves old ones out)",
    )
    parser.add_argument("--timeout", type=seconds, metavar="S", help="seconds (no end)")


def fetch(parser: ArgumentParser) -> None:
    """``asyncinvoke fetch``."""
    parser.description = f"{FETCH}: what is there already is not fetched again, nor overwritten"
    _chosen(parser, "instead: what has ended, and the table's filter keeps")
    parser.add_argument("--to", metavar="DIR", help="the folder (download.folder of config.toml)")


def retry(parser: ArgumentParser) -> None:
    """``asyncinvoke retry``."""
    parser.description = f"{RETRY}, each with a token of its own and with the input that was kept"
    _chosen(parser, "instead: what has failed, was not retried, and the table's filter keeps")
    parser.add_argument("--wait", action="store_true", help="until all end; exit 1 if one failed")


def watch(parser: ArgumentParser) -> None:
    """``asyncinvoke watch``."""
    parser.description = f"{WATCH}; with --output json an object for each, on a line of its own"
    parser.add_argument("--filter", default="", metavar="WORDS", help=WORDS)
    parser.add_argument("--all", action="store_true", help="begin with what is there already")
    parser.add_argument("--until-idle", action="store_true", help="end when nothing is pending")


def _chosen(parser: ArgumentParser, filter_help: str) -> None:
    parser.add_argument("keys", nargs="*", metavar="KEY", help=_KEY)
    parser.add_argument("--filter", default="", metavar="WORDS", help=filter_help)
