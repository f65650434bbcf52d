"""The terminal, lent to another program: it gets the screen, the keys and their signals."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import termios
from collections.abc import Iterator
from contextlib import AbstractContextManager

from textual.app import App

_STDIN = 0


@contextlib.contextmanager
def lent(app: App[int], suspension: AbstractContextManager[None]) -> Iterator[None]:
    """Lend the terminal for the length of the ``with`` block, which may wait.

    An error inside is raised when the terminal is back. A cancellation, which means that the
    program is leaving, takes nothing back: leaving does.

    Args:
        app: Paints nothing meanwhile: its writer has stopped, and its queue would fill up.
        suspension: Textual's own.
    """
    loop = asyncio.get_running_loop()
    fault: Exception | None = None
    with app.batch_update(), suspension:
        # An editor that is killed leaves the terminal as it needed it.
        modes = termios.tcgetattr(_STDIN) if os.isatty(_STDIN) else None
        # ctrl+c and ctrl+\ go to every program in the foreground; they mean the other one.
        keys = (signal.SIGINT, signal.SIGQUIT)
        ours = [number for number in keys if signal.getsignal(number) is not signal.SIG_IGN]
        for number in ours:
            loop.add_signal_handler(number, _nothing)
        try:
            yield
        except Exception as error:
            fault = error
        finally:
            for number in ours:
                loop.remove_signal_handler(number)
            if modes:
                with contextlib.suppress(termios.error):  # the terminal may be gone
                    termios.tcsetattr(_STDIN, termios.TCSANOW, modes)
    if fault is not None:
        raise fault


def _nothing() -> None:
    pass
