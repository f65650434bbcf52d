"""What the account offers to a form: its models, endpoints, buckets, folders and key aliases.

Asked when somebody wants to know, and kept. Offers only: nothing depends on an answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Generic, TypeVar

from tui.aws import endpoints, kms, models, s3
from tui.aws.s3 import Prefixes
from tui.aws.session import Session
from tui.model.clock import Clock
from tui.model.endpoint import Endpoint
from tui.model.fault import Fault
from tui.model.key_alias import KeyAlias
from tui.model.model_list import FoundationModel, warnings
from tui.model.problem import ProblemError

FRESH = timedelta(minutes=5)
"""How long an answer is kept; that of the models for as long as the program runs."""

STATE_FRESH = timedelta(seconds=30)
"""How long the state of an endpoint is kept."""

FORGIVEN = timedelta(minutes=1)
"""How long a refusal is kept: long enough for typing on, short enough for a new login."""

MOST = 100
"""Answers kept of one kind."""

Answer = TypeVar("Answer")


class Memory(Generic[Answer]):
    """Answers by what was asked; while one is awaited, the same question waits for it.

    An answer that somebody stops waiting for is asked for again by the next one.
    """

    def __init__(self, clock: Clock, fresh: timedelta | None = FRESH) -> None:
        """Begin with nothing.

        Args:
            clock: The time.
            fresh: How long an answer is kept; None for always.
        """
        self._clock = clock
        self._fresh = fresh
        self._kept: dict[str, tuple[Answer | ProblemError, datetime]] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def recall(self, question: str, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """The kept answer, or the one that ``ask`` gives now.

        Raises:
            ProblemError: As ``ask`` did, now or a moment ago.
        """
        lock = self._asking.setdefault(question, asyncio.Lock())
        async with lock:
            if (answer := self._known(question)) is None:
                try:
                    answer = await ask()
                except ProblemError as error:
                    answer = error
                self._keep(question, answer)
        if isinstance(answer, ProblemError):
            raise ProblemError(answer.problem)
        return answer

    def _known(self, question: str) -> Answer | ProblemError | None:
        answer, heard = self._kept.get(question, (None, None))
        if heard is None:
            return None
        lasts = FORGIVEN if isinstance(answer, ProblemError) else self._fresh
        return answer if lasts is None or self._clock() - heard < lasts else None

    def _keep(self, question: str, answer: Answer | ProblemError) -> None:
        self._kept.pop(question, None)
        self._kept[question] = (answer, self._clock())
        while len(self._kept) > MOST:
            oldest = next(iter(self._kept))
            del self._kept[oldest]
            self._asking.pop(oldest, None)


class Offers:
    """What one context's account offers.

    Attributes:
        listed: The models that it listed; None while it has not.
    """

    def __init__(self, session: Session, clock: Clock) -> None:
        self.listed: Sequence[FoundationModel] | None = None
        self._session = session
        self._clock = clock
        self._models: Memory[list[FoundationModel]] = Memory(clock, fresh=None)
        self._endpoints: Memory[list[Endpoint]] = Memory(clock)
        self._known_endpoints: Sequence[Endpoint] = ()
        self._states: Memory[Endpoint] = Memory(clock, fresh=STATE_FRESH)
        self._buckets: Memory[list[str]] = Memory(clock)
        self._prefixes: Memory[Prefixes] = Memory(clock)
        self._aliases: Memory[list[KeyAlias]] = Memory(clock)

    async def models(self) -> Sequence[FoundationModel]:
        """The account's models in the region.

        Raises:
            ProblemError: AWS refused or could not be reached.
        """
        ask = partial(models.list_foundation_models, self._session)
        self.listed = await self._models.recall("", ask)
        return self.listed

    def warnings(self, model_id: str, *, is_async: bool = True) -> list[Fault]:
        """What speaks against a model, as far as it is known without asking."""
        return list(warnings(model_id, self.listed or (), self._clock(), is_async=is_async))

    async def endpoints(self) -> Sequence[Endpoint]:
        """The account's endpoints in the region, asynchronous ones first.

        Raises:
            ProblemError: AWS refused or could not be reached.
        """
        ask = partial(endpoints.list_endpoints, self._session)
        self._known_endpoints = await self._endpoints.recall("", ask)
        return self._known_endpoints

    def endpoint_warnings(self, name: str) -> list[Fault]:
        """What speaks against an endpoint, as far as it is known without asking."""
        is_sync = any(
            each.name == name and each.is_async is False for each in self._known_endpoints
        )
        expected = "an endpoint with an AsyncInferenceConfig: this one has none"
        return [Fault(("EndpointName",), "rule", expected)] if is_sync else []

    async def endpoint(self, name: str) -> Endpoint:
        """The state of one endpoint, with its backlog where the caller may know that.

        Raises:
            ProblemError: AWS refused, does not know it, or could not be reached.
        """
        return await self._states.recall(name, partial(self._look_at, name))

    async def buckets(self) -> Sequence[str]:
        """The caller's buckets in the region.

        Raises:
            ProblemError: S3 refused or could not be reached.
        """
        return await self._buckets.recall("", partial(s3.list_buckets, self._session))

    async def prefixes(self, bucket: str, prefix: str, *, has_keys: bool = False) -> Sequence[str]:
        """The prefixes that continue the one typed, up to the next slash; and the keys, if wanted.

        A folder is asked for once, and its answer serves every letter typed in it, unless it has
        more folders than fit into one.

        Raises:
            ProblemError: S3 refused or could not be reached.
        """
        folder = prefix[: prefix.rfind("/") + 1]
        found = await self._prefixes_of(bucket, folder)
        if not found.is_whole and prefix != folder:
            found = await self._prefixes_of(bucket, prefix)
        return (*found.names, *found.keys) if has_keys else found.names

    async def key_aliases(self) -> Sequence[KeyAlias]:
        """The aliases of the region's keys.

        Raises:
            ProblemError: KMS refused or could not be reached.
        """
        return await self._aliases.recall("", partial(kms.list_aliases, self._session))

    async def _look_at(self, name: str) -> Endpoint:
        found = await endpoints.describe_endpoint(self._session, name)
        try:
            waiting = await endpoints.backlog(self._session, name, self._clock())
        except ProblemError:
            return found
        return replace(found, backlog=waiting)

    async def _prefixes_of(self, bucket: str, prefix: str) -> Prefixes:
        ask = partial(s3.list_prefixes, self._session, bucket, prefix)
        return await self._prefixes.recall(f"{bucket}/{prefix}", ask)
