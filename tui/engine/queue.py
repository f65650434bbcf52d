"""What waits here for its turn: sent a few at a time, and held back while AWS has no room.

It knows tokens and models alone; journal, calls and board are its owner's matter. A model whose
quota was full once is sent to one by one from then on: each call asks whether there is room again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from tui.model.problem import Problem

AT_ONCE = 4
"""How many calls are under way at a time."""

SHORTEST, LONGEST = 5.0, 60.0
"""Seconds between two questions whether there is room again; twice as many after each."""

Send = Callable[[str], Awaitable["Problem | None"]]
"""Sends the submission of a token; comes to what keeps it waiting, or to None once it is done.

It raises nothing."""


class Queue:
    """The tokens that wait, in their order."""

    def __init__(
        self,
        send: Send,
        *,
        is_paused: bool = False,
        rest: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Send nothing before ``run``.

        Args:
            send: Sends one.
            is_paused: Whether to begin only with ``resume``.
            rest: Waits for so many seconds.
        """
        self._send = send
        self._rest = rest
        self._is_paused = is_paused
        self._waiting: dict[str, str] = {}
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._held: dict[str, asyncio.Task[None]] = {}
        self._pauses: dict[str, float] = {}
        self._changed = asyncio.Event()

    @property
    def is_paused(self) -> bool:
        """Whether nothing more is sent until ``resume``."""
        return self._is_paused

    def pause(self) -> None:
        """Send no more; what is under way goes on."""
        self._is_paused = True

    def resume(self) -> None:
        """Go on."""
        self._is_paused = False
        self._changed.set()

    def add(self, waiting: Iterable[tuple[str, str]]) -> None:
        """Take tokens in at the end, each with its model id."""
        self._waiting.update(waiting)
        self._changed.set()

    def drop(self, tokens: Iterable[str]) -> None:
        """Forget tokens."""
        for token in tokens:
            self._waiting.pop(token, None)

    def make_room(self, model_ids: Iterable[str]) -> None:
        """Ask again for models that something of has ended."""
        for model_id in model_ids:
            if (holding := self._held.pop(model_id, None)) is not None:
                holding.cancel()
        self._changed.set()

    async def run(self) -> None:
        """Send what waits until cancelled."""
        try:
            while True:
                while len(self._under_way) < AT_ONCE and (token := self._next()) is not None:
                    sending = asyncio.create_task(self._turn(token, self._waiting[token]))
                    self._under_way[token] = sending
                self._changed.clear()
                await self._changed.wait()
        finally:
            for task in (*self._under_way.values(), *self._held.values()):
                task.cancel()

    def _next(self) -> str | None:
        if self._is_paused:
            return None
        busy = {self._waiting.get(token) for token in self._under_way}
        for token, model_id in self._waiting.items():
            is_one_by_one = model_id in self._pauses
            if token in self._under_way or model_id in self._held:
                continue
            if not (is_one_by_one and model_id in busy):
                return token
        return None

    async def _turn(self, token: str, model_id: str) -> None:
        problem = await self._send(token)
        if problem is not None:
            self._hold(model_id, problem.retry_after)
        else:
            self._waiting.pop(token, None)
            if model_id in self._pauses:
                self._pauses[model_id] = SHORTEST
        self._under_way.pop(token, None)
        self._changed.set()

    def _hold(self, model_id: str, least: float) -> None:
        pause = self._pauses.get(model_id, SHORTEST)
        self._pauses[model_id] = min(LONGEST, 2 * pause)
        if (before := self._held.pop(model_id, None)) is not None:
            before.cancel()
        self._held[model_id] = asyncio.create_task(self._let_go(model_id, max(least, pause)))

    async def _let_go(self, model_id: str, seconds: float) -> None:
        await self._rest(seconds)
        self._held.pop(model_id, None)
        self._changed.set()
