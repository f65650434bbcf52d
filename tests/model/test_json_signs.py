from __future__ import annotations

import pytest

from tui.model.json_signs import UnevenError, between_strings, closing, nested


def test_what_strings_hold_is_left_out() -> None:
    text = r'{"a]\"": [1, "{", 2'

    assert [text[start:end] for start, end in between_strings(text, 0, len(text))] == [
        "{",
        ": [1, ",
        ", 2",
    ]


def test_a_string_that_does_not_end_goes_on_to_the_end() -> None:
    assert between_strings('["a, 1', 0, 6) == [(0, 1), (6, 6)]


def test_brackets_that_are_open_are_told_with_how_many_were() -> None:
    assert nested("[[[]], {") == (b"[{", 3)
    assert nested("]", b"{[") == (b"{", 2)
    assert closing(b"{[") == "]}"


@pytest.mark.parametrize("bare", ["]", "[}", "[]]"])
def test_what_closes_nothing_is_refused(bare: str) -> None:
    with pytest.raises(UnevenError):
        nested(bare)
