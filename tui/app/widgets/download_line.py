"""How far the downloads have come, in one line that is there only while some run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.app.widgets.line import Line
from tui.model.document import size_text

if TYPE_CHECKING:
    from tui.engine.fetching import Progress

SECONDS = 0.5
"""Between two repaints: more would only cost a slow line its bytes."""


@dataclass
class _Download:
    total: int
    done: int = 0


class DownloadLine(Line):
    """Shows bytes as they arrive, of all downloads together."""

    def __init__(self) -> None:
        super().__init__(id="progress")
        self._downloads: list[_Download] = []
        self._shown = 0.0

    @contextmanager
    def following(self, total: int) -> Iterator[Progress]:
        """Count in a download of so many bytes for as long as the ``with`` block lasts.

        It gives what is to be told of the bytes that arrive.
        """
        download = _Download(total)
        self._downloads.append(download)
        self._show()

        def progress(size: int) -> None:
            download.done += size
            if time.monotonic() - self._shown >= SECONDS:
                self._show()

        try:
            yield progress
        finally:
            self._downloads.remove(download)
            self._show()

    def _show(self) -> None:
        self._shown = time.monotonic()
        self.display = bool(self._downloads)
        total = sum(download.total for download in self._downloads)
        done = sum(download.done for download in self._downloads)
        many = f" in {len(self._downloads)} downloads" if len(self._downloads) > 1 else ""
        self.say(f"saving: {100 * done // max(1, total)} % of {size_text(total)}{many}")
