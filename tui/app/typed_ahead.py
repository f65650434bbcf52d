"""Keys that come before the last one is done with: they wait, or the wrong field would get them.

Textual hands a key to whatever has the focus when it comes. Over a slow line several come at
once, and the one that moves the focus, or opens a screen, is not done with by then.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from textual.app import App, ScreenStackError
from textual.events import Event, Key
from textual.message import Message
from textual.message_pump import MessagePump

PATIENCE_SECONDS = 1.0
"""How long keys wait for one before them: its widget may be stuck, or have gone meanwhile."""

ROUNDS = 5
"""How often the focus may move on by itself before the next key goes there all the same."""


def _overtakes(event: Event) -> bool:
    """Whether Textual acts on it before the field with the focus gets to what is typed."""
    return isinstance(event, Key) and event.key == "ctrl+q"


class Followed(Message):
    """Goes the way of a key, behind it: when it is back at the app, the key is done with."""

    def __init__(self) -> None:
        super().__init__()
        self.is_back = asyncio.Event()


class TypedAhead:
    """Hands keys and pastes on in their order, each once the one before it is done with."""

    def __init__(self, app: App[int], hand_on: Callable[[Event], Awaitable[None]]) -> None:
        """Begin with nothing that waits.

        Args:
            app: Whose focus counts.
            hand_on: Gives one to what has the focus.
        """
        self._app = app
        self._hand_on = hand_on
        self._waiting: deque[Event] = deque()
        self._is_going_on = False
        self._task: asyncio.Task[None] | None = None  # or it would be collected

    async def take(self, event: Event) -> None:
        """Hand a key or a paste on, now or in its turn."""
        if not self._app.screen_stack:
            return
        is_late = _overtakes(event)
        if self._is_going_on or is_late:
            self._waiting.append(event)
        if self._is_going_on:
            return
        is_text = self._is_text(event)
        target = self._target
        if not is_late:
            await self._hand_on(event)
        if not is_text:
            self._is_going_on = True  # before the task, which may be over as soon as it begins
            self._task = asyncio.get_running_loop().create_task(self._go_on(target))

    async def _go_on(self, target: MessagePump) -> None:
        """Wait for a key that was handed to a widget, and hand on what came meanwhile."""
        try:
            is_followed = await self._follow(target)
            while self._waiting:
                event, target = self._waiting.popleft(), self._target
                if is_followed and _overtakes(event):
                    is_followed = await self._follow(target)
                is_text = self._is_text(event)
                await self._hand_on(event)
                if is_followed and not is_text:  # else something is stuck: nothing waits for it
                    is_followed = await self._follow(target)
        except ScreenStackError:
            self._waiting.clear()  # the program is left: there is nobody to hand them to
        except Exception as error:
            self._app._handle_exception(error)
        finally:
            self._is_going_on = False

    async def _follow(self, target: MessagePump) -> bool:
        """Wait until a key is done with, and the focus rests where it has brought it.

        Returns:
            Whether it was within the patience.
        """
        for _ in range(ROUNDS):
            followed = Followed()
            if not target.post_message(followed):  # it is going
                return True
            try:
                await asyncio.wait_for(followed.is_back.wait(), PATIENCE_SECONDS)
            except asyncio.TimeoutError:
                return False
            if target is self._target:
                break
            target = self._target
        return True

    @property
    def _target(self) -> MessagePump:
        return self._app.focused or self._app.screen

    def _is_text(self, event: Event) -> bool:
        """Whether it does no more than to write into the field that has the focus."""
        field = self._app.focused
        key, character = (event.key, event.character) if isinstance(event, Key) else ("x", "x")
        return field is not None and field.check_consume_key(key, character)
