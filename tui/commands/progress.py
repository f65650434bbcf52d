"""How far long work has come: one line on stderr, where that is a terminal; nothing elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncGenerator, Callable

from tui import log
from tui.model.text import fit, printable

SECONDS = 0.25
"""Between two looks at how far it is: the line is written four times a second at most."""

_LEFT, _CLEAR = "\r", "\x1b[K"

_shown = ""
"""What stands on the terminal's last line now: of the process, as the terminal is."""


@contextlib.asynccontextmanager
async def following(text: Callable[[], str]) -> AsyncGenerator[None, None]:
    """Show a text for as long as the ``with`` block lasts, rewritten whenever it has changed.

    Args:
        text: What to show now; it is asked for as often as the line may change.
    """
    if not is_wanted():
        yield
        return
    drawing = asyncio.create_task(_draw(text))
    drawing.add_done_callback(_note_fault)
    try:
        yield
    finally:
        drawing.cancel()
        lift()


def is_wanted() -> bool:
    """Whether somebody looks who can see a line rewritten."""
    return sys.stderr.isatty() and (os.environ.get("TERM") or "dumb") != "dumb"


def lift() -> None:
    """Take the line away, so that something else can be written there; it comes again below."""
    global _shown
    if _shown:
        _write(_LEFT + _CLEAR)
        _shown = ""


def show(text: str) -> None:
    """Put a text where the line is, cut to the terminal's width; the same again costs nothing."""
    global _shown
    line = fit(printable(text), columns() - 1).rstrip()
    if line != _shown:
        _write(_LEFT + line + _CLEAR)
        _shown = line


def columns() -> int:
    """How wide the terminal is now; 80 where it does not tell."""
    with contextlib.suppress(OSError, ValueError):
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    return 80


def _note_fault(drawing: asyncio.Task[None]) -> None:
    """Have it in the log why the line stands still: the work itself goes on."""
    if not drawing.cancelled() and (error := drawing.exception()):
        log.fault(error)


async def _draw(text: Callable[[], str]) -> None:
    while True:
        show(text())
        await asyncio.sleep(SECONDS)


def _write(text: str) -> None:
    with contextlib.suppress(OSError, ValueError):  # progress is no reason to fail
        sys.stderr.write(text)
        sys.stderr.flush()
