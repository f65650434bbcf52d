from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.builders import TOKEN, a_request, an_inference
from tests.conftest import Until
from tests.engine.stored import Stored, problem
from tui.commands import exit_codes
from tui.commands.waiting import see_to_its_end
from tui.engine.session import Engine
from tui.engine.source import Outputs
from tui.model.invocation import Invocation, Status, key_of_token
from tui.model.problem import ProblemError
from tui.sandbox.server import Sandbox

KEY = key_of_token(TOKEN)
AT_MOST = 21_600 + 900 + 1


async def test_one_whose_time_is_up_is_waited_for_no_more(
    engine: Engine, sandbox: Sandbox, until: Until, capsys: pytest.CaptureFixture[str]
) -> None:
    request = an_inference(model_id="sandbox-silent", input_location="", model_input=b"{}")
    row = await engine.submit(request)
    waiting = asyncio.create_task(see_to_its_end(engine, row, None))
    await until(engine, lambda: not waiting.done())

    sandbox.clock.advance(AT_MOST)
    await engine.watcher.tick()

    assert await waiting == exit_codes.NOT_KNOWN
    out, err = capsys.readouterr()
    assert json.loads(out)["status"] == Status.OVERDUE.value
    assert "neither an output nor a failure" in err


async def test_one_that_s3_does_not_tell_of_is_given_up_when_its_time_is_up(
    engine: Engine, sandbox: Sandbox, until: Until, capsys: pytest.CaptureFixture[str]
) -> None:
    request = an_inference(model_id="sandbox-forbidden", input_location="", model_input=b"{}")
    row = await engine.submit(request)
    waiting = asyncio.create_task(see_to_its_end(engine, row, None))
    await until(engine, lambda: bool(getattr(engine.board[KEY].witness, "note", "")))
    assert not waiting.done()

    sandbox.clock.advance(AT_MOST)
    await engine.watcher.tick()

    assert await waiting == exit_codes.NOT_KNOWN
    assert "its time is up: missing or forbidden" in capsys.readouterr().err


async def test_without_any_news_one_is_given_up_after_a_last_look(
    engine: Engine, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    request = an_inference(input_location="", model_input=b"{}")
    row = await engine.submit(request)
    engine.pause(True)
    sandbox.clock.advance(AT_MOST)

    assert await see_to_its_end(engine, row, None) == exit_codes.OK
    assert json.loads(capsys.readouterr().out)["status"] == Status.COMPLETED.value


async def test_one_of_which_s3_never_answered_is_given_up_too(
    engine: Engine, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    request = an_inference(input_location="", model_input=b"{}")
    row = await engine.submit(request)
    engine.pause(True)
    sandbox.clock.advance(AT_MOST)
    for operation in ("ListObjectsV2", "HeadObject"):
        sandbox.faults.add(operation, "expired", times=None)

    assert await see_to_its_end(engine, row, None) == exit_codes.NOT_KNOWN
    assert "its time is up: S3 did not answer" in capsys.readouterr().err


async def test_what_s3_does_not_tell_is_said_once(
    engine: Engine, sandbox: Sandbox, until: Until, capsys: pytest.CaptureFixture[str]
) -> None:
    request = an_inference(model_id="sandbox-forbidden", input_location="", model_input=b"{}")
    row = await engine.submit(request)
    waiting = asyncio.create_task(see_to_its_end(engine, row, None))

    await until(engine, lambda: bool(getattr(engine.board[KEY].witness, "note", "")))
    await engine.watcher.tick()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert capsys.readouterr().err.count("missing or forbidden") == 1


async def test_of_several_outputs_the_one_that_failed_names_itself_and_the_rest_is_saved(
    engine: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = Stored({f"job/{name}.bin": b"abc" for name in "abcd"})
    source.forbidden |= {"job/b.bin", "job/c.bin"}
    monkeypatch.setattr(engine, "source_of", lambda _: source)
    request = an_inference(input_location="", model_input=b"{}")
    row = await engine.submit(request)

    with pytest.raises(ProblemError) as caught:
        await see_to_its_end(engine, row, str(tmp_path / "out"))

    assert caught.value.problem.message.startswith("b.bin: ")
    out, err = capsys.readouterr()
    assert json.loads(out)["status"] == Status.COMPLETED.value
    assert "a.bin (3 B, its MD5 is right)" in err
    assert "d.bin (3 B, its MD5 is right)" in err
    assert "c.bin: as S3 says" in err
    saved = (tmp_path / "out").rglob("*.bin")
    assert sorted(path.name for path in saved) == ["a.bin", "d.bin"]


async def test_what_was_saved_is_told_where_the_rest_cannot_be_listed(
    engine: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Breaking(Stored):
        async def list_outputs(self, invocation: Invocation, *, start_after: str = "") -> Outputs:
            if start_after:
                raise problem("SlowDown")
            return await super().list_outputs(invocation)

    source = Breaking({f"job/{name}.bin": b"abc" for name in "abcd"})
    source.page = 2
    monkeypatch.setattr(engine, "source_of", lambda _: source)
    row = await engine.submit(an_inference(input_location="", model_input=b"{}"))

    with pytest.raises(ProblemError, match="SlowDown"):
        await see_to_its_end(engine, row, str(tmp_path / "out"))

    err = capsys.readouterr().err
    assert "a.bin (3 B, its MD5 is right)" in err
    assert "b.bin (3 B, its MD5 is right)" in err


async def test_the_parts_that_failed_are_told_with_the_end(
    engine: Engine, sandbox: Sandbox, until: Until, capsys: pytest.CaptureFixture[str]
) -> None:
    shots = [{"text": "a"}, {"text": "b [fail:shot]"}, {"text": "c"}]
    document = {"taskType": "MULTI_SHOT_MANUAL", "multiShotManualParams": {"shots": shots}}
    row = await engine.submit(a_request(model_id="amazon.nova-reel-v1:1", model_input=document))
    waiting = asyncio.create_task(see_to_its_end(engine, row, None))
    await until(engine, lambda: not waiting.done())

    sandbox.clock.advance(60)
    engine.wake()

    assert await waiting == exit_codes.OK
    out, err = capsys.readouterr()
    assert json.loads(out)["failedParts"]["failed"] == 1
    assert "but 1 of 3 shots failed: RAI_VIOLATION_OUTPUT_VIDEO_DEFLECTION" in err
