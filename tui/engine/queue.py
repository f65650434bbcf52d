"""What waits here for its turn: sent a few at a time, and held back while AWS has no room.

It knows tokens and models alone; journal, calls and board are its owner's matter. A model whose
quota was full once is sent to one by one from then on: each call asks whether there is room again.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

AT_ONCE = 4
"""How many calls are under way at a time."""

SHORTEST, LONGEST = 5.0, 60.0
"""Seconds between two questions whether there is room again; twice as many after each."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of one call.

    Attributes:
        is_over: Whether the submission waits no more.
        pause: Seconds that its model rests at the least; None lets the next one go at once.
    """

    is_over: bool = True
    pause: float | None = None


Send = Callable[[str], Awaitable[Turn]]
"""Sends the submission of a token."""


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
        self._is_held = False
        self._places = itertools.count()
        self._waiting: dict[str, dict[str, int]] = {}  # each model's tokens, with their places
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._renewed: set[str] = set()
        self._held: dict[str, asyncio.Task[None]] = {}
        self._pauses: dict[str, float] = {}  # of the models that were full once
        self._changed = asyncio.Event()

    @property
    def is_paused(self) -> bool:
        """Whether nothing more is sent until ``resume``."""
        return self._is_paused

    def pause(self) -> None:
        """Send no more; what is under way goes on."""
        self._is_paused = True

    def resume(self) -> None:
        """Go on, also with models that were to rest."""
        self._is_paused = False
        self.make_room(list(self._held))

    def hold(self, is_held: bool) -> None:
        """Send nothing for a reason that is no person's wish, or go on where that allows it."""
        self._is_held = is_held
        if not is_held:
            self.make_room(list(self._held))

    def add(self, waiting: Iterable[tuple[str, str]]) -> None:
        """Take tokens in at the end, each with its model id."""
        for token, model_id in waiting:
            self._waiting.setdefault(model_id, {}).setdefault(token, next(self._places))
        self._changed.set()

    def renew(self, tokens: Iterable[str]) -> None:
        """Have tokens wait once more whose calls are just ending: they are submitted anew."""
        self._renewed.update(token for token in tokens if token in self._under_way)

    def drop(self, tokens: Iterable[str]) -> None:
        """Forget tokens; what waited behind one of them may go at once."""
        for token, (model_id, waiting) in itertools.product(tokens, self._waiting.items()):
            if waiting.pop(token, None) is not None:
                self.make_room([model_id])

    def waits(self, token: str) -> bool:
        """Whether a token is still to be sent, or sent again."""
        return any(token in waiting for waiting in self._waiting.values())

    def is_sending(self, token: str) -> bool:
        """Whether a token's call is under way."""
        return token in self._under_way

    async def finish(self, seconds: float) -> None:
        """Begin no more calls, and wait so long for those that are under way."""
        self._is_paused = True
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=seconds)

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
                while len(self._under_way) < AT_ONCE and (following := self._next()) is not None:
                    token, model_id = following
                    turn = asyncio.create_task(self._turn(token, model_id))
                    if not turn.done():  # an eager one may be over already
                        self._under_way[token] = turn
                self._changed.clear()
                await self._changed.wait()
        finally:
            for task in (*self._under_way.values(), *self._held.values()):
                task.cancel()

    def _next(self) -> tuple[str, str] | None:
        """Whose turn it is, and its model: the first of those whose model may be asked."""
        if self._is_paused or self._is_held:
            return None
        heads = []
        for model_id, waiting in self._waiting.items():
            is_busy = any(token in waiting for token in self._under_way)
            if model_id in self._held or (is_busy and model_id in self._pauses):
                continue
            if head := next((each for each in waiting if each not in self._under_way), None):
                heads.append((waiting[head], head, model_id))
        return min(heads)[1:] if heads else None

    async def _turn(self, token: str, model_id: str) -> None:
        try:
            try:
                turn = await self._send(token)
            except Exception:
                self._hold(model_id, SHORTEST)  # or it would fail again, and again, at once
                raise
            if turn.is_over and token not in self._renewed:
                self._waiting[model_id].pop(token, None)
            if turn.pause is not None:
                self._hold(model_id, turn.pause)
            elif model_id in self._pauses:
                self._pauses[model_id] = SHORTEST
        finally:
            self._under_way.pop(token, None)
            self._renewed.discard(token)
            self._changed.set()

    def _hold(self, model_id: str, least: float) -> None:
        """Let a model rest; several that were asked at once find it full once."""
        if model_id in self._held:
            return
        pause = self._pauses.get(model_id, SHORTEST)
        self._pauses[model_id] = min(LONGEST, 2 * pause)
        self._held[model_id] = asyncio.create_task(self._let_go(model_id, max(least, pause)))

    async def _let_go(self, model_id: str, seconds: float) -> None:
        await self._rest(seconds)
        self._held.pop(model_id, None)
        self._changed.set()
