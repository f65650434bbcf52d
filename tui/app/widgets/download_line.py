"""How far the downloads have come, in one line; after the last one, what it did not save."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from textual.timer import Timer

from tui.app.bindings import keyed
from tui.app.widgets.line import Line
from tui.model.pace import Pace

if TYPE_CHECKING:
    from tui.engine.downloading import Progress

SECONDS = 0.5
"""Between two repaints: more would only cost a slow line its bytes."""


class DownloadLine(Line):
    """Shows how far all downloads together are: bytes, rate, time left."""

    def __init__(self) -> None:
        super().__init__(id="progress")
        self._downloads: list[Progress] = []
        self._pace = Pace()
        self._timer: Timer | None = None
        self._failure = ""

    @property
    def is_saving(self) -> bool:
        """Whether a download is under way."""
        return bool(self._downloads)

    @contextmanager
    def following(self, progress: Progress) -> Iterator[None]:
        """Show a download for as long as the ``with`` block lasts."""
        self._downloads.append(progress)
        self._failure = ""
        if self._timer is None:
            self._timer = self.set_interval(SECONDS, self.look)
        self._begin()
        try:
            yield
        finally:
            self._downloads.remove(progress)
            if not self._downloads and self._timer:
                self._timer.stop()
                self._timer = None
            self._begin()

    def keep(self, failure: str) -> None:
        """Say, once nothing is saved any more, what was not; it stays until ``let_go``."""
        self._failure = failure

    def let_go(self) -> None:
        """Say no more what was not saved: somebody is there, and has seen it."""
        if self._failure and not self._downloads:
            self._failure = ""
            self._begin()

    def look(self, moment: float | None = None) -> None:
        """See how far they are; what reads the same is not painted again.

        Args:
            moment: In seconds; now, if it is not given.
        """
        fetched = sum(download.fetched for download in self._downloads)
        self._pace = self._pace.heard(time.monotonic() if moment is None else moment, fetched)
        if self._failure and not self._downloads:
            self.say(self._failure, "$text-error")
        else:
            self.say(self._text())

    def _begin(self) -> None:
        """Measure anew: there is another set of downloads."""
        self._pace = Pace()
        self.display = bool(self._downloads or self._failure)
        self.look()
        self.screen.refresh_bindings()

    def _text(self) -> str:
        from tui.engine.advance import together, words

        downloads = self._downloads
        parts = words(together(downloads), self._pace)
        if len(downloads) > 1:
            parts.append(f"{len(downloads)} downloads")
        return " · ".join([*parts, keyed("{table.stop-saving} stops")])
