"""Outputs of every known kind with members that are missing, or hold something else."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import an_invocation
from tests.model.test_meaning import DONE, FAILED, INFERRED, UNINFERRED, an_object, at, said
from tui.model.invocation import Invocation

VIDEO = {
    "schemaVersion": "1.0",
    "shots": [
        {"status": "SUCCESS", "location": "s3://b/job/shot_0001.mp4"},
        {"status": "FAILURE", "failureType": "ABORTED", "failureMessage": "It was aborted."},
    ],
    "fullVideo": {"status": "SUCCESS", "location": "s3://b/job/output.mp4"},
}
MARENGO_2 = {
    "data": [
        {"embedding": [0.1, -0.2], "embeddingOption": "audio", "startSec": 0.0, "endSec": 6.6},
        {"embedding": [0.3, 0.4], "embeddingOption": "visual-text", "startSec": 0.0, "endSec": 6.6},
    ]
}
MARENGO_3 = {
    "data": {
        "embedding": [0.1, -0.2],
        "embeddingOption": "visual",
        "embeddingScope": "clip",
        "startSec": 0,
        "endSec": 4.2,
    }
}
NOVA = {
    "sourceFileUri": "s3://b/file.mp4",
    "embeddingDimension": 3072,
    "embeddingResults": [
        {"embeddingType": "VIDEO", "status": "PARTIAL_SUCCESS", "outputFileUri": "s3://b/x.jsonl"},
        {"embeddingType": "TEXT", "status": "SUCCESS", "truncatedCharLength": 8192},
    ],
}
SEGMENTS = [
    {
        "embedding": [0.1, 0.2],
        "segmentMetadata": {
            "segmentIndex": 0,
            "segmentStartSeconds": 0.0,
            "segmentEndSeconds": 5.0,
        },
        "status": "SUCCESS",
    },
    {
        "segmentMetadata": {
            "segmentIndex": 1,
            "segmentStartCharPosition": 0,
            "segmentEndCharPosition": 99,
        },
        "status": "FAILURE",
        "failureReason": "INVALID_CONTENT",
        "message": "It was refused.",
    },
]
NOTICE = {
    "eventTime": "2023-05-23T03:23:21.814Z",
    "receivedTime": "2023-05-23T03:23:09.588Z",
    "invocationStatus": "Failed",
    "failureReason": "ClientError: Received server error (500) from model.",
    "requestParameters": {"endpointName": "cats", "inputLocation": "s3://b/in.payload"},
    "responseParameters": {"contentType": "image/png", "outputLocation": "s3://b/x.out"},
    "inferenceId": "8a80ed4e",
    "eventSource": "aws:sagemaker",
}
ANSWER = {
    "invocationArn": "arn:aws:bedrock:us-west-2:123456789012:async-invoke/mm0oexhd8y31",
    "modelArn": "arn:aws:bedrock:us-west-2::foundation-model/luma.ray-v2:0",
    "status": "Failed",
    "failureMessage": "prompt is required",
    "submitTime": "2026-09-22T23:03:14Z",
    "endTime": "2026-09-22T23:03:15Z",
    "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://b/prefix"}},
}
SHAPES: dict[str, object] = {
    "video": VIDEO,
    "Marengo 2.7": MARENGO_2,
    "Marengo 3.0": MARENGO_3,
    "Nova": NOVA,
    "segments": SEGMENTS,
    "notification": NOTICE,
    "envelope": {"Records": [{"Sns": {"Message": json.dumps(NOTICE)}}]},
    "answer": ANSWER,
    "by type": {"embeddings": {"float": [[0.1, 0.2]]}, "error": {"message": "x"}},
}


def names_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value:  # type: ignore[attr-defined]
        if isinstance(inner, (dict, list)):
            yield from names_in(inner)


NAMES = sorted(set(names_in(list(SHAPES.values()))))
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**300, 10**400)
    | st.floats()
    | st.text()
    | st.sampled_from(["SUCCESS", "FAILURE", "2023-05-23T03:23:21", json.dumps({"Message": "{}"})])
    | st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.integers(), max_size=6)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)
    ),
    max_leaves=12,
)


@st.composite
def changed(draw: st.DrawFn, value: object) -> object:
    """The value with a member at any depth left out or of another kind."""
    if not isinstance(value, (dict, list)) or not value or draw(st.integers(0, 3)) == 0:
        return draw(VALUES)
    place = draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    rest = {key: item for key, item in pairs if key != place}
    is_kept = draw(st.booleans())
    more = {place: draw(changed(value[place]))} if is_kept else {}
    found = {**rest, **more}
    return found if isinstance(value, dict) else list(found.values())


SHAPED = st.sampled_from(list(SHAPES.values())).flatmap(changed)
CONTENTS = (
    SHAPED.map(lambda value: json.dumps(value).encode())
    | st.lists(SHAPED, max_size=4).map(lambda found: "\n".join(map(json.dumps, found)).encode())
    | st.binary()
)
FILES = st.sampled_from(
    ["output.json", "embedding-video.jsonl", "video-generation-status.json", "output.mp4", "x"]
)
ROWS = st.sampled_from([DONE, FAILED, INFERRED, UNINFERRED, an_invocation()])


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_every_kind_is_told(shape: object) -> None:
    content = json.dumps(shape).encode()
    files = ("output.json", "video-generation-status.json", "segmented-embedding-result.json")

    assert any(said(DONE, {an_object(file): content}) for file in files)


@given(ROWS, st.dictionaries(FILES, CONTENTS, max_size=3))
def test_whatever_the_objects_hold_it_comes_to_a_few_lines(
    row: Invocation, files: dict[str, bytes]
) -> None:
    contents = {an_object(name, len(content)): content for name, content in files.items()}

    remarks = said(row, contents)

    assert len(remarks) < 60
    assert all(len(remark.text) < 1500 and "\n" not in remark.text for remark in remarks)


@given(CONTENTS)
def test_whatever_a_failure_object_holds_it_says_something(content: bytes) -> None:
    assert said(UNINFERRED, {at("s3://media/failed/one-error.out"): content})
