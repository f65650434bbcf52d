"""The command ``asyncinvoke``: parse, then hand over to a front end."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.commands.start import Start

INTERRUPTED = 130
"""As in ``exit_codes``, which need not be there yet."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    from tui.commands import run

    return run.run(sys.argv[1:] if arguments is None else arguments, open_screen)


def command() -> None:
    """The installed command: run, and end the process, whatever still hangs."""
    try:
        code = main()
        from tui.engine.loop import leave
    except KeyboardInterrupt:  # before ``run`` hears of it, or once more while it tells of one
        sys.exit(INTERRUPTED)
    sys.exit(leave(code))


def open_screen(start: Start) -> int:
    """Open the screen on the contexts; imports Textual, which the headless commands never do."""
    from tui.app.app import AsyncInvokeApp

    return AsyncInvokeApp.open(start.begin)


if __name__ == "__main__":
    command()
