from __future__ import annotations

import json

import pytest

from tui.model.remark import Remark
from tui.model.reports import remarks_on, remarks_on_failure

FILTER = "The generated content has been blocked by our content filters."
DEFLECTED = {
    "status": "FAILURE",
    "failureType": "RAI_VIOLATION_OUTPUT_VIDEO_DEFLECTION",
    "failureMessage": FILTER,
}
NOTICE: dict[str, object] = {
    "awsRegion": "us-east-1",
    "eventTime": "2023-05-23T03:23:21.814Z",
    "receivedTime": "2023-05-23T03:23:09.588Z",
    "invocationStatus": "Completed",
    "requestParameters": {"endpointName": "cats", "inputLocation": "s3://b/in.payload"},
    "responseParameters": {"contentType": "application/json", "outputLocation": "s3://b/x.out"},
    "inferenceId": "8a80ed4e",
    "eventSource": "aws:sagemaker",
}
SERVER_ERROR = "ClientError: Received server error (500) from model."
SAID = [
    Remark("inference", "Completed · at cats · took 12.2 s"),
    Remark("input", "s3://b/in.payload"),
    Remark("output", "s3://b/x.out"),
    Remark("content", "application/json"),
    Remark("id", "8a80ed4e"),
]


def made(name: str) -> dict[str, str]:
    return {"status": "SUCCESS", "location": f"s3://b/job/{name}"}


def test_a_video_and_its_shots_are_told_with_their_sizes() -> None:
    shots = [made("shot_0001.mp4"), made("shot_0002.mp4")]
    sizes = {"output.mp4": 4_200_000, "shot_0001.mp4": 1_000_000, "shot_0002.mp4": 1_000_000}

    assert remarks_on({"shots": shots, "fullVideo": made("output.mp4")}, sizes) == [
        Remark("video", "SUCCESS · output.mp4 · 4.2 MB"),
        Remark("shots", "1–2 · 2 of 2 SUCCESS · 2.0 MB"),
    ]


def test_a_failed_shot_comes_with_its_message_and_remedy_before_the_good_ones() -> None:
    full = {"status": "FAILURE", "failureType": "ABORTED", "failureMessage": "One shot failed."}
    shots = [made("shot_0001.mp4"), DEFLECTED, made("shot_0003.mp4")]

    assert remarks_on({"shots": shots, "fullVideo": full}, {}) == [
        Remark("video", "FAILURE · ABORTED: One shot failed.", is_bad=True),
        Remark(
            "shot",
            f"2 · 1 of 3 FAILURE · RAI_VIOLATION_OUTPUT_VIDEO_DEFLECTION: {FILTER}",
            is_bad=True,
        ),
        Remark("remedy", "reword the prompt, or change the seed or the input"),
        Remark("shots", "1, 3 · 2 of 3 SUCCESS"),
    ]


def test_a_video_without_shots_has_the_remedy_of_its_own_failure() -> None:
    said = remarks_on({"shots": [], "fullVideo": DEFLECTED}, {})

    assert [remark.name for remark in said] == ["video", "remedy"]


@pytest.mark.parametrize(
    "report",
    [{"shots": None}, {"shots": [1, None, {}]}, {"fullVideo": []}, {"fullVideo": {"status": 3}}],
)
def test_what_a_video_report_does_not_hold_is_not_told(report: object) -> None:
    assert remarks_on(report, {}) == []


def test_each_kind_of_content_has_its_result() -> None:
    report = {
        "sourceFileUri": "s3://b/file.mp4",
        "embeddingDimension": 3072,
        "embeddingResults": [
            {"embeddingType": "VIDEO", "status": "SUCCESS", "outputFileUri": "s3://b/x.jsonl"},
            {
                "embeddingType": "AUDIO",
                "status": "FAILURE",
                "failureReason": "INVALID_CONTENT",
                "message": "There is no sound.",
            },
            {"embeddingType": "TEXT", "status": "SUCCESS", "truncatedCharLength": 8192},
        ],
    }

    assert remarks_on(report, {}) == [
        Remark(
            "result",
            "AUDIO · FAILURE · INVALID_CONTENT: There is no sound. · 3072 dimensions",
            is_bad=True,
        ),
        Remark("result", "VIDEO, TEXT · SUCCESS"),
        Remark("source", "s3://b/file.mp4"),
        Remark("truncated", "the text, at character 8192", is_bad=True),
    ]


def test_a_notification_of_a_completed_inference_tells_where_and_how_long() -> None:
    assert remarks_on(NOTICE, {}) == SAID


@pytest.mark.parametrize(
    "envelope",
    [
        {"Type": "Notification", "Message": json.dumps(NOTICE)},
        {"Records": [{"Sns": {"Message": json.dumps(NOTICE)}}]},
        {"Records": [{"body": json.dumps({"Message": json.dumps(NOTICE)})}]},
    ],
    ids=["SNS", "Lambda", "SQS"],
)
def test_a_notification_is_found_in_its_envelope(envelope: object) -> None:
    assert remarks_on(envelope, {}) == SAID


def test_a_notification_of_a_failed_inference_tells_why_and_what_to_do() -> None:
    notice = {
        "eventTime": "...",
        "receivedTime": "...",
        "invocationStatus": "Failed",
        "failureReason": SERVER_ERROR,
        "requestParameters": {"endpointName": "cats"},
    }

    assert remarks_on(notice, {}) == [
        Remark("inference", "Failed · at cats", is_bad=True),
        Remark("failure", SERVER_ERROR, is_bad=True),
        Remark("remedy", "read the failure object, and the endpoint's logs in CloudWatch"),
    ]


@pytest.mark.parametrize(
    "times",
    [
        {"eventTime": "2023-05-23T03:00:00Z"},
        {"eventTime": "2023-05-23T03:00:00Z", "receivedTime": "2023-05-23T03:00:01Z"},
        {"eventTime": 5, "receivedTime": None},
    ],
)
def test_times_that_make_no_sense_are_left_out(times: dict[str, object]) -> None:
    assert remarks_on({"invocationStatus": "Completed", **times}, {}) == [
        Remark("inference", "Completed")
    ]


def test_what_get_async_invoke_answered_is_told() -> None:
    answer = {
        "invocationArn": "arn:aws:bedrock:us-west-2:123456789012:async-invoke/mm0oexhd8y31",
        "modelArn": "arn:aws:bedrock:us-west-2::foundation-model/luma.ray-v2:0",
        "status": "Failed",
        "failureMessage": "prompt is required",
        "submitTime": "2026-09-22T23:03:14Z",
        "endTime": "2026-09-22T23:13:15Z",
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://bucket/prefix"}},
    }

    assert remarks_on(answer, {}) == [
        Remark("invocation", "Failed · luma.ray-v2:0 · took 10m01s", is_bad=True),
        Remark("failure", "prompt is required", is_bad=True),
        Remark("remedy", "write a prompt"),
        Remark("output", "s3://bucket/prefix"),
    ]


@pytest.mark.parametrize("value", [None, 3, "x", [], {}, [{"shots": 1}], {"Message": "hello"}])
def test_other_values_are_no_report(value: object) -> None:
    assert remarks_on(value, {}) == []


@pytest.mark.parametrize(
    "value",
    [
        "no\n memory",
        {"message": "no memory"},
        {"error": {"message": "no memory"}},
        {"detail": "no memory"},
    ],
)
def test_a_failure_is_a_text_or_has_one(value: object) -> None:
    assert remarks_on_failure(value) == [Remark("failure", "no memory", is_bad=True)]


@pytest.mark.parametrize("value", ["", " \n", None, {}, {"message": 5}])
def test_a_failure_without_a_text_says_nothing(value: object) -> None:
    assert remarks_on_failure(value) == []
