"""Every screen of the program, and how to reach it: for pictures, and for the tests of its looks.

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
from tui.app.screens.mfa import MfaScreen
from tui.app.screens.working import ASKING, KEEPING
from tui.app.widgets.download_line import DownloadLine
from tui.commands.embedded import embedded
from tui.commands.start import Start
from tui.config import Polling, Settings
from tui.engine.contexts import Contexts
from tui.engine.downloading import Progress
from tui.engine.session import Engine
from tui.ledger.ledger import Ledger
from tui.model.context import Context
from tui.model.credentials import CodeWanted
from tui.model.request import StartAsyncInvoke
from tui.sandbox.jobs import Clock
from tui.sandbox.server import Sandbox

START = datetime(2026, 3, 2, 9, 30, tzinfo=timezone.utc)

QUIET = Polling(fastest=3600.0, slowest=3600.0, idle=3600.0)
"""Nothing is asked by itself: what is shown is what a scene has asked for."""

_FOR_LONG = (ASKING, KEEPING, "send", "elapsed")
"""The groups of the workers that wait for a person, or for an answer of AWS that may not come."""

SECONDS = 20.0
"""How long a scene may take to come, on a slow machine."""

BATCH = """\
{"prompt": "A tide pool at sunrise"}
{"prompt": "A lighthouse in the fog", "duration": "7s"}
{"prompt" "A harbour at night"}
{"prompt": "A market in the rain", "duration": "5s"}
"""


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
        """Have a text stand in a field."""
        self.pilot.app.screen.query_one(f"#{name}", Input).value = value

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


# How to reach them --------------------------------------------------------------------------------

Reach = Callable[[Stage], Awaitable[None]]


def _keys(*keys: str) -> Reach:
    """Typed on the table."""

    async def reach(stage: Stage) -> None:
        await stage.press(*keys)

    return reach


def _filter(text: str, *keys: str) -> Reach:
    """What the filter is, and what is typed then."""

    async def reach(stage: Stage) -> None:
        await stage.press("slash")
        await stage.type(text)
        await stage.press(*keys)

    return reach


def _output_of(words: str, *keys: str) -> Reach:
    """The Output tab of the first that the filter keeps, and what is typed there."""

    async def reach(stage: Stage) -> None:
        await _filter(words, "enter", "enter", "3")(stage)
        await stage.press(*keys)

    return reach


async def _signed_out(stage: Stage) -> None:
    stage.sandbox.expiry.set("sandbox", 60)
    stage.sandbox.clock.advance(61)
    await stage.press("r")


async def _stale(stage: Stage) -> None:
    stage.sandbox.faults.add("ListAsyncInvokes", "denied", times=None)
    stage.sandbox.clock.advance(600)
    await stage.press("r")
    await stage.until("AccessDeniedException")


async def _problem(stage: Stage) -> None:
    await _stale(stage)
    await stage.press("exclamation_mark")


async def _form(stage: Stage) -> None:
    await stage.press("n")
    await stage.until("New invocation")
    stage.put("tags", "team=media run=42")
    await stage.quiet()


def _in_form(*keys: str) -> Reach:
    async def reach(stage: Stage) -> None:
        await _form(stage)
        await stage.press(*keys)

    return reach


async def _form_faulty(stage: Stage) -> None:
    await _form(stage)
    stage.put("s3-uri", "my-bucket/videos")
    stage.put("tags", "team")
    stage.pilot.app.screen.query_one(TextArea).text = '{"prompt" "a tide pool"}'
    await stage.press("ctrl+s")


async def _endpoint_form(stage: Stage) -> None:
    await _form(stage)
    await stage.press("ctrl+r")
    stage.put("input-location", "s3://sandbox-uploads/demo/tide-pool.csv")
    stage.put("content-type", "text/csv")
    await stage.quiet()


async def _endpoints(stage: Stage) -> None:
    await _endpoint_form(stage)
    await stage.press("f2")


async def _waiting_form(stage: Stage) -> None:
    await _form(stage)
    await stage.press("ctrl+r", "ctrl+r")
    stage.put("model-id", "amazon.nova-micro-v1:0")
    await stage.quiet()


async def _awaited(stage: Stage) -> None:
    await _waiting_form(stage)
    stage.put("model-id", "amazon.titan-embed-text-v2:0")
    stage.pilot.app.screen.query_one(TextArea).text = '{"inputText": "[answer:never]"}'
    await stage.press("ctrl+s", "y")


async def _leaving(stage: Stage) -> None:
    await _awaited(stage)
    await stage.until("^x cancel")
    await stage.press("ctrl+q")


async def _drafts(stage: Stage) -> None:
    await _form(stage)
    stage.pilot.app.screen.query_one(TextArea).text = '{"prompt": "A harbour at night"}'
    await stage.quiet()
    await stage.press("ctrl+n", "f3")


async def _many(stage: Stage) -> None:
    batch = stage.folder / "batch.jsonl"
    await asyncio.to_thread(batch.write_text, BATCH, encoding="utf-8")
    await stage.press("N")
    await stage.until("Type names of files")
    stage.put("files", batch.name)
    await stage.press("enter")
    await stage.until("with a fault")


async def _many_asked(stage: Stage) -> None:
    await _many(stage)
    await stage.press("ctrl+s")


async def _region(stage: Stage) -> None:
    await stage.press("c")
    await stage.until("sandbox-eu")
    await stage.press("tab")


async def _code(stage: Stage) -> None:
    wanted = CodeWanted(serial="arn:aws:iam::123456789012:mfa/jo", profile="prod")
    await stage.pilot.app.push_screen(MfaScreen(wanted))


async def _again(stage: Stage) -> None:
    """Only what was sent from here can be sent again: its input is known."""
    request = StartAsyncInvoke(
        model_id="luma.ray-v2:0",
        model_input={"prompt": "A harbour at night [fail:filter]"},
        s3_uri="s3://sandbox-output/demo/",
        client_request_token="tide-pool-1",  # noqa: S106
    )
    await stage.engine.submit(request)
    stage.sandbox.clock.advance(60)
    await stage.press("r")
    await stage.until("5m ago")
    await stage.press("home", "t")


async def _saving(stage: Stage) -> None:
    """A download in the middle: the real one would be over before anybody has looked."""
    await stage.press("down", "down")
    line = stage.pilot.app.screen.query_one(DownloadLine)
    progress = Progress()
    progress.objects, progress.settled = 6, 2
    progress.size, progress.there, progress.is_whole = 48_000_000, 21_000_000, True
    stage.held.enter_context(line.following(progress))
    await stage.quiet()


async def _save_asked(stage: Stage) -> None:
    await stage.press("down", "down", "d")
    stage.put("answer", "outputs")
    await stage.quiet()


async def _help_of_form(stage: Stage) -> None:
    await _form(stage)
    await stage.press("f1")


_LUMA = "status:completed model:luma"

SCENES = (
    Scene("table", _keys(), ("q quit", "InProgress", "Completed")),
    Scene("table-empty", _keys(), ("No invocation in the last 7 days",), seeded=0),
    Scene("table-filtered", _filter("status:failed", "enter"), ("4 of 24",)),
    Scene("table-typing", _filter("status:"), ("status:",)),
    Scene("table-nothing", _filter("no-such-word", "enter"), ("Nothing matches",)),
    Scene("table-marked", _keys("space", "space", "down", "space"), ("3 marked",)),
    Scene("table-signed-out", _signed_out, ("signed out; new keys are noticed",)),
    Scene("table-stale", _stale, ("AccessDeniedException",)),
    Scene("table-told", _keys("y"), ("terminal's clipboard",)),
    Scene("detail-overview", _keys("down", "down", "enter"), ("1 Overview", "esc back")),
    Scene("detail-failed", _filter("status:failed", "enter", "enter"), ("1 Overview",)),
    Scene("detail-input", _keys("down", "down", "enter", "2"), ("2 Input",)),
    Scene("detail-output", _output_of(_LUMA), ("output.mp4",)),
    Scene("detail-no-output", _output_of("status:failed"), ("3 Output",)),
    Scene("detail-request", _keys("down", "down", "enter", "4"), ("4 Request",)),
    Scene("viewer", _output_of("status:completed model:marengo", "v"), ("esc back",)),
    Scene("viewer-finding", _output_of("status:completed model:marengo", "v", "slash"), ()),
    Scene("viewer-picture", _output_of(_LUMA, "v"), ("output.mp4",)),
    Scene("form", _form, ("New invocation", "^s submit")),
    Scene("form-faulty", _form_faulty, ("not sent",)),
    Scene("form-endpoint", _endpoint_form, ("Endpoint", "^s submit")),
    Scene("form-waiting", _waiting_form, ("^s submit",)),
    Scene("form-awaited", _awaited, ("^x cancel",)),
    Scene("confirm", _in_form("ctrl+s"), ("Submit this to luma.ray-v2:0?", "y yes")),
    Scene("models", _in_form("f2"), ("Models",)),
    Scene("endpoints", _endpoints, ("Endpoints",)),
    Scene("templates", _in_form("ctrl+t"), ("Templates",)),
    Scene("copy-as", _in_form("f9"), ("Copy the request",)),
    Scene("open-file", _in_form("ctrl+o"), ("Open file",)),
    Scene("drafts", _drafts, ("Drafts", "A harbour")),
    Scene("drafts-none", _keys("n", "f3"), ("none: what you type is kept",)),
    Scene("many-empty", _keys("N"), ("Type names of files",)),
    Scene("many", _many, ("with a fault",)),
    Scene("many-confirm", _many_asked, ("Send 3 invocations?",)),
    Scene("columns", _keys("C"), ("Columns",)),
    Scene("export", _keys("e"), ("Export 24 invocations",)),
    Scene("share", _output_of(_LUMA, "u"), ("Share output.mp4",)),
    Scene("share-folder", _keys("down", "down", "u"), ("Share",)),
    Scene("refused", _filter("status:failed", "enter", "t"), ("InputNotKnown",)),
    Scene("again", _again, ("Retry ", "y yes")),
    Scene("forget", _keys("down", "down", "x"), ("Forget",)),
    Scene("contexts", _keys("c"), ("Contexts", "sandbox-eu")),
    Scene("regions", _region, ("Region for",)),
    Scene("mfa", _code, ("wants a code",)),
    Scene("problem", _problem, ("message", "remedy", "esc close")),
    Scene("doctor", _keys("H"), ("esc back",)),
    Scene("help", _keys("question_mark"), ("Invocations", "esc close")),
    Scene("help-of-form", _help_of_form, ("New invocation", "esc close")),
    Scene("palette", _keys("ctrl+p"), ()),
    Scene("prompt", _save_asked, ("Save all outputs",)),
    Scene("saving", _saving, ("saving: 43 %",)),
    Scene("leaving", _leaving, ("Leave while",)),
)
"""Every screen, in the states in which it looks different."""
