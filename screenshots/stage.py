"""What a scene is played on: the real app over a sandbox, with a person's keys.

Each scene has a sandbox, a ledger and an app of its own, on a fixed clock: none sees what another
did.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, TextArea
from textual.worker import Worker, WorkerCancelled

from tui.app.app import AsyncInvokeApp
from tui.app.screens.working import ASKING, KEEPING
from tui.commands.embedded import embedded
from tui.commands.start import Start
from tui.config import Polling, Settings
from tui.engine.contexts import Contexts
from tui.engine.session import Engine
from tui.ledger.ledger import Ledger
from tui.model.context import Context
from tui.sandbox.jobs import Clock
from tui.sandbox.server import Sandbox

START = datetime(2026, 3, 2, 9, 30, tzinfo=timezone.utc)

QUIET = Polling(fastest=3600.0, slowest=3600.0, idle=3600.0)
"""Nothing is asked by itself: what is shown is what a scene has asked for."""

_FOR_LONG = (ASKING, KEEPING, "send", "elapsed")
"""The groups of the workers that wait for a person, or for an answer of AWS that may not come."""

SECONDS = 60.0
"""How long a scene may take to come, on a slow machine."""


@dataclass(frozen=True)
class Stage:
    """What a scene is played on.

    Attributes:
        pilot: The keys of the app.
        sandbox: Its AWS.
        engine: The context that is open.
        folder: An empty folder for files.
        held: What goes on for as long as the scene does.
    """

    pilot: Pilot[int]
    sandbox: Sandbox
    engine: Engine
    folder: Path
    held: contextlib.ExitStack

    @property
    def text(self) -> str:
        """What stands on the terminal, line by line."""
        lines = self.pilot.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in lines)

    async def press(self, *keys: str) -> None:
        """Type keys one after the other, each when the one before has done what it does."""
        for key in keys:
            await self.pilot.press(key)
            await self.quiet()

    async def type(self, text: str) -> None:
        """Type letters."""
        names = {" ": "space", "/": "slash", ":": "colon", "-": "minus", ".": "full_stop"}
        await self.pilot.press(*(names.get(letter, letter) for letter in text))
        await self.quiet()

    def put(self, name: str, value: str) -> None:
        """Have a text stand in a field, with the cursor behind it."""
        field = self.pilot.app.screen.query_one(f"#{name}", Input)
        field.value = value
        field.cursor_position = len(value)

    async def resize(self, columns: int, rows: int) -> None:
        """Have another size of terminal, or a theme that was chosen, painted."""
        await self.pilot.resize_terminal(columns, rows)
        await self.quiet()
        await self.pilot.pause()

    async def quiet(self) -> None:
        """Wait for what is typed, and for the screen's workers; some wait for a person, though."""
        await self.pilot.pause()
        app = self.pilot.app
        while self._is_typing_handed_on:  # noqa: ASYNC110
            await asyncio.sleep(0)
        while busy := [worker for worker in app.workers if self._is_awaited(worker)]:
            with suppress(asyncio.TimeoutError, WorkerCancelled):  # a dialog may have come
                await asyncio.wait_for(asyncio.shield(app.workers.wait_for_complete(busy)), 0.1)
            await self.pilot.pause()

    @property
    def _is_typing_handed_on(self) -> bool:
        """Whether keys are still handed on; behind one that sends, they wait for the answer."""
        app = self.pilot.app
        is_waited_for = any(getattr(screen, "awaited", None) for screen in app.screen_stack)
        return isinstance(app, AsyncInvokeApp) and app.typed_ahead.is_going_on and not is_waited_for

    def _is_awaited(self, worker: Worker[object]) -> bool:
        node = worker.node
        is_here = isinstance(node, App) or node.screen is self.pilot.app.screen
        return is_here and worker.group not in _FOR_LONG and not worker.is_finished

    async def until(self, *texts: str) -> None:
        """Wait until all the texts stand on the terminal together, and nothing goes on.

        Raises:
            TimeoutError: They never did.
        """

        async def look() -> None:
            while not all(text in self.text for text in texts):
                await self.pilot.pause(0.02)

        try:
            await asyncio.wait_for(look(), SECONDS)
        except asyncio.TimeoutError as error:
            raise TimeoutError(f"{texts} never stood there:\n{self.text}") from error
        await self.quiet()


@dataclass(frozen=True)
class Scene:
    """A screen in a certain state.

    Attributes:
        name: Its name, and its picture's.
        reach: Gets there from the table.
        shows: What stands on it, at 80×24 and at 120×40.
        seeded: Invocations that there are before.
    """

    name: str
    reach: Callable[[Stage], Awaitable[None]]
    shows: tuple[str, ...]
    seeded: int = 24


@contextlib.asynccontextmanager
async def opened(scene: Scene, size: tuple[int, int], port: int = 0) -> AsyncIterator[Stage]:
    """A scene on a terminal of a size, once it is there.

    Args:
        scene: Which one.
        size: Columns and rows.
        port: Where its sandbox listens; pictures show that. 0 finds a free one.
    """
    sandbox = Sandbox(port, clock=Clock(START))
    start = Start(Settings(polling=QUIET), Context(), Path("unused"))
    with _folder() as folder, embedded(start, sandbox, scene.seeded) as inside:
        async with staged(inside, sandbox, size, folder) as stage:
            await scene.reach(stage)
            await stage.until(*scene.shows)
            _still(stage)
            await stage.quiet()
            yield stage


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """An empty folder to be in: names of files are short then, and the same every time."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield Path(folder)
        finally:
            os.chdir(before)


@contextlib.asynccontextmanager
async def staged(
    start: Start, sandbox: Sandbox, size: tuple[int, int], folder: Path
) -> AsyncIterator[Stage]:
    """The app over a sandbox, with the table filled and the account known."""
    ledger = Ledger(start.ledger, keep_inputs=True)
    contexts = Contexts(start.settings, ledger, sandbox.clock.now, sources=start.sources)
    engine = contexts.open(start.context)
    try:
        async with AsyncInvokeApp(contexts).run_test(size=size, notifications=True) as pilot:
            held = contextlib.ExitStack()
            stage = Stage(pilot, sandbox, engine, folder, held)
            while engine.heard is None or engine.identity is None:
                await pilot.pause(0.02)
            await stage.quiet()
            with held:
                yield stage
    finally:
        await contexts.close()


def _still(stage: Stage) -> None:
    """No cursor is caught between two blinks."""
    for field in stage.pilot.app.screen.query("Input, TextArea"):
        if isinstance(field, (Input, TextArea)):
            field.cursor_blink = False
            field._cursor_visible = True
