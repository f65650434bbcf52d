from __future__ import annotations

import boto3
import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input

from tests.app.conftest import Screen, settled, shown
from tests.builders import an_invocation
from tests.conftest import SETTINGS, MakeEngine, Until
from tui.app.screens.form import FormScreen
from tui.app.screens.main import MainScreen
from tui.aws import bedrock
from tui.aws.session import Session
from tui.config import Defaults
from tui.engine.draft import BUSY, OpenDraft
from tui.engine.session import Engine
from tui.model.problem import Problem
from tui.model.request import StartAsyncInvoke
from tui.model.tag import Tag
from tui.sandbox.server import Sandbox


@pytest.fixture(autouse=True)
def user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ann")


def make_bucket(sandbox: Sandbox, region: str = "us-west-2") -> None:
    client = boto3.client("s3", endpoint_url=sandbox.url, region_name=region)
    client.create_bucket(Bucket="media", CreateBucketConfiguration={"LocationConstraint": region})


async def opened(pilot: Pilot[int]) -> FormScreen:
    await pilot.press("n")
    await settled(pilot)
    form = pilot.app.screen
    assert isinstance(form, FormScreen)
    return form


def field(pilot: Pilot[int], name: str) -> Input:
    return pilot.app.screen.query_one(f"#{name}", Input)


async def type_in(pilot: Pilot[int], name: str, text: str) -> Input:
    """Put the cursor into a field, replace what stands there, and see the completion come."""
    typed = field(pilot, name)
    typed.value = text[:-1]
    typed.focus()
    await pilot.pause()
    typed.cursor_position = len(typed.value)
    typed.insert_text_at_cursor(text[-1])
    await settled(pilot)
    return typed


async def begin_look(pilot: Pilot[int]) -> None:
    """Have the form ask; the answer is not waited for."""
    await pilot.press("f8")
    if asking := [worker for worker in pilot.app.workers if worker.group == "look"]:
        await pilot.app.workers.wait_for_complete(asking)
    await pilot.pause()


async def looked(pilot: Pilot[int]) -> str:
    await pilot.press("f8")
    await settled(pilot)
    return shown(pilot)


async def test_placeholders_are_shown_filled_in_and_sent_so(
    make_engine: MakeEngine, sandbox: Sandbox, screen: Screen
) -> None:
    uri = "s3://media/{user}/{date}/{model}/"
    defaults = Defaults(model_id="luma.ray-v2:0", s3_uri=uri)
    engine = make_engine(replace(SETTINGS, defaults=defaults))
    filled = "s3://media/ann/2026-03-01/luma.ray-v2-0/"

    async with screen(engine) as pilot:
        await opened(pilot)
        assert field(pilot, "s3-uri").value == uri
        assert f"→ {filled}" in shown(pilot)

        await pilot.press("ctrl+s")
        await settled(pilot)

        assert isinstance(pilot.app.screen, MainScreen)
        (row,) = engine.board
        assert row.s3_uri.startswith(filled.rstrip("/"))


async def test_the_draft_of_what_is_sent_holds_the_folder_that_is_sent(
    engine: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[str] = []
    start = bedrock.start_async_invoke

    async def note(session: Session, request: StartAsyncInvoke) -> str:
        held.extend(draft.fields["s3_uri"] for draft in await engine.drafts.all())
        return await start(session, request)

    monkeypatch.setattr(bedrock, "start_async_invoke", note)
    async with screen(engine) as pilot:
        await opened(pilot)
        field(pilot, "s3-uri").value = "s3://media/{date}/{{x}}/"
        await pilot.press("ctrl+s")
        await settled(pilot)

        assert held == ["s3://media/2026-03-01/{{x}}/"]


async def test_a_folder_is_typed_as_it_was_once_the_request_is_refused(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "throttle")
    async with screen(engine) as pilot:
        await opened(pilot)
        field(pilot, "s3-uri").value = "s3://media/{date}/"
        await pilot.press("ctrl+s")
        await settled(pilot)

        assert "Throttling" in shown(pilot)
        assert field(pilot, "s3-uri").value == "s3://media/{date}/"


async def test_a_folder_is_typed_as_it_was_where_its_draft_could_not_be_kept(
    engine: Engine, sandbox: Sandbox, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> Problem:
        return BUSY

    async with screen(engine) as pilot:
        await opened(pilot)
        field(pilot, "s3-uri").value = "s3://media/{date}/"
        monkeypatch.setattr(OpenDraft, "keep", refuse)
        await pilot.press("ctrl+s")
        await settled(pilot)

        assert sandbox.calls["StartAsyncInvoke"] == 0
        assert field(pilot, "s3-uri").value == "s3://media/{date}/"


async def test_an_unknown_placeholder_is_a_fault_of_the_field(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        field(pilot, "s3-uri").value = "s3://media/{day}/"
        await pilot.press("ctrl+s")
        await settled(pilot)

        assert "no placeholder {day}" in shown(pilot)
        assert field(pilot, "s3-uri").has_focus
        assert sandbox.calls["StartAsyncInvoke"] == 0


async def test_a_run_again_keeps_braces_that_were_sent(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        field(pilot, "s3-uri").value = "s3://media/{{date}}/"
        await pilot.press("ctrl+s")
        await settled(pilot)
        await pilot.press("R")
        await settled(pilot)

        assert field(pilot, "s3-uri").value == "s3://media/{{date}}/"


async def test_a_look_says_what_holds_and_leaves_nothing(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    make_bucket(sandbox)

    async with screen(engine) as pilot:
        await opened(pilot)

        text = await looked(pilot)

        assert "the bucket exists, in us-west-2" in text
        assert "takes an object" in text
        assert sandbox.calls["AbortMultipartUpload"] == sandbox.calls["CreateMultipartUpload"] == 1


async def test_a_look_says_what_is_wrong_and_the_remedy_in_one_line(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    make_bucket(sandbox)
    sandbox.faults.add("CreateMultipartUpload", "denied")

    async with screen(engine) as pilot:
        await opened(pilot)

        text = await looked(pilot)

        assert "AccessDenied: not writable: no s3:PutObject" in text
        assert " → " in text
        assert "cause" not in text
        assert "Token" in text


async def test_escape_leaves_also_what_was_looked_at(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        form = await opened(pilot)
        assert "there is no such bucket" in await looked(pilot)

        await pilot.press("escape")
        await settled(pilot)
        assert not form.is_current


async def test_a_look_at_a_faulty_folder_says_what_to_mend_and_no_older_word_stays(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    make_bucket(sandbox)
    async with screen(engine) as pilot:
        await opened(pilot)
        output = field(pilot, "s3-uri")
        output.value = "https://media/"
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "not sent: mend" in shown(pilot)

        text = await looked(pilot)
        assert "not looked: mend the folder first" in text
        assert "not sent" not in text

        output.value = "s3://media/ray/"
        text = await looked(pilot)
        assert "takes an object" in text
        assert "not looked" not in text


async def test_typing_forgets_a_look_and_one_under_way(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        await looked(pilot)
        field(pilot, "s3-uri").value = "s3://media/other/"
        await settled(pilot)
        assert "no such bucket" not in shown(pilot)

        sandbox.faults.add("HeadBucket", "latency", seconds=0.2)
        await begin_look(pilot)
        field(pilot, "s3-uri").value = "s3://media/another/"
        await settled(pilot)
        assert sandbox.calls["HeadBucket"] == 2
        assert "no such bucket" not in shown(pilot)


async def test_a_look_that_hangs_holds_no_submission_up(
    engine: Engine, sandbox: Sandbox, screen: Screen, until: Until
) -> None:
    sandbox.faults.add("HeadBucket", "latency", seconds=600)

    async with screen(engine) as pilot:
        await opened(pilot)
        await begin_look(pilot)
        assert "looking at s3://media/ray/" in shown(pilot)

        await pilot.press("ctrl+s")
        await until(engine, lambda: sandbox.calls["StartAsyncInvoke"] == len(engine.board) == 1)

        assert sandbox.calls["CreateMultipartUpload"] == 0


@pytest.mark.parametrize("uri", ["", "media/ray", "s3://media/{day}/"])
async def test_a_look_at_no_place_asks_nobody(
    engine: Engine, sandbox: Sandbox, screen: Screen, uri: str
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        field(pilot, "s3-uri").value = uri
        await looked(pilot)

        assert sandbox.calls["HeadBucket"] == 0
        assert pilot.app.screen.query_one("#s3-uri-field").has_class("-faulty")


async def test_the_right_arrow_takes_a_bucket(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    make_bucket(sandbox)

    async with screen(engine) as pilot:
        await opened(pilot)
        typed = await type_in(pilot, "s3-uri", "s3://m")
        await pilot.press("right")

        assert typed.value == "s3://media/"


async def test_the_right_arrow_takes_the_arn_of_an_alias(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        typed = await type_in(pilot, "kms-key-id", "alias/aws/s3")
        assert "alias/aws/s3 → arn:aws:kms" in shown(pilot)
        await pilot.press("right")

        assert typed.value == "arn:aws:kms:us-west-2:123456789012:alias/aws/s3"
        assert typed.cursor_at_end


async def test_the_right_arrow_takes_a_recent_tag(engine: Engine, screen: Screen) -> None:
    engine.board.apply([an_invocation("a", tags=(Tag("team", "media"),))])

    async with screen(engine) as pilot:
        await opened(pilot)
        typed = await type_in(pilot, "tags", "run=1 team=")
        await pilot.press("right")

        assert typed.value == "run=1 team=media"


async def test_a_form_that_fills_itself_in_asks_for_no_completion(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        field(pilot, "s3-uri").value = "s3://media/x"
        field(pilot, "kms-key-id").value = "alias/x"
        await settled(pilot)

        assert sandbox.calls["ListObjectsV2"] == 0
        assert sandbox.calls["ListAliases"] == 0


async def test_a_folder_that_is_at_fault_is_not_told_a_second_time(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await opened(pilot)
        await type_in(pilot, "s3-uri", "s3://b/{{x}}/")
        await pilot.press("ctrl+s")
        await settled(pilot)

        assert shown(pilot).count("s3://b/{x}/") == 1
