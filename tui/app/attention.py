"""Whether somebody is looking at the terminal, as far as a program can tell."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable

LINGER_SECONDS = 60.0
"""After a key, someone is taken to look for so long, where the terminal reports no focus."""

TMUX_SECONDS = 2.0


class Attention:
    """What the terminal reported of focus and keys."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._has_focus: bool | None = None
        self._last_key = clock()

    def focus(self, has_focus: bool) -> None:
        """The terminal said that it has the focus, or has lost it."""
        self._has_focus = has_focus

    def key(self) -> None:
        """Somebody pressed a key."""
        self._last_key = self._clock()

    @property
    def is_there(self) -> bool:
        """Whether somebody looks: by the terminal's focus or, if it reports none, by the keys."""
        if self._has_focus is not None:
            return self._has_focus
        return self._clock() - self._last_key < LINGER_SECONDS


def is_detached() -> bool:
    """Whether this is a tmux session that no terminal shows. Waits for tmux, which is quick."""
    pane, tmux = os.environ.get("TMUX_PANE"), shutil.which("tmux")
    if not os.environ.get("TMUX") or not pane or not tmux:
        return False
    try:
        asked = subprocess.run(  # noqa: S603 - tmux itself, found on the path
            [tmux, "display-message", "-p", "-t", pane, "#{session_attached}"],
            capture_output=True,
            timeout=TMUX_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.stdout.strip() == b"0"
