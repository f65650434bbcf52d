"""How long a key waits while outputs are looked at and saved: the event loop's longest stall.

``python benchmarks/responsiveness.py [RUNS] [BYTES] [NAME…]`` runs the whole program on a screen of
120×36 over SeaweedFS. Objects of three kinds, or of those that are named (of ``contents.py``), are
looked at in the Output tab, opened on the whole screen up to their end, and scrolled; one of BYTES
is saved, while the others are looked at again. A task that wakes up every millisecond notes how
late it wakes: so long would a key have waited. Other processes make it longer: the most processor
time of this one between two of its turns is told, too. Frames are painted, but written to no
terminal.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import itertools
import os
import shutil
import sys
import tempfile
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from textual.pilot import Pilot

from benchmarks.contents import CONTENTS
from benchmarks.measuring import heading, percent, show
from benchmarks.service import ENVIRONMENT
from benchmarks.stalls import Stalls
from benchmarks.uploads import upload_parts
from tests.builders import an_invocation
from tests.lone import LoneEngine, contexts_of
from tests.seaweedfs import SECRET, WRITER, SeaweedFS, running
from tui.app.app import AsyncInvokeApp
from tui.app.screens.detail_feed import PREVIEW
from tui.app.screens.main import MainScreen
from tui.app.screens.viewer import READING, ViewerScreen
from tui.app.widgets.download_line import DownloadLine
from tui.app.widgets.object_tree import ObjectTree
from tui.app.widgets.outputs import OutputsPane
from tui.config import Download, Settings
from tui.engine import viewing
from tui.model.clock import utc_now
from tui.model.context import Context
from tui.model.document import size_text
from tui.model.invocation import Invocation, Status

BUDGET = 0.05
NAMES = ("embeddings.json", "lines.json", "utf-8.txt")
"""What is looked at where nothing is named: all kinds take two minutes a round."""

BUCKET, SAVED = "benchmark", "saved.bin"
START_SECONDS = 2.0
DEEDS = {
    "begun": "the longest stall while the first 256 KiB are looked at",
    "whole": "… while all of 8 MiB is opened",
    "scrolled": "… while that is scrolled",
}
READ = (PREVIEW, READING)
"""The workers that read an object."""

SCREENS = 25
"""Screens by which an object is scrolled."""

KEY_SECONDS = 0.02
"""Between two keys that scroll."""


class Desk:
    """The program, and a person at its keys."""

    def __init__(self, pilot: Pilot[int], rows: dict[str, Invocation]) -> None:
        self._pilot = pilot
        self._rows = rows
        screen = pilot.app.screen
        assert isinstance(screen, MainScreen)
        self._screen = screen

    async def begin(self) -> None:
        """Open the Output tab, with all that is loaded and connected once."""
        await self._pilot.press("3")
        for name in self._rows:
            await self.go_to(name)

    async def go_to(self, name: str) -> None:
        """Go to the invocation that wrote an object, until the object's beginning is shown."""
        key, pane = self._rows[name].key, self._screen.query_one(OutputsPane)
        self._screen.go_to(key)
        await _until(lambda: pane.is_for == key and pane.view is not None)
        await self._settled()

    async def open(self) -> None:
        """Open the object on the whole screen, and go to its end: what lacks is read at once."""
        app = self._pilot.app
        self._screen.query_one(ObjectTree).focus()  # in the table, v marks rows
        app.simulate_key("v")
        await _until(lambda: isinstance(app.screen, ViewerScreen) and app.screen.view is not None)
        viewer = app.screen
        assert isinstance(viewer, ViewerScreen)
        app.simulate_key("end")
        await _until(lambda: bool(viewer.view and (viewer.view.is_whole or viewer.view.is_end)))
        await self._settled()

    async def scroll(self) -> None:
        """Page up, and go to the beginning."""
        for key in (*["pageup"] * SCREENS, "home"):
            self._pilot.app.simulate_key(key)
            await asyncio.sleep(KEY_SECONDS)
        await self._pilot.pause()

    async def leave(self) -> None:
        """Close the object."""
        await self._pilot.press("escape")
        await _until(lambda: self._pilot.app.screen is self._screen)

    async def save(self, others: Sequence[str]) -> None:
        """Save the object that is shown, to the folder that is proposed, and look at others."""
        app, line = self._pilot.app, self._screen.query_one(DownloadLine)
        await self._pilot.press("d")
        app.simulate_key("enter")
        await _until(lambda: line.is_saving)
        for name in itertools.cycle((*others, SAVED)):
            await self.go_to(name)
            if not line.is_saving:
                break

    async def _settled(self) -> None:
        workers = self._pilot.app.workers
        await _until(lambda: not any(one.group in READ and one.is_running for one in workers))
        await self._pilot.pause()


async def _until(is_so: Callable[[], bool]) -> None:
    while not is_so():  # noqa: ASYNC110 - no event tells of it
        await asyncio.sleep(0.01)


class Figures:
    """The longest stalls, and the processor's share of them, by what was done."""

    def __init__(self) -> None:
        self.stalls: dict[str, list[Stalls]] = {}

    @contextlib.asynccontextmanager
    async def of(self, what: str) -> AsyncIterator[None]:
        """Watch the event loop during what is inside."""
        gc.collect()  # what was opened before would be collected in this one
        stalls = Stalls()
        watching = asyncio.create_task(stalls.watch())
        yield
        watching.cancel()
        self.stalls.setdefault(what, []).append(stalls)

    def late(self, what: str) -> list[float]:
        """The share of each round's keys that would have waited longer than the budget."""
        return [one.share_beyond(BUDGET) for one in self.stalls[what]]

    def print(self, title: str, whats: Sequence[str]) -> None:
        """Print some of them beside the budget."""
        heading(title)
        for what in whats:
            found = self.stalls[what]
            show(what, [one.longest for one in found], limit=BUDGET)
            show("  of processor time, all threads", [one.hardest for one in found])
            show("  … the event loop's own", [one.busiest for one in found])


def main() -> None:
    """Print the stalls."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    saved = int(sys.argv[2]) if len(sys.argv) > 2 else 1024**3
    names = sys.argv[3:] or list(NAMES)
    os.environ.update(ENVIRONMENT)
    os.environ.update({"AWS_ACCESS_KEY_ID": WRITER, "AWS_SECRET_ACCESS_KEY": SECRET})
    figures = Figures()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "server").mkdir()
        with running(folder / "server") as server:
            _upload(server, names, saved)
            asyncio.run(_measure(server, folder, [*names, SAVED], runs, figures))
    for deed, title in DEEDS.items():
        figures.print(title, [f"{name}, {deed}" for name in names])
    figures.print(f"… while {size_text(saved)} are saved and other objects looked at", [SAVED])
    show("keys answered after more than 50 ms", figures.late(SAVED), percent, limit=0.0)


async def _measure(
    server: SeaweedFS, folder: Path, names: Sequence[str], runs: int, figures: Figures
) -> None:
    settings = Settings(download=Download(folder=str(folder / "saved")))
    engine = LoneEngine(
        settings, Context(region="us-west-2", endpoint_url=server.url), folder / "ledger.sqlite3"
    )
    engine.poller.pause()
    now = utc_now()
    rows = {
        name: an_invocation(
            _id(name),
            Status.COMPLETED,
            s3_uri=f"s3://{BUCKET}/{_id(name)}",
            submit_time=now - timedelta(minutes=number),
        )
        for number, name in enumerate(names)
    }
    engine.board.apply(rows.values())
    try:
        app = AsyncInvokeApp(contexts_of(engine))
        async with app.run_test(size=(120, 36), notifications=True) as pilot:
            await pilot.pause(START_SECONDS)
            desk = Desk(pilot, rows)
            await desk.begin()
            for _ in range(runs):
                await _run(desk, names, figures)
                shutil.rmtree(folder / "saved")  # what is there would not be fetched again
    finally:
        await engine.close()


async def _run(desk: Desk, names: Sequence[str], figures: Figures) -> None:
    """One round: each object looked at, and the last one saved."""
    *shown, saved = names
    for name in shown:
        async with figures.of(f"{name}, begun"):
            await desk.go_to(name)
        async with figures.of(f"{name}, whole"):
            await desk.open()
        async with figures.of(f"{name}, scrolled"):
            await desk.scroll()
        await desk.leave()
    await desk.go_to(saved)
    async with figures.of(saved):
        await desk.save(shown)


def _upload(server: SeaweedFS, names: Sequence[str], saved: int) -> None:
    """Put each object into the folder of its invocation."""
    with closing(server.client()) as client:
        client.create_bucket(Bucket=BUCKET)
        for name in names:
            content = CONTENTS[name](viewing.MOST)
            client.put_object(Bucket=BUCKET, Key=f"{_id(name)}/{name}", Body=content)
        upload_parts(client, BUCKET, f"{_id(SAVED)}/{SAVED}", saved, _random)


def _random(start: int, end: int) -> bytes:
    return os.urandom(end - start)


def _id(name: str) -> str:
    """The id of the invocation that wrote it."""
    return f"job{zlib.crc32(name.encode()):010}"


if __name__ == "__main__":
    main()
