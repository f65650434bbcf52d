from __future__ import annotations

import pytest

from tui.model.embeddings import remarks_on as remarks_on_embeddings
from tui.model.parts import Parts, is_reporting, worst
from tui.model.remark import Remark
from tui.model.reports import remarks_on

BLOCKED = {"status": "FAILURE", "failureType": "DEFLECTED", "failureMessage": "Blocked."}
ABORTED = {"status": "FAILURE", "failureType": "ABORTED", "failureMessage": "A shot failed."}
GOOD = {"status": "SUCCESS"}
REFUSED = {"segmentMetadata": {}, "status": "FAILURE", "failureReason": "INVALID_CONTENT"}
MADE = {"embedding": [0.6, 0.8], "status": "SUCCESS"}


@pytest.mark.parametrize(
    ("parts", "text", "brief"),
    [
        (Parts(noun="shot", failed=2, total=5), "2 of 5 shots failed", "with 2 failed shots"),
        (Parts(noun="shot", failed=1, total=2), "1 of 2 shots failed", "with 1 failed shot"),
        (Parts(noun="video", failed=1, total=1), "the video failed", "with 1 failed video"),
        (Parts(noun="segment", failed=1), "some segments failed", "with failed segments"),
        (
            Parts(noun="segment", failed=1_200, total=3_000),
            "1,200 of 3,000 segments failed",
            "with 1,200 failed segments",
        ),
    ],
)
def test_how_many_failed_is_said_as_far_as_it_is_counted(
    parts: Parts, text: str, brief: str
) -> None:
    assert (str(parts), parts.in_brief) == (text, brief)


def test_one_line_adds_why() -> None:
    assert Parts(noun="shot", failed=1, total=2, why="blocked").one_line == (
        "1 of 2 shots failed: blocked"
    )
    assert Parts(noun="shot", failed=1, total=2).one_line == "1 of 2 shots failed"


@pytest.mark.parametrize(
    ("model_id", "is_one"),
    [
        ("amazon.nova-reel-v1:0", False),
        ("amazon.nova-reel-v1:1", True),
        ("amazon.nova-2-multimodal-embeddings-v1:0", True),
        ("twelvelabs.marengo-embed-2-7-v1:0", False),
        ("twelvelabs.marengo-embed-3-0-v1:0", False),
        ("luma.ray-v2:0", False),
        ("my-endpoint", False),
    ],
)
def test_only_some_models_report_on_parts(model_id: str, is_one: bool) -> None:
    assert is_reporting(model_id) is is_one


def of(*remarks: Remark) -> Parts | None:
    return worst(parts for remark in remarks for parts in remark.parts)


def test_the_shots_that_failed_are_counted_whatever_became_of_the_video() -> None:
    report = {"shots": [GOOD, BLOCKED, GOOD, BLOCKED, GOOD], "fullVideo": ABORTED}

    assert of(*remarks_on(report, {})) == Parts(
        noun="shot", failed=2, total=5, why="DEFLECTED: Blocked."
    )


def test_a_video_that_could_not_be_joined_out_of_good_shots_failed_itself() -> None:
    report = {"shots": [GOOD, GOOD], "fullVideo": ABORTED}

    assert of(*remarks_on(report, {})) == Parts(
        noun="video", failed=1, total=1, why="ABORTED: A shot failed."
    )


@pytest.mark.parametrize(
    "report",
    [
        {"shots": [GOOD, GOOD], "fullVideo": GOOD},
        {"shots": [], "fullVideo": GOOD},
        {"embeddingResults": [GOOD, GOOD]},
        {"embeddingResults": []},
        {"shots": "SUCCESS|FAILURE"},
        {},
    ],
)
def test_of_what_came_out_whole_no_part_failed(report: object) -> None:
    assert of(*remarks_on(report, {})) is None


def test_a_result_that_is_partial_tells_of_segments_without_counting_them() -> None:
    report = {"embeddingResults": [GOOD, {"status": "PARTIAL_SUCCESS"}]}

    assert of(*remarks_on(report, {})) == Parts(noun="segment", failed=1)


def test_segments_are_counted_over_all_objects_with_the_reason_of_the_first() -> None:
    report = {"embeddingResults": [{"status": "PARTIAL_SUCCESS"}, GOOD]}
    found = [
        *remarks_on(report, {}),
        *remarks_on_embeddings([MADE, REFUSED, REFUSED, MADE], "video"),
        *remarks_on_embeddings([MADE] * 6, "audio"),
    ]

    assert of(*found) == Parts(noun="segment", failed=2, total=10, why="INVALID_CONTENT")


def test_what_failed_elsewhere_stays_said_where_the_object_that_could_be_read_is_whole() -> None:
    report = {"embeddingResults": [{"status": "PARTIAL_SUCCESS"}, GOOD]}

    found = [*remarks_on(report, {}), *remarks_on_embeddings([MADE], "audio")]

    assert of(*found) == Parts(noun="segment", failed=1)


def test_of_two_kinds_the_one_that_lost_more_is_told() -> None:
    refused = {"status": "FAILURE", "failureReason": "INVALID_CONTENT", "message": "no"}
    report = {"embeddingResults": [{"status": "PARTIAL_SUCCESS"}, refused]}

    found = [*remarks_on(report, {}), *remarks_on_embeddings([MADE, MADE, REFUSED], "video")]

    assert of(*found) == Parts(noun="result", failed=1, total=2, why="INVALID_CONTENT: no")


def test_records_that_hold_no_embedding_are_counted_although_they_give_no_reason() -> None:
    assert of(*remarks_on_embeddings([MADE, {"embeddingOption": "audio"}])) == Parts(
        noun="segment", failed=1, total=2
    )


def test_what_is_counted_once_stands_on_one_remark() -> None:
    said = remarks_on_embeddings([MADE, REFUSED])

    assert len(said) > 1
    assert [len(remark.parts) for remark in said] == [1] + [0] * (len(said) - 1)
