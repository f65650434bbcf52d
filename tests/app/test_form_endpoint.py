"""The form of InvokeEndpointAsync: what is typed in it, and what is wrong with that."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from tests.app.conftest import Screen, settled, shown
from tests.builders import an_inference
from tests.conftest import SETTINGS, MakeEngine
from tui.app.screens.confirm import ConfirmScreen
from tui.app.screens.form import FormScreen
from tui.app.screens.main import MainScreen
from tui.app.widgets.field import Complaint, Field
from tui.app.widgets.request_fields import RequestFields
from tui.aws import sagemaker
from tui.aws.sagemaker import Accepted
from tui.aws.session import Session
from tui.engine.session import Engine
from tui.model.form import AT_ENDPOINT
from tui.model.invocation import Status
from tui.model.request import InvokeEndpointAsync
from tui.sandbox.server import Sandbox

Sent = list[InvokeEndpointAsync]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What goes to the endpoint."""
    sent: Sent = []
    invoke = sagemaker.invoke_endpoint_async

    async def note(session: Session, request: InvokeEndpointAsync) -> Accepted:
        sent.append(request)
        return await invoke(session, request)

    monkeypatch.setattr(sagemaker, "invoke_endpoint_async", note)
    return sent


async def typed(pilot: Pilot[int], body: str = "", **fields: str) -> RequestFields:
    await pilot.press("n")
    await settled(pilot)
    await pilot.press("ctrl+r")
    await settled(pilot)
    form = pilot.app.screen.query_one(RequestFields)
    form.editor.text = body
    for name, value in {"endpoint_name": "sandbox-echo", **fields}.items():
        form.input(name).value = value
    await settled(pilot)
    return form


async def submitted(pilot: Pilot[int]) -> str:
    await pilot.press("ctrl+s")
    await settled(pilot)
    return " ".join(shown(pilot).split())


def state(form: RequestFields) -> str:
    return str(form.editor.query_one("#json-state").render())


async def test_an_input_in_s3_goes_to_the_endpoint_with_all_that_is_typed(
    engine: Engine, screen: Screen, sent: Sent
) -> None:
    fields = {
        "input_location": "s3://media/in/x.csv",
        "content_type": "text/csv",
        "accept": "application/json",
        "custom_attributes": "trace=1",
        "inference_id": "mine-1",
        "request_ttl_seconds": "600",
        "invocation_timeout_seconds": "60",
        "s3_output_path_extension": "today",
        "filename": "x.out",
    }
    async with screen(engine) as pilot:
        await typed(pilot, **fields)
        await submitted(pilot)

        assert isinstance(pilot.app.screen, MainScreen)
        (row,) = engine.board
        assert row.status is Status.PENDING
        assert row.client_request_token == "mine-1"
        assert await engine.drafts.all() == []
    (request,) = sent
    assert request == InvokeEndpointAsync(
        model_id="sandbox-echo",
        client_request_token="mine-1",
        input_location="s3://media/in/x.csv",
        content_type="text/csv",
        accept="application/json",
        custom_attributes="trace=1",
        request_ttl_seconds=600,
        invocation_timeout_seconds=60,
        s3_output_path_extension="today",
        filename="x.out",
    )


async def test_a_body_is_sent_byte_by_byte_and_names_no_files(
    engine: Engine, screen: Screen, sent: Sent
) -> None:
    body = "file://no-such.txt, é\n 1.10\n"
    async with screen(engine) as pilot:
        await typed(pilot, body)
        await submitted(pilot)

    (request,) = sent
    assert request.model_input == body.encode()
    assert request.input_location == ""


async def test_the_inference_id_is_in_the_draft_before_it_is_used(
    engine: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[tuple[str, str]] = []
    invoke = sagemaker.invoke_endpoint_async

    async def note(session: Session, request: InvokeEndpointAsync) -> Accepted:
        for draft in await engine.drafts.all():
            held.append((draft.fields["inference_id"], request.client_request_token))
        return await invoke(session, request)

    monkeypatch.setattr(sagemaker, "invoke_endpoint_async", note)
    async with screen(engine) as pilot:
        await typed(pilot, "{}")
        await submitted(pilot)

    ((kept, used),) = held
    assert kept == used != ""


WRONG = [
    {
        "endpoint_name": ("", "is required"),
        "input_location": ("s3://media/x", "a location or a body, not both"),
        "content_type": ("é", "ASCII"),
        "custom_attributes": ("a\nb", "ASCII"),
        "inference_id": ("a" * 65, "at most 64 characters"),
        "request_ttl_seconds": ("30", "at least 60"),
        "invocation_timeout_seconds": ("1.5", "a whole number of seconds, not 1.5"),
        "s3_output_path_extension": ("s3://x", "without s3:"),
        "filename": ("a.b.c", "one dot at most"),
    },
    {"endpoint_name": ("a_b", "letters and digits, with single hyphens")},
    {
        "input_location": ("./x.csv", "a location or a body, not both"),
        "request_ttl_seconds": ("99999", "at most 21600"),
        "custom_attributes": ("a" * 1025, "at most 1,024 characters"),
    },
    {"upload_to": ("media/in", "an s3:// folder like")},
    {
        "request_ttl_seconds": ("soon", "a whole number of seconds, not soon"),
        "custom_attributes": ("umläut", "ASCII"),
    },
    {"upload_to": ("s3://media/{usr}/", "no placeholder {usr}")},
    {"request_ttl_seconds": ("0", "a whole number of seconds, not 0")},
    {"upload_to": ("s3://media/ümlaut/", "ASCII")},
]
"""What is typed at a time, and the words about it; no time has a field of the one before it."""


async def test_a_wrong_value_is_told_beside_its_field_and_stays(
    engine: Engine, screen: Screen, sandbox: Sandbox
) -> None:
    async with screen(engine, (120, 50)) as pilot:
        form = await typed(pilot, "{}")
        right = {name: form.input(name).value for each in WRONG for name in each}
        for wrong in WRONG:
            for name, (value, _) in wrong.items():
                form.input(name).value = value
            text = await submitted(pilot)

            faulty = {
                str(field.input.id).replace("-", "_"): str(field.query_one(Complaint).render())
                for field in form.query(Field)
                if field.has_class("-faulty")
            }
            assert faulty.keys() == wrong.keys()
            for name, (value, words) in wrong.items():
                assert words in faulty[name]
                assert words in text
                assert form.input(name).value == value
                form.input(name).value = right[name]
            assert sandbox.calls["InvokeEndpointAsync"] == len(engine.board) == 0


async def test_neither_input_nor_body_is_told_once_it_is_submitted(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        form = await typed(pilot)
        assert "or else a body" not in shown(pilot)

        assert "or else a body above" in await submitted(pilot)
        assert form.input("input_location").has_focus


async def test_a_body_that_is_too_long_names_the_way_out(engine: Engine, screen: Screen) -> None:
    async with screen(engine, (120, 40)) as pilot:
        form = await typed(pilot, "x" * 128_001)
        text = await submitted(pilot)
        assert "at most 128,000 bytes" in text
        assert "a folder under Upload takes more" in text

        form.input("upload_to").value = "s3://sandbox-uploads/in/"
        form.input("filename").value = "a.b.c"
        text = await submitted(pilot)
        assert "one dot at most" in text
        assert "at most 128,000 bytes" not in text


async def test_a_file_is_said_to_be_what_it_is_or_why_it_cannot_be_sent(
    engine: Engine, screen: Screen, tmp_path: Path
) -> None:
    (tmp_path / "x.csv").write_text("a,b\n")
    (tmp_path / "big.csv").write_text("a,b\n" * 40_000)
    async with screen(engine, (120, 40)) as pilot:
        form = await typed(pilot, input_location=f"{tmp_path}/x.csv", endpoint_name="")
        assert "→ 4 B CSV" in await submitted(pilot)

        form.input("endpoint_name").value = "sandbox-echo"
        form.input("input_location").value = f"{tmp_path}/big.csv"
        text = await submitted(pilot)
        assert "at most 128.0 kB without a folder to upload to, not 160.0 kB" in text

        for name, words in (("none.csv", "No such file"), ("", "not a directory")):
            form.input("input_location").value = f"{tmp_path}/{name}"
            text = await submitted(pilot)
            assert words in text
            assert form.input("input_location").has_focus


async def test_the_state_line_says_what_the_body_is(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        form = await typed(pilot)
        for body, content_type, words in (
            ("", "", "empty: the input is named below"),
            ("a,b", "", "text · 3 B"),
            ("[1, 2]", "", "JSON · 6 B · valid"),
            ("[1, 2]", "text/plain; charset=utf-8", "text · 6 B"),
            ("{}\n{}", "", "text · 5 B · not JSON: line 2, column 1"),
            ("nope", "Application/JSON; charset=utf-8", "JSON · 4 B · not JSON: line 1, column 1"),
            ("{}\n{}", "application/jsonlines", "text · 5 B"),
        ):
            form.editor.text = body
            form.input("content_type").value = content_type
            await settled(pilot)
            assert state(form).startswith(words)


async def test_a_body_that_is_no_json_although_its_type_says_so_may_be_sent(
    engine: Engine, screen: Screen, sent: Sent
) -> None:
    async with screen(engine) as pilot:
        await typed(pilot, '{"a": ', content_type="application/json")
        text = await submitted(pilot)
        assert "its type says JSON" in text
        assert "submit again to send it" in text
        assert sent == []

        await submitted(pilot)
        assert isinstance(pilot.app.screen, MainScreen)
    assert sent[0].model_input == b'{"a": '


async def test_what_is_sent_and_where_its_output_goes_is_asked_about(
    make_engine: MakeEngine, screen: Screen
) -> None:
    engine = make_engine(replace(SETTINGS, confirm=True))
    async with screen(engine) as pilot:
        await typed(pilot, "a,b", request_ttl_seconds="600")
        await pilot.press("ctrl+s")
        while not isinstance(pilot.app.screen, ConfirmScreen):
            await pilot.pause()

        text = " ".join(shown(pilot).split())
        for words in ("Submit this to sandbox-echo?", "where the endpoint writes", "TTL 600 s"):
            assert words in text
        assert "input 3 B as typed, sent with the request" in text
        await pilot.press("escape")
        await settled(pilot)


async def test_a_draft_opens_in_the_form_it_was_typed_in(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await typed(pilot, "a,b", custom_attributes="trace=1", upload_to="s3://media/{user}/")
        await pilot.press("escape")
        await settled(pilot)
        await pilot.press("n")
        await settled(pilot)

        form = pilot.app.screen.query_one(RequestFields)
        assert form.operation == AT_ENDPOINT
        assert form.editor.text == "a,b"
        assert form.input("custom_attributes").value == "trace=1"
        assert form.input("upload_to").value == "s3://media/{user}/"


async def test_a_draft_that_was_sent_is_offered_with_that_word(
    engine: Engine, screen: Screen, sent: Sent
) -> None:
    async with screen(engine) as pilot:
        await typed(pilot, "{}", inference_id="mine-1")
        await submitted(pilot)
        await typed(pilot, "{}", inference_id="mine-1")
        await pilot.press("escape")
        await settled(pilot)
        await pilot.press("n")
        await settled(pilot)
        assert "sent already under its ID" in shown(pilot)

        text = await submitted(pilot)
        assert "mine-1 was sent already" in text
    assert len(sent) == 1


async def test_a_body_that_no_editor_holds_is_left_out_and_that_is_said(
    engine: Engine, screen: Screen
) -> None:
    request = an_inference(model_input=b"\xff\xd8\xff", input_location="")
    async with screen(engine) as pilot:
        await pilot.app.push_screen(FormScreen(engine, request))
        await settled(pilot)

        assert "its body (3 B) cannot be edited here" in " ".join(shown(pilot).split())
        assert pilot.app.screen.query_one(RequestFields).editor.text == ""


async def test_the_help_is_the_endpoint_form_s_own(engine: Engine, screen: Screen) -> None:
    async with screen(engine, (80, 40)) as pilot:
        await typed(pilot)
        await pilot.press("f1")
        await settled(pilot)
        assert "choose the endpoint from a list" in shown(pilot)
        assert "stop the upload" in shown(pilot)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_field_is_on_the_screen(
    engine: Engine, screen: Screen, size: tuple[int, int]
) -> None:
    labels = [
        "Endpoint",
        "Input",
        "Upload",
        "ID",
        "Type",
        "Accept",
        "Custom",
        "TTL",
        "Timeout",
        "Folder",
        "File",
        "Submit",
    ]
    async with screen(engine, size) as pilot:
        await typed(pilot)
        lines = [line.split() for line in shown(pilot).splitlines()]
        assert [line[0] for line in lines if line and line[0] in labels] == labels
