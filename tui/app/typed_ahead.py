"""Keys that come before the last one is done with: they wait, or the wrong field would get them.

Textual hands a key to whatever has the focus when it comes. Over a slow line several come at
once, and the one that moves the focus, opens a screen or has something read is not done with then.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol, runtime_checkable

from textual.app import App, ScreenStackError
from textual.events import Event, Key
from textual.message import Message
from textual.message_pump import MessagePump

from tui.app.bindings import current
from tui.model.actions import FORM, QUIT
from tui.model.dialog_actions import CANCEL
from tui.model.key_names import is_typed

PATIENCE_SECONDS = 1.0
"""How long keys wait for one before them: its widget may be stuck, or have gone meanwhile."""

GOING_SECONDS = 0.02
"""How often to look whether that widget is still there."""

READING_SECONDS = 5.0
"""How long keys wait for what is read: the disk may be stuck."""

LEAVING_SECONDS = 0.2
"""How much longer they wait for it once one of them leaves."""

ROUNDS = 5
"""How often the focus may move on by itself before the next key goes there all the same."""

DROPPED = "not typed: what came behind it before it was read"


_LEAVING = (QUIT, CANCEL, *(each for each in FORM if each.id == "app.back"))
"""What leaves a screen on which something is read, or the program."""


@runtime_checkable
class Reads(Protocol):
    """A screen that, now and then, reads something before it takes more."""

    reading: asyncio.Future[bool] | None
    """Whether what comes behind it may be taken, once it is read; None before there was any."""


def _overtakes(event: Event) -> bool:
    """Whether Textual acts on it before the field with the focus gets to what is typed."""
    return isinstance(event, Key) and event.key == "ctrl+q"


def _leaves(event: Event) -> bool:
    """Whether it leaves a screen on which something is read, or the program."""
    if not isinstance(event, Key) or is_typed(event.key):
        return False
    return event.key == "ctrl+q" or any(event.key in current().keys(each) for each in _LEAVING)


class Followed(Message):
    """Goes the way of a key, behind it: when it is back at the app, the key is done with."""

    def __init__(self) -> None:
        super().__init__()
        self.is_back = asyncio.Event()


class TypedAhead:
    """Hands keys and pastes on in their order, each once the one before it is done with.

    Attributes:
        is_going_on: Whether one is not done with yet.
    """

    def __init__(self, app: App[int], hand_on: Callable[[Event], Awaitable[None]]) -> None:
        """Begin with nothing that waits.

        Args:
            app: Whose focus counts.
            hand_on: Gives one to what has the focus.
        """
        self._app = app
        self._hand_on = hand_on
        self._waiting: deque[Event] = deque()
        self.is_going_on = False
        self._task: asyncio.Task[None] | None = None  # or it would be collected
        self._enough = asyncio.Event()
        self._seen: asyncio.Future[bool] | None = None

    async def take(self, event: Event) -> None:
        """Hand a key or a paste on, now or in its turn."""
        if not self._app.screen_stack:
            return
        if _leaves(event):
            asyncio.get_running_loop().call_later(LEAVING_SECONDS, self._enough.set)
        reading = self._reading
        if reading is not None and reading.done() and not self.is_going_on:
            self._seen, reading = reading, None  # nothing came behind it before it was over
        is_late = _overtakes(event) or reading is not None
        if self.is_going_on or is_late:
            self._waiting.append(event)
        if self.is_going_on:
            return
        is_text = self._is_text(event)
        target = self._target
        if not is_late:
            await self._hand_on(event)
        if is_late or not is_text:
            self.is_going_on = True  # before the task, which may be over as soon as it begins
            self._task = asyncio.get_running_loop().create_task(self._go_on(target))

    async def _go_on(self, target: MessagePump) -> None:
        """Wait for a key that was handed to a widget, and hand on what came meanwhile."""
        try:
            is_done = await self._finish(target)
            while self._waiting:
                event, target = self._waiting.popleft(), self._target
                if is_done and _overtakes(event):
                    is_done = await self._finish(target)
                is_text = self._is_text(event)
                await self._hand_on(event)
                if is_done and not is_text:  # else something is stuck: nothing waits for it
                    is_done = await self._finish(target)
        except ScreenStackError:
            self._waiting.clear()  # the program is left: there is nobody to hand them to
        except Exception as error:
            self._app._handle_exception(error)
        finally:
            self.is_going_on = False

    async def _finish(self, target: MessagePump) -> bool:
        """Wait until a key is done with, and what it has had read stands there.

        Returns:
            Whether it was within the patience.
        """
        is_done = await self._follow(target)
        while is_done and (reading := self._reading) is not None:
            await self._wait_for(reading)
            is_done = await self._follow(self._target)
        return is_done

    async def _wait_for(self, reading: asyncio.Future[bool]) -> None:
        """Wait for what is read; what was meant for it goes nowhere else."""
        enough = self._enough = asyncio.Event()
        is_left = any(map(_leaves, self._waiting))
        seconds = LEAVING_SECONDS if is_left else READING_SECONDS
        patience = asyncio.get_running_loop().call_later(seconds, enough.set)
        reading.add_done_callback(lambda _: enough.set())
        await enough.wait()
        patience.cancel()
        self._seen = reading
        if reading.done() and not reading.result():
            kept = [event for event in self._waiting if _leaves(event)]
            if len(kept) < len(self._waiting):
                self._app.notify(DROPPED, severity="warning", markup=False)
            self._waiting = deque(kept)

    @property
    def _reading(self) -> asyncio.Future[bool] | None:
        """What is read, or was since the last key: it decides on what is handed on."""
        screen = self._app.screen
        reading = screen.reading if isinstance(screen, Reads) else None
        return None if reading is self._seen else reading

    async def _follow(self, target: MessagePump) -> bool:
        """Wait until a key is done with, and the focus rests where it has brought it.

        The second round goes behind what the first one saw posted: a line that was submitted.

        Returns:
            Whether it was within the patience.
        """
        for rounds in range(ROUNDS):
            followed = Followed()
            if not target.post_message(followed):  # it is going
                return True
            if not await self._is_back(followed, target):
                return False
            if rounds and target is self._target:
                break
            target = self._target
        return True

    async def _is_back(self, followed: Followed, target: MessagePump) -> bool:
        """Wait for it; a widget that goes takes along what was posted to it."""
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE_SECONDS
        while target.is_attached and not followed.is_back.is_set() and loop.time() < end:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(followed.is_back.wait(), GOING_SECONDS)
        return followed.is_back.is_set() or not target.is_attached

    @property
    def _target(self) -> MessagePump:
        return self._app.focused or self._app.screen

    def _is_text(self, event: Event) -> bool:
        """Whether it does no more than to write into the field that has the focus.

        A paste may do more: a whole request fills the whole form.
        """
        field = self._app.focused
        if field is None or not isinstance(event, Key):
            return False
        return field.check_consume_key(event.key, event.character)
