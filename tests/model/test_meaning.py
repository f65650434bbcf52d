from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from tests.builders import NOW, a_watched, an_invocation
from tui.model import meaning
from tui.model.invocation import Invocation, Status
from tui.model.outputs import OutputObject, Place
from tui.model.problem import Problem
from tui.model.remark import Remark

DONE = an_invocation(status=Status.COMPLETED, model_id="example.of-no-known-family-v1:0")
FAILED = an_invocation(status=Status.FAILED, failure_message="prompt is required")
INFERRED = a_watched("one", status=Status.COMPLETED)
UNINFERRED = a_watched("one", status=Status.FAILED, failure_message="it was read before")
SERVER_ERROR = "ClientError: Received server error (500) from model."


def an_object(name: str, size: int = 100) -> OutputObject:
    return OutputObject(Place("media", "ray/x/"), f"ray/x/{name}", size, NOW, '"e"')


def at(uri: str, size: int = 100) -> OutputObject:
    key = uri.removeprefix("s3://media/")
    return OutputObject(Place("media", key[: key.rfind("/") + 1]), key, size, NOW, '"e"')


def said(row: Invocation, contents: dict[OutputObject, bytes]) -> list[Remark]:
    objects = list(contents)
    digests = [
        meaning.digest(row, objects, thing, contents[thing])
        for thing in meaning.needed(row, objects)
    ]
    return list(meaning.meaning(row, objects, digests))


def line(index: int, status: str = "SUCCESS") -> bytes:
    record: dict[str, object] = {"segmentMetadata": {"segmentIndex": index}, "status": status}
    if status == "SUCCESS":
        record["embedding"] = [0.6, 0.8]
    return json.dumps(record).encode() + b"\n"


def needed(row: Invocation, *objects: OutputObject) -> list[str]:
    return [thing.name for thing in meaning.needed(row, objects)]


def test_json_is_read_and_reports_before_embeddings() -> None:
    names = [
        "embedding-audio.jsonl",
        "embedding-image.json",
        "manifest.json",
        "output.mp4",
        "segmented-embedding-result.json",
        "shot_0001.mp4",
        "video-generation-status.json",
    ]

    assert needed(DONE, *map(an_object, names)) == [
        "segmented-embedding-result.json",
        "video-generation-status.json",
        "embedding-audio.jsonl",
        "embedding-image.json",
    ]


def test_of_an_endpoint_every_object_is_read_but_a_video() -> None:
    assert needed(INFERRED, at("s3://media/out/one.out")) == ["one.out"]
    assert needed(INFERRED, at("s3://media/out/clip.mp4")) == []


def test_what_is_too_large_is_not_read_but_said() -> None:
    large = an_object("output.json", meaning.LARGEST + 1)

    assert needed(DONE, large) == []
    assert said(DONE, {large: b""}) == [
        Remark("not read", "output.json: 8.0 MB, too large to be summarised")
    ]


def test_no_more_is_read_in_all_than_twice_the_largest() -> None:
    objects = [an_object(f"{index}.json", meaning.LARGEST - 1) for index in range(5)]

    assert needed(DONE, *objects) == ["0.json", "1.json"]


def test_of_many_objects_only_a_few_are_read_or_spoken_of() -> None:
    objects = {an_object(f"{index}.json"): b"{}" for index in range(1000)}

    assert len(meaning.needed(DONE, list(objects))) == 8
    assert said(DONE, objects) == []


@pytest.mark.parametrize(
    ("head", "is_promising"),
    [(b'{"a"', True), (b"\xef\xbb\xbf \n[1", True), (b"", False), (b"\0\0", False), (b"x", False)],
)
def test_only_what_can_be_json_is_read_on(head: bytes, is_promising: bool) -> None:
    assert meaning.is_promising(head) is is_promising


def test_a_video_alone_is_told_by_its_name_and_size() -> None:
    assert said(DONE, {an_object("output.mp4", 4_200_000): b""}) == [
        Remark("video", "output.mp4 · 4.2 MB")
    ]


def test_a_video_that_is_being_made_is_not_there_yet() -> None:
    row = an_invocation(model_id="amazon.nova-reel-v1:1")
    contents = {an_object("manifest.json"): b"{}", an_object("shot_0001.mp4", 1_000_000): b""}

    assert said(row, contents) == [
        Remark("video", "not there yet: the model has begun to write"),
        Remark("shots", "1 · 1.0 MB"),
    ]


def test_several_videos_are_counted() -> None:
    contents = {an_object(f"{name}.mp4", 1_000_000): b"" for name in "abc"}

    assert said(DONE, contents) == [Remark("videos", "3 · 3.0 MB")]


@pytest.mark.parametrize("name", ["video-generation-status.json", "generation-status.json"])
def test_a_report_of_a_video_knows_the_size_of_the_file(name: str) -> None:
    full = {"status": "SUCCESS", "location": "s3://media/ray/x/output.mp4"}
    contents = {
        an_object("output.mp4", 4_200_000): b"",
        an_object(name): json.dumps({"shots": [], "fullVideo": full}).encode(),
    }

    assert said(DONE, contents) == [
        Remark("video", "SUCCESS · output.mp4 · 4.2 MB"),
        Remark("report", name),
    ]


SHOTS = json.dumps({"shots": [{"status": "FAILURE"}, {"status": "SUCCESS"}]}).encode()
RESULTS = json.dumps({"embeddingResults": [{"status": "FAILURE"}]}).encode()


def has_parts(model_id: str, name: str, content: bytes) -> bool:
    row = replace(DONE, model_id=model_id)
    return any(remark.parts for remark in said(row, {an_object(name): content}))


@pytest.mark.parametrize(
    ("model_id", "name", "content", "is_one"),
    [
        ("amazon.nova-reel-v1:1", "video-generation-status.json", SHOTS, True),
        ("amazon.nova-reel-v1:1", "small.json", SHOTS, False),
        ("amazon.nova-reel-v1:1", "my-generation-status.json", SHOTS, False),
        ("luma.ray-v2:0", "small.json", SHOTS, False),
        ("luma.ray-v2:0", "generation-status.json", SHOTS, False),
        ("amazon.nova-2-multimodal-embeddings-v1:0", "generation-status.json", SHOTS, False),
        ("example.new-v1:0", "generation-status.json", SHOTS, True),
        ("example.new-v1:0", "small.json", SHOTS, False),
        ("amazon.nova-2-multimodal-embeddings-v1:0", "segmented-embedding-result.json", RESULTS, 1),
        ("twelvelabs.marengo-embed-3-0-v1:0", "segmented-embedding-result.json", RESULTS, False),
        ("amazon.nova-2-multimodal-embeddings-v1:0", "embedding-audio.jsonl", line(0, "FAIL"), 1),
        ("luma.ray-v2:0", "embedding-audio.jsonl", line(0, "FAIL"), False),
        ("example.new-v1:0", "others.jsonl", line(0) + line(1, "FAIL"), False),
    ],
)
def test_only_a_report_of_the_model_s_own_tells_of_failed_parts(
    model_id: str, name: str, content: bytes, is_one: bool
) -> None:
    assert has_parts(model_id, name, content) is bool(is_one)


def test_the_counts_of_several_sets_stand_together_and_one_vector_is_shown() -> None:
    lines = line(0) + line(1, "FAILURE")
    contents = {an_object(f"embedding-{kind}.jsonl"): lines for kind in ("audio", "video")}

    assert [(remark.name, remark.text.partition(" ")[0]) for remark in said(DONE, contents)] == [
        ("embeddings", "audio:"),
        ("embeddings", "video:"),
        ("failed", "audio:"),
        ("failed", "video:"),
        ("the first", "▁█"),
    ]


def test_lines_that_are_no_json_are_counted() -> None:
    contents = {an_object("embedding-video.jsonl"): line(0) + b"{cut\n\n"}

    assert Remark(
        "not read", "1 of 2 lines of embedding-video.jsonl is no JSON", is_bad=True
    ) in said(DONE, contents)


def test_a_text_without_any_json_is_no_fault_under_a_name_that_promises_none() -> None:
    log = b"[begun]\n{nothing\n"

    assert said(INFERRED, {at("s3://media/out/one.out"): log}) == []
    assert said(DONE, {an_object("embedding-text.jsonl"): log}) == [
        Remark("not read", "2 of 2 lines of embedding-text.jsonl are no JSON", is_bad=True)
    ]


def test_lines_are_found_under_any_name() -> None:
    contents = {at("s3://media/out/one.out"): line(0) + line(1)}

    assert said(INFERRED, contents)[0].text == "2 × 2 dimensions · norm 1"


def test_a_failed_invocation_that_wrote_nothing_says_why() -> None:
    assert said(FAILED, {}) == [
        Remark("failure", "prompt is required", is_bad=True),
        Remark("remedy", "write a prompt"),
    ]


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        (SERVER_ERROR.encode(), SERVER_ERROR),
        (json.dumps({"message": SERVER_ERROR}).encode(), SERVER_ERROR),
        (json.dumps(SERVER_ERROR).encode(), SERVER_ERROR),
        (b'{"code": 5}', '{"code": 5}'),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b" ", "the failure object is empty"),
    ],
)
def test_a_failure_object_says_why(content: bytes, failure: str) -> None:
    contents = {at("s3://media/failed/one-error.out"): content}

    assert said(UNINFERRED, contents)[0] == Remark("failure", failure, is_bad=True)


def test_an_output_that_is_no_json_is_not_spoken_of() -> None:
    assert said(INFERRED, {at("s3://media/out/one.out"): b"\0\1\2"}) == []


def test_what_could_not_be_read_is_said_to_be_so() -> None:
    problem = Problem(kind="AccessDenied", message="no", remedy="ask")

    assert meaning.unread(an_object("output.json"), problem) == (
        Remark("not read", "output.json: AccessDenied: no → ask", is_bad=True),
    )
