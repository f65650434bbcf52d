"""Every screen of the program, and how to reach it: for pictures, and for tests of its looks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from textual.widgets import TextArea

from screenshots.stage import Scene, Stage
from tui.app.screens.mfa import MfaScreen
from tui.app.widgets.download_line import DownloadLine
from tui.engine.downloading import Progress
from tui.model.credentials import CodeWanted
from tui.model.request import StartAsyncInvoke

BATCH = """\
{"prompt": "A tide pool at sunrise"}
{"prompt": "A lighthouse in the fog", "duration": "7s"}
{"prompt" "A harbour at night"}
{"prompt": "A market in the rain", "duration": "5s"}
"""


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


async def _help_searched(stage: Stage) -> None:
    await stage.press("question_mark", "slash")
    await stage.type("draft")


async def _viewer_asked(stage: Stage) -> None:
    await _output_of("status:completed model:marengo", "v", "full_stop")(stage)
    await stage.type("data[].startSec")
    await stage.press("enter")


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
    Scene("viewer-asked", _viewer_asked, ("data[].startSec",)),
    Scene("viewer-picture", _output_of(_LUMA, "v"), ("output.mp4",)),
    Scene("form", _form, ("New invocation", "^s submit")),
    Scene("form-faulty", _form_faulty, ("not sent",)),
    Scene("form-endpoint", _endpoint_form, ("Endpoint", "^s submit")),
    Scene("form-waiting", _waiting_form, ("^s submit",)),
    Scene("form-awaited", _awaited, ("^x cancel",)),
    Scene("confirm", _in_form("ctrl+s"), ("Submit this to luma.ray-v2:0?", "⏎ yes")),
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
    Scene("again", _again, ("Retry ", "⏎ yes")),
    Scene("forget", _keys("down", "down", "x"), ("Forget",)),
    Scene("contexts", _keys("c"), ("Contexts", "sandbox-eu")),
    Scene("regions", _region, ("Region for",)),
    Scene("mfa", _code, ("wants a code",)),
    Scene("problem", _problem, ("message", "remedy", "esc close")),
    Scene("doctor", _keys("H"), ("esc back",)),
    Scene("help", _keys("question_mark"), ("Invocations", "esc back")),
    Scene("help-of-form", _help_of_form, ("New invocation", "esc back")),
    Scene("help-searched", _help_searched, ("open or delete a draft",)),
    Scene("palette", _keys("ctrl+p"), ()),
    Scene("prompt", _save_asked, ("Save all outputs",)),
    Scene("saving", _saving, ("saving: 43 %",)),
    Scene("leaving", _leaving, ("Leave while",)),
)
"""Every screen, in the states in which it looks different."""
