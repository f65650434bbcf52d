from __future__ import annotations

import tracemalloc

import pytest

from tui.model.json_signs import (
    UnevenError,
    before_last,
    closing,
    end_of_string,
    nested,
    windows,
)


def test_what_strings_hold_is_parted_from_the_rest() -> None:
    text = r'{"a]\"": [1, "{", 2'

    assert list(windows(text, 0, 100)) == [(19, ["{", "a]__", ": [1, ", "{", ", 2"])]


@pytest.mark.parametrize("size", range(1, 12))
def test_windows_of_any_size_leave_out_the_same(size: int) -> None:
    text = r'{"a,\\": "\"]", "": ["x"]}'

    found = list(windows(text, 0, size))

    assert "".join(outside for _, in_turn in found for outside in in_turn[::2]) == "{: , : []}"
    assert found[-1][0] == len(text)


def test_a_string_that_does_not_end_goes_on_to_the_end() -> None:
    assert list(windows('["a, 1', 0, 100)) == [(6, ["[", "a, 1"])]
    assert list(windows('["a, 1', 0, 3)) == [(3, ["[", "a"])]


@pytest.mark.parametrize(
    ("in_turn", "found"),
    [
        ([": [1, ", "{,", " 2"], ([": [1"], 8)),
        (["{", "a,", ": [", "b", "}, "], (["{", ": [", "}"], 2)),
        (["1", ",", "2"], None),
    ],
)
def test_the_last_sign_that_no_string_holds_is_found(
    in_turn: list[str], found: tuple[list[str], int] | None
) -> None:
    assert before_last(in_turn, ",") == found


@pytest.mark.parametrize(
    ("text", "end"),
    [
        (r'"a"b', 3),
        (r'""', 2),
        (r'"\"",', 4),
        (r'"\\\\",', 6),
        (r'"\\\"', 5),
        ('"a', 2),
    ],
)
def test_a_string_ends_at_a_quote_that_is_not_escaped(text: str, end: int) -> None:
    assert end_of_string(text, 0, len(text)) == end


@pytest.mark.parametrize("escape", [r"\n", r"\"", r"\\"])
def test_the_escapes_of_a_long_string_are_not_remembered(escape: str) -> None:
    text = f'["{escape * 100_000}"]'
    tracemalloc.start()
    try:
        found = [len(in_turn) for _, in_turn in windows(text, 0, 10_000)]
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert found == [2, 1]
    assert most < 100_000


def test_brackets_that_are_open_are_told_with_how_many_were() -> None:
    assert nested("[[[]], {") == (b"[{", 3)
    assert nested("]", b"{[") == (b"{", 2)
    assert closing(b"{[") == "]}"


@pytest.mark.parametrize("bare", ["]", "[}", "[]]"])
def test_what_closes_nothing_is_refused(bare: str) -> None:
    with pytest.raises(UnevenError):
        nested(bare)
