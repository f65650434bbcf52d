from __future__ import annotations

import tracemalloc

import pytest

from tui.model.json_signs import UnevenError, between_strings, closing, end_of_string, nested


def test_what_strings_hold_is_left_out() -> None:
    text = r'{"a]\"": [1, "{", 2'

    assert [text[start:end] for start, end in between_strings(text, 0, len(text))] == [
        "{",
        ": [1, ",
        ", 2",
    ]


def test_a_string_that_does_not_end_goes_on_to_the_end() -> None:
    assert between_strings('["a, 1', 0, 6) == [(0, 1), (6, 6)]


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
        found = between_strings(text, 0, len(text))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert found == [(0, 1), (len(text) - 1, len(text))]
    assert most < 100_000


def test_brackets_that_are_open_are_told_with_how_many_were() -> None:
    assert nested("[[[]], {") == (b"[{", 3)
    assert nested("]", b"{[") == (b"{", 2)
    assert closing(b"{[") == "]}"


@pytest.mark.parametrize("bare", ["]", "[}", "[]]"])
def test_what_closes_nothing_is_refused(bare: str) -> None:
    with pytest.raises(UnevenError):
        nested(bare)
