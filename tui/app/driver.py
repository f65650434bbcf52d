"""Textual's driver for a terminal, but for the bytes: only the cells that differ are sent.

It minds the terminal's lifetime: sizes, suspensions, threads. What to send is the shadow's matter.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
from collections.abc import Mapping
from threading import RLock
from types import FrameType
from typing import IO, cast

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Resize
from textual.message import Message

from tui.app.plain import plain
from tui.app.shadow import Shadow
from tui.app.typed import TICK_SECONDS, BytesLeftOut, Typed
from tui.config.charset import is_unicode

_READ_BYTES = 4096

_UNFIT_TERMINALS = frozenset({"", "dumb", "unknown"})


def fitting_driver(wanted: bool, environment: Mapping[str, str]) -> type[TolerantDriver] | None:
    """The class for ``App(driver_class=…)``; None leaves the choice to Textual.

    Args:
        wanted: Whether only the cells that differ are to be sent.
        environment: Textual's own ``TEXTUAL_DRIVER`` in it goes first, and ``TERM`` must name a
            terminal that can place its cursor.
    """
    if environment.get("TEXTUAL_DRIVER"):
        return None
    is_fit = environment.get("TERM", "") not in _UNFIT_TERMINALS
    return DiffingDriver if wanted and is_fit else TolerantDriver


class Outlet:
    """A stream to a terminal that may be gone: what it does not take is dropped.

    The thread that writes would die of it, and the thirty-first write after that wait for ever.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write it, if anybody is there."""
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)

    def flush(self) -> None:
        """Have it written, if anybody is there."""
        with contextlib.suppress(OSError, ValueError):
            self._stream.flush()

    def fileno(self) -> int:
        """The stream's descriptor."""
        return self._stream.fileno()


class TolerantDriver(LinuxDriver):
    """Textual's driver for a terminal, but a paste comes as it is, and no byte ends the program.

    While the terminal is lent to another program nothing is written: nobody would empty the queue
    of what is to be written, and the thirty-first write would wait for ever.
    """

    _is_lent = False
    _is_ascii = False

    def __init__(
        self,
        app: App[object],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._file: IO[str] = cast("IO[str]", Outlet(self._file))  # type: ignore[assignment]
        self._is_ascii = not is_unicode()

    def write(self, data: str) -> None:
        """Write to the terminal, if it is ours now, what it can show."""
        if not self._is_lent:
            super().write(plain(data) if self._is_ascii else data)

    def start_application_mode(self) -> None:
        """Take the terminal."""
        self._is_lent = False
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Write what is left to be written, and no more until the terminal is taken again."""
        super().close()
        self._is_lent = True

    def run_input_thread(self) -> None:
        """Read what is typed and pasted, until told to leave it or nothing can come any more."""
        typed = Typed(debug=self._debug)
        while not self.exit_event.is_set():
            if not select.select([self.fileno], [], [], TICK_SECONDS)[0]:
                messages = typed.tick()
            elif sent := os.read(self.fileno, _READ_BYTES):
                messages = typed.feed(sent)
            else:
                return
            for message in messages:
                self.process_message(message)

    def process_message(self, message: Message) -> None:
        """Say what is left out; the rest is the app's."""
        if isinstance(message, BytesLeftOut):
            self._app.call_later(
                self._app.notify,
                "what was typed or pasted is not UTF-8: it is left out",
                severity="error",
            )
        else:
            super().process_message(message)


class DiffingDriver(TolerantDriver):
    """Textual's driver for a terminal, with a shadow between the two."""

    _shadow: Shadow
    """Made when the terminal is taken, before which nothing is written."""

    _is_resized = False

    # The thread that reads keys writes too; and a signal that suspends may fall into a write.
    # There is one terminal, so one lock is enough for the class.
    _lock = RLock()

    def write(self, data: str) -> None:
        """Bring the screen to where ``data`` would bring it; write nothing if it is there."""
        with self._lock:
            shadow = self._shadow
            if self._is_resized:
                self._is_resized = False
                shadow.resize(*self._get_terminal_size())
            difference = shadow.feed(plain(data) if self._is_ascii else data)
            if difference and shadow is self._shadow:  # else a suspension came in between
                super().write(difference)

    def start_application_mode(self) -> None:
        """Take the terminal, and know nothing of its screen."""
        self._shadow = Shadow(*self._get_terminal_size())
        super().start_application_mode()
        tell_textual = signal.getsignal(signal.SIGWINCH)

        def forget_first(number: int, frame: FrameType | None) -> None:
            self._is_resized = True
            if callable(tell_textual):
                tell_textual(number, frame)

        signal.signal(signal.SIGWINCH, forget_first)

    def stop_application_mode(self) -> None:
        """Give the terminal back; a frame under way is dropped."""
        self._shadow = Shadow(*self._get_terminal_size())
        super().stop_application_mode()

    def process_message(self, message: Message) -> None:
        """See a resize that the terminal reports among the keys."""
        if isinstance(message, Resize):
            self._is_resized = True
        super().process_message(message)
