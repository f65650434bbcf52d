"""Objects in memory, listed in pages, for tests of the Output tab."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from textual.pilot import Pilot

from tests.app.conftest import main, settled
from tests.builders import an_invocation
from tests.conftest import START
from tests.engine.stored import PLACE, Stored
from tui.app.widgets.object_tree import ObjectTree
from tui.app.widgets.outputs import OutputsPane
from tui.engine.session import Engine
from tui.engine.source import Outputs
from tui.engine.ticking import Heard
from tui.model.board import Changes
from tui.model.invocation import Invocation
from tui.model.problem import ProblemError
from tui.sandbox.server import Sandbox

RUNNING = an_invocation(submit_time=START - timedelta(minutes=1))
PACE = 6.0
"""Seconds between two polls of it: a tenth of its age."""


class Listed(Stored):
    """Tells how it was asked, and may be held up or fail.

    Attributes:
        after: For each list that was asked for, after which key.
        page: Objects of one list.
        trouble: What each list fails with.
        goes_on: Set while lists are answered.
    """

    def __init__(self, **contents: bytes) -> None:
        super().__init__({f"job/{name}": content for name, content in contents.items()})
        self.after: list[str] = []
        self.page = 1000
        self.trouble: ProblemError | None = None
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    def put(self, *names: str, content: bytes = b"x") -> None:
        """Write objects."""
        self.contents.update({f"job/{name}": content for name in names})

    async def list_outputs(self, invocation: Invocation, *, start_after: str = "") -> Outputs:
        """A page of them.

        Raises:
            ProblemError: There is trouble.
        """
        self.after.append(start_after)
        await self.goes_on.wait()
        if self.trouble:
            raise self.trouble
        keys = sorted(key for key in self.contents if key > start_after)
        things = tuple(map(self.thing, keys[: self.page]))
        return Outputs(str(PLACE), things, is_whole=len(keys) <= self.page)


async def opened(pilot: Pilot[int]) -> OutputsPane:
    """The Output tab of the invocation under the cursor."""
    await pilot.press("enter", "3")
    await settled(pilot)
    return main(pilot).query_one(OutputsPane)


def tree(pilot: Pilot[int]) -> ObjectTree:
    """The objects in it."""
    return main(pilot).query_one(ObjectTree)


async def polled(pilot: Pilot[int], engine: Engine, sandbox: Sandbox, after: float) -> None:
    """Let so many seconds pass, and then a poll bring no news."""
    sandbox.clock.advance(after)
    engine.news.publish(Heard(Changes(), engine.clock()))
    await settled(pilot)
