"""The sandbox's invocations: a clock, the jobs of each region, their tokens and pages.

A job's status follows from the time alone, so nothing has to run for a job to end.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import json
import math
import random
import threading
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

ACCOUNT = "123456789012"
DEFAULT_PAGE = 100
"""Summaries in a page when maxResults is not given: few, so that clients must follow pages."""

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


class Clock:
    """The sandbox's time: the real one or, with a start, one that only ``advance`` moves."""

    def __init__(self, start: datetime | None = None) -> None:
        self._start = start
        self._ahead = timedelta()
        self._wakes: list[Callable[[], object]] = []

    @property
    def seed(self) -> str | None:
        """What random choices start from: fixed times make them repeatable."""
        return self._start.isoformat() if self._start else None

    def now(self) -> datetime:
        """The time, aware, in UTC, to the millisecond that the service's timestamps have."""
        time = (self._start or datetime.now(timezone.utc)) + self._ahead
        return time.replace(microsecond=time.microsecond // 1000 * 1000)

    def advance(self, seconds: float) -> None:
        """Let time pass without waiting for it."""
        self._ahead += timedelta(seconds=seconds)
        for wake in list(self._wakes):
            wake()

    async def wait(self, seconds: float) -> None:
        """Return when so much of this time has gone by; ``advance`` in any thread counts."""
        loop, begin = asyncio.get_running_loop(), self.now()
        advanced = asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(advanced.set)

        self._wakes.append(wake)
        try:
            while (left := seconds - (self.now() - begin).total_seconds()) > 0:
                does_run = self._start is None and left < math.inf
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(advanced.wait(), left if does_run else None)
                advanced.clear()
        finally:
            self._wakes.remove(wake)


@dataclass(frozen=True)
class Job:
    """One invocation.

    Attributes:
        id: The last segment of its ARN.
        region: Where it was submitted.
        model_id: The base model's id.
        model_input: The document, exactly as it came.
        bucket: Where it writes.
        prefix: The folder in the bucket that was asked for, without the id; no slash at its ends.
        submitted: When it was accepted.
        ends: When it is over.
        failure: Why it fails; empty when it completes.
        failure_type: The service's short name for the failure.
        has_failed_part: Whether a shot or segment of a completed job failed.
    """

    id: str
    region: str
    model_id: str
    model_input: object
    bucket: str
    prefix: str
    submitted: datetime
    ends: datetime
    token: str = ""
    kms_key_id: str = ""
    bucket_owner: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    failure: str = ""
    failure_type: str = ""
    has_failed_part: bool = False

    @property
    def arn(self) -> str:
        """The invocation's ARN."""
        return f"arn:aws:bedrock:{self.region}:{ACCOUNT}:async-invoke/{self.id}"

    @property
    def folder(self) -> str:
        """The key prefix of its objects, with a slash at the end."""
        return f"{self.prefix}/{self.id}/" if self.prefix else f"{self.id}/"

    def status(self, now: datetime) -> str:
        """InProgress, Completed or Failed."""
        if now < self.ends:
            return "InProgress"
        return "Failed" if self.failure else "Completed"


@dataclass(frozen=True)
class Query:
    """What ListAsyncInvokes was asked for."""

    after: datetime | None = None
    before: datetime | None = None
    status: str | None = None
    is_ascending: bool = False
    limit: int = DEFAULT_PAGE
    page_token: str | None = None


class ReusedTokenError(Exception):
    """A client request token came back with other parameters."""


class BadPageTokenError(Exception):
    """A next token that this sandbox never gave, or gave for another sort order."""


class Jobs:
    """All jobs of the account, by region. Safe to use from several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._by_region: dict[str, dict[str, Job]] = {}
        self._order: dict[str, list[tuple[datetime, str]]] = {}
        self._tokens: dict[tuple[str, str], tuple[str, Job]] = {}
        self._unfinished: dict[str, Job] = {}
        self._ids = random.Random(clock.seed)

    def new_id(self, source: random.Random | None = None) -> str:
        """Twelve letters and digits."""
        return "".join((source or self._ids).choices(_ALPHABET, k=12))

    def with_token(self, region: str, token: str, fingerprint: str) -> Job | None:
        """The job that this very request created before.

        Raises:
            ReusedTokenError: The token belongs to another request.
        """
        with self._lock:
            found = self._tokens.get((region, token))
        if found is None:
            return None
        if found[0] != fingerprint:
            raise ReusedTokenError(token)
        return found[1]

    def add(self, job: Job, fingerprint: str = "") -> None:
        """Keep a job; one that is over already is expected to have its outputs written."""
        with self._lock:
            self._by_region.setdefault(job.region, {})[job.id] = job
            insort(self._order.setdefault(job.region, []), (job.submitted, job.id))
            if job.token:
                self._tokens[job.region, job.token] = (fingerprint, job)
            if self._clock.now() < job.ends:
                self._unfinished[job.id] = job

    def count(self, region: str) -> int:
        """How many jobs the region has ever had."""
        return len(self._by_region.get(region, ()))

    def get(self, region: str, job_id: str) -> Job | None:
        """The job with this id in the region."""
        return self._by_region.get(region, {}).get(job_id)

    def named(self, text: str) -> Iterator[Job]:
        """Every job whose id is a segment of a path or query, in any region."""
        parts = text.replace("%2F", "/").replace("=", "/").replace("&", "/").split("/")
        for part in parts:
            if len(part) == 12:
                for jobs in list(self._by_region.values()):
                    if part in jobs:
                        yield jobs[part]

    def in_progress(self, region: str, model_id: str) -> int:
        """How many jobs of the model are running."""
        now = self._clock.now()
        with self._lock:
            return sum(
                job.region == region and job.model_id == model_id and now < job.ends
                for job in self._unfinished.values()
            )

    def settle(self, write: Callable[[Job], None]) -> None:
        """Call ``write`` once for each job that has ended since the last time."""
        with self._lock:
            now = self._clock.now()
            for job in [job for job in self._unfinished.values() if job.ends <= now]:
                del self._unfinished[job.id]
                write(job)

    def page(self, region: str, query: Query) -> tuple[list[Job], str | None]:
        """One page of jobs, and the token of the next.

        A page starts behind the last job of the one before, so that jobs submitted in between
        neither repeat nor hide any.

        Raises:
            BadPageTokenError: The page token is not one of ours.
        """
        now = self._clock.now()
        with self._lock:
            order = self._order.get(region, [])
            jobs = self._by_region.get(region, {})
            low = bisect_right(order, (query.after, "~")) if query.after else 0
            high = bisect_left(order, (query.before, "")) if query.before else len(order)
            if query.page_token is not None:
                place = _place(query.page_token, is_ascending=query.is_ascending)
                if query.is_ascending:
                    low = max(low, bisect_right(order, place))
                else:
                    high = min(high, bisect_left(order, place))
            keys = order[low:high] if query.is_ascending else order[low:high][::-1]
        found: list[Job] = []
        for _, job_id in keys:
            job = jobs[job_id]
            if query.status is None or job.status(now) == query.status:
                if len(found) == query.limit:
                    return found, _token(found[-1], is_ascending=query.is_ascending)
                found.append(job)
        return found, None


def _token(job: Job, *, is_ascending: bool) -> str:
    place = [is_ascending, job.submitted.isoformat(), job.id]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _place(token: str, *, is_ascending: bool) -> tuple[datetime, str]:
    try:
        order, submitted, job_id = json.loads(base64.urlsafe_b64decode(token.encode("ascii")))
        if order is not is_ascending or not isinstance(job_id, str):
            raise BadPageTokenError(token)
        return datetime.fromisoformat(submitted), job_id
    except (binascii.Error, ValueError, TypeError) as error:
        raise BadPageTokenError(token) from error
