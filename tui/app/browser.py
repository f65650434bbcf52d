"""A browser with windows, where there is one: it gets a URL, and nothing of our terminal."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import PurePath
from typing import IO, cast

from tui.model.problem import Problem, ProblemError

PATIENCE_SECONDS = 5.0
"""How long to wait for its verdict; what still runs then is the browser itself."""

_NEED_A_TERMINAL = frozenset({"browsh", "elinks", "links", "links2", "lynx", "w3m", "www-browser"})

# The URL comes by a pipe: what stands on a command line, everybody on the machine can read.
_OPEN = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.stdin.read()))"

_NONE = Problem(
    kind="NoBrowser",
    message="there is no browser with a window here",
    remedy="copy the URL, and open it where you sit",
)

_FAILED = Problem(
    kind="BrowserFailed",
    message="no browser took the URL",
    remedy="copy the URL, or name a browser in BROWSER",
)


def is_there(environ: Mapping[str, str], platform: str) -> bool:
    """Whether there is a browser that opens a window in front of the person.

    Args:
        environ: The environment.
        platform: ``sys.platform``.
    """
    if chosen := environ.get("BROWSER", ""):
        words = chosen.split(os.pathsep)[0].split()
        return bool(words) and PurePath(words[0]).name not in _NEED_A_TERMINAL
    if platform == "darwin":
        return not environ.get("SSH_CONNECTION")
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def require() -> None:
    """Do nothing where there is a browser.

    Raises:
        ProblemError: There is none.
    """
    if not is_there(os.environ, sys.platform):
        raise ProblemError(_NONE)


async def show(url: str) -> None:
    """Open a URL.

    Raises:
        ProblemError: The browser failed.
    """
    if not await asyncio.to_thread(_show, url):
        raise ProblemError(_FAILED)


def _show(url: str) -> bool:
    # Without TERM, Python's module does not think of browsers that need a terminal.
    environ = {name: value for name, value in os.environ.items() if name != "TERM"}
    try:
        process = subprocess.Popen(  # noqa: S603 - our own Python
            [sys.executable, "-I", "-c", _OPEN],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environ,
            start_new_session=True,
        )
        with cast("IO[bytes]", process.stdin) as pipe:
            pipe.write(url.encode())
    except OSError:
        return False
    try:
        return process.wait(PATIENCE_SECONDS) == 0
    except subprocess.TimeoutExpired:
        threading.Thread(target=process.wait, daemon=True).start()  # so that no dead child stays
        return True
