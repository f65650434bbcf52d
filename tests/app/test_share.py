"""Sharing from the table and from the Output tab: each way, each fault, each size."""

from __future__ import annotations

import asyncio
import stat
from datetime import datetime, timezone
from pathlib import Path

import boto3
import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from tests.app.conftest import Screen, main, settled, shown
from tests.builders import a_note, a_watched, an_invocation
from tests.conftest import MakeEngine
from tests.fetched import fetch
from tui.app import browser
from tui.app.app import AsyncInvokeApp
from tui.app.screens.share import ShareScreen, Way
from tui.engine import sharing
from tui.engine.session import Engine
from tui.model import snippet
from tui.model.invocation import Invocation, Status
from tui.model.presigned import Signer
from tui.sandbox.server import Sandbox

ROW = an_invocation(status=Status.COMPLETED)
FOLDER = f"s3://media/ray/{ROW.id}/"


@pytest.fixture
def clip(engine: Engine, sandbox: Sandbox) -> Engine:
    """An engine with one row, which wrote one clip under a type that says nothing."""
    put(sandbox, "output.mp4")
    engine.board.apply([ROW])
    return engine


def put(sandbox: Sandbox, name: str) -> None:
    s3 = boto3.client("s3", endpoint_url=sandbox.url, region_name="us-west-2")
    if not s3.list_buckets(Prefix="media")["Buckets"]:
        place = {"LocationConstraint": "us-west-2"}
        s3.create_bucket(Bucket="media", CreateBucketConfiguration=place)
    key = f"ray/{ROW.id}/{name}"
    s3.put_object(Bucket="media", Key=key, Body=b"a clip", ContentType="application/octet-stream")


async def asked_for_object(pilot: Pilot[int]) -> ShareScreen:
    """The dialog, for the object under the Output tab's cursor."""
    await pilot.press("enter", "3")
    await settled(pilot)
    return await asked(pilot)


async def asked(pilot: Pilot[int]) -> ShareScreen:
    await pilot.press("u")
    await settled(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, ShareScreen)
    return screen


async def choose(pilot: Pilot[int], way: Way, **fields: str) -> None:
    """Fill the fields, move to a way and press enter."""
    for name, value in fields.items():
        pilot.app.screen.query_one(f"#{name}", Input).value = value
    listing = pilot.app.screen.query_one(OptionList)
    listing.focus()
    words = [str(option.prompt) for option in listing.options]
    listing.highlighted = words.index(way.value)
    await pilot.press("enter")
    await settled(pilot)


def said(pilot: Pilot[int]) -> str:
    return "\n".join(toast.message for toast in pilot.app._notifications)


def words(pilot: Pilot[int]) -> str:
    """What stands on the terminal, without its frames and line ends."""
    return " ".join(shown(pilot).replace("│", " ").split())


async def test_the_uri_of_the_object_is_sent_to_the_clipboard(clip: Engine, screen: Screen) -> None:
    async with screen(clip) as pilot:
        await asked_for_object(pilot)
        assert "Share output.mp4" in shown(pilot)
        await choose(pilot, Way.URI)

        assert pilot.app.clipboard == f"{FOLDER}output.mp4"
        assert "sent to the terminal's clipboard" in said(pilot)
        assert pilot.app.screen is main(pilot)


async def test_the_url_plays_in_a_browser(clip: Engine, screen: Screen) -> None:
    async with screen(clip) as pilot:
        await asked_for_object(pilot)
        await choose(pilot, Way.URL, lifetime="12h")
        url = pilot.app.clipboard
        fetched = await asyncio.to_thread(fetch, url)

        assert fetched.content == b"a clip"
        assert fetched.headers["Content-Type"] == "video/mp4"
        assert fetched.headers["Content-Disposition"] == 'inline; filename="output.mp4"'
        assert "X-Amz-Expires=43200" in url
        assert "presigned URL of output.mp4" in said(pilot)
        assert "UTC" in said(pilot)
        assert "X-Amz" not in said(pilot)


async def test_the_command_is_the_contexts_own(clip: Engine, screen: Screen) -> None:
    async with screen(clip) as pilot:
        await asked_for_object(pilot)
        await choose(pilot, Way.COMMAND)

        command = snippet.fetch_command(f"{FOLDER}output.mp4", clip.context)
        assert pilot.app.clipboard == command
        assert "--endpoint-url" in command
        assert "--recursive" not in command


async def test_the_url_is_shown_only_when_that_is_asked(clip: Engine, screen: Screen) -> None:
    async with screen(clip) as pilot:
        await asked_for_object(pilot)
        assert "http://127" not in shown(pilot)
        await choose(pilot, Way.SHOWN)

        assert f"http://127.0.0.1:{clip.context.endpoint_url.rpartition(':')[2]}/me" in words(pilot)  # type: ignore[union-attr]
        assert "X-Amz-Signature" in "".join(shown(pilot).replace("│", "").split())
        assert isinstance(pilot.app.screen, ShareScreen)
        assert pilot.app.clipboard == ""


async def test_a_file_takes_it_and_only_its_owner_reads_that(
    clip: Engine, screen: Screen, tmp_path: Path
) -> None:
    there = tmp_path / "mine"
    there.write_text("mine")
    async with screen(clip) as pilot:
        await asked_for_object(pilot)
        await choose(pilot, Way.URL, file=str(there))
        assert "exists" in words(pilot)
        assert there.read_text() == "mine"
        await choose(pilot, Way.URL, file=str(tmp_path / "url"))

        path = tmp_path / "url"
        assert path.read_text().startswith("http://127.0.0.1:")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert f"written to {path}" in said(pilot)
        assert pilot.app.clipboard == ""


async def test_a_browser_gets_the_url(
    clip: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls: list[str] = []

    async def show(url: str) -> None:
        urls.append(url)

    monkeypatch.setattr(browser, "require", lambda: None)
    monkeypatch.setattr(browser, "show", show)
    async with screen(clip) as pilot:
        await asked_for_object(pilot)
        await choose(pilot, Way.BROWSER)

        assert [url.partition("?")[0] for url in urls] == [
            f"{clip.context.endpoint_url}/media/ray/{ROW.id}/output.mp4"
        ]
        assert "given to the browser" in said(pilot)


async def test_in_a_browser_the_url_is_opened_beside_it(
    clip: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "is_there", lambda *_: False)
    monkeypatch.setattr(AsyncInvokeApp, "is_web", True)
    urls: list[str] = []
    async with screen(clip) as pilot:
        monkeypatch.setattr(pilot.app, "open_url", urls.append)
        await asked_for_object(pilot)
        await choose(pilot, Way.BROWSER)

        assert [url.partition("?")[0] for url in urls] == [
            f"{clip.context.endpoint_url}/media/ray/{ROW.id}/output.mp4"
        ]
        assert "given to the browser" in said(pilot)


async def test_where_no_browser_is_that_is_said(
    clip: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "is_there", lambda *_: False)
    async with screen(clip) as pilot:
        await asked_for_object(pilot)
        await choose(pilot, Way.BROWSER)

        assert "there is no browser with a window here" in words(pilot)
        assert isinstance(pilot.app.screen, ShareScreen)


@pytest.mark.parametrize(
    ("typed", "told"),
    [("8d", "at most 7 days"), ("0m", "at least a second"), ("soon", "a number and s, m, h or d")],
)
async def test_a_lifetime_that_is_none_is_told_beside_it(
    clip: Engine, screen: Screen, typed: str, told: str
) -> None:
    async with screen(clip) as pilot:
        await asked_for_object(pilot)
        await choose(pilot, Way.URL, lifetime=typed)
        assert told in words(pilot)
        assert pilot.app.clipboard == ""
        assert pilot.app.focused is pilot.app.screen.query_one("#lifetime", Input)

        await choose(pilot, Way.URI)
        assert pilot.app.clipboard == f"{FOLDER}output.mp4"


async def test_the_end_is_told_before_anything_is_signed(clip: Engine, screen: Screen) -> None:
    async with screen(clip) as pilot:
        await asked_for_object(pilot)
        assert "local, 13:00 UTC" in words(pilot)
        pilot.app.screen.query_one("#lifetime", Input).value = "7d"
        await settled(pilot)
        assert "local, 12:00 UTC" in words(pilot)


@pytest.mark.parametrize(
    ("signer", "told"),
    [
        (Signer(is_temporary=True), "or earlier: it ends with the temporary credentials"),
        (
            Signer(is_temporary=True, end=datetime(2026, 3, 1, 12, 30, tzinfo=timezone.utc)),
            "12:30 UTC: the temporary credentials that sign it end then",
        ),
    ],
)
async def test_temporary_credentials_are_said_to_end_it(
    clip: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch, signer: Signer, told: str
) -> None:
    async def known(_: object) -> Signer:
        return signer

    monkeypatch.setattr(sharing, "signer", known)
    async with screen(clip) as pilot:
        await asked_for_object(pilot)

        assert told in words(pilot)
        assert pilot.app.screen.query_one("#ending").has_class("-warning")


async def test_without_signing_only_the_url_is_refused(
    make_engine: MakeEngine, screen: Screen
) -> None:
    engine = make_engine(sign_requests=False)
    engine.board.apply([a_watched(status=Status.COMPLETED)])
    async with screen(engine) as pilot:
        await asked(pilot)
        assert "NothingToSignWith" in words(pilot)
        await choose(pilot, Way.URL)
        assert "there are no credentials to sign a URL with" in words(pilot)
        assert pilot.app.clipboard == ""

        await choose(pilot, Way.COMMAND)
        assert "--no-sign-request" in pilot.app.clipboard


async def test_from_the_table_the_folder_is_shared(clip: Engine, screen: Screen) -> None:
    async with screen(clip) as pilot:
        await asked(pilot)
        assert f"Share the outputs of {ROW.id}" in shown(pilot)
        assert "choose it in the Output tab" in words(pilot)
        assert not pilot.app.screen.query("#lifetime")
        await choose(pilot, Way.COMMAND)

        assert f"aws s3 cp --recursive {FOLDER} ." in pilot.app.clipboard


async def test_what_an_endpoint_wrote_needs_no_tab(engine: Engine, screen: Screen) -> None:
    row = a_watched(status=Status.COMPLETED)
    engine.board.apply([row])
    async with screen(engine) as pilot:
        await asked(pilot)
        await choose(pilot, Way.URL)

        assert pilot.app.clipboard.startswith(f"{engine.context.endpoint_url}/media/out/{row.id}")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (a_note(operation="InvokeModel"), "no URI to share; 'download' saves it"),
        (a_note(), "AWS has not said where its outputs go"),
    ],
)
async def test_what_is_not_in_s3_is_not_asked_about(
    engine: Engine, screen: Screen, row: Invocation, told: str
) -> None:
    engine.board.apply([row])
    async with screen(engine, (120, 40)) as pilot:
        await pilot.press("u")
        await settled(pilot)

        assert told in said(pilot)
        assert pilot.app.screen is main(pilot)


async def test_keys_that_come_at_once_move_before_they_choose(clip: Engine, screen: Screen) -> None:
    async with screen(clip) as pilot:
        await asked_for_object(pilot)
        for key in ("j", "j", "k", "enter"):
            pilot.app.post_message(events.Key(key, None))
        await settled(pilot)

        assert "X-Amz-Signature" in pilot.app.clipboard


async def test_escape_leaves_all_as_it_is(clip: Engine, screen: Screen) -> None:
    async with screen(clip) as pilot:
        await asked_for_object(pilot)
        await pilot.press("tab", "8", "d", "escape")
        await settled(pilot)

        assert pilot.app.screen is main(pilot)
        assert pilot.app.clipboard == ""
        assert said(pilot) == ""


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 20)])
async def test_all_of_it_is_in_sight(clip: Engine, screen: Screen, size: tuple[int, int]) -> None:
    async with screen(clip, size) as pilot:
        await asked_for_object(pilot)

        for part in (*(way.value for way in Way), "Lifetime", "File", "esc close", "UTC"):
            assert part in words(pilot)


async def test_odd_keys_are_named_harmlessly_and_shared_as_they_are(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    name = "../50%+[/b] 'x'\u202e🌊.mp4"
    put(sandbox, name)
    engine.board.apply([ROW])
    async with screen(engine) as pilot:
        await asked_for_object(pilot)
        assert "\u202e" not in shown(pilot)
        assert "[/b]" in shown(pilot)
        assert "--path-as-is" in words(pilot)
        await choose(pilot, Way.URI)
        assert pilot.app.clipboard == f"{FOLDER}{name}"

        await asked(pilot)
        await choose(pilot, Way.URL)
        fetched = await asyncio.to_thread(fetch, pilot.app.clipboard)
        assert fetched.content == b"a clip"
