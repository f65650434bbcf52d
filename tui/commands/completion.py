"""``asyncinvoke completion SHELL``, and the words that its script asks for at every tab.

argcomplete has the scripts, and reads the commands, options and choices off the parser. Words that
only this machine knows come from the AWS files, config.toml and the ledger. They come fast or not
at all: neither Textual nor the SDK is imported, nothing is written, and no fault is told.
"""

from __future__ import annotations

import os
import sys
from argparse import Action, ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NoReturn

from tui import config
from tui.commands import exit_codes
from tui.commands.start import open_from_start
from tui.config import ConfigError
from tui.model.request import InvokeEndpointAsync, StartAsyncInvoke
from tui.model.text import printable

if TYPE_CHECKING:
    from tui.model.invocation import Invocation

SHELLS = ("bash", "zsh", "fish")

ASKED = "_ARGCOMPLETE"
"""The variable by which the script asks for words."""

MOST_ROWS = 200
"""How many of the newest invocations are offered."""

Words = Mapping[str, str]
"""What may be typed, and what it means: zsh and fish show that beside it."""


def run(shell: str) -> int:
    """Print the script for a shell."""
    from argcomplete.shell_integration import shellcode

    sys.stdout.write(shellcode(["asyncinvoke"], shell=shell))
    return exit_codes.OK


def is_asked(environment: Mapping[str, str]) -> bool:
    """Whether this process was begun for words, and for nothing else."""
    return ASKED in environment


def answer(parser: ArgumentParser) -> NoReturn:
    """Write the words that fit what has been typed so far, and end the process."""
    import argcomplete
    from argcomplete.completers import FilesCompleter

    for action in _actions(parser):
        if words := WORDS.get("key" if action.metavar == "KEY" else action.dest):
            action.completer = _offering(words)  # type: ignore[attr-defined]
        elif action.metavar in ("PATH", "DIR"):
            action.completer = FilesCompleter()  # type: ignore[attr-defined]
    argcomplete.autocomplete(
        parser,
        always_complete_options=False,
        default_completer=_offering(lambda *_: {}),  # type: ignore[arg-type]
    )
    raise AssertionError("argcomplete ends the process that it was begun for")


def _actions(parser: ArgumentParser) -> Iterator[Action]:
    """Every option and argument, those of the commands too."""
    for action in parser._actions:
        yield action
        if isinstance(action.choices, dict):
            for command in action.choices.values():
                yield from _actions(command)


def _offering(words: Callable[[Namespace, str], Words]) -> Callable[..., Words]:
    """The same as argcomplete asks for it: without what no terminal should be sent."""

    def offer(*, prefix: str, parsed_args: Namespace, **_: object) -> Words:
        try:
            found = words(parsed_args, prefix)
        except ConfigError:  # the command itself will say what is wrong
            return {}
        return {
            word: printable(meaning) for word, meaning in found.items() if printable(word) == word
        }

    return offer


def _profiles(_given: Namespace, _prefix: str) -> Words:
    return dict.fromkeys(sorted(config.profile_names(os.environ)), "")


def _contexts(given: Namespace, prefix: str) -> Words:
    named = config.resolve(config.gather(vars(given))).settings.contexts
    told = {name: each.profile or "" for name, each in named.items()}
    return {**_profiles(given, prefix), **told}


def _regions(_given: Namespace, _prefix: str) -> Words:
    from tui.aws.profiles import bedrock_regions

    return dict.fromkeys(bedrock_regions(), "")


def _keys(given: Namespace, prefix: str) -> Words:
    """Ids or, where an ARN is begun, ARNs."""
    is_arn = prefix.startswith("ar")
    rows = {(row.invocation_arn if is_arn else row.id): row for row in _rows(given)}
    return {key: _meaning(row) for key, row in rows.items() if key}


def _models(given: Namespace, _prefix: str) -> Words:
    from tui.model.catalogue import ASYNC_MODELS

    used = {row.model_id: "" for row in _rows(given) if row.operation == StartAsyncInvoke.__name__}
    return {**used, **{model.model_id: "" for model in ASYNC_MODELS}}


def _endpoints(given: Namespace, _prefix: str) -> Words:
    wanted = InvokeEndpointAsync.__name__
    return {row.model_id: "" for row in _rows(given) if row.operation == wanted}


WORDS: Mapping[str, Callable[[Namespace, str], Words]] = {
    "context": _contexts,
    "endpoint_name": _endpoints,
    "key": _keys,
    "model_id": _models,
    "profile": _profiles,
    "region": _regions,
}
"""What is offered for a value, by the name that the parser has for it; every KEY is a ``key``."""


def _rows(given: Namespace) -> Iterable[Invocation]:
    """The newest invocations where the command would go; none where nothing says where."""
    from tui.ledger.glance import newest

    try:
        sources = config.gather(vars(given))
        resolved = config.resolve(sources)
    except ConfigError:
        return ()
    active = open_from_start(sources, resolved, getattr(given, "context", None) or [])[0]
    return newest(resolved.settings.ledger_path, active.context.key, MOST_ROWS)


def _meaning(row: Invocation) -> str:
    return f"{row.status.value}, {row.model_id}, {row.submit_time.astimezone():%Y-%m-%d %H:%M}"
