"""``asyncinvoke doctor``: look at all that the program needs, and say what to mend."""

from __future__ import annotations

import argparse
import os
import sys
from shlex import quote

from msgspec import json

from tui.aws.session import Session
from tui.commands import second_factor
from tui.commands.output import is_colored, narrate, put
from tui.commands.start import Start
from tui.config import Output
from tui.config.charset import charset
from tui.engine import loop
from tui.engine.doctor import examine
from tui.engine.doctor_case import Case, Terminal
from tui.model.finding import (
    Finding,
    Verdict,
    closing_lines,
    first_line,
    is_faulty,
    more_lines,
)
from tui.model.text import printable

FAULTY = 1
"""The exit code when there is something to mend."""

_COLOURS = {Verdict.OK: 32, Verdict.WARNING: 33, Verdict.FAULT: 31, Verdict.NOT_KNOWN: 36}


def run(given: argparse.Namespace, start: Start) -> int:
    """Print what is found as it is found or, in the end, in the format of ``--output``.

    A format that the configuration or the profile has is for data, and not for this.

    Returns:
        1 where there is something to mend, 0 otherwise.
    """
    form = getattr(given, "output", None)
    return loop.run(_run(start, is_text=form in (None, Output.TABLE.value)))


async def _run(start: Start, *, is_text: bool) -> int:
    session, settings = Session(start.context), start.settings.at(start.context)
    session.signing.ask = second_factor.ask
    for other in start.others:
        name = other.name or other.profile or "default"
        narrate(
            f"asyncinvoke: {name} is not looked at here: asyncinvoke doctor --context {quote(name)}"
        )
    case = Case(
        session=session,
        settings=settings,
        config=start.sources.path,
        ledger=start.ledger,
        terminal=Terminal(_size(), charset()),
        environment=os.environ,
        shown=start.shown,
    )
    is_text = is_text and not settings.query
    findings = []
    try:
        async for finding in examine(case):
            findings.append(finding)
            if is_text:
                _say(finding, case.terminal, is_colored=is_colored(settings.color))
    finally:
        await session.close()
    if is_text:
        sys.stdout.write("\n" + "".join(f"{_plain(line)}\n" for line in closing_lines(findings)))
        sys.stdout.flush()
    else:
        put(json.decode(json.encode(findings)), settings)
    return FAULTY if is_faulty(findings) else 0


def _say(finding: Finding, terminal: Terminal, *, is_colored: bool) -> None:
    """Print a finding, and at once: those that follow may take their time."""
    line = _plain(first_line(finding, is_unicode=terminal.is_unicode))
    if is_colored:
        word = finding.verdict.value
        end = line.index(word) + len(word)
        line = f"\x1b[{_COLOURS[finding.verdict]}m{line[:end]}\x1b[0m{line[end:]}"
    sys.stdout.write("\n".join([line, *map(_plain, more_lines(finding))]) + "\n")
    sys.stdout.flush()


def _plain(line: str) -> str:
    return printable(line)


def _size() -> tuple[int, int] | None:
    """The terminal's columns and rows; None where no stream is one."""
    for stream in (sys.__stdout__, sys.__stderr__, sys.__stdin__):
        try:
            if stream and stream.isatty():
                size = os.get_terminal_size(stream.fileno())
                return size.columns, size.lines
        except (OSError, ValueError):  # it is closed, or tells no size
            continue
    return None
