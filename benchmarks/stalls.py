"""How long the event loop lets its tasks wait, seen from inside. Knows nothing of what holds it."""

from __future__ import annotations

import asyncio
import time


class Stalls:
    """Notes the longest time that the event loop was not free, by the clock and the processor.

    Attributes:
        longest: Seconds.
        busiest: The most processor time of its own thread that went by meanwhile, in seconds.
        hardest: That of all threads, which share Python's lock: other processes do not add to it.
    """

    def __init__(self) -> None:
        self.longest = self.busiest = self.hardest = 0.0
        self._turns = list[float]()

    def share_beyond(self, limit: float) -> float:
        """The share of keys, pressed at any moment, that wait longer than ``limit`` seconds."""
        return sum(max(0.0, turn - limit) for turn in self._turns) / (sum(self._turns) or 1.0)

    async def watch(self) -> None:
        """Wake up every millisecond until cancelled."""
        pause, before, busy_before = 0.001, time.perf_counter(), time.thread_time()
        hard_before = time.process_time()
        while True:
            await asyncio.sleep(pause)
            now, busy = time.perf_counter(), time.thread_time()
            hard = time.process_time()
            self._turns.append(now - before)
            self.longest = max(self.longest, now - before - pause)
            self.busiest = max(self.busiest, busy - busy_before)
            self.hardest = max(self.hardest, hard - hard_before)
            before, busy_before, hard_before = now, busy, hard
