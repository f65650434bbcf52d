"""How far a download has come, in one line that is there only while it runs."""

from __future__ import annotations

import time

from tui.app.widgets.line import Line
from tui.engine.fetching import Progress
from tui.model.document import size_text

SECONDS = 0.5
"""Between two repaints: more would only cost a slow line its bytes."""


class DownloadLine(Line):
    """Shows bytes as they arrive."""

    def __init__(self) -> None:
        super().__init__(id="progress")

    def begin(self, total: int) -> Progress:
        """Appear; returns what is to be told of the bytes that arrive."""
        done, shown = 0, 0.0
        self.display = True

        def progress(size: int) -> None:
            nonlocal done, shown
            done += size
            if (now := time.monotonic()) - shown >= SECONDS:
                shown = now
                self.say(f"saving: {100 * done // max(1, total)} % of {size_text(total)}")

        progress(0)
        return progress

    def end(self) -> None:
        """Disappear."""
        self.display = False
