from __future__ import annotations

import pytest

from tui.model.embeddings import BLOCKS, Record, records_in, remarks_on, sparkline
from tui.model.remark import Remark


def nova(index: int, vector: list[float] | None = None, **changes: object) -> dict[str, object]:
    metadata = {
        "segmentIndex": index,
        "segmentStartSeconds": 5.0 * index,
        "segmentEndSeconds": 5.0 * (index + 1),
    }
    record: dict[str, object] = {"segmentMetadata": metadata, "status": "SUCCESS", **changes}
    return {"embedding": vector, **record} if vector else record


def refused(index: int) -> dict[str, object]:
    return {
        **nova(index),
        "status": "FAILURE",
        "failureReason": "INVALID_CONTENT",
        "message": "It was refused.",
    }


def texts(records: list[Record], label: str = "") -> dict[str, str]:
    return {remark.name: remark.text for remark in remarks_on(records, label)}


@pytest.mark.parametrize(
    "value",
    [
        {"embedding": [0.6, 0.8]},
        {"data": {"embedding": [0.6, 0.8]}},
        {"data": [{"embedding": [0.6, 0.8]}]},
        [{"embedding": [0.6, 0.8]}],
        {"embeddings": [{"embedding": [0.6, 0.8], "embeddingType": "TEXT"}]},
        {"embeddings": [[0.6, 0.8]]},
        {"embeddings": [0.6, 0.8]},
        {"embeddings": {"float": [[0.6, 0.8]]}},
        {"data": [], "embeddings": [[0.6, 0.8]]},
    ],
)
def test_embeddings_are_found_in_each_shape_that_models_write(value: object) -> None:
    assert texts(records_in(value))["embeddings"] == "1 × 2 dimensions · norm 1"


@pytest.mark.parametrize(
    "value",
    [None, 1, "embedding", {}, [], {"data": None}, {"data": [1, "x"]}, {"embeddings": {}}, [[1]]],
)
def test_other_values_hold_none(value: object) -> None:
    assert records_in(value) == []


def test_segments_are_counted_by_option_and_scope_with_their_time() -> None:
    records = [
        {
            "embedding": [0.6, 0.8],
            "embeddingOption": option,
            "embeddingScope": "clip",
            "startSec": start,
            "endSec": start + 4.2,
        }
        for start in (0, 4.2)
        for option in ("visual", "audio")
    ]
    whole = {"embedding": [3, 4], "embeddingScope": "asset", "startSec": 0, "endSec": 60.0}

    assert remarks_on([*records, whole]) == [
        Remark("embeddings", "5 × 2 dimensions · 0–60 s · norms 1 to 5"),
        Remark("of these", "option visual 2, audio 2 · scope clip 4, asset 1"),
        Remark("the first", "▁█  0.6 to 0.8"),
    ]


def test_an_option_may_be_a_list() -> None:
    record = {"embedding": [1.0], "embeddingOption": ["visual", "audio"]}

    assert texts([record])["of these"] == "option visual+audio 1"


def test_failed_segments_are_called_out_first() -> None:
    records = [nova(0, [0.6, 0.8]), refused(1), nova(2, [0.6, 0.8])]

    assert remarks_on(records, "video")[:2] == [
        Remark(
            "failed",
            "video: 1 of 3 segments, 1 (5–10 s) · INVALID_CONTENT: It was refused.",
            is_bad=True,
        ),
        Remark("embeddings", "video: 2 × 2 dimensions · 0–15 s · norm 1"),
    ]


def test_segments_that_failed_alike_share_a_line() -> None:
    records = [refused(index) for index in (0, 1, 2, 5)]

    assert remarks_on(records) == [
        Remark("failed", "4 of 4 segments, 0–2, 5 · INVALID_CONTENT: It was refused.", is_bad=True)
    ]


def test_reasons_beyond_the_first_few_are_counted() -> None:
    records = [nova(index, status="FAILURE", message=str(index)) for index in range(9)]

    *_, last = remarks_on(records)

    assert last.text == "more, for 6 other reasons"


@pytest.mark.parametrize("vector", [None, [], "AAAA", [1, "x"], [True], [[1.0]], [10**400]])
def test_what_is_no_vector_is_called_out(vector: object) -> None:
    assert remarks_on([{"embedding": vector}]) == [
        Remark("failed", "1 of 1 segments, 0 · no embedding in it", is_bad=True)
    ]


def test_segments_of_a_text_have_characters() -> None:
    metadata = {"segmentStartCharPosition": 0, "segmentEndCharPosition": 1999}

    assert (
        "characters 0–1999"
        in texts([{"embedding": [1], "segmentMetadata": metadata}])["embeddings"]
    )


def test_dimensions_that_differ_are_said_to() -> None:
    records: list[Record] = [{"embedding": [1.0] * 2}, {"embedding": [1.0] * 3}]

    assert texts(records)["embeddings"].startswith("2 × 2–3 dimensions")


def test_a_sparkline_has_the_least_and_the_greatest_number() -> None:
    assert sparkline([float(number) for number in range(8)]) == BLOCKS


@pytest.mark.parametrize(
    ("vector", "line"),
    [
        ([], ""),
        ([0.0], "▄"),
        ([2.0, 2.0], "▄▄"),
        ([1.7e308, -1.7e308], "█▁"),
        ([5e-324, 0.0], "█▁"),
    ],
)
def test_a_sparkline_of_odd_numbers_is_drawn(vector: list[float], line: str) -> None:
    assert sparkline(vector) == line


def test_a_sparkline_of_many_numbers_keeps_its_width() -> None:
    rising = sparkline([float(number) for number in range(3072)])

    assert len(rising) == 40
    assert list(rising) == sorted(rising, key=BLOCKS.index)
