from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import boto3
import pytest

from tests.builders import a_request
from tests.conftest import MakeEngine
from tests.engine.stored import downloaded, files_in, saved_as
from tui.engine import downloading, fetching
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
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(
            Bucket="big", CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
        )
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
    path = await downloaded(Bucket(engine.aws), thing, tmp_path)
    assert path.read_bytes() == b""


async def test_a_download_is_put_together_from_its_ranges(
    engine: Engine, sandbox: Sandbox, tmp_path: Path
) -> None:
    content = os.urandom(2 * downloading.RANGE + 12345)
    thing = await put(engine, sandbox, "job/sub/large.bin", content)
    sandbox.calls.clear()

    saved = await saved_as(Bucket(engine.aws), thing, tmp_path)

    assert saved.path == tmp_path / "sub" / "large.bin"
    assert saved.path.read_bytes() == content
    assert saved.checked == "MD5"
    assert sandbox.calls == {"GetObject": 3}


async def test_an_object_that_changed_since_it_was_listed_is_saved_as_it_is_now(
    engine: Engine, sandbox: Sandbox, tmp_path: Path
) -> None:
    thing = await put(engine, sandbox, "job/a.txt", b"one")
    await put(engine, sandbox, "job/a.txt", b"another")

    saved = await saved_as(Bucket(engine.aws), thing, tmp_path)

    assert saved.is_begun_anew
    assert saved.path.read_bytes() == b"another"


async def test_a_failed_download_leaves_nothing_behind(
    make_engine: MakeEngine, sandbox: Sandbox, tmp_path: Path
) -> None:
    engine = make_engine()
    thing = await put(engine, sandbox, "job/a.txt", b"abc")
    sandbox.faults.add("GetObject", "denied", times=None)

    with pytest.raises(ProblemError) as caught:
        await downloaded(Bucket(engine.aws), thing, tmp_path / "to")

    assert "s3:GetObject" in caught.value.problem.remedy
    assert files_in(tmp_path / "to") == []
