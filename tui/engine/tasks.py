"""What an engine has under way. Begins it and lets go of it; waits for nothing, cancels nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

Task = asyncio.Task[None]
Work = Coroutine[object, object, None]


class Tasks:
    """The tasks of one engine.

    Attributes:
        under_way: Those that have not ended.
    """

    def __init__(self, on_end: Callable[[Task], None]) -> None:
        """Begin none.

        Args:
            on_end: Is given each when it has ended, however it did.
        """
        self.under_way: set[Task] = set()
        self._on_end = on_end
        self._begun: set[Callable[[], Work]] = set()

    def begin(self, work: Work) -> Task:
        """Do it beside all else."""
        task = asyncio.get_running_loop().create_task(work)
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)
        task.add_done_callback(self._on_end)
        return task

    def begin_once(self, run: Callable[[], Work]) -> None:
        """Begin what an engine does once in its life; asked for again, it goes on as it is."""
        if run not in self._begun:
            self._begun.add(run)
            self.begin(run())
