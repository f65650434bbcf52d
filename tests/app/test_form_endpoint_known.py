"""What the ledger and the account's list say of an inference before it is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from tests.app.conftest import Screen, settled
from tests.app.test_form_endpoint import submitted, typed
from tests.builders import an_inference
from tui.engine.session import Engine
from tui.sandbox.server import Sandbox


async def test_an_id_that_was_sent_is_a_fault_beside_it_and_uploads_nothing(
    engine: Engine, screen: Screen, sandbox: Sandbox
) -> None:
    await engine.submit(
        an_inference(client_request_token="mine-1", input_location="", model_input=b"{}")
    )
    async with screen(engine) as pilot:
        await typed(pilot, "{}", inference_id="mine-1", upload_to="s3://sandbox-uploads/in/")

        text = await submitted(pilot)

        assert "was sent already: each id once" in text
        assert "not sent" in text
    assert sandbox.calls["InvokeEndpointAsync"] == 1


async def test_an_endpoint_that_is_listed_as_synchronous_is_called_out(
    engine: Engine, screen: Screen, sandbox: Sandbox
) -> None:
    async with screen(engine) as pilot:
        await typed(pilot, "{}", endpoint_name="sandbox-sync")
        await engine.offers.endpoints()

        assert "this one has none" in await submitted(pilot)
        assert sandbox.calls["InvokeEndpointAsync"] == 0

        await submitted(pilot)
        assert sandbox.calls["InvokeEndpointAsync"] == 1


async def test_a_quoted_path_is_the_file_in_the_quotes(
    engine: Engine, screen: Screen, tmp_path: Path
) -> None:
    file = tmp_path / "a b.csv"
    file.write_text("1,2")
    async with screen(engine) as pilot:
        await typed(pilot, input_location=f'"{file}"')
        await submitted(pilot)

    (row,) = engine.board
    request = await engine.request_of(row)
    assert request is not None
    assert request.model_input == b"1,2"


async def test_a_pasted_body_is_sent_with_its_own_line_ends(
    engine: Engine, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.csv").write_bytes(b"a,b\r\n1,2\r\n")
    command = (
        "aws sagemaker-runtime invoke-endpoint-async --endpoint-name sandbox-echo"
        " --content-type text/csv --body fileb://c.csv"
    )
    async with screen(engine) as pilot:
        await typed(pilot, "x\ny")
        pilot.app.post_message(events.Paste(command))
        await settled(pilot)
        await submitted(pilot)

    (row,) = engine.board
    request = await engine.request_of(row)
    assert request is not None
    assert request.model_input == b"a,b\r\n1,2\r\n"
