"""The table with 1,000, 10,000 and 100,000 rows, beside Textual's DataTable doing the same.

``python benchmarks/table.py [RUNS] [ROWS…]`` loads, sorts, filters, moves the cursor and changes 50
rows on a screen of 120×36, each run in a process of its own. Times are of the processor, from the
change until it stands painted: waiting for the next frame is not counted. Memory is what the
process has grown by since the empty screen.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from msgspec.structs import replace
from textual.app import App
from textual.widgets import DataTable

from benchmarks.measuring import compare, heading, memory, milliseconds, resident, show
from benchmarks.rows import rows
from tui.app.widgets.table import InvocationTable
from tui.model.board import Board
from tui.model.columns import COLUMNS, SHOWN, Layout
from tui.model.filter import parse
from tui.model.invocation import Invocation, Status
from tui.model.view import Listing, View

SIZES = (1_000, 10_000, 100_000)
BUDGET_MEMORY = 80e6
CHANGED = 50
MOVES = 20
WORDS = ("luma", "reel")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that both tables do.

    Attributes:
        name: The name of its figure.
        title: What it is.
        limit: Its budget with 100,000 rows, in its own unit; None where there is none.
    """

    name: str
    title: str
    limit: float | None = None


STEPS = (
    Step("load", "load", 0.1),
    Step("sort", "sort by another column", 0.1),
    Step("filter", "filter by a word, the first", 0.05),
    Step("refilter", "filter by another word", 0.05),
    Step("move", "move the cursor by a row"),
    Step("update", f"change {CHANGED} rows", 0.01),
)
Figures = dict[str, float]


class Ours:
    """Our table."""

    def __init__(self, app: App[None], invocations: Sequence[Invocation], now: datetime) -> None:
        self._app = app
        self._invocations = invocations
        self._now = now
        self._view = View()

    async def load(self) -> None:
        """Show the rows."""
        self._board = Board(self._invocations)
        self._table = InvocationTable(self._board, Layout(), lambda: self._now)
        await self._app.mount(self._table)

    async def sort(self) -> None:
        """Sort by the model."""
        self._table.show(View(sort="target"))

    async def filter(self, word: str) -> None:
        """Show the rows with a word."""
        self._table.show(View(parse(word, self._now)))

    async def unfilter(self) -> None:
        """Show all rows."""
        self._table.show(View())

    async def move(self) -> None:
        """Move the cursor down."""
        self._table.action_cursor_down()

    async def update(self, changed: Sequence[Invocation]) -> None:
        """Take in what changed."""
        self._table.follow(self._board.apply(changed))


class Theirs:
    """Textual's, with the same six columns."""

    def __init__(self, app: App[None], invocations: Sequence[Invocation], now: datetime) -> None:
        self._app = app
        self._invocations = invocations
        self._now = now

    async def load(self) -> None:
        """Show the rows."""
        self._table: DataTable[str] = DataTable(cursor_type="row")
        for name in SHOWN:
            self._table.add_column(COLUMNS[name].title, key=name)
        self._fill(self._invocations)
        await self._app.mount(self._table)

    async def sort(self) -> None:
        """Sort by the model."""
        self._table.sort("target")

    async def filter(self, word: str) -> None:
        """Show the rows with a word: it has no filter, so fill it anew."""
        self._table.clear()
        kept = [
            row
            for row in self._invocations
            if any(word in text.casefold() for text in self._texts(row))
        ]
        self._fill(kept)

    async def unfilter(self) -> None:
        """Show all rows."""
        self._table.clear()
        self._fill(self._invocations)

    async def move(self) -> None:
        """Move the cursor down."""
        self._table.action_cursor_down()

    async def update(self, changed: Sequence[Invocation]) -> None:
        """Take in what changed."""
        for row in changed:
            for name, text in zip(SHOWN, self._texts(row), strict=True):
                self._table.update_cell(row.key, name, text)

    def _fill(self, invocations: Sequence[Invocation]) -> None:
        for row in invocations:
            self._table.add_row(*self._texts(row), key=row.key)

    def _texts(self, row: Invocation) -> list[str]:
        return [COLUMNS[name].text(row, self._now) for name in SHOWN]


async def measure(kind: type[Ours] | type[Theirs], count: int) -> Figures:
    """What one table takes for each step, in seconds, and the bytes that the process grows by."""
    now, app = datetime.now(timezone.utc), App[None]()
    figures: Figures = {}
    async with app.run_test(size=(120, 36)):
        empty = resident(os.getpid())
        invocations = rows(count, now, running=CHANGED)
        figures["rows"] = resident(os.getpid()) - empty
        table = kind(app, invocations, now)

        async def take(name: str, step: Callable[[], Awaitable[None]]) -> None:
            start = time.process_time()
            await step()
            await _painted(app)
            figures[name] = time.process_time() - start

        await take("load", table.load)
        figures["memory"] = resident(os.getpid()) - empty - figures["rows"]
        await take("move", lambda: _repeat(table.move, app))
        figures["move"] /= MOVES
        ended = [
            replace(row, status=Status.COMPLETED, end_time=now) for row in invocations[:CHANGED]
        ]
        await take("update", lambda: table.update(ended))
        await take("sort", table.sort)
        await table.unfilter()
        await _painted(app)
        await take("filter", lambda: table.filter(WORDS[0]))
        await take("refilter", lambda: table.filter(WORDS[1]))
    if kind is Ours:
        start = time.process_time()
        Listing(Board(invocations), View())
        figures["model"] = time.process_time() - start
    return figures


async def _repeat(step: Callable[[], Awaitable[None]], app: App[None]) -> None:
    for _ in range(MOVES):
        await step()
        await _painted(app)


async def _painted(app: App[None]) -> None:
    """Wait until what was changed is on the screen, and what the first paint asks for, too."""
    for widget in (*app.screen.children, app.screen) * 2:
        painted = asyncio.Event()
        widget.call_after_refresh(painted.set)
        await painted.wait()


def main() -> None:
    """Print both tables' figures and their ratios, for each size."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    for count in map(int, sys.argv[2:]) if len(sys.argv) > 2 else SIZES:
        pairs = [(_apart("Ours", count), _apart("Theirs", count)) for _ in range(runs)]
        _report(count, [ours for ours, _ in pairs], [theirs for _, theirs in pairs])


def _report(count: int, ours: Sequence[Figures], theirs: Sequence[Figures]) -> None:
    heading(f"{count:,} rows")
    for step in STEPS:
        limit = step.limit if count >= max(SIZES) else None
        our_time = show(step.title, [figures[step.name] for figures in ours], limit=limit)
        their_time = show("  DataTable", [figures[step.name] for figures in theirs])
        compare("DataTable", our_time, their_time)
    show("board and listing alone", [figures["model"] for figures in ours], milliseconds)
    show("memory: the invocations", [figures["rows"] for figures in ours], memory)
    our_memory = show("memory: board and table", [figures["memory"] for figures in ours], memory)
    their_memory = show("  DataTable", [figures["memory"] for figures in theirs], memory)
    compare("DataTable", our_memory, their_memory)
    limit = BUDGET_MEMORY if count >= max(SIZES) else None
    our_memory = show("memory: all together", [_whole(figures) for figures in ours], memory, limit)
    their_memory = show("  DataTable", [_whole(figures) for figures in theirs], memory)
    compare("DataTable", our_memory, their_memory)


def _whole(figures: Figures) -> float:
    return figures["rows"] + figures["memory"]


def _apart(kind: str, count: int) -> Figures:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, "--measure", kind, str(count)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    figures: Figures = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        chosen = Ours if sys.argv[2] == "Ours" else Theirs
        print(json.dumps(asyncio.run(measure(chosen, int(sys.argv[3])))))
    else:
        main()
