"""``--generate-cli-skeleton``: what a request or an answer looks like. Asks AWS nothing."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping

from tui.commands import exit_codes
from tui.commands.aws_answer import put_answer
from tui.commands.output import narrate
from tui.config import Settings
from tui.model import export
from tui.model.operation import OPERATIONS, QUESTIONS, Operation


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Print the skeleton that is asked for; returns the exit code.

    That of an answer is printed where the options make a request that can be sent, as with the AWS
    CLI; the others are printed whatever the options say.
    """
    operation = next(each for each in (*OPERATIONS, *QUESTIONS) if each.command == given.command)
    skeletons = importlib.import_module("tui.aws.skeletons")
    if given.generate_cli_skeleton == "output":
        if not asyncio.run(_CHECKS[given.command](given, settings)):
            return exit_codes.USAGE
        put_answer(skeletons.answer(operation.name), settings)
        return exit_codes.OK
    value = skeletons.request(operation.name)
    if given.generate_cli_skeleton == "yaml-input":
        sys.stdout.write("".join(_yaml(value, skeletons.notes(operation.name))))
    else:
        sys.stdout.write(export.as_json(value))
    sys.stdout.flush()
    return exit_codes.OK


Check = Callable[[argparse.Namespace, Settings], Coroutine[object, object, bool]]


def _submits(command: str) -> Check:
    async def check(given: argparse.Namespace, settings: Settings) -> bool:
        from tui.commands import waiting
        from tui.commands.values import ValueFault

        module = importlib.import_module(f"tui.commands.{command.replace('-', '_')}")
        try:
            return await waiting.may_be_sent(module.request_of(given, settings), None)
        except ValueFault as error:
            narrate(f"asyncinvoke: {error}")
            return False

    return check


def _asks(operation: Operation) -> Check:
    async def check(given: argparse.Namespace, _: Settings) -> bool:
        from tui.commands.aws_members import question_of

        return await question_of(operation, given) is not None

    return check


_CHECKS: Mapping[str, Check] = {
    **{each.command: _submits(each.command) for each in OPERATIONS},
    **{each.command: _asks(each) for each in QUESTIONS},
}
"""What says, of each command, whether its options make a request that can be sent."""


def _yaml(
    value: object, notes: Mapping[str, str], path: str = "", indent: str = ""
) -> Iterator[str]:
    """A skeleton as lines of YAML, each with its note.

    Args:
        value: Objects of texts, numbers, objects and lists of one object.
        notes: What is said of each member, by its path with dots.
        path: That of the value.
        indent: What its lines begin with.
    """
    for name, inner in value.items() if isinstance(value, Mapping) else ():
        place = f"{path}.{name}" if path else name
        note = f"  # {notes[place]}" if notes.get(place) else ""
        if isinstance(inner, list):
            yield f"{indent}{name}:{note}\n"
            lines = [line for each in inner for line in _yaml(each, notes, place, f"{indent}  ")]
            yield from (_dashed(line, indent) if not at else line for at, line in enumerate(lines))
        elif isinstance(inner, Mapping) and inner:
            yield f"{indent}{name}:{note}\n"
            yield from _yaml(inner, notes, place, f"{indent}  ")
        else:
            yield f"{indent}{name}: {_SCALARS.get(repr(inner), repr(inner))}{note}\n"


def _dashed(line: str, indent: str) -> str:
    return f"{indent}- {line.removeprefix(f'{indent}  ')}"


_SCALARS = {"None": "''", "True": "true"}
"""How YAML writes a value where Python writes it otherwise; nothing stands for bytes."""
