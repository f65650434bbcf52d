from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import boto3
import pytest

from tests.builders import a_request, a_watched
from tests.conftest import MakeEngine
from tui.engine import fetching
from tui.engine.session import Engine
from tui.engine.source import Bucket
from tui.model.invocation import Invocation
from tui.model.outputs import OutputObject, Place
from tui.model.problem import ProblemError
from tui.sandbox.server import Sandbox


async def finished(engine: Engine, sandbox: Sandbox) -> Invocation:
    row = await engine.submit(a_request())
    sandbox.clock.advance(10)
    await engine.poll()
    return engine.board[row.key]


async def put(engine: Engine, sandbox: Sandbox, key: str, content: bytes) -> OutputObject:
    s3 = boto3.client("s3", endpoint_url=sandbox.url, region_name="us-west-2")
    s3.create_bucket(Bucket="big", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    etag = s3.put_object(Bucket="big", Key=key, Body=content)["ETag"]
    return OutputObject(Place("big", "job/"), key, len(content), sandbox.clock.now(), etag)


async def test_the_outputs_of_a_finished_one_are_listed(engine: Engine, sandbox: Sandbox) -> None:
    row = await finished(engine, sandbox)

    outputs = await Bucket(engine.aws).list_outputs(row)

    assert [thing.name for thing in outputs.objects] == ["output.mp4"]
    assert outputs.place.endswith(f"/ray/{row.id}/")


async def test_a_running_one_has_no_outputs_yet(engine: Engine) -> None:
    row = await engine.submit(a_request())

    outputs = await Bucket(engine.aws).list_outputs(row)

    assert outputs.objects == ()


async def test_an_invocation_without_a_place_says_so(engine: Engine) -> None:
    row = await engine.submit(a_request())
    from msgspec.structs import replace as replaced

    with pytest.raises(ProblemError) as caught:
        await Bucket(engine.aws).list_outputs(replaced(row, s3_uri=""))

    assert caught.value.problem.kind == "NoOutputLocation"


async def test_a_forbidden_listing_names_the_right_that_is_missing(
    engine: Engine, sandbox: Sandbox
) -> None:
    row = await finished(engine, sandbox)
    sandbox.faults.add("ListObjectsV2", "denied")

    with pytest.raises(ProblemError) as caught:
        await Bucket(engine.aws).list_outputs(row)

    assert caught.value.problem.operation == "ListObjectsV2"
    assert "s3:ListBucket" in caught.value.problem.remedy


async def test_a_preview_is_one_ranged_get_of_the_beginning(
    engine: Engine, sandbox: Sandbox
) -> None:
    content = os.urandom(fetching.PREVIEW + 5000)
    thing = await put(engine, sandbox, "job/large.bin", content)
    sandbox.calls.clear()

    head = await fetching.preview(Bucket(engine.aws), thing)

    assert head == content[: fetching.PREVIEW]
    assert sandbox.calls == {"GetObject": 1}


async def test_an_empty_object_has_an_empty_preview_and_file(
    engine: Engine, sandbox: Sandbox, tmp_path: Path
) -> None:
    thing = await put(engine, sandbox, "job/empty", b"")

    assert await fetching.preview(Bucket(engine.aws), thing) == b""
    path = await fetching.download(Bucket(engine.aws), thing, tmp_path)
    assert path.read_bytes() == b""


async def test_a_download_is_put_together_from_its_ranges(
    engine: Engine, sandbox: Sandbox, tmp_path: Path
) -> None:
    content = os.urandom(2 * fetching.RANGE + 12345)
    thing = await put(engine, sandbox, "job/sub/large.bin", content)
    arrived: list[int] = []
    sandbox.calls.clear()

    path = await fetching.download(Bucket(engine.aws), thing, tmp_path, arrived.append)

    assert path == tmp_path / "sub" / "large.bin"
    assert path.read_bytes() == content
    assert sum(arrived) == len(content)
    assert sandbox.calls == {"GetObject": 3}


async def test_an_existing_file_is_never_overwritten(
    engine: Engine, sandbox: Sandbox, tmp_path: Path
) -> None:
    thing = await put(engine, sandbox, "job/a.txt", b"new")
    (tmp_path / "a.txt").write_text("old")

    path = await fetching.download(Bucket(engine.aws), thing, tmp_path)

    assert (tmp_path / "a.txt").read_text() == "old"
    assert path == tmp_path / "a-2.txt"
    assert path.read_text() == "new"


async def test_a_changed_object_is_not_mixed_with_the_listed_one(
    engine: Engine, sandbox: Sandbox, tmp_path: Path
) -> None:
    thing = await put(engine, sandbox, "job/a.txt", b"one")

    with pytest.raises(ProblemError) as caught:
        await fetching.download(Bucket(engine.aws), replace(thing, etag='"another"'), tmp_path)

    assert caught.value.problem.kind == "PreconditionFailed"
    assert list(tmp_path.glob("*.txt")) == []


@pytest.mark.parametrize("key", ["job/../../evil", "job/a/../../../evil", "job/.."])
async def test_a_key_cannot_lead_out_of_the_folder(
    engine: Engine, sandbox: Sandbox, tmp_path: Path, key: str
) -> None:
    thing = OutputObject(Place("big", "job/"), key, 3, sandbox.clock.now(), '"x"')

    with pytest.raises(ProblemError):
        await fetching.download(Bucket(engine.aws), thing, tmp_path / "chosen")

    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("token", ["..", ".", "a/b", "a/../../b", "/etc", "\\..\\x"])
async def test_the_outputs_of_one_with_an_odd_id_go_into_one_folder_below_the_chosen_one(
    engine: Engine, sandbox: Sandbox, tmp_path: Path, token: str
) -> None:
    chosen = tmp_path / "chosen"
    thing = await put(engine, sandbox, "job/a.out", b"x")

    folder = fetching.folder_of(a_watched(token), chosen)
    path = await fetching.download(Bucket(engine.aws), thing, folder)

    assert path.resolve().parent.parent == chosen.resolve()


async def test_a_link_in_the_folder_cannot_lead_out_of_it(
    engine: Engine, sandbox: Sandbox, tmp_path: Path
) -> None:
    thing = await put(engine, sandbox, "job/link/evil", b"x")
    (tmp_path / "chosen").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "chosen" / "link").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ProblemError):
        await fetching.download(Bucket(engine.aws), thing, tmp_path / "chosen")

    assert list((tmp_path / "elsewhere").iterdir()) == []


async def test_a_failed_download_leaves_nothing_behind(
    make_engine: MakeEngine, sandbox: Sandbox, tmp_path: Path
) -> None:
    engine = make_engine()
    thing = await put(engine, sandbox, "job/a.txt", b"abc")
    sandbox.faults.add("GetObject", "denied", times=None)

    with pytest.raises(ProblemError) as caught:
        await fetching.download(Bucket(engine.aws), thing, tmp_path / "to")

    assert "s3:GetObject" in caught.value.problem.remedy
    assert list((tmp_path / "to").iterdir()) == []


async def test_a_folder_that_cannot_be_made_is_a_problem_with_a_remedy(
    engine: Engine, sandbox: Sandbox, tmp_path: Path
) -> None:
    thing = await put(engine, sandbox, "job/a.txt", b"abc")
    (tmp_path / "file").write_text("")

    with pytest.raises(ProblemError) as caught:
        await fetching.download(Bucket(engine.aws), thing, tmp_path / "file" / "folder")

    assert "another folder" in caught.value.problem.remedy
