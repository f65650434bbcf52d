"""Fetching and parsing 100 pages of 1,000 summaries, beside aiobotocore, the AWS CLI and a floor.

``python benchmarks/list_pages.py [RUNS]`` has each read the same pages of the same service, on a
connection that is open already (but for the AWS CLI, which is a whole process), one after the other
in each round. A task that wakes up every millisecond notes how late it wakes: the longest stall of
the event loop. Other processes make it longer; the most processor time between two of its turns is
what is ours of it. The table and the program paint whole frames, but write them to no terminal:
that adds a quarter to a frame. aiobotocore as it comes is slow enough to be run in one round only.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import msgspec
from aiobotocore.session import get_session
from msgspec.structs import replace
from textual.app import App, ComposeResult

from benchmarks.measuring import AWS_CLI, NO_CLI, cli_version, compare, heading, show
from benchmarks.service import ENVIRONMENT, serving
from benchmarks.stalls import Stalls
from tests.lone import LoneEngine, contexts_of
from tui.app.app import AsyncInvokeApp
from tui.app.widgets.table import InvocationTable
from tui.aws import bedrock
from tui.aws.session import Session
from tui.config import Settings
from tui.engine.session import Engine
from tui.engine.ticking import Heard, Missed
from tui.model.board import Board
from tui.model.clock import utc_now
from tui.model.columns import Layout
from tui.model.context import Context
from tui.model.invocation import Invocation

PAGES, COUNT = 100, 100_000
START_SECONDS = 2.0
"""How long the program's own start may take, which is no part of a reading."""
BUDGET_FLOOR, BUDGET_CLI, BUDGET_STALL = 2.0, 0.1, 0.016


@dataclass(frozen=True, slots=True)
class Reading:
    """What one run took, in seconds.

    Attributes:
        took: For all the pages.
        stall: The longest stall of the event loop meanwhile.
        busy: The most time of the processor that went by without the event loop's being free.
    """

    took: float
    stall: float
    busy: float


async def with_list(url: str) -> Reading:
    """``bedrock.list_all`` alone."""
    session, count = Session(Context(region="us-west-2", endpoint_url=url)), 0
    await session.client("bedrock-runtime")
    try:
        async with _reading() as done:
            async for page in bedrock.list_all(session):
                count += len(page.invocations)
    finally:
        await session.close()
    assert count == COUNT
    return done()


async def with_ours(url: str) -> Reading:
    """``bedrock.list_all`` and ``Board.apply``."""
    session, board = Session(Context(region="us-west-2", endpoint_url=url)), Board()
    await session.client("bedrock-runtime")
    try:
        async with _reading() as done:
            async for page in bedrock.list_all(session):
                board.apply(page.invocations)
    finally:
        await session.close()
    assert len(board) == COUNT
    return done()


async def with_table(url: str) -> Reading:
    """The same with a table that follows, in slices as the poller tells them: the screen's floor.

    The table is alone on a screen of 120×36: no tabs count, nothing is written into a ledger. The
    stall is the longest of that and of 20 changes of 50 rows each that come after it.
    """
    session, board = Session(Context(region="us-west-2", endpoint_url=url)), Board()
    await session.client("bedrock-runtime")
    app = TableApp(board)
    try:
        async with app.run_test(size=(120, 36)):
            table = app.query_one(InvocationTable)
            async with _reading() as loaded:
                async for page in bedrock.list_all(session):
                    for start in range(0, len(page.invocations), bedrock.SLICE_SIZE):
                        rows = page.invocations[start : start + bedrock.SLICE_SIZE]
                        table.follow(board.apply(rows))
                        await asyncio.sleep(0)
            assert len(table.listing) == COUNT
            async with _reading() as updated:
                for number in range(20):
                    table.follow(board.apply(_changed(board, table, number)))
                    await _repainted(table)
    finally:
        await session.close()
    return _worse(loaded(), updated())


async def with_program(url: str) -> Reading:
    """The whole program on a screen of 120×36: its poller, board, ledger, counts and table.

    The time ends when all is in the ledger. The stall is the longest of that and of 20 changes of
    50 rows each that come after it.
    """
    with tempfile.TemporaryDirectory() as folder:
        context = Context(region="us-west-2", endpoint_url=url)
        engine = LoneEngine(Settings(), context, Path(folder) / "ledger.sqlite3")
        await engine.aws.client("bedrock-runtime")
        engine.poller.pause()
        try:
            app = AsyncInvokeApp(contexts_of(engine))
            async with app.run_test(size=(120, 36)) as pilot:
                await pilot.pause(START_SECONDS)
                table = app.screen.query_one(InvocationTable)
                async with _reading() as loaded:
                    await _loaded(engine)
                assert len(table.listing) == COUNT
                async with _reading() as updated:
                    for number in range(20):
                        changes = engine.board.apply(_changed(engine.board, table, number))
                        engine.news.receive(Heard(changes, utc_now()))
                        await _repainted(table)
                    await engine.settle()
        finally:
            await engine.close()
    return _worse(loaded(), updated())


async def _loaded(engine: Engine) -> None:
    """Let the poller ask, until it has found all and all is in the ledger."""
    is_loaded = asyncio.Event()

    def listen(news: Heard | Missed) -> None:
        assert isinstance(news, Heard), news.problem
        if len(engine.board) == COUNT:
            is_loaded.set()

    leave = engine.subscribe(listen)
    engine.poller.resume()
    await is_loaded.wait()
    engine.poller.pause()
    await engine.settle()
    leave()


def _changed(board: Board, table: InvocationTable, number: int) -> list[Invocation]:
    """Fifty rows of the table, from a line on, that say something else now."""
    rows = [board[key] for key in table.listing[number : number + 50]]
    return [replace(row, s3_uri=f"{row.s3_uri}/{number}") for row in rows]


def _worse(loaded: Reading, updated: Reading) -> Reading:
    """The time of the load, and the longer stalls of the two."""
    stall, busy = max(loaded.stall, updated.stall), max(loaded.busy, updated.busy)
    return Reading(loaded.took, stall, busy)


async def with_floor(url: str) -> Reading:
    """Bare aiohttp, unsigned, and msgspec into plain dictionaries."""
    async with aiohttp.ClientSession() as http:
        count, token = 0, ""
        async with _reading() as done:
            while True:
                query = {"maxResults": "1000"} | ({"nextToken": token} if token else {})
                async with http.get(f"{url}/async-invoke", params=query) as response:
                    page = msgspec.json.decode(await response.read())
                count += len(page["asyncInvokeSummaries"])
                token = page.get("nextToken", "")
                if not token:
                    break
    assert count == COUNT
    return done()


async def with_stock(url: str) -> Reading:
    """The paginator of aiobotocore as it comes."""
    count = 0
    async with get_session().create_client("bedrock-runtime", endpoint_url=url) as client:
        paginator = client.get_paginator("list_async_invokes")
        async with _reading() as done:
            async for page in paginator.paginate(maxResults=1000):
                count += len(page["asyncInvokeSummaries"])
    assert count == COUNT
    return done()


class TableApp(App[None]):
    """Nothing but the table."""

    def __init__(self, board: Board) -> None:
        super().__init__()
        self._board = board

    def compose(self) -> ComposeResult:
        """The table."""
        yield InvocationTable(self._board, Layout(), utc_now)


def main() -> None:
    """Print all times, their ratios, and the stalls."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    os.environ.update(ENVIRONMENT)
    with serving(pages=PAGES) as url:
        rounds = Rounds()
        for number in range(runs):
            rounds.run(url, is_with_stock=number == runs // 2)
    heading("100 pages of 1,000 summaries, fetched and parsed")
    our_time = show("asyncinvoke", took(rounds.listed))
    floor_time = show("bare aiohttp + msgspec", took(rounds.floor))
    compare("bare aiohttp + msgspec", our_time, floor_time, BUDGET_FLOOR)
    if AWS_CLI:
        cli_time = show(cli_version(AWS_CLI), rounds.cli)
        compare("aws list-async-invokes", our_time, cli_time, BUDGET_CLI)
    else:
        print(f"  {NO_CLI}")
    stock_time = show("aiobotocore's paginator", took(rounds.stock))
    compare("aiobotocore's paginator", our_time, stock_time)
    merged = show("asyncinvoke, merged into the board", took(rounds.merged))
    compare("bare aiohttp + msgspec", merged, floor_time)
    show("… with a bare table that follows", took(rounds.table))
    show("… the whole program, into its ledger", took(rounds.program))
    heading("longest stall of the event loop meanwhile, in each run")
    for name, readings, limit in (
        ("asyncinvoke, merged into the board", rounds.merged, BUDGET_STALL),
        ("… with a bare table that follows", rounds.table, BUDGET_STALL),
        ("… the whole program", rounds.program, BUDGET_STALL),
        ("bare aiohttp + msgspec", rounds.floor, None),
        ("aiobotocore's paginator", rounds.stock, None),
    ):
        show(name, [reading.stall for reading in readings], limit=limit)
        show("  of the processor", [reading.busy for reading in readings])


def took(readings: Sequence[Reading]) -> list[float]:
    """The seconds that each took."""
    return [reading.took for reading in readings]


@dataclass(frozen=True, slots=True)
class Rounds:
    """What each has taken, in the order of the rounds; ``cli`` in seconds."""

    floor: list[Reading] = field(default_factory=list)
    listed: list[Reading] = field(default_factory=list)
    merged: list[Reading] = field(default_factory=list)
    table: list[Reading] = field(default_factory=list)
    program: list[Reading] = field(default_factory=list)
    stock: list[Reading] = field(default_factory=list)
    cli: list[float] = field(default_factory=list)

    def run(self, url: str, *, is_with_stock: bool) -> None:
        """Run one round."""
        self.floor.append(asyncio.run(with_floor(url)))
        self.listed.append(asyncio.run(with_list(url)))
        self.merged.append(asyncio.run(with_ours(url)))
        self.table.append(asyncio.run(with_table(url)))
        self.program.append(asyncio.run(with_program(url)))
        if is_with_stock:
            self.stock.append(asyncio.run(with_stock(url)))
        if AWS_CLI:
            self.cli.append(_listed(AWS_CLI, url))


async def _repainted(table: InvocationTable) -> None:
    repainted = asyncio.Event()
    table.call_after_refresh(repainted.set)
    await repainted.wait()


@contextlib.asynccontextmanager
async def _reading() -> AsyncIterator[Callable[[], Reading]]:
    """Take the time of what is inside; what it gives says the result afterwards."""
    gc.collect()  # what earlier runs left would be collected in this one
    stalls, start, end = Stalls(), time.perf_counter(), 0.0
    watching = asyncio.create_task(stalls.watch())
    yield lambda: Reading(end - start, stalls.longest, stalls.busiest)
    end = time.perf_counter()
    watching.cancel()


def _listed(cli: str, url: str) -> float:
    """Seconds that the AWS CLI takes to list them all and end."""
    command = [cli, "bedrock-runtime", "list-async-invokes", "--endpoint-url", url]
    command += ["--max-items", str(COUNT), "--page-size", "1000"]
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
