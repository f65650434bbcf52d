"""stdout is data, stderr is narration. Foreign text reaches a terminal only through here."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime

from tui import log
from tui.model import export
from tui.model.columns import COLUMNS, SHOWN
from tui.model.invocation import Invocation
from tui.model.problem import Problem
from tui.model.text import cell_width, fit, printable


def narrate(text: str) -> None:
    """Say something to the person, on stderr."""
    sys.stderr.write(printable(text, keep_lines=True) + "\n")
    sys.stderr.flush()


def complain(problem: Problem) -> None:
    """Say what went wrong: type, message, cause, remedy."""
    log.problem(problem)
    narrate(f"asyncinvoke: {problem}")
    if problem.cause:
        narrate(f"  cause:  {problem.cause}")
    if problem.remedy:
        narrate(f"  remedy: {problem.remedy}")
    if problem.request_id:
        narrate(f"  request id: {problem.request_id}")


def put_json(value: object) -> None:
    """Write a value to stdout as JSON."""
    sys.stdout.write(export.as_json(value))
    sys.stdout.flush()


def put_table(rows: Sequence[Invocation], now: datetime) -> None:
    """Write invocations to stdout as aligned columns, the last one uncut."""
    columns = [COLUMNS[name] for name in SHOWN]
    lines = [[column.title for column in columns]]
    lines += [[printable(column.text(row, now)) for column in columns] for row in rows]
    widths = [max(map(cell_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = [fit(text, width) for text, width in zip(line, widths, strict=True)]
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
    sys.stdout.flush()
