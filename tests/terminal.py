"""A program in a pseudo-terminal: type keys, wait for text on its screen, look at what it sent."""

from __future__ import annotations

import base64
import os
import re
import select
import signal
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte
from ptyprocess import PtyProcess

PATIENCE = 60.0
"""Seconds that a wait may take on a busy machine; none takes so long when all is well."""

_KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "down": "\x1b[B",
    "delete": "\x1b[3~",
    "f5": "\x1b[15~",
    "f7": "\x1b[18~",
    "ctrl+q": "\x11",
    "ctrl+r": "\x12",
    "ctrl+s": "\x13",
    "ctrl+t": "\x14",
    "ctrl+u": "\x15",
    "ctrl+z": "\x1a",
}

_READ = 2048
"""Bytes read at a time: few, so that a text that soon gives way to another is seen all the same."""


def environment_at(home: Path) -> dict[str, str]:
    """What a program needs of this machine, and nothing of what is set on it."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "HOME": str(home),
    }


def _heed_signals() -> None:
    """The tests may run where signals are ignored: under nohup, or in a shell's background."""
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


class Terminal:
    """Owns the process and its terminal, an xterm; ``with`` ends both.

    Attributes:
        sent: Every byte that the program has written.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        size: tuple[int, int] = (80, 24),
    ) -> None:
        columns, rows = size
        environment = {"TERM": "xterm-256color", "LANG": "C.UTF-8", **environment}
        self._process = PtyProcess.spawn(
            list(command),
            env=dict(environment),
            dimensions=(rows, columns),
            preexec_fn=_heed_signals,
        )
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._before = self._modes()
        self.sent = b""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The program's process id."""
        return int(self._process.pid)

    @property
    def copied(self) -> list[str]:
        """What was sent to the terminal's clipboard, one text after the other."""
        found = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", self.sent)
        return [base64.b64decode(text).decode() for text in found]

    @property
    def text(self) -> str:
        """What stands on the screen, line by line."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def is_restored(self) -> bool:
        """Whether the terminal is as the program found it: screen, cursor, mouse, line modes."""
        modes = {"1049": b"l", "25": b"h", "1000": b"l", "1003": b"l", "1006": b"l", "2004": b"l"}
        return self._modes() == self._before and all(
            self.sent.rfind(b"\x1b[?%b%b" % (mode.encode(), rest))
            > self.sent.rfind(b"\x1b[?%b%b" % (mode.encode(), b"h" if rest == b"l" else b"l"))
            for mode, rest in modes.items()
        )

    def press(self, *keys: str) -> None:
        """Type keys by their names, or text as it is.

        Wait for the effect of a key that is bound to an action before typing on: letters overtake
        it, and one that follows ``escape`` at once would be Alt and that letter.
        """
        for key in keys:
            self._process.write(_KEYS.get(key, key).encode())

    def paste(self, text: str) -> None:
        """Paste a text, as a terminal with bracketed paste does: each line ends as with Enter."""
        carried = text.replace("\n", "\r")
        self._process.write(f"\x1b[200~{carried}\x1b[201~".encode())

    def press_bytes(self, typed: bytes) -> None:
        """Type bytes as they are, UTF-8 or not."""
        self._process.write(typed)

    def wait_for(self, *texts: str) -> None:
        """Read until all the texts stand on the screen together.

        Raises:
            AssertionError: They never did.
        """
        self.wait_until(lambda screen: all(text in screen for text in texts), " and ".join(texts))

    def wait_until(self, condition: Callable[[str], object], what: str) -> None:
        """Read until the screen's text is as it should be; ``what`` names that in the complaint.

        Raises:
            AssertionError: It never was.
        """
        deadline = time.monotonic() + PATIENCE
        while not condition(self.text):
            if not self._read(deadline):
                raise AssertionError(f"{what}: not on the screen:\n{self.text}")

    def rest(self, seconds: float) -> None:
        """Read for that long, as a person looks on."""
        deadline = time.monotonic() + seconds
        while self._read(deadline):
            pass

    def resize(self, columns: int, rows: int) -> None:
        """Change the window's size, as a person's mouse does; the program gets SIGWINCH."""
        self._screen.resize(rows, columns)
        self._process.setwinsize(rows, columns)

    def wait_until_stopped(self) -> None:
        """Read until the program has stopped itself; what it left on its own screen is gone then.

        Raises:
            AssertionError: It goes on.
        """
        deadline = time.monotonic() + PATIENCE
        while not os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)[0]:
            if time.monotonic() >= deadline:
                raise AssertionError(f"the program goes on:\n{self.text}")
            self.rest(0.05)
        self._screen.reset()

    def send(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        self._process.kill(number)

    def wait(self) -> int:
        """Read until the program ends; returns its exit code, or minus the signal that ended it.

        Raises:
            AssertionError: It did not end.
        """
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline):
            pass
        if time.monotonic() >= deadline:
            raise AssertionError(f"the program still runs:\n{self.text}")
        self._process.wait()
        code = self._process.exitstatus
        return int(code if code is not None else -self._process.signalstatus)

    def close(self) -> None:
        """End the program, however it is doing, and the terminal."""
        if self._process.isalive():
            self._process.kill(signal.SIGKILL)
            self._process.wait()
        self._process.close()

    def _read(self, deadline: float) -> bool:
        """Take in what comes next; False when nothing more can come, or not in time."""
        if not select.select([self._process.fd], [], [], max(0.0, deadline - time.monotonic()))[0]:
            return False
        try:
            piece = os.read(self._process.fd, _READ)
        except OSError:  # Linux says so when the other end is closed
            return False
        self.sent += piece
        self._stream.feed(piece)
        return bool(piece)

    def _modes(self) -> list[object]:
        return list(termios.tcgetattr(self._process.fd))
