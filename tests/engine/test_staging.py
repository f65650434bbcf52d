from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.seaweedfs import READER, SeaweedFS
from tests.seaweedfs import session as session
from tui.aws import shapes, uploading
from tui.aws.session import Session
from tui.engine import staging
from tui.engine.local_file import UnusableError
from tui.engine.staging import Local, look, stage
from tui.model.context import Context
from tui.model.problem import Problem, ProblemError
from tui.model.request import InvokeEndpointAsync

ID = "0a1b2c3d-0000-4000-8000-000000000001"
REQUEST = InvokeEndpointAsync(model_id="whisper", model_input=None, client_request_token=ID)
LARGE = os.urandom(2 * uploading.PART + 77)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, which is home as well."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def nowhere() -> Session:
    """A session without a line: what does not fail with it has not asked anybody."""
    return Session(Context(profile="nobody"))


async def refused(
    session: Session, request: InvokeEndpointAsync, local: Local | None = None, folder: str = ""
) -> Problem:
    with pytest.raises(ProblemError) as caught:
        await stage(session, request, local, folder)
    problem = caught.value.problem
    assert problem.remedy
    assert not problem.is_ambiguous
    return problem


def own_key(staged: InvokeEndpointAsync, bucket: str, prefix: str = "") -> str:
    """The key of what was uploaded, in a folder of its own that begins with the inference id."""
    match = re.fullmatch(
        rf"s3://{bucket}/({prefix}{ID}-[0-9a-f]{{8}}/[^/]+)", staged.input_location
    )
    assert match, staged.input_location
    return match[1]


async def unusable(text: str) -> str:
    with pytest.raises(UnusableError) as caught:
        await look(text)
    return str(caught.value)


async def test_a_file_is_told_by_size_format_and_content_type(folder: Path) -> None:
    for name, content in {
        "a.csv": b"a,b\n1,2\n",
        "a.jsonl": b'{"a": 1}\n{"a": 2}\n',
        "a.json": b'{"a": 1}',
        "a.png": b"\x89PNG\r\n\x1a\n" + bytes(30),
        "a.csv.gz": b"\x1f\x8b\x08\x00",
        "model": b"\x00\x01",
    }.items():
        (folder / name).write_bytes(content)

    async def told(text: str) -> tuple[str, str]:
        local = await look(text)
        return str(local), local.content_type

    assert await told("a.csv") == ("8 B CSV", "text/csv")
    assert await told("~/a.jsonl") == ("18 B JSON lines", "application/jsonlines")
    assert await told("file://a.json") == ("8 B JSON", "application/json")
    assert await told(f"fileb://{folder}/a.png") == ("38 B PNG", "image/png")
    assert await told("./a.csv.gz") == ("4 B gzip", "")
    assert await told(" model ") == ("2 B binary", "")


async def test_what_cannot_be_sent_says_why(folder: Path) -> None:
    (folder / "empty").touch()
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    with (folder / "large").open("wb") as file:
        file.truncate(staging.LARGEST + 1)

    assert await unusable("missing") == (
        "a file that can be read, not missing: No such file or directory"
    )
    assert await unusable("folder") == "a regular file, not a directory"
    assert await unusable("file://pipe") == "a regular file, not a pipe"
    assert await unusable("/dev/zero") == "a regular file, not a device"
    assert await unusable("empty") == "a file that holds something, not an empty one"
    assert await unusable("large") == "a file of at most 1 GB, not 1.1 GB"
    assert await unusable("fileb://") == "the name of a file, not nothing"
    assert "home directory" in await unusable("~nobody-has-this-name/x")


@pytest.mark.parametrize("location", ["s3://b/k", "https://host/k"])
async def test_a_location_stays_as_it_is(nowhere: Session, location: str) -> None:
    request = replace(REQUEST, input_location=location)

    assert await stage(nowhere, request, folder="s3://b/inputs/") == request


@pytest.mark.parametrize("content", [b"a,b\n", LARGE])
async def test_a_file_is_uploaded_into_a_folder_that_begins_with_the_inference_id(
    session: Session, seaweedfs: SeaweedFS, folder: Path, content: bytes
) -> None:
    bucket, sent = seaweedfs.bucket(), list[int]()
    (folder / "a.csv").write_bytes(content)
    typed = replace(REQUEST, input_location="./a.csv", accept="text/csv")

    staged = await stage(session, typed, await look("./a.csv"), f"s3://{bucket}/in", sent.append)

    key = own_key(staged, bucket, "in/")
    assert staged == replace(typed, input_location=f"s3://{bucket}/{key}")
    assert key.endswith("/a.csv")
    assert seaweedfs.content(bucket, key) == content
    assert sum(sent) == len(content)
    head = seaweedfs.client().head_object(Bucket=bucket, Key=key)
    assert head["ContentType"] == "text/csv"


@pytest.mark.parametrize(
    ("content_type", "name"),
    [("application/json; charset=utf-8", "input.json"), ("", "input")],
)
async def test_a_typed_body_is_uploaded_too(
    session: Session, seaweedfs: SeaweedFS, content_type: str, name: str
) -> None:
    bucket = seaweedfs.bucket()
    request = replace(REQUEST, model_input=b'{"a": 1}', content_type=content_type)

    staged = await stage(session, request, folder=f"s3://{bucket}")

    assert staged.model_input is None
    key = own_key(staged, bucket)
    assert key.endswith(f"/{name}")
    assert seaweedfs.content(bucket, key) == b'{"a": 1}'


async def test_an_upload_never_takes_the_place_of_another(
    session: Session, seaweedfs: SeaweedFS
) -> None:
    bucket, contents = seaweedfs.bucket(), [b"the first", b"the second"]

    staged = [
        await stage(session, replace(REQUEST, model_input=content), folder=f"s3://{bucket}/in")
        for content in contents
    ]

    keys = [own_key(each, bucket, "in/") for each in staged]
    assert [seaweedfs.content(bucket, key) for key in keys] == contents


async def test_the_request_s_content_type_goes_before_the_name_s(
    session: Session, seaweedfs: SeaweedFS, folder: Path
) -> None:
    bucket = seaweedfs.bucket()
    (folder / "a.csv").write_bytes(b"{}")
    request = replace(REQUEST, content_type="application/json")

    staged = await stage(session, request, await look("a.csv"), f"s3://{bucket}/")

    head = seaweedfs.client().head_object(Bucket=bucket, Key=own_key(staged, bucket))
    assert head["ContentType"] == "application/json"


async def test_names_become_keys_that_a_header_can_carry_and_stay_apart(
    session: Session, seaweedfs: SeaweedFS, folder: Path
) -> None:
    bucket = seaweedfs.bucket()
    names = ["clip 1.mp4", "clip-1.mp4", "clip?1.mp4", "ünïcödé.json", "n" * 250 + ".csv", "..x"]

    for token in (ID, "a/../b", ".."):
        for name in names:
            (folder / name).write_text(f"{token} {name}")
            request = replace(REQUEST, client_request_token=token)
            staged = await stage(session, request, await look(name), f"s3://{bucket}/in/")
            assert staged.faults() == []

    keys = seaweedfs.left_in(bucket)
    assert len(set(keys)) == len(keys) == 3 * len(names)
    assert all(key.count("/") == 2 and ".." not in key and " " not in key for key in keys)
    assert len([key for key in keys if re.match(rf"in/{ID}-\w+/clip-1\.mp4", key)]) == 1
    assert {Path(key).suffix for key in keys} == {".mp4", ".json", ".csv", ""}


@pytest.mark.parametrize("size", [10, len(LARGE)])
async def test_a_file_that_changed_is_not_sent(
    session: Session, seaweedfs: SeaweedFS, folder: Path, size: int
) -> None:
    bucket = seaweedfs.bucket()
    (folder / "a").write_bytes(LARGE[:size])
    local = await look("a")
    (folder / "b").write_bytes(LARGE[:size])
    (folder / "b").rename(folder / "a")

    for place in (f"s3://{bucket}/", ""):
        problem = await refused(session, REQUEST, local, place)
        if size > 128_000 and not place:
            assert problem.kind == "InputTooLarge"
        else:
            assert problem.kind == "InputChanged"
            assert problem.message == "a has changed since it was looked at; nothing was sent"
    assert seaweedfs.left_in(bucket) == []


async def test_a_file_that_changes_while_it_is_uploaded_makes_no_object(
    session: Session, seaweedfs: SeaweedFS, folder: Path
) -> None:
    bucket = seaweedfs.bucket()
    (folder / "a").write_bytes(LARGE * 4)
    local = await look("a")

    def change(**_: object) -> None:
        os.utime(folder / "a", ns=(0, 0))

    # The last of its nine parts are only read when the first ones are sent.
    client = await session.blocking_client("s3")
    client.meta.events.register("before-send.s3.UploadPart", change)

    with pytest.raises(ProblemError) as caught:
        await stage(session, REQUEST, local, f"s3://{bucket}/")

    assert caught.value.problem.kind == "InputChanged"
    assert seaweedfs.left_in(bucket) == []


async def test_a_file_that_vanished_is_told(nowhere: Session, folder: Path) -> None:
    (folder / "a").write_bytes(b"x")
    local = await look("a")
    (folder / "a").unlink()

    for place in ("s3://media/in/", ""):
        problem = await refused(nowhere, REQUEST, local, place)
        assert problem.kind == "InputNotRead"
        assert "a: No such file" in problem.message


async def test_a_small_file_is_sent_inline_where_no_folder_is_named(
    nowhere: Session, folder: Path
) -> None:
    (folder / "a").write_bytes(LARGE[:128_000])
    typed = replace(REQUEST, input_location="./a")

    staged = await stage(nowhere, typed, await look("./a"))

    assert staged == replace(REQUEST, model_input=LARGE[:128_000])


async def test_a_typed_body_is_sent_inline_where_no_folder_is_named(nowhere: Session) -> None:
    request = replace(REQUEST, model_input=b"x" * 128_000)

    assert await stage(nowhere, request) == request


async def test_what_does_not_fit_inline_wants_a_folder(nowhere: Session, folder: Path) -> None:
    (folder / "a").write_bytes(LARGE[:128_001])

    for request, local in (
        (REQUEST, await look("a")),
        (replace(REQUEST, model_input=LARGE[:128_001]), None),
    ):
        problem = await refused(nowhere, request, local)
        assert problem.kind == "InputTooLarge"
        assert "takes 128.0 kB" in problem.message
        assert problem.remedy == "name an s3:// folder to upload it to"


async def test_an_sdk_that_sends_nothing_inline_wants_a_folder(
    nowhere: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_such_member(*_: str) -> None:
        raise KeyError("Body")

    monkeypatch.setattr(shapes, "constraint", no_such_member)

    problem = await refused(nowhere, replace(REQUEST, model_input=b"x"))

    assert "sends none inline" in problem.message


@pytest.mark.parametrize(
    "place", ["inputs", "https://media/in/", "s3://media/ü/", "s3://media/" + "x" * 1000]
)
async def test_a_folder_that_no_location_can_name_is_refused_before_the_upload(
    nowhere: Session, place: str
) -> None:
    problem = await refused(nowhere, replace(REQUEST, model_input=b"x"), folder=place)

    assert problem.kind == "NoUploadFolder"


async def test_a_folder_that_may_not_be_written_names_the_right_that_is_missing(
    session: Session, seaweedfs: SeaweedFS, seaweed_account: Callable[..., None]
) -> None:
    bucket = seaweedfs.bucket()
    seaweed_account(READER)

    problem = await refused(session, replace(REQUEST, model_input=b"x"), folder=f"s3://{bucket}/in")

    assert problem.kind == "AccessDenied"
    assert f"s3:PutObject on s3://{bucket}/in" in problem.cause
