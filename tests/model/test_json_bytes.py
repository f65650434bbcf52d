from __future__ import annotations

import json

import pytest

from tui.model.json_bytes import decoded

LARGE: list[object] = [
    {"data": [{"embedding": [0.5] * 1000, "n": index} for index in range(200)]},
    [{"embedding": [0.25] * 1000, "n": index} for index in range(200)],
    ["x" * 300_000, {"a": "y" * 300_000}],
    {"a": {"b": {"c": {"d": ["z" * 300_000]}}}},
    "x" * 300_000,
]


@pytest.mark.parametrize("value", [{"a": [1, 2.5, None, "ü"]}, [], 1, "x", True, *LARGE])
def test_a_value_is_the_same_however_large_it_is(value: object) -> None:
    assert decoded(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        b"{",
        b"\xff",
        b"[1,]",
        b"null",
        b"[" * 5000,
        b"[" * 600_000,
        b"{" + b" " * 600_000,
    ],
    ids=lambda content: f"{content[:2]!r} {len(content)}",
)
def test_what_is_no_json_is_no_value(content: bytes) -> None:
    assert decoded(content) is None


def test_a_part_of_a_large_value_that_is_no_json_is_no_value() -> None:
    assert decoded(b"[1, " + b" " * 600_000 + b"nul]") is None
