"""The form while it uploads an endpoint's input: once, and nothing typed is lost with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from textual.pilot import Pilot

from tests.app.conftest import Screen, settled, shown
from tests.app.test_form_endpoint import Sent, sent, submitted, typed
from tui.app.screens.confirm import ConfirmScreen
from tui.app.screens.copy_as import CopyScreen
from tui.app.screens.form import FormScreen
from tui.app.screens.main import MainScreen
from tui.app.widgets.request_fields import RequestFields
from tui.aws.session import Session
from tui.engine import staging
from tui.engine.session import Engine
from tui.engine.staging import Local, Progress
from tui.model.request import InvokeEndpointAsync
from tui.sandbox.server import Sandbox

__all__ = ["sent"]

FOLDER = "s3://sandbox-uploads/{model}/"


@dataclass
class Line:
    """A line to S3 on which an upload waits, half done, until it is free."""

    is_reached: asyncio.Event = field(default_factory=asyncio.Event)
    is_free: asyncio.Event = field(default_factory=asyncio.Event)
    is_cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    ends: Callable[[], None] = lambda: None


@pytest.fixture
async def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    line, stage = Line(), staging.stage

    async def wait(
        session: Session,
        request: InvokeEndpointAsync,
        local: Local | None = None,
        folder: str = "",
        progress: Progress | None = None,
    ) -> InvokeEndpointAsync:
        if progress:
            progress(2)
        line.is_reached.set()
        try:
            await line.is_free.wait()
        except asyncio.CancelledError:
            line.is_cancelled.set()
            raise
        staged = await stage(session, request, local, folder, progress)
        asyncio.get_running_loop().call_soon(line.ends)
        return staged

    monkeypatch.setattr(staging, "stage", wait)
    return line


async def uploading(pilot: Pilot[int], line: Line, path: Path) -> RequestFields:
    path.write_text("a,b\n")
    form = await typed(pilot, input_location=str(path), upload_to=FOLDER)
    await pilot.press("ctrl+s")
    await asyncio.wait_for(line.is_reached.wait(), 20)
    await pilot.pause()
    return form


def content(sandbox: Sandbox, location: str) -> bytes:
    bucket, _, key = location.removeprefix("s3://").partition("/")
    client = boto3.client("s3", endpoint_url=sandbox.url, region_name="us-west-2")
    found: bytes = client.get_object(Bucket=bucket, Key=key)["Body"].read()
    return found


async def test_a_file_is_uploaded_and_its_place_is_what_is_sent(
    engine: Engine, screen: Screen, sandbox: Sandbox, sent: Sent, tmp_path: Path
) -> None:
    (tmp_path / "x.csv").write_text("a,b\n")
    async with screen(engine) as pilot:
        form = await typed(
            pilot, input_location=f"{tmp_path}/x.csv", upload_to=FOLDER, filename="a.b.c"
        )
        assert "→ s3://sandbox-uploads/sandbox-echo/" in await submitted(pilot)
        form.input("filename").value = ""
        await submitted(pilot)
        assert isinstance(pilot.app.screen, MainScreen)

    (request,) = sent
    folder = f"s3://sandbox-uploads/sandbox-echo/{request.client_request_token}-"
    assert request.input_location.startswith(folder)
    assert request.input_location.endswith("/x.csv")
    assert content(sandbox, request.input_location) == b"a,b\n"


async def test_a_typed_body_is_uploaded_where_a_folder_is_named(
    engine: Engine, screen: Screen, sandbox: Sandbox, sent: Sent
) -> None:
    async with screen(engine) as pilot:
        await typed(pilot, "x" * 200_000, upload_to=FOLDER, content_type="text/plain")
        await submitted(pilot)

    (request,) = sent
    assert request.model_input is None
    assert content(sandbox, request.input_location) == b"x" * 200_000


async def test_a_file_without_a_folder_is_sent_inline(
    engine: Engine, screen: Screen, sandbox: Sandbox, sent: Sent, tmp_path: Path
) -> None:
    (tmp_path / "x.bin").write_bytes(b"\xff\x00")
    async with screen(engine) as pilot:
        await typed(pilot, input_location=f"{tmp_path}/x.bin")
        await submitted(pilot)

    assert (sent[0].model_input, sent[0].input_location) == (b"\xff\x00", "")
    assert sandbox.calls["PutObject"] == 0


async def test_how_far_it_is_and_the_ways_out_are_shown(
    engine: Engine, screen: Screen, line: Line, tmp_path: Path, sent: Sent
) -> None:
    async with screen(engine) as pilot:
        form = await uploading(pilot, line, tmp_path / "x.csv")
        text = shown(pilot)
        assert "uploading… 0 B of 4 B" in text or "uploading… 2 B of 4 B" in text
        assert "^x cancels" in text
        assert " ".join(text.splitlines()[-1].split()) == "^x cancel esc back F1 help"
        assert form.is_frozen

        line.is_free.set()
        await settled(pilot)
        assert isinstance(pilot.app.screen, MainScreen)
    assert len(sent) == 1


async def test_a_cancelled_upload_sends_nothing_and_may_be_made_again(
    engine: Engine, screen: Screen, line: Line, tmp_path: Path, sent: Sent
) -> None:
    async with screen(engine) as pilot:
        form = await uploading(pilot, line, tmp_path / "x.csv")
        await pilot.press("ctrl+x")
        await settled(pilot)

        assert line.is_cancelled.is_set()
        assert "the upload was cancelled, and nothing was sent" in shown(pilot)
        assert not form.is_frozen
        assert form.input("input_location").value == str(tmp_path / "x.csv")
        assert sent == []

        line.is_free.set()
        await submitted(pilot)
        assert isinstance(pilot.app.screen, MainScreen)
    assert len(sent) == 1


async def test_an_upload_that_ends_as_it_is_cancelled_sends_nothing_and_is_not_made_again(
    engine: Engine, screen: Screen, line: Line, tmp_path: Path, sent: Sent, sandbox: Sandbox
) -> None:
    async with screen(engine) as pilot:
        await uploading(pilot, line, tmp_path / "x.csv")
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        line.ends = form.action_cancel
        line.is_free.set()
        await settled(pilot)
        assert "the upload was cancelled, and nothing was sent" in shown(pilot)
        assert sent == []
        line.ends = lambda: None

        await submitted(pilot)
        assert isinstance(pilot.app.screen, MainScreen)
    assert len(sent) == 1
    assert sandbox.calls["PutObject"] == 1


async def test_an_upload_that_ends_as_the_form_is_left_sends_nothing(
    engine: Engine,
    screen: Screen,
    line: Line,
    tmp_path: Path,
    sent: Sent,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with screen(engine) as pilot:
        await uploading(pilot, line, tmp_path / "x.csv")
        tell = pilot.app.notify

        def notify(message: str, **how: Any) -> None:
            line.is_free.set()
            tell(message, **how)

        monkeypatch.setattr(pilot.app, "notify", notify)
        await pilot.press("escape")
        await settled(pilot)

        assert isinstance(pilot.app.screen, MainScreen)
    assert sent == []
    assert len(engine.board) == 0


async def test_leaving_the_program_asks_while_an_input_is_uploaded(
    engine: Engine, screen: Screen, line: Line, tmp_path: Path, sent: Sent
) -> None:
    async with screen(engine) as pilot:
        await uploading(pilot, line, tmp_path / "x.csv")
        await pilot.press("ctrl+q")
        while not isinstance(pilot.app.screen, ConfirmScreen):
            await pilot.pause()
        await pilot.pause()
        assert "Leave while the input is uploaded?" in shown(pilot)
        line.is_free.set()
        await settled(pilot)
        assert len(sent) == 1
        await pilot.press("y")
        await settled(pilot)

        assert isinstance(pilot.app.screen, MainScreen)
        text = " ".join(shown(pilot).replace("▌", "").split())
        assert "not left: the upload had ended by then" in text


async def test_leaving_cancels_the_upload_and_keeps_what_is_typed(
    engine: Engine, screen: Screen, line: Line, tmp_path: Path, sent: Sent
) -> None:
    async with screen(engine) as pilot:
        await uploading(pilot, line, tmp_path / "x.csv")
        await pilot.press("escape")
        await settled(pilot)

        assert isinstance(pilot.app.screen, MainScreen)
        text = " ".join(shown(pilot).replace("▌", "").split())
        assert "the upload is cancelled and nothing was sent" in text
        await asyncio.wait_for(line.is_cancelled.wait(), 20)
        assert sent == []
        (draft,) = await engine.drafts.all()
        assert draft.fields["input_location"] == str(tmp_path / "x.csv")
        assert draft.fields["inference_id"]


async def test_after_a_refusal_the_same_file_is_not_uploaded_again(
    engine: Engine, screen: Screen, sandbox: Sandbox, sent: Sent, tmp_path: Path
) -> None:
    sandbox.faults.add("InvokeEndpointAsync", "denied", times=2)
    path = tmp_path / "x.csv"
    path.write_text("a,b\n")
    async with screen(engine, (100, 40)) as pilot:
        form = await typed(pilot, input_location=str(path), upload_to=FOLDER)
        text = await submitted(pilot)
        assert "AccessDenied" in text
        assert "its input is uploaded: ^s sends it without uploading the same again" in text
        assert isinstance(pilot.app.screen, FormScreen)
        assert form.input("input_location").value == str(path)

        await submitted(pilot)
        assert sandbox.calls["PutObject"] == 1

        path.write_text("another file\n")
        await submitted(pilot)
        assert isinstance(pilot.app.screen, MainScreen)
    first, second, third = sent
    assert first.input_location == second.input_location
    assert sandbox.calls["PutObject"] == 2
    assert content(sandbox, third.input_location) == b"another file\n"


async def test_an_upload_that_s3_refuses_is_said_with_its_remedy_and_sends_nothing(
    engine: Engine, screen: Screen, sandbox: Sandbox, sent: Sent, tmp_path: Path
) -> None:
    sandbox.faults.add("PutObject", "denied")
    (tmp_path / "x.csv").write_text("a,b\n")
    async with screen(engine, (100, 40)) as pilot:
        await typed(pilot, input_location=f"{tmp_path}/x.csv", upload_to=FOLDER)
        text = await submitted(pilot)

        assert "AccessDenied" in text
        assert "have s3:PutObject granted there" in text
        assert "its input is uploaded" not in text
    assert sent == []


async def test_the_folder_is_looked_at(engine: Engine, screen: Screen) -> None:
    async with screen(engine, (100, 40)) as pilot:
        form = await typed(pilot, upload_to="s3://no-such-bucket/{user}/")
        await pilot.press("f8")
        await settled(pilot)
        assert "there is no such bucket" in shown(pilot)

        form.input("upload_to").value = "s3://another-bucket/"
        await settled(pilot)
        assert "no such bucket" not in shown(pilot)


async def test_a_file_is_copied_as_the_body_or_said_to_need_uploading(
    engine: Engine, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.csv").write_text("a,b\n")
    (tmp_path / "big.csv").write_text("a,b\n" * 40_000)
    async with screen(engine, (120, 40)) as pilot:
        form = await typed(pilot, input_location="x.csv")
        await pilot.press("f9")
        while not isinstance(pilot.app.screen, CopyScreen):
            await pilot.pause()
        await pilot.pause()
        assert "x.csv as its body" in shown(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert "aws sagemaker-runtime invoke-endpoint-async" in pilot.app.clipboard
        assert "a,b" in pilot.app.clipboard

        form.input("input_location").value = "big.csv"
        await pilot.press("f9")
        while not isinstance(pilot.app.screen, CopyScreen):
            await pilot.pause()
        await pilot.pause()
        assert "must be uploaded first" in " ".join(shown(pilot).replace("│", "").split())
