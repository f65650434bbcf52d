from __future__ import annotations

import asyncio
from argparse import Namespace
from pathlib import Path

import pytest

from tests.builders import an_inference
from tests.commands.conftest import Invoke, a_start, add_job, add_pending
from tui.commands import fetch
from tui.engine.contexts import Contexts
from tui.engine.session import Engine
from tui.sandbox.server import Sandbox


@pytest.fixture
def ended(invoke: Invoke) -> str:
    """The id of one that has completed, and written its video."""
    done = invoke(*a_start("--wait"))
    assert done.code == 0
    return str(done.data["invocationArn"].rpartition("/")[2])


def test_the_outputs_are_saved_each_invocation_in_a_folder_of_its_own(
    invoke: Invoke, ended: str, tmp_path: Path
) -> None:
    done = invoke("fetch", ended, "--to", "videos")

    assert done.code == 0
    (saved,) = done.data
    path = Path("videos") / ended / "output.mp4"
    assert saved["path"] == str(path)
    assert saved["uri"] == f"s3://media/videos/{ended}/output.mp4"
    assert saved["bytes"] == path.stat().st_size
    assert (saved["checked"], saved["wasThere"]) == ("MD5", False)
    assert "1 object saved" in done.err


def test_without_a_folder_it_is_the_configured_one(
    invoke: Invoke, ended: str, machine: Path
) -> None:
    with (machine / "settings.toml").open("a") as config:
        config.write('[download]\nfolder = "kept"\nlayout = "{model}/{id}"\n')

    (saved,) = invoke("fetch", ended).data

    assert saved["path"] == f"kept/luma.ray-v2-0/{ended}/output.mp4"


def test_what_is_there_is_neither_fetched_nor_overwritten(
    invoke: Invoke, ended: str, sandbox: Sandbox
) -> None:
    first = Path(invoke("fetch", ended).data[0]["path"])
    again = invoke("fetch", ended)

    assert (again.code, again.data[0]["wasThere"]) == (0, True)
    assert "0 objects saved, 0 B; 1 object there already" in again.err
    first.write_text("my own notes")
    third = Path(invoke("fetch", ended).data[0]["path"])
    assert third != first
    assert first.read_text() == "my own notes"


def test_several_are_saved_together(invoke: Invoke, ended: str) -> None:
    other = invoke(*a_start("--wait")).data["invocationArn"]

    done = invoke("fetch", ended, other)

    assert done.code == 0
    folders = {Path(saved["path"]).parent.name for saved in done.data}
    assert folders == {ended, other.rpartition("/")[2]}


def test_what_is_still_pending_is_left_out_with_a_line_and_4(
    invoke: Invoke, ended: str, sandbox: Sandbox
) -> None:
    add_pending(sandbox, "westjob00001")

    done = invoke("fetch", "westjob00001", ended)

    assert done.code == 4
    assert [Path(saved["path"]).parent.name for saved in done.data] == [ended]
    assert "westjob00001 is still InProgress: nothing of it is fetched before it ends" in done.err
    alone = invoke("fetch", "westjob00001")
    assert (alone.code, alone.data) == (4, [])


def test_a_filter_takes_what_has_ended(invoke: Invoke, ended: str, sandbox: Sandbox) -> None:
    add_pending(sandbox, "westjob00001")

    done = invoke("fetch", "--filter", "model:luma")

    assert done.code == 0
    assert [Path(saved["path"]).parent.name for saved in done.data] == [ended]
    assert "1 of them is still pending, and left out" in done.err


def test_one_that_failed_and_wrote_nothing_is_1(invoke: Invoke, ended: str) -> None:
    bad = invoke(*a_start("--wait", prompt="[fail:write]")).data["invocationArn"]

    done = invoke("fetch", bad, ended)

    assert done.code == 1
    assert len(done.data) == 1
    assert "(Failed): nothing was written to s3://media/videos/" in done.err


def test_one_that_completed_and_whose_outputs_are_gone_is_2(
    invoke: Invoke, ended: str, sandbox: Sandbox
) -> None:
    add_job(sandbox, "westjob00001", prefix="moved")
    done = invoke("fetch", "--filter", "status:completed")

    assert done.code == 2
    assert [Path(saved["path"]).parent.name for saved in done.data] == [ended]
    assert "(Completed): nothing is left in s3://media/moved/westjob00001/" in done.err
    bad = invoke(*a_start("--wait", prompt="[fail:write]")).data["invocationArn"]
    assert invoke("fetch", "westjob00001", bad).code == 1


def test_what_cannot_be_listed_keeps_nothing_else_from_being_saved(
    invoke: Invoke, ended: str, sandbox: Sandbox
) -> None:
    add_job(sandbox, "westjob00001", bucket="nobodys")

    done = invoke("fetch", "westjob00001", ended)

    assert done.code == 3
    assert [Path(saved["path"]).parent.name for saved in done.data] == [ended]
    assert "NoSuchBucket: westjob00001: " in done.err


@pytest.mark.parametrize("to", ["file", "file/below"])
def test_a_folder_that_takes_nothing_is_a_usage_error_before_anything_is_asked(
    invoke: Invoke, ended: str, sandbox: Sandbox, to: str
) -> None:
    Path("file").write_text("")
    asked = sandbox.calls["ListObjectsV2"]

    done = invoke("fetch", ended, "--to", to)

    assert (done.code, done.out) == (2, "")
    told = "asyncinvoke: --to: file: Not a directory: choose another folder; nothing was fetched"
    assert done.err == f"{told}\n"
    assert sandbox.calls["ListObjectsV2"] == asked


def test_an_answer_of_an_endpoint_is_saved_by_its_inference_id(invoke: Invoke) -> None:
    start = ("invoke-endpoint-async", "--endpoint-name=sandbox-echo", "--body={}", "--wait")
    assert invoke(*start, "--inference-id=order-4711").code == 0

    (saved,) = invoke("fetch", "order-4711").data

    assert Path(saved["path"]).parent.name == "order-4711"


async def test_an_interruption_says_that_what_has_come_is_kept(
    engine: Engine,
    contexts: Contexts,
    sandbox: Sandbox,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    row = await engine.submit(an_inference(input_location="", model_input=b"{}"))
    sandbox.clock.advance(60)
    await engine.poll()
    sandbox.faults.add("GetObject", "latency", seconds=600, times=None)
    given = Namespace(keys=[row.id], filter="", to=str(tmp_path / "out"))
    fetching = asyncio.create_task(fetch.run(contexts, given))
    while not sandbox.calls["GetObject"]:
        await asyncio.sleep(0)

    fetching.cancel()

    with pytest.raises(asyncio.CancelledError):
        await fetching
    out, err = capsys.readouterr()
    assert out == ""
    assert "what has come is kept" in err
