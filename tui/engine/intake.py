"""What shall be on the disk, taken in page by page: what is there already, and whether it fits."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tui.engine.part_file import target_of
from tui.engine.room import lack_of_room
from tui.engine.saved_files import SavedFiles
from tui.model.problem import Problem, ProblemError

if TYPE_CHECKING:
    from tui.engine.downloading import Progress, Wanted


@dataclass(frozen=True, slots=True)
class Taken:
    """An object that was taken in.

    Attributes:
        number: How many came before it.
        wanted: What it is.
        path: The file that it is already, if there is one.
    """

    number: int
    wanted: Wanted
    path: Path | None


class Intake:
    """Objects, one after the other: a page is asked for when the one before is taken.

    Attributes:
        lack: Why a page does not fit on the disk, or cannot be listed; none of it is handed out,
            nor what follows.
    """

    def __init__(
        self,
        pages: AsyncIterator[Sequence[Wanted]],
        progress: Progress,
        under_way: Callable[[], int],
    ) -> None:
        """Ask for nothing yet.

        Args:
            pages: What shall be taken in.
            progress: Where to tell how much that is.
            under_way: Tells how many bytes of what was handed out are not on the disk yet.
        """
        self.lack: Problem | None = None
        self._pages = pages
        self._progress = progress
        self._under_way = under_way
        self._left = deque[Taken]()
        self._saved: dict[Path, SavedFiles] = {}
        self._lock = asyncio.Lock()
        progress.is_whole = False

    def saved_in(self, folder: Path) -> SavedFiles:
        """What was saved in a folder that something was handed out for."""
        return self._saved[folder]

    async def take(self) -> Taken | None:
        """The next object; None when there is none."""
        async with self._lock:
            while not (self._left or self._progress.is_whole):
                try:
                    page = await anext(self._pages, None)
                except ProblemError as error:
                    self.lack, page = error.problem, None
                if page is None:
                    self._progress.is_whole = True
                else:
                    await self._take_in(page)
        return self._left.popleft() if self._left else None

    async def _take_in(self, page: Sequence[Wanted]) -> None:
        progress, first = self._progress, self._progress.objects
        found = await asyncio.to_thread(lambda: [self._find(one) for one in page])
        missing = [
            (one.thing, one.folder) for one, path in zip(page, found, strict=True) if path is None
        ]
        self.lack = await asyncio.to_thread(lack_of_room, missing, self._under_way())
        if self.lack:
            progress.is_whole = True
            return
        progress.objects += len(page)
        progress.size += sum(one.thing.size for one in page)
        self._left.extend(
            Taken(first + index, *each) for index, each in enumerate(zip(page, found, strict=True))
        )

    def _find(self, one: Wanted) -> Path | None:
        """The file that an object is already."""
        if one.folder not in self._saved:
            self._saved[one.folder] = SavedFiles(one.folder)
        with contextlib.suppress(OSError, ValueError):  # it says so itself, when it is saved
            return self._saved[one.folder].find(one.thing, target_of(one.thing, one.folder))
        return None
