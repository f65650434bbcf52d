"""The requests to the sandbox's endpoints: the queue of each, and what every one leaves in S3.

All is decided when a request comes in, so nothing has to run for it to be worked on or to end.
"""

from __future__ import annotations

import heapq
import random
import threading
import uuid
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tui.sandbox.jobs import Clock

_REMEMBERED = 10_000
"""Requests of an endpoint whose times are kept for its past backlog."""


@dataclass(frozen=True)
class Inference:
    """One request in the queue of an endpoint.

    Attributes:
        region: Where it was submitted.
        endpoint: The endpoint's name.
        submitted: When it was accepted.
        ends: When it is over, well or not.
        location: URI of the object that it leaves then; empty when it leaves nothing.
        body: What that object holds.
        content_type: What that is.
    """

    region: str
    endpoint: str
    submitted: datetime
    ends: datetime
    location: str
    body: bytes
    content_type: str


class Inferences:
    """All requests of the account, by region and endpoint. Safe to use from several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ids = random.Random(clock.seed)
        self._lock = threading.RLock()
        self._free: dict[tuple[str, str], list[datetime]] = {}
        self._unfinished: list[tuple[datetime, int, Inference]] = []
        self._times: dict[tuple[str, str], deque[tuple[datetime, datetime]]] = defaultdict(
            lambda: deque(maxlen=_REMEMBERED)
        )
        self._count = 0

    def new_id(self) -> str:
        """A UUID."""
        return str(uuid.UUID(int=self._ids.getrandbits(128), version=4))

    def take_turn(
        self, region: str, endpoint: str, slots: int, seconds: float, ttl: float
    ) -> datetime | None:
        """When a request begins that takes so many seconds; None if it expires before.

        Args:
            region: Where it was submitted.
            endpoint: The endpoint's name.
            slots: How many of its requests are worked on at the same time.
            seconds: How long this one takes.
            ttl: After how many seconds in the queue it expires.
        """
        now = self._clock.now()
        with self._lock:
            free = self._free.setdefault((region, endpoint), [])
            while len(free) < slots:
                heapq.heappush(free, now)
            begins = max(now, free[0]) if free else None
            if begins is None or begins > now + timedelta(seconds=ttl):
                return None
            heapq.heapreplace(free, begins + timedelta(seconds=seconds))
            return begins

    def add(self, inference: Inference) -> None:
        """Keep a request until it is over."""
        with self._lock:
            self._count += 1
            heapq.heappush(self._unfinished, (inference.ends, self._count, inference))
            place = (inference.region, inference.endpoint)
            self._times[place].append((inference.submitted, inference.ends))

    def settle(self, write: Callable[[Inference], None]) -> None:
        """Call ``write`` once for each request that has ended since the last time, in order."""
        with self._lock:
            now = self._clock.now()
            while self._unfinished and self._unfinished[0][0] <= now:
                write(heapq.heappop(self._unfinished)[2])

    def backlog(self, region: str, endpoint: str, at: datetime) -> int:
        """How many requests waited or were worked on at a time."""
        with self._lock:
            times = self._times.get((region, endpoint), ())
            return sum(submitted <= at < ends for submitted, ends in times)
