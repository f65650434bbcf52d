"""Render the pictures of the README from the real app, over the sandbox, on a fixed clock.

``python -m screenshots.render [FOLDER]`` writes them beside this file, or into the folder. The same
code gives the same pictures. ``--all FOLDER [SCENE…]`` writes every screen there instead, or those
that are named: at 80×24 and at 120×40, in the dark theme and in the light one.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import re
import sys
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timezone
from pathlib import Path

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from screenshots import kinds
from screenshots.scenes import SCENES
from screenshots.stage import Scene, opened
from tui.app.app import AsyncInvokeApp
from tui.app.screens.main import MainScreen
from tui.app.themes import DARK, LIGHT
from tui.commands.embedded import embedded
from tui.commands.start import Start
from tui.config import Settings
from tui.engine.contexts import Contexts
from tui.ledger.ledger import Ledger
from tui.model.context import Context
from tui.model.outputs import Place, place_of
from tui.sandbox.jobs import Clock
from tui.sandbox.server import Sandbox

START = datetime(2026, 3, 2, 9, 30, tzinfo=timezone.utc)
WIDE, NARROW = (120, 36), (80, 24)
SIZES = (NARROW, (120, 40))
THEMES = {DARK.name: "dark", LIGHT.name: "light"}
PORT = 4577  # it stands in the pictures, so it is always the same
QUESTION = """{
  "messages": [
    {"role": "user", "content": [{"text": "What lives in a tide pool?"}]}
  ]
}"""
PROMPT = '{\n  "prompt": "A tide pool at sunrise, anemones opening slowly",\n  "duration": "5s"\n}'


def main() -> None:
    """Render the README's pictures, or those of every screen."""
    os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LC_ALL="C.UTF-8")
    os.environ.pop("NO_COLOR", None)
    folder, scenes = wanted(sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    if scenes:
        asyncio.run(_render_all(folder, scenes))
        return
    sandbox = Sandbox(PORT, clock=Clock(START))
    start = Start(Settings(confirm=False), Context(), Path("unused"))
    with embedded(start, sandbox, seed_jobs=24) as inside:
        asyncio.run(_render(inside, sandbox, folder))


def wanted(arguments: Sequence[str]) -> tuple[Path, Sequence[Scene]]:
    """The folder, for a scene works in another one, and the scenes in place of the README's."""
    parser = argparse.ArgumentParser(description="Render the pictures of the README.")
    one_of = parser.add_mutually_exclusive_group()
    here = Path(__file__).parent
    one_of.add_argument("folder", type=Path, nargs="?", default=here, help="instead of this one")
    instead = "render every screen there instead, or only these"
    one_of.add_argument("--all", nargs="+", metavar=("FOLDER", "SCENE"), help=instead)
    given = parser.parse_args(arguments)
    if not given.all:
        return given.folder.resolve(), ()
    folder, *names = given.all
    if unknown := sorted({*names} - {scene.name for scene in SCENES}):
        parser.error(f"no such scene: {', '.join(unknown)}")
    return Path(folder).resolve(), [scene for scene in SCENES if not names or scene.name in names]


async def _render_all(folder: Path, scenes: Sequence[Scene]) -> None:
    """Every scene by itself, so that one that cannot be reached takes no other with it."""
    missing = []
    for scene in scenes:
        try:
            async with opened(scene, SIZES[0], PORT) as stage:
                for theme in THEMES:
                    stage.pilot.app.theme = theme
                    for size in SIZES:
                        await stage.resize(*size)
                        name = f"{scene.name}-{size[0]}x{size[1]}-{THEMES[theme]}.svg"
                        await _save(stage.pilot, folder / name)
        except TimeoutError as error:
            missing.append(scene.name)
            sys.stderr.write(f"{scene.name}: {error}\n")
    if missing:
        sys.exit(f"not reached: {', '.join(missing)}")


async def _render(start: Start, sandbox: Sandbox, folder: Path) -> None:
    async with _app(start, sandbox, WIDE) as pilot:
        await _save(pilot, folder / "table.svg")
        await pilot.press("n")
        await _quiet(pilot)
        pilot.app.screen.query_one(TextArea).cursor_blink = False
        pilot.app.screen.query_one(TextArea).text = PROMPT
        pilot.app.screen.query_one("#tags", Input).value = "team=media run=42"
        pilot.app.screen.query_one("#token", Input).value = "tide-pool-1"
        await _quiet(pilot)
        await _save(pilot, folder / "form.svg")
        await pilot.press("ctrl+s")
        await _quiet(pilot)
        await pilot.press("down", "down", "down", "down", "3")
        await _quiet(pilot)
        await _save(pilot, folder / "output.svg")
        await pilot.press("v")
        await _quiet(pilot)
        await _save(pilot, folder / "viewer.svg")
        await pilot.press("q")
        await _quiet(pilot)
        await pilot.press("1", "down")
        await _quiet(pilot)
        await pilot.press("n")
        await _quiet(pilot)
        await pilot.press("ctrl+r")
        fields = {
            "input-location": "s3://sandbox-uploads/demo/tide-pool.csv",
            "inference-id": "tide-pool-2",
            "content-type": "text/csv",
            "request-ttl-seconds": "600",
        }
        for name, value in fields.items():
            pilot.app.screen.query_one(f"#{name}", Input).value = value
        pilot.app.screen.query_one(TextArea).cursor_blink = False
        await _quiet(pilot)
        await _save(pilot, folder / "endpoint.svg")
    async with _app(start, sandbox, NARROW) as pilot:
        await pilot.press("n")
        await _quiet(pilot)
        await pilot.press("ctrl+n", "ctrl+r")  # behind the form that was left above
        pilot.app.screen.query_one(TextArea).cursor_blink = False
        pilot.app.screen.query_one(TextArea).text = QUESTION
        pilot.app.screen.query_one("#model-id", Input).value = "amazon.nova-micro-v1:0"
        await _quiet(pilot)
        await _save(pilot, folder / "wait-80x24.svg")
        await pilot.press("ctrl+s")
        await _quiet(pilot)
        await _save(pilot, folder / "answer-80x24.svg")
        await pilot.press("escape")
        await _quiet(pilot)
    async with _app(start, sandbox, NARROW) as pilot:
        await _save(pilot, folder / "table-80x24.svg")
        await pilot.press("slash", *"status:failed", "enter", "enter")
        await _quiet(pilot)
        await _save(pilot, folder / "failure-80x24.svg")
        await pilot.press("escape", "question_mark")
        await _quiet(pilot)
        await _save(pilot, folder / "help-80x24.svg")
    await _render_kinds(start, sandbox, folder / "kinds")
    async with _app(start, sandbox, NARROW) as pilot:
        await pilot.press("c", *"eu")
        await _quiet(pilot)
        pilot.app.screen.query_one(Input).cursor_blink = False
        await _quiet(pilot)
        await _save(pilot, folder / "contexts-80x24.svg")
        await pilot.press("escape")
        sandbox.expiry.set("sandbox", 60)
        sandbox.clock.advance(61)
        await pilot.press("r")
        await _quiet(pilot)
        await _save(pilot, folder / "signed-out-80x24.svg")


async def _render_kinds(start: Start, sandbox: Sandbox, folder: Path) -> None:
    """One picture of each kind of object, on the whole screen."""
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    async with _app(start, sandbox, NARROW) as pilot:
        await pilot.press("slash", *"status:completed model:luma", "enter")
        await _quiet(pilot)
        screen = pilot.app.screen
        row = screen.chosen if isinstance(screen, MainScreen) else None
        place = place_of(row.s3_uri) if row else None
        if place is None:
            raise LookupError("the sandbox has no clip by Luma")
        contents = kinds.objects()
        await asyncio.to_thread(_put, sandbox.url, place, contents)
        await pilot.press("enter", "3", "r", "g")
        await _quiet(pilot)
        await _save(pilot, folder / "all-80x24.svg")
        for name in sorted({*contents, kinds.CLIP}):
            kind = "video" if name == kinds.CLIP else re.split("[-.]", name)[0]
            await pilot.press("v")
            await _quiet(pilot)
            await _save(pilot, folder / f"{kind}-80x24.svg")
            await pilot.press("q", "down")
            await _quiet(pilot)


def _put(url: str, place: Place, contents: dict[str, bytes]) -> None:
    unsigned = Config(signature_version=UNSIGNED)
    s3 = boto3.client("s3", endpoint_url=url, region_name="us-west-2", config=unsigned)
    for name, content in contents.items():
        key = f"{place.prefix.rstrip('/')}/{name}"
        s3.put_object(Bucket=place.bucket, Key=key, Body=content)


@contextlib.asynccontextmanager
async def _app(start: Start, sandbox: Sandbox, size: tuple[int, int]) -> AsyncIterator[Pilot[int]]:
    ledger = Ledger(start.ledger, keep_inputs=True)
    contexts = Contexts(start.settings, ledger, sandbox.clock.now, sources=start.sources)
    engine = contexts.open(start.context)
    try:
        async with AsyncInvokeApp(contexts).run_test(size=size, notifications=True) as pilot:
            await engine.poll()
            while engine.identity is None:
                await pilot.pause(0.05)
            await _quiet(pilot)
            yield pilot
    finally:
        await contexts.close()


async def _quiet(pilot: Pilot[int]) -> None:
    """Wait until nothing has changed on the screen for a moment."""
    before = None
    while before != (before := pilot.app.export_screenshot()):
        await pilot.pause(0.6)


async def _save(pilot: Pilot[int], path: Path) -> None:
    picture = pilot.app.export_screenshot(title="asyncinvoke")
    await asyncio.to_thread(path.write_text, picture, encoding="utf-8")
    sys.stderr.write(f"{path}\n")


if __name__ == "__main__":
    main()
